# SPDX-License-Identifier: Apache-2.0
"""S23: everything is logged and the log cannot be changed unseen."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection, transaction

from secure_communities.identify.intake import reading
from secure_communities.platform.events import registry, services
from secure_communities.platform.events.models import Event, Seal
from secure_communities.platform.keys import services as keys

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_var(tmp_path: Path, settings: LazySettings) -> None:
    settings.VAR = tmp_path


def an_event(number: int = 1, **fields) -> Event:
    values = {"kind": "submission:received", "actor": "system:test", "about": ("submission", number), "at": AT}
    return services.append(**(values | fields))


def past_the_triggers(statement: str, *arguments: object) -> None:
    """What somebody with the owner's password could do."""
    connection.check_constraints()  # nothing pending, or ALTER TABLE would refuse for that reason
    with connection.cursor() as cursor:
        for table in ("events_event", "events_seal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, arguments)


@pytest.mark.parametrize("table", ["events_event", "events_seal"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"],
    ids=["update", "delete", "truncate"],
)
def test_the_database_refuses_to_change_the_log(table: str, statement: str) -> None:
    an_event()
    services.seal_pending(at=AT)
    column = "kind" if table == "events_event" else "digest"
    connection.check_constraints()
    with (
        pytest.raises(Exception, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement.format(table, column, column))


def test_the_application_role_has_no_right_to_try() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = 'sc_app'")
        assert cursor.fetchone()[0] == 1
        for right in ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER"):
            cursor.execute("SELECT has_table_privilege('sc_app', 'events_event', %s)", [right])
            assert cursor.fetchone()[0] is False, right


def test_an_honest_log_verifies_and_the_chain_goes_on() -> None:
    for number in range(5):
        an_event(number)
    assert services.seal_pending(at=AT) == 5
    an_event(6)
    assert services.verify(at=AT).unsealed == 1
    assert services.seal_pending(at=AT) == 1
    found = services.verify(at=AT)
    assert found.intact and found.sealed == 6 and found.unsealed == 0


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE events_event SET actor = 'user:other' WHERE id = (SELECT min(id) FROM events_event)", "altered"),
        ("UPDATE events_event SET data = '{}' WHERE id = (SELECT max(id) FROM events_event)", "altered"),
        ("UPDATE events_event SET occurred_at = occurred_at - interval '1 hour'", "altered"),
        ("DELETE FROM events_seal WHERE position = 3", "missing"),
        ("DELETE FROM events_seal WHERE position > 3", "sealed once and is gone"),
        ("UPDATE events_seal SET position = position + 100 WHERE position = 2", "missing"),
    ],
    ids=["actor altered", "data altered", "time altered", "one removed", "end cut off", "reordered"],
)
def test_a_change_past_the_triggers_is_found(statement: str, fault: str) -> None:
    for number in range(5):
        an_event(number, data={"number": number})
        services.seal_pending(at=AT)
    past_the_triggers(statement)
    found = services.verify(at=AT)
    assert not found.intact
    assert any(fault in one for one in found.faults), found.faults


def test_deleting_events_with_their_seals_from_the_end_is_found_by_the_noted_heads() -> None:
    for number in range(4):
        an_event(number)
        services.seal_pending(at=AT)
    past_the_triggers("DELETE FROM events_seal WHERE position = 4")
    past_the_triggers("DELETE FROM events_event WHERE id = (SELECT max(id) FROM events_event)")
    assert any("sealed once and is gone" in one for one in services.verify(at=AT).faults)


def test_a_rewritten_chain_is_found_by_the_noted_heads() -> None:
    an_event(1)
    services.seal_pending(at=AT)
    past_the_triggers("DELETE FROM events_seal")
    past_the_triggers("UPDATE events_event SET reason = 'forged'")
    heads = services.heads_file().read_text()
    services.heads_file().write_text("")
    services.seal_pending(at=AT)
    services.heads_file().write_text(heads)
    assert any("not the one noted" in one for one in services.verify(at=AT).faults)


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda text: text + text.splitlines()[-1][:20], "line 3 of event-heads.jsonl is not a noted head"),
        (
            lambda text: text + text.splitlines()[0].replace('"digest": "', '"digest": "00'),
            "position 1 was noted twice",
        ),
    ],
    ids=["a torn line", "two heads of one position"],
)
def test_a_spoilt_note_of_the_heads_is_a_fault_and_no_crash(spoil, fault: str) -> None:
    for number in range(2):
        an_event(number)
        services.seal_pending(at=AT)
    assert services.verify(at=AT).intact
    services.heads_file().write_text(spoil(services.heads_file().read_text()))
    assert any(one.startswith(fault) for one in services.verify(at=AT).faults)


def test_a_line_of_the_noted_heads_repeated_is_no_fault() -> None:
    an_event(1)
    services.seal_pending(at=AT)
    services.heads_file().write_text(2 * services.heads_file().read_text())
    assert services.verify(at=AT).intact


def test_an_unknown_kind_or_an_unnamed_actor_is_refused() -> None:
    with pytest.raises(registry.UnknownKind):
        an_event(kind="submission:invented")
    with pytest.raises(ValueError, match="an actor is"):
        an_event(actor="somebody")


def test_personal_values_are_sealed_and_go_with_the_persons_key_while_the_chain_still_verifies() -> None:
    key = keys.create_data_key(at=AT)
    event = an_event(personal={"name": "SAMPLE,ONE"}, data_key=key)
    assert b"SAMPLE" not in bytes(Event.objects.get(pk=event.pk).sealed)
    services.seal_pending(at=AT)
    keys.destroy_data_key(key, reason="expunged", at=AT)
    with pytest.raises(keys.KeyDestroyed):
        keys.unseal_json(key, event.sealed, context="events.sealed")
    assert services.verify(at=AT).intact


def test_personal_values_without_a_key_are_refused() -> None:
    with pytest.raises(ValueError, match="data key"):
        an_event(personal={"name": "SAMPLE,ONE"})


def test_a_read_without_a_purpose_is_refused_and_leaves_no_person_opened() -> None:
    for purpose in ("", "curiosity"):
        with pytest.raises(reading.PurposeMissing):
            reading.open_submission("SC-X", reader=None, purpose=purpose, at=AT)
    assert not Event.objects.filter(kind="submission:read").exists()


def test_two_sealers_at_once_do_not_fork_the_chain() -> None:
    an_event(1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [services.SEALING_LOCK])  # same session: re-entrant
    assert services.seal_pending(at=AT) == 1
    assert Seal.objects.count() == 1
