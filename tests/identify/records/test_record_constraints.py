# SPDX-License-Identifier: Apache-2.0
"""What the database itself refuses, past every service."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from secure_communities.identify.galleries.models import RegisterSubject
from secure_communities.identify.records.models import Arrest, Charge, CriminalRecord, Disposition, ImmigrationRecord
from secure_communities.identify.records.rules import ChargeFacts
from secure_communities.platform.accounts.models import User
from tests.identify.records.builders import ACTOR, AT, an_arrest

UNCODED = ChargeFacts("ROBBERY 1203", None, None, "TX")


@pytest.fixture
def arrest(criminal_subject: RegisterSubject) -> Arrest:
    return an_arrest(criminal_subject, UNCODED)


def a_charge(arrest: Arrest, **values: Any) -> Charge:
    unknown = {"code": None, "code_source": "UNKNOWN", "unknown_reason": "NOT_SUBMITTED"}
    return Charge(**({"arrest": arrest, "sequence": 9, "sealed_words": b"\x01"} | unknown | values))


@pytest.mark.parametrize(
    "values",
    [
        {"code": "1203"},
        {"code": "1203", "unknown_reason": ""},
        {"unknown_reason": ""},
        {"unknown_reason": "BECAUSE"},
        {"code_source": "SUBMITTED", "unknown_reason": ""},
        {"code": "1203", "code_source": "SUBMITTED"},
        {"code": "1203", "code_source": "DERIVED", "unknown_reason": ""},
        {"code": "0399", "code_source": "SUBMITTED", "unknown_reason": ""},
        {"code": "ROBB", "code_source": "SUBMITTED", "unknown_reason": ""},
        {"code": "120", "code_source": "SUBMITTED", "unknown_reason": ""},
        {"code": "1203", "code_source": "HUMAN_CONFIRMED", "unknown_reason": ""},
        {"confirmed_at": AT},
        {"sequence": 1},
    ],
)
def test_a_charge_without_a_sound_code_or_an_explicit_unknown_is_refused(
    arrest: Arrest, values: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        a_charge(arrest, **values).save()


def test_an_explicit_unknown_is_accepted(arrest: Arrest) -> None:
    a_charge(arrest).save()
    a_charge(arrest, sequence=10, code="1203", code_source="SUBMITTED", unknown_reason="").save()


@pytest.mark.parametrize(
    "change",
    [
        {"code": "1203", "code_source": "SUBMITTED", "unknown_reason": ""},
        {"unknown_reason": "FILLER"},
        {"sealed_words": b"\x02"},
        {"issuing_state": "CA"},
        {"sequence": 5},
    ],
)
def test_a_stored_charge_does_not_change_but_by_a_person(arrest: Arrest, change: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match=r"stays as it was|only when a person confirms"), transaction.atomic():
        Charge.objects.filter(arrest=arrest).update(**change)


def test_a_person_can_confirm_a_stored_charge(arrest: Arrest, specialist: User) -> None:
    confirmation = {"code": "1203", "code_source": "HUMAN_CONFIRMED", "unknown_reason": ""}
    assert Charge.objects.filter(arrest=arrest).update(**confirmation, confirmed_by=specialist, confirmed_at=AT) == 1


def test_an_arrest_without_a_charge_does_not_commit(arrest: Arrest) -> None:
    with pytest.raises(IntegrityError, match="has no charge"), transaction.atomic():
        Arrest.objects.create(
            record=arrest.record, correlation="SYN-2", ori="ZZTX00101", sealed_details=b"\x01", recorded_at=AT,
            recorded_by=ACTOR,
        )  # fmt: skip
        connection.check_constraints()


def test_one_submission_is_one_arrest_of_a_record(arrest: Arrest) -> None:
    copy = Arrest.objects.get(pk=arrest.pk)
    copy.pk = None
    with pytest.raises(IntegrityError, match="one_submission_one_arrest"), transaction.atomic():
        copy.save()


def test_a_record_hangs_on_a_subject_of_its_own_register(
    criminal_subject: RegisterSubject, immigration_subject: RegisterSubject
) -> None:
    box = b"\x01"
    with pytest.raises(IntegrityError, match="not in the criminal register"), transaction.atomic():
        CriminalRecord.objects.create(
            subject=immigration_subject, sealed_demographics=box, opened_at=AT, opened_by=ACTOR
        )
    with pytest.raises(IntegrityError, match="not in the immigration register"), transaction.atomic():
        ImmigrationRecord.objects.create(
            subject=criminal_subject, sealed_identities=box, sealed_last_encounter=box, sealed_encounters=box,
            sealed_protected_class=box, opened_at=AT, opened_by=ACTOR,
        )  # fmt: skip


def a_disposition(arrest: Arrest, **values: Any) -> Disposition:
    known = {"kind": "CONVICTED", "source": "COURT", "sentence_months": 6, "maximum_months": 12}
    return Disposition(**({"charge": arrest.charges.get(), "recorded_at": AT, "recorded_by": ACTOR} | known | values))


@pytest.mark.parametrize(
    "values",
    [{"kind": "GUILTY"}, {"source": ""}, {"kind": "DISMISSED"}, {"sentence_months": -1}],
)
def test_an_unsound_disposition_is_refused(arrest: Arrest, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        a_disposition(arrest, **values).save()


def test_dispositions_are_never_changed_deleted_or_truncated(arrest: Arrest) -> None:
    row = a_disposition(arrest)
    row.save()
    connection.check_constraints()  # nothing pending, or TRUNCATE would fail for that reason
    for attack in (
        lambda: Disposition.objects.filter(pk=row.pk).update(kind="PENDING", sentence_months=None),
        lambda: Disposition.objects.filter(pk=row.pk).delete(),
        lambda: connection.cursor().execute("TRUNCATE records_disposition CASCADE"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attack()
    assert Disposition.objects.get().kind == "CONVICTED"
