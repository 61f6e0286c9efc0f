# SPDX-License-Identifier: Apache-2.0
"""The registers behind the port: found by number only; down when an operator says so; never anything real in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from secure_communities.identify.evidence import asking, registry
from secure_communities.identify.evidence.facts import FactKind
from secure_communities.identify.evidence.ports import (
    Basis,
    FailureReason,
    Outcome,
    RecordFact,
    SearchRequest,
    SourceCode,
    SourceRecord,
)
from secure_communities.identify.records.synthetic import Story
from secure_communities.identify.sources import services
from secure_communities.identify.sources.models import RegisterEntry, SourceFault
from secure_communities.identify.sources.rules import FaultKind
from secure_communities.identify.sources.services import NotSynthetic, SourceRefused
from secure_communities.identify.sources.synthetic import Entry
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.events.models import Event
from secure_communities.platform.keys import services as keys
from tests.identify.builders import AT, a_confirmed_match, a_criminal_subject, an_immigration_subject
from tests.identify.sources.builders import filed
from tests.platform.builders import a_user

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


def ask(code: SourceCode, fin: str, **numbers: Any) -> asking.Asked:
    return asking.ask(registry.source(code), SearchRequest(fin=fin, **numbers))


def test_every_source_of_the_list_stands_behind_the_port() -> None:
    assert [one.code for one in registry.all_sources()] == list(SourceCode)


def test_entries_are_found_by_number_and_say_by_which() -> None:
    subject = an_immigration_subject()
    filed(subject, Story.BORDER)
    answer = ask(SourceCode.IMMIGRATION_HISTORY, subject.number)
    assert [one.basis for one in answer.records] == [Basis.FIN]
    assert ask(SourceCode.COURT, subject.number).outcome is Outcome.NOTHING_FOUND
    court = ask(SourceCode.COURT, subject.number, a_numbers=("A000000001",))
    assert [one.basis for one in court.records] == [Basis.A_NUMBER]


def test_a_name_and_birth_date_find_nobody() -> None:
    subject = an_immigration_subject()
    filed(subject, Story.VISA)
    answer = ask(SourceCode.IMMIGRATION_HISTORY, "9009999999", names=("SAMPLEHIDDEN,VIOLETTA Q",))
    assert answer.outcome is Outcome.NOTHING_FOUND


def test_a_protected_entry_leaves_its_register_without_its_contents() -> None:
    subject = an_immigration_subject()
    filed(subject, Story.PROTECTED)
    (record,) = ask(SourceCode.BENEFITS, subject.number).records
    assert record.protected
    assert (record.title, record.fields) == ("", ())
    assert [one.kind for one in record.facts] == [FactKind.PROTECTED]


def test_an_expunged_person_is_in_no_register_any_more() -> None:
    subject = an_immigration_subject()
    filed(subject, Story.VISA)
    keys.destroy_data_key(subject.data_key, reason="Sample", at=LATER)
    assert ask(SourceCode.IMMIGRATION_HISTORY, subject.number).outcome is Outcome.NOTHING_FOUND


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (FaultKind.OUTAGE, FailureReason.UNAVAILABLE),
        (FaultKind.REFUSES, FailureReason.REFUSED),
        (FaultKind.GARBLES, FailureReason.MALFORMED),
        (FaultKind.HANGS, FailureReason.TIMED_OUT),
    ],
)
def test_a_source_that_is_down_fails_by_name_and_answers_again_when_put_back(
    kind: FaultKind, reason: FailureReason, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject, operator = an_immigration_subject(), a_user(Role.OPERATOR)
    filed(subject, Story.VISA)
    code = SourceCode.BENEFITS
    monkeypatch.setattr(registry.source(code), "limit", timedelta(seconds=0.3))
    services.take_down(source=code, kind=kind, reason="Exercise", operator=operator, at=AT)
    assert ask(code, subject.number) == asking.failed(reason)
    assert ask(SourceCode.ENTRY_EXIT, subject.number).outcome is Outcome.FOUND  # the others answer
    services.put_back(source=code, operator=operator, at=LATER)
    assert ask(code, subject.number).outcome is Outcome.FOUND
    assert [one.kind for one in Event.objects.filter(kind__startswith="source:").order_by("id")] == [
        "source:taken-down",
        "source:restored",
    ]


def test_only_an_operator_takes_a_source_down_and_only_with_a_reason() -> None:
    with pytest.raises(NotAllowed, match="Only an operator"):
        services.take_down(
            source="COURT", kind=FaultKind.OUTAGE, reason="x", operator=a_user(Role.SUPPORT_SPECIALIST), at=AT
        )
    operator = a_user(Role.OPERATOR)
    with pytest.raises(SourceRefused, match="Say why"):
        services.take_down(source="COURT", kind=FaultKind.OUTAGE, reason=" ", operator=operator, at=AT)
    with pytest.raises(SourceRefused, match="There is no source"):
        services.take_down(source="RUMOURS", kind=FaultKind.OUTAGE, reason="x", operator=operator, at=AT)
    services.take_down(source="COURT", kind=FaultKind.OUTAGE, reason="x", operator=operator, at=AT)
    with pytest.raises(SourceRefused, match="down already"):
        services.take_down(source="COURT", kind=FaultKind.HANGS, reason="x", operator=operator, at=AT)
    with pytest.raises(SourceRefused, match="is not down"):
        services.put_back(source="BENEFITS", operator=operator, at=AT)


def test_the_database_keeps_who_took_a_source_down() -> None:
    with pytest.raises(DatabaseError, match="Only an operator"), transaction.atomic():
        SourceFault.objects.create(
            source="COURT", kind="OUTAGE", reason="x", set_by=a_user(Role.SUPPORT_SPECIALIST), set_at=AT
        )
    services.take_down(
        source="COURT", kind=FaultKind.OUTAGE, reason="x", operator=a_user(Role.OPERATOR), at=AT
    )  # fmt: skip
    for statement in ("UPDATE sources_sourcefault SET reason = 'y'", "DELETE FROM sources_sourcefault"):
        with pytest.raises(DatabaseError, match="stays on record"), transaction.atomic():
            connection.cursor().execute(statement)


def test_nothing_that_is_not_reserved_is_entered() -> None:
    subject = an_immigration_subject()
    good = Entry(SourceCode.COURT, {Basis.FIN: (subject.number,)}, SourceRecord("CRT-0000000001"))

    def refused(**values: Any) -> str:
        with pytest.raises(NotSynthetic) as found:
            services.enter(data_key=subject.data_key, entries=[replace(good, **values)], at=AT)
        return str(found.value)

    assert "FIN" in refused(numbers={Basis.FIN: ("1234567890",)})
    assert "A-number" in refused(numbers={Basis.A_NUMBER: ("A123456789",)})
    assert "at least one number" in refused(numbers={})
    named = replace(good.record, facts=(RecordFact(FactKind.NAME, "SAMPLEONE GARCIA,ANA"),))
    assert "surname" in refused(record=named)
    assert not RegisterEntry.objects.exists()


def test_contents_and_numbers_of_the_registers_are_unreadable_at_rest() -> None:
    subject = an_immigration_subject()
    filed(subject, Story.BORDER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT e::text FROM sources_registerentry e")
        text = " ".join(row[0] for row in cursor.fetchall())
    assert subject.number not in text
    assert "A000000001" not in text
    assert "SAMPLEHIDDEN" not in text


def test_the_criminal_register_answers_by_ucn_and_says_when_it_cannot_know_yet() -> None:
    code, criminal = SourceCode.CRIMINAL_HISTORY, a_criminal_subject()
    assert ask(code, "9000000001").reason is FailureReason.NOT_YET
    assert ask(code, "9000000001", criminal_side_answered=True).outcome is Outcome.NOTHING_FOUND
    found = ask(code, "9000000001", ucn=criminal.number)
    assert found.records[0].record_id == criminal.number
    assert found.records[0].basis is Basis.UCN


def test_a_query_is_answered_by_the_registers_of_the_nation() -> None:
    from secure_communities.identify.evidence import services as evidence
    from tests.identify.builders import now

    query = a_confirmed_match()
    filed(query.subject, Story.BORDER)
    while waiting := list(query.inquiries.filter(answered_at=None)):
        for inquiry in waiting:
            evidence.answer(inquiry.pk, now=now)
    court = query.evidence.filter(source=SourceCode.COURT)
    assert court.values("record_id").distinct().count() == 2  # the files under both A-numbers
    assert not query.evidence.filter(outcome=Outcome.FAILED).exists()
