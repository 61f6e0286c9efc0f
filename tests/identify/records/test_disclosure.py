# SPDX-License-Identifier: Apache-2.0
"""The protected-person filter denies by default (S19): attacks on it, and on what it lets slip."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.db import DatabaseError, connection
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.identify.galleries.models import Register, RegisterSubject
from secure_communities.identify.records import protection, sealing, selectors
from secure_communities.identify.records.models import ImmigrationRecord
from secure_communities.identify.records.protection import CLEARED, FAILED, WITHHELD, Disclosure
from secure_communities.identify.records.rules import ProtectedClass, may_be_disclosed
from secure_communities.identify.records.sealing import Column
from secure_communities.platform.events.models import Event
from secure_communities.platform.keys import services as keys
from tests.identify.records.builders import AT, IDENTITY, a_subject, an_immigration_record

PROTECTED = [one for one in ProtectedClass if one is not ProtectedClass.NONE]
SECRETS = [str(value) for value in IDENTITY.values()] + ["A000123456", *PROTECTED]


def store(record: ImmigrationRecord, **columns: Any) -> None:
    ImmigrationRecord.objects.filter(pk=record.pk).update(**columns)


def test_a_person_known_to_be_in_no_protected_class_is_disclosed(immigration_subject: RegisterSubject) -> None:
    an_immigration_record(immigration_subject, "NONE")
    assert protection.ruling(immigration_subject) == CLEARED
    assert protection.disclosure(immigration_subject) is Disclosure.FULL
    released = selectors.releasable_identity(immigration_subject)
    assert released is not None and released.identities[0].family == "SAMPLEHIDDEN"


@pytest.mark.parametrize("protected_class", [*PROTECTED, None])
def test_every_protected_class_and_none_known_gives_the_bare_answer(
    immigration_subject: RegisterSubject, protected_class: ProtectedClass | None
) -> None:
    an_immigration_record(immigration_subject, protected_class)
    assert protection.ruling(immigration_subject) == WITHHELD
    assert selectors.releasable_identity(immigration_subject) is None


def test_the_reason_is_the_same_for_every_class() -> None:
    assert len({repr(WITHHELD)}) == 1
    assert not any(name in repr(ruling) for ruling in (CLEARED, WITHHELD, FAILED) for name in PROTECTED)


@given(st.none() | st.text() | st.integers() | st.binary() | st.lists(st.text()) | st.booleans() | st.floats())
def test_only_the_exact_code_none_discloses(value: object) -> None:
    assert may_be_disclosed(value) == (value == "NONE" and isinstance(value, str))


@pytest.mark.parametrize("value", ["none", "NONE ", " NONE", "NON", "Ｎone", "", "UNPROTECTED", "PAROLE"])
def test_what_resembles_the_clearing_code_does_not_clear(value: str) -> None:
    assert not may_be_disclosed(value)


@pytest.mark.parametrize("value", ["CITIZEN", "", None, True, 1, ["NONE"], {"class": "NONE"}, "none"])
def test_a_class_nobody_knows_gives_the_bare_answer(immigration_subject: RegisterSubject, value: Any) -> None:
    record = an_immigration_record(immigration_subject)
    box = sealing.seal(immigration_subject.data_key, value, Column.PROTECTED_CLASS)
    store(record, sealed_protected_class=box)
    assert protection.disclosure(immigration_subject) is Disclosure.BARE


@pytest.mark.parametrize(
    "damage", ["flip", "cut", "empty", "version", "plain", "other column", "other person", "not json"]
)
def test_a_class_that_does_not_open_gives_the_bare_answer(
    immigration_subject: RegisterSubject, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    record = an_immigration_record(immigration_subject, "NONE")
    box = bytes(record.sealed_protected_class)
    key = immigration_subject.data_key
    other = a_subject(Register.IMMIGRATION, 7)
    damaged = {
        "flip": box[:-1] + bytes([box[-1] ^ 1]),
        "cut": box[:9],
        "empty": b"",
        "version": b"\x7f" + box[1:],
        "plain": b'"NONE"',
        "other column": sealing.seal(key, "NONE", Column.LAST_ENCOUNTER),
        "other person": sealing.seal_class(other.data_key, "NONE"),
        "not json": keys.seal(key, b"SAMPLEHIDDEN{", context=Column.PROTECTED_CLASS),
    }[damage]
    store(record, sealed_protected_class=damaged)
    with caplog.at_level(logging.DEBUG):
        assert protection.ruling(immigration_subject) == FAILED
    assert "the answer is bare" in caplog.text
    assert not any(secret in caplog.text for secret in SECRETS if secret not in {"F", "XZ", "XQ"})


def test_a_destroyed_key_gives_the_bare_answer_even_to_a_caller_who_still_holds_it(
    immigration_subject: RegisterSubject,
) -> None:
    an_immigration_record(immigration_subject, "NONE")
    held = RegisterSubject.objects.select_related("data_key").get(pk=immigration_subject.pk)
    keys.destroy_data_key(immigration_subject.data_key, reason="expunged", at=AT)
    assert held.data_key.wrapped is not None
    assert protection.ruling(held) == FAILED
    assert selectors.releasable_identity(held) is None
    with pytest.raises(keys.KeyDestroyed):
        selectors.immigration_identity(held)


@pytest.mark.parametrize(
    "column", ["sealed_identities", "sealed_a_number", "sealed_last_encounter", "sealed_encounters"]
)
def test_a_cleared_identity_that_does_not_open_is_bare_too(
    immigration_subject: RegisterSubject, column: str, caplog: pytest.LogCaptureFixture
) -> None:
    record = an_immigration_record(immigration_subject, "NONE")
    damaged = sealing.seal(immigration_subject.data_key, [{"dob": "SAMPLEHIDDEN"}], Column.IDENTITIES)
    store(record, **{column: damaged})
    assert protection.disclosure(immigration_subject) is Disclosure.FULL
    assert selectors.releasable_identity(immigration_subject) is None
    assert "SAMPLEHIDDEN" not in caplog.text


def test_without_a_record_the_answer_is_bare(
    immigration_subject: RegisterSubject, criminal_subject: RegisterSubject
) -> None:
    for nobody in (immigration_subject, criminal_subject, RegisterSubject(), None, "9000000001"):
        assert protection.disclosure(nobody) is Disclosure.BARE


def test_a_database_error_gives_the_bare_answer_and_leaves_the_transaction_usable(
    immigration_subject: RegisterSubject,
) -> None:
    an_immigration_record(immigration_subject, "NONE")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE records_immigrationrecord RENAME TO elsewhere")
    assert protection.ruling(immigration_subject) == FAILED
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE elsewhere RENAME TO records_immigrationrecord")
    assert protection.ruling(immigration_subject) == CLEARED


@pytest.mark.parametrize(
    "failure", [DatabaseError("SAMPLEHIDDEN is T_VISA"), MemoryError(), RecursionError(), KeyError("U_VISA")]
)
def test_whatever_goes_wrong_the_answer_is_bare_and_the_log_quotes_nothing(
    immigration_subject: RegisterSubject,
    failure: Exception,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    an_immigration_record(immigration_subject, "NONE")

    def fail(*args: Any, **kwargs: Any) -> object:
        raise failure

    monkeypatch.setattr(sealing, "unseal_class", fail)
    with caplog.at_level(logging.DEBUG):
        assert protection.ruling(immigration_subject) == FAILED
    assert type(failure).__name__ in caplog.text
    assert not any(
        word in caplog.text + str(caplog.records[0].__dict__) for word in ("SAMPLEHIDDEN", "T_VISA", "U_VISA")
    )


def test_the_length_of_a_sealed_class_does_not_tell_it(immigration_subject: RegisterSubject) -> None:
    key = immigration_subject.data_key
    assert len({len(sealing.seal_class(key, one)) for one in ProtectedClass}) == 1


@pytest.mark.parametrize("protected_class", PROTECTED)
def test_nothing_protected_stands_in_the_table_the_log_or_a_repr(
    immigration_subject: RegisterSubject, protected_class: ProtectedClass
) -> None:
    record = an_immigration_record(immigration_subject, protected_class)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM records_immigrationrecord")
        row = b"|".join(one if isinstance(one, bytes) else str(one).encode() for one in cursor.fetchone())
    identity = selectors.immigration_identity(immigration_subject)
    shown = " ".join(
        [
            repr(record),
            str(record),
            repr(identity),
            str(identity),
            repr(identity.identities),
            repr(identity.last_encounter),
        ]
    )
    logged = " ".join(f"{one} {one.data} {one.reason}" for one in Event.objects.all())
    for secret in (*(value for value in map(str, IDENTITY.values()) if len(value) > 3), "A000123456", "ADMISSION"):
        assert secret not in shown and secret not in logged and secret.encode() not in row
    assert protected_class not in shown and protected_class not in logged and protected_class.encode() not in row
