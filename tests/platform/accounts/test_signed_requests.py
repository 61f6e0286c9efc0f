# SPDX-License-Identifier: Apache-2.0
"""Scopes and succession of machine keys, signed requests, and attempts to replay, stretch and forge them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from secure_communities.platform.access.doors import KeyScope
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.accounts import machine_keys, signing
from secure_communities.platform.accounts.machine_keys import (
    ask_for_signatures,
    authenticate_machine,
    issue_machine_key,
    key_that_signed,
    revoke_machine_key,
    rotate_machine_key,
)
from secure_communities.platform.accounts.models import MachineKey, SpentNonce
from secure_communities.platform.refusals import Refusal
from tests.platform.builders import AT, a_manager, an_administrator, an_ori

pytestmark = pytest.mark.django_db
PATH, BODY, NONCE = "/api/v1/submissions?x=1", b"the file", "n0nce" * 4


def a_key(ori=None, **more):
    return issue_machine_key(ori=ori or an_ori(), reason="New livescan", by=an_administrator(), at=AT, **more)


def credentials(key, **changes):
    parts = {"method": "POST", "target": PATH, "body": BODY, "nonce": NONCE, "at": AT, **changes}
    return signing.header(key, **parts).removeprefix(f"{signing.SCHEME} ")


def proved(given, *, at=AT, **changes):
    parts = {"method": "POST", "target": PATH, "body": BODY, **changes}
    return key_that_signed(given, at=at, **parts)


def test_a_signature_proves_the_key_once():
    key = a_key()
    given = credentials(key)
    assert proved(given).prefix == key.split("_")[1]
    assert proved(given) is None  # replayed
    assert proved(credentials(key, nonce="another" * 4)) is not None


@pytest.mark.parametrize(
    "changed", [{"method": "GET"}, {"target": "/api/v1/submissions"}, {"body": b"another"}, {"body": b""}]
)
def test_a_signature_is_good_for_the_very_request_that_was_signed(changed):
    assert proved(credentials(a_key()), **changed) is None
    assert not SpentNonce.objects.exists()


@pytest.mark.parametrize(("seconds", "taken"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)])
def test_a_clock_may_be_off_by_five_minutes(seconds, taken):
    key = a_key()
    given = credentials(key, at=AT - timedelta(seconds=seconds))
    assert (proved(given) is not None) is taken


def test_the_signature_of_another_key_proves_nothing():
    ori = an_ori()
    one, other = a_key(ori), a_key(ori)
    forged = credentials(other).replace(other.split("_")[1], one.split("_")[1])
    assert proved(forged) is None
    revoke_machine_key(prefix=one.split("_")[1], reason="Stolen", by=an_administrator(), at=AT)
    assert proved(credentials(one)) is None


@pytest.mark.parametrize("junk", ["", "key=", "key=abc, time=1, nonce=x, signature=00", "signature=" + "0" * 64])
def test_junk_proves_nothing(junk):
    assert proved(junk) is None


def test_nonces_are_kept_as_long_as_their_time_could_pass_and_dropped_after():
    key = a_key()
    proved(credentials(key))
    machine_keys.forget_nonces(at=AT + 2 * signing.SKEW)
    assert SpentNonce.objects.count() == 1
    machine_keys.forget_nonces(at=AT + timedelta(minutes=16))
    assert not SpentNonce.objects.exists()
    assert proved(credentials(key), at=AT + timedelta(minutes=16)) is None  # stale by then


def test_an_ori_may_ask_for_signed_requests_only():
    ori = an_ori()
    key = a_key(ori)
    ask_for_signatures(ori=ori, signed_only=True, reason="Policy", by=an_administrator(), at=AT)
    assert authenticate_machine(key, at=AT) is None and proved(credentials(key)) is not None
    ask_for_signatures(ori=ori, signed_only=False, reason="Policy", by=an_administrator(), at=AT)
    assert authenticate_machine(key, at=AT) == ori
    with pytest.raises(NotAllowed):
        ask_for_signatures(ori=ori, signed_only=False, reason="Mine", by=a_manager(), at=AT)


def test_a_successor_has_the_same_scopes_and_the_old_key_ends_by_itself():
    old = a_key(scopes=[KeyScope.SUBMIT])
    prefix = old.split("_")[1]
    new = rotate_machine_key(prefix=prefix, overlap=timedelta(days=1), reason="Yearly", by=an_administrator(), at=AT)
    assert MachineKey.objects.get(prefix=new.split("_")[1]).scopes == ["SUBMIT"]
    moments = [AT + timedelta(hours=hours) for hours in (0, 23, 24)]
    assert [authenticate_machine(old, at=at) is not None for at in moments] == [True, True, False]
    assert all(authenticate_machine(new, at=at) for at in moments)
    with pytest.raises(Refusal, match="no key of that prefix in use"):
        rotate_machine_key(
            prefix=prefix, overlap=timedelta(), reason="Again", by=an_administrator(), at=AT + timedelta(days=2)
        )
    with pytest.raises(Refusal, match="30 days at most"):
        rotate_machine_key(prefix=prefix, overlap=timedelta(days=31), reason="Long", by=an_administrator(), at=AT)


@pytest.mark.parametrize(
    "change",
    [
        "scopes = ARRAY['SUBMIT','READ_RESPONSES']",
        "ends_at = ends_at + interval '1 day'",
        "ends_at = NULL",
        "signing_box = 'x'",
    ],
)
def test_no_statement_of_sql_widens_or_lengthens_a_key(change):
    key = a_key(scopes=[KeyScope.SUBMIT])
    prefix = key.split("_")[1]
    rotate_machine_key(prefix=prefix, overlap=timedelta(hours=1), reason="Yearly", by=an_administrator(), at=AT)
    refused = pytest.raises(IntegrityError, match="never edited")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE accounts_machinekey SET {change} WHERE prefix = %s", [prefix])


def test_a_key_has_scopes_that_exist():
    ori = an_ori()
    with pytest.raises(Refusal, match="at least one"):
        a_key(ori, scopes=[])
    key = MachineKey.objects.get(prefix=a_key(ori).split("_")[1])
    with pytest.raises(IntegrityError, match="key_has_known_scopes"), transaction.atomic():
        MachineKey.objects.create(
            originating_agency=key.originating_agency, prefix="a" * 12, digest=b"x", scopes=["EVERYTHING"],
            created_at=AT, created_by=key.created_by,
        )  # fmt: skip
