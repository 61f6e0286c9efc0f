# SPDX-License-Identifier: Apache-2.0
"""Keys of booking systems: shown once, stored as a digest, good for one ORI, gone when revoked."""

from __future__ import annotations

import hmac
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.accounts import events, machine_keys
from secure_communities.platform.accounts.machine_keys import (
    authenticate_machine,
    issue_machine_key,
    revoke_machine_key,
)
from secure_communities.platform.accounts.models import MachineKey
from secure_communities.platform.agencies import services as agencies
from secure_communities.platform.events.models import Event
from secure_communities.platform.refusals import Refusal
from tests.platform.builders import AT, TODAY, a_user, an_administrator, an_ori

pytestmark = pytest.mark.django_db


def a_key(ori=None, *, by=None):
    return issue_machine_key(ori=ori or an_ori(), reason="New livescan", by=by or an_administrator(), at=AT)


def test_a_key_proves_its_ori_and_no_other():
    first, second = an_ori("ZZTX00101"), an_ori("ZZTX00102")
    key, other = a_key(first), a_key(second)
    assert authenticate_machine(key, at=AT) == first
    assert authenticate_machine(other, at=AT) == second
    assert authenticate_machine(key, at=AT).roles(AT) == {Role.BOOKING_SYSTEM}


def test_the_secret_is_stored_nowhere():
    key = a_key()
    secret = key.rpartition("_")[2]
    assert len(secret) == 52
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', [f"%{secret}%"])
            assert cursor.fetchone() == (0,), table
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', [f"%{secret.encode().hex()}%"])
            assert cursor.fetchone() == (0,), table


def test_two_keys_of_one_ori_differ_and_both_are_good_until_one_is_revoked():
    ori, administrator = an_ori(), an_administrator()
    old, new = a_key(ori), a_key(ori)
    revoke_machine_key(prefix=old.split("_")[1], reason="Replaced", by=administrator, at=AT)
    assert authenticate_machine(old, at=AT) is None
    assert authenticate_machine(new, at=AT) == ori
    assert [event.reason for event in Event.objects.filter(kind__startswith="machine-key:").order_by("pk")] == [
        "New livescan",
        "New livescan",
        "Replaced",
    ]


def test_a_revoked_key_is_dead_for_good():
    administrator = an_administrator()
    prefix = a_key().split("_")[1]
    revoke_machine_key(prefix=prefix, reason="Lost", by=administrator, at=AT)
    with pytest.raises(Refusal, match="already"):
        revoke_machine_key(prefix=prefix, reason="Lost", by=administrator, at=AT)
    for change in ("revoked_at = NULL", "digest = '\\x00'"):
        with pytest.raises(IntegrityError, match="never edited"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE accounts_machinekey SET {change}")
    with pytest.raises(IntegrityError, match="revoke the key"), transaction.atomic():
        MachineKey.objects.get().delete()


def test_a_key_ends_with_its_ori():
    ori = an_ori()
    key = a_key(ori)
    agencies.close_ori(ori=ori, ends_on=TODAY, reason="The jail closed", by=an_administrator(), at=AT)
    assert authenticate_machine(key, at=AT) is None
    with pytest.raises(Refusal, match="not in force"):
        a_key(type(ori).objects.get(pk=ori.pk))


def test_anything_but_the_very_key_proves_nothing():
    key = a_key()
    prefix, secret = key.split("_")[1:]
    other = a_key(an_ori("ZZTX00102"))
    attempts = [
        "",
        prefix,
        secret,
        key[:-1],
        key + "a",
        key + "\n",
        key.upper(),
        key.replace("sc_", "SC_"),
        f"sc_{prefix}_{other.rpartition('_')[2]}",
        f"sc_{prefix}_{'a' * 52}",
        f"sc_{'a' * 12}_{secret}",
        f"sc_{prefix}_{secret[:-1]}é",
        "sc_%_" + secret,
    ]
    assert [authenticate_machine(attempt, at=AT) for attempt in attempts] == [None] * len(attempts)


def test_an_unknown_prefix_costs_a_comparison_too(monkeypatch):
    compared = []
    real = hmac.compare_digest
    monkeypatch.setattr(machine_keys.hmac, "compare_digest", lambda one, two: compared.append(1) or real(one, two))
    key = a_key()
    for attempt in (key, "sc_" + "a" * 12 + "_" + "a" * 52, "nonsense"):
        compared.clear()
        authenticate_machine(attempt, at=AT)
        assert compared == [1]


def test_a_key_of_before_the_servers_secret_changed_is_good_while_the_old_secret_is_kept(settings):
    key, old = a_key(), settings.SECRET_KEY
    settings.SECRET_KEY = "another secret of the server"
    assert authenticate_machine(key, at=AT) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert authenticate_machine(key, at=AT) is not None


def test_the_last_use_is_noted_at_most_once_a_minute():
    key = a_key()
    moments = [AT, AT + timedelta(seconds=59), AT + timedelta(seconds=61)]
    noted = []
    for moment in moments:
        authenticate_machine(key, at=moment)
        noted.append(MachineKey.objects.get().last_used_at)
    assert noted == [AT, AT, AT + timedelta(seconds=61)]


@pytest.mark.parametrize("role", [Role.BOOKING_OFFICER, Role.OPERATOR, Role.PROGRAMME_MANAGER, Role.EXAMINER])
def test_only_an_administrator_issues_and_revokes_keys(role):
    prefix = a_key().split("_")[1]
    with pytest.raises(NotAllowed):
        a_key(an_ori("ZZTX00102"), by=a_user(role))
    with pytest.raises(NotAllowed):
        revoke_machine_key(prefix=prefix, reason="Mine", by=a_user(role), at=AT)
    assert Event.objects.filter(kind=events.MACHINE_KEY_ISSUED).count() == 1
