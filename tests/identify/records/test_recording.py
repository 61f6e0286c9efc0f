# SPDX-License-Identifier: Apache-2.0
"""Opening records, recording arrests and dispositions, and confirming a charge's code."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from secure_communities.identify.galleries.models import Register, RegisterSubject
from secure_communities.identify.records import selectors, services
from secure_communities.identify.records.models import Arrest, Charge, CriminalRecord, Disposition
from secure_communities.identify.records.rules import ChargeFacts, DispositionFacts, DispositionKind, offence_for_query
from secure_communities.identify.records.selectors import RecordMissingError
from secure_communities.identify.records.services import RecordRefusedError
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.accounts.models import User
from secure_communities.platform.events.models import Event
from tests.identify.records.builders import (
    ACTOR,
    AT,
    ENCOUNTER,
    IDENTITY,
    a_subject,
    an_arrest,
    an_immigration_record,
    arrest_facts,
)

UNCODED = ChargeFacts("ROBBERY 1203 - NCIC 1203", None, date(2026, 11, 20), "TX")
FILLER = ChargeFacts("IMMIGRATION", "0399", None, "TX")


def test_an_arrest_keeps_its_charges_in_the_order_submitted(criminal_subject: RegisterSubject) -> None:
    arrest = an_arrest(criminal_subject, UNCODED, ChargeFacts("DUI", "5404", None, "TX"), FILLER)
    rows = list(arrest.charges.order_by("sequence").values_list("sequence", "code", "code_source", "unknown_reason"))
    assert rows == [
        (1, None, "UNKNOWN", "NOT_SUBMITTED"),
        (2, "5404", "SUBMITTED", ""),
        (3, None, "UNKNOWN", "FILLER"),
    ]


def test_the_same_submission_again_returns_the_arrest_as_it_was(criminal_subject: RegisterSubject) -> None:
    first = an_arrest(criminal_subject)
    again = services.record_arrest(
        subject=criminal_subject,
        facts=arrest_facts(UNCODED, arrest_date=date(2020, 1, 1)),
        at=AT + timedelta(hours=1),
        actor=ACTOR,
    )
    assert again == first and again.arrest_date == date(2026, 11, 21)
    assert Arrest.objects.count() == Charge.objects.count() == 1
    assert Event.objects.filter(kind="record:arrest-recorded").count() == 1


def test_another_submission_is_another_arrest(criminal_subject: RegisterSubject) -> None:
    an_arrest(criminal_subject)
    an_arrest(criminal_subject, correlation="SYNZZTX00101-20261122-000002")
    assert Arrest.objects.count() == 2
    assert CriminalRecord.objects.count() == 1


def test_an_arrest_needs_an_open_record(criminal_subject: RegisterSubject) -> None:
    with pytest.raises(RecordRefusedError, match="open it"):
        services.record_arrest(subject=criminal_subject, facts=arrest_facts(), at=AT, actor=ACTOR)


def test_opening_a_record_again_changes_nothing(criminal_subject: RegisterSubject) -> None:
    an_arrest(criminal_subject)
    services.open_criminal_record(subject=criminal_subject, demographics={"names": ["SYNTH,TWO"]}, at=AT, actor=ACTOR)
    assert selectors.criminal_identity(criminal_subject).name == "SAMPLE,ONE"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"names": []}, "at least one name"),
        ({"names": ["ORDINARY,PERSON"]}, "not a reserved one"),
        ({"aliases": ["ORDINARY,PERSON"]}, "not a reserved one"),
        ({"sid": "TX01234567"}, "SID is not a reserved one"),
        ({"religion": "X"}, "has no religion"),
    ],
)
def test_a_record_refuses_what_is_not_reserved_or_not_known(
    criminal_subject: RegisterSubject, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence) as refusal:
        services.open_criminal_record(
            subject=criminal_subject, demographics={"names": ["SAMPLE,ONE"]} | changes, at=AT, actor=ACTOR
        )
    assert "ORDINARY" not in str(refusal.value)


@pytest.mark.parametrize("changes", [{"ori": "TX0010100"}, {"names": ("ORDINARY,PERSON",)}, {"sid": "TX1"}])
def test_an_arrest_refuses_what_is_not_reserved(criminal_subject: RegisterSubject, changes: dict[str, Any]) -> None:
    with pytest.raises(RecordRefusedError, match="reserved"):
        an_arrest(criminal_subject, **changes)
    assert not Arrest.objects.exists()


def test_each_register_keeps_its_own_records(
    criminal_subject: RegisterSubject, immigration_subject: RegisterSubject
) -> None:
    with pytest.raises(RecordRefusedError, match="not in the criminal one"):
        an_arrest(immigration_subject)
    with pytest.raises(RecordRefusedError, match="not in the immigration one"):
        an_immigration_record(criminal_subject)


def test_a_specialist_confirms_a_code_and_the_log_says_what_it_was_before(
    criminal_subject: RegisterSubject, specialist: User
) -> None:
    charge = an_arrest(criminal_subject, UNCODED).charges.get()
    confirmed = services.confirm_charge_code(charge=charge, code="1206", confirmed_by=specialist, at=AT)
    assert (confirmed.code, confirmed.code_source, confirmed.unknown_reason) == ("1206", "HUMAN_CONFIRMED", "")
    assert offence_for_query(selectors.charges_of(criminal_subject, correlation=charge.arrest.correlation)).known
    event = Event.objects.get(kind="record:charge-confirmed")
    assert event.actor == "user:specialist"
    assert (event.data["before"], event.data["before_source"], event.data["code"]) == (None, "UNKNOWN", "1206")
    assert selectors.literal_of(charge) == "ROBBERY 1203 - NCIC 1203"


def test_confirming_the_same_code_twice_is_one_confirmation(
    criminal_subject: RegisterSubject, specialist: User
) -> None:
    charge = an_arrest(criminal_subject, UNCODED).charges.get()
    for _ in range(2):
        services.confirm_charge_code(charge=charge, code="1206", confirmed_by=specialist, at=AT)
    assert Event.objects.filter(kind="record:charge-confirmed").count() == 1


@pytest.mark.parametrize("code", ["0399", "8004", "9999", "", "ROBBERY", "1206 "])
def test_what_states_no_offence_cannot_be_confirmed(
    criminal_subject: RegisterSubject, specialist: User, code: str
) -> None:
    charge = an_arrest(criminal_subject, UNCODED).charges.get()
    with pytest.raises(RecordRefusedError, match="not an offence of the catalogue"):
        services.confirm_charge_code(charge=charge, code=code, confirmed_by=specialist, at=AT)


def test_no_machine_and_nobody_without_the_role_confirms_a_code(
    criminal_subject: RegisterSubject, examiner: User
) -> None:
    charge = an_arrest(criminal_subject, UNCODED).charges.get()
    for nobody in (examiner, "system:worker", "ori:ZZTX00101", None):
        with pytest.raises(NotAllowed):
            services.confirm_charge_code(charge=charge, code="1206", confirmed_by=nobody, at=AT)
    charge.refresh_from_db()
    assert charge.code is None


def test_a_later_disposition_supersedes_and_the_earlier_one_stays(criminal_subject: RegisterSubject) -> None:
    charge = an_arrest(criminal_subject).charges.get()
    for kind in (DispositionKind.CONVICTED, DispositionKind.DISMISSED):
        facts = DispositionFacts(kind, date(2026, 11, 20), "COURT")
        services.record_disposition(charge=charge, facts=facts, at=AT, actor=ACTOR)
    assert list(Disposition.objects.order_by("id").values_list("kind", flat=True)) == ["CONVICTED", "DISMISSED"]
    (arrest,) = selectors.record_view(criminal_subject).arrests
    outcome = arrest.charges[0].outcome
    assert outcome is not None and outcome.kind is DispositionKind.DISMISSED
    assert "CONVICTED 0" in selectors.rap_sheet(criminal_subject, at=AT)


def test_nobody_without_the_role_records_an_outcome(
    criminal_subject: RegisterSubject, examiner: User, specialist: User
) -> None:
    charge = an_arrest(criminal_subject).charges.get()
    facts = DispositionFacts(DispositionKind.CONVICTED, date(2026, 11, 20), "COURT", sentence_months=12)
    for nobody in (examiner, None):
        with pytest.raises(NotAllowed):
            services.record_disposition(charge=charge, facts=facts, at=AT, actor=nobody)
    assert not Disposition.objects.exists()
    assert services.record_disposition(charge=charge, facts=facts, at=AT, actor=specialist).pk


@pytest.mark.parametrize(
    "facts",
    [
        DispositionFacts(DispositionKind.CONVICTED, date(2030, 1, 1), "COURT"),
        DispositionFacts(DispositionKind.CONVICTED, None, "  "),
        DispositionFacts(DispositionKind.DISMISSED, None, "COURT", sentence_months=3),
        DispositionFacts(DispositionKind.CONVICTED, None, "COURT", sentence_months=-1),
        DispositionFacts(DispositionKind.CONVICTED, None, "COURT", maximum_months=9_999),
    ],
)
def test_an_outcome_that_cannot_be_is_refused_whoever_reports_it(
    criminal_subject: RegisterSubject, facts: DispositionFacts
) -> None:
    charge = an_arrest(criminal_subject).charges.get()
    with pytest.raises(RecordRefusedError):
        services.record_disposition(charge=charge, facts=facts, at=AT, actor=ACTOR)


def test_names_given_at_arrests_are_among_the_aliases(criminal_subject: RegisterSubject) -> None:
    an_arrest(criminal_subject, names=("SYNTH,OTHER", "SAMPLE,ONE"))
    identity = selectors.criminal_identity(criminal_subject)
    assert (identity.ucn, identity.name, identity.aliases) == ("S0000001Z", "SAMPLE,ONE", ("SYNTH,OTHER",))
    assert (identity.dob, identity.sex, identity.pob, identity.sid) == (date(1980, 1, 1), "M", "TX", "ZZ0001234")


def test_an_immigration_record_comes_back_as_it_went_in(immigration_subject: RegisterSubject) -> None:
    an_immigration_record(immigration_subject)
    identity = selectors.immigration_identity(immigration_subject)
    assert (identity.fin, identity.a_number) == ("9000000001", "A000123456")
    (one,) = identity.identities
    assert {name: getattr(one, name) for name in IDENTITY} == IDENTITY
    last = identity.last_encounter
    assert last is not None
    assert (last.date, last.organisation_class, last.site, last.reason) == tuple(ENCOUNTER.values())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"identities": []}, "at least one identity"),
        ({"identities": [IDENTITY | {"family": "ORDINARY"}]}, "reserved"),
        ({"identities": [{"surname": "X"}]}, "has no surname"),
        ({"identities": [IDENTITY | {"dob": "19880229X"}]}, "^dob is not a date: give YYYY-MM-DD$"),
        ({"a_number": "A123456789"}, "A-number is not a reserved one"),
        ({"last_encounter": {"place": "X"}}, "has no place"),
        ({"protected_class": "SOMETHING"}, "give UNKNOWN where it is not known"),
    ],
)
def test_an_immigration_record_refuses_what_it_cannot_hold(
    immigration_subject: RegisterSubject, changes: dict[str, Any], sentence: str
) -> None:
    values: dict[str, Any] = {
        "identities": [IDENTITY], "a_number": None, "last_encounter": None, "protected_class": "NONE",
    }  # fmt: skip
    with pytest.raises(ValueError, match=sentence):
        services.open_immigration_record(subject=immigration_subject, at=AT, actor=ACTOR, **(values | changes))


def test_a_subject_without_a_record_is_said_to_have_none(db: None) -> None:
    for register, read in (
        (Register.CRIMINAL, selectors.criminal_identity),
        (Register.IMMIGRATION, selectors.immigration_identity),
    ):
        with pytest.raises(RecordMissingError, match=f"no {register} record"):
            read(a_subject(register))


def test_the_completeness_of_charges_counts_the_filler_as_unknown(
    criminal_subject: RegisterSubject, specialist: User
) -> None:
    assert selectors.charge_completeness().share is None
    an_arrest(criminal_subject, ChargeFacts("DUI", "5404", None, "TX"), FILLER, UNCODED, UNCODED)
    an_arrest(criminal_subject, FILLER, correlation="SYNZZTX00102-1", ori="ZZTX00102")
    charge = Charge.objects.get(arrest__ori="ZZTX00101", sequence=3)
    services.confirm_charge_code(charge=charge, code="1206", confirmed_by=specialist, at=AT)
    found = selectors.charge_completeness()
    assert (found.submitted, found.human_confirmed, found.unknown, found.charges) == (1, 1, 3, 5)
    assert found.unknown_by_reason == {"FILLER": 2, "NOT_SUBMITTED": 1}
    assert (found.share, found.arrest_share) == (0.4, 0.5)
    assert selectors.charge_completeness(ori="ZZTX00102").share == 0.0


def test_events_of_records_hold_no_personal_value(
    criminal_subject: RegisterSubject, immigration_subject: RegisterSubject
) -> None:
    an_arrest(criminal_subject, UNCODED)
    an_immigration_record(immigration_subject)
    text = " ".join(f"{one.data} {one.reason} {one.about_id}" for one in Event.objects.all())
    assert Event.objects.count() == 3
    assert not any(word in text for word in ("SAMPLE", "ROBBERY", "1980", "A000", "ZZ0001234", "VIOLETTA"))
