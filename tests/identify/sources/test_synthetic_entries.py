# SPDX-License-Identifier: Apache-2.0
"""The invented entries: the same each time, each story with the contradictions it is for."""

from __future__ import annotations

import pytest

from secure_communities.identify.evidence.facts import CourtEvent, FactKind, PetitionState, Status
from secure_communities.identify.evidence.ports import Basis, SourceCode
from secure_communities.identify.records.synthetic import Story
from secure_communities.identify.sources.synthetic import Entry, Twist
from tests.identify.sources.builders import invented


def stated(entries: list[Entry], kind: FactKind) -> list[str]:
    return [fact.value for one in entries for fact in one.record.facts if fact.kind is kind]


@pytest.mark.parametrize("story", list(Story))
def test_the_same_generator_gives_the_same_entries(story: Story) -> None:
    assert [one.record for one in invented(story)] == [one.record for one in invented(story)]


def test_a_visitor_has_another_order_of_surnames_an_entry_without_exit_and_a_withdrawn_petition() -> None:
    entries = invented(Story.VISA)
    surnames = {name.partition(",")[0] for name in stated(entries, FactKind.NAME)}
    assert len(surnames) == 2
    assert len({frozenset(one.split()) for one in surnames}) == 1
    assert stated(entries, FactKind.ENTRY)
    assert not stated(entries, FactKind.EXIT)
    assert stated(entries, FactKind.PETITION) == [PetitionState.FILED, PetitionState.WITHDRAWN]


def test_a_person_met_at_the_border_has_two_numbers_two_birth_dates_an_order_and_a_termination() -> None:
    entries = invented(Story.BORDER)
    assert set(stated(entries, FactKind.BIRTH_DATE)) == {"1980-04-09", "1980-09-04"}
    assert len(set(stated(entries, FactKind.A_NUMBER))) == 2
    court = stated(entries, FactKind.COURT)
    assert CourtEvent.REMOVAL_ORDERED in court
    assert CourtEvent.TERMINATED in court
    cases = [one for one in entries if one.source is SourceCode.COURT]
    assert all(set(one.numbers) == {Basis.A_NUMBER} for one in cases)


def test_a_naturalised_person_still_has_the_older_record_of_residence() -> None:
    entries = invented(Story.NATURALISED)
    assert set(stated(entries, FactKind.STATUS)) == {Status.LPR, Status.CITIZEN}
    assert stated(entries, FactKind.NATURALISATION)
    assert stated(entries, FactKind.PASSPORT)


def test_a_protected_person_has_protected_entries() -> None:
    assert sum(one.record.protected for one in invented(Story.PROTECTED)) == 2


def test_a_status_that_still_runs_ends_after_today() -> None:
    (fact,) = [
        fact
        for one in invented(Story.VISA, twists=[Twist.STATUS_STILL_RUNS])
        for fact in one.record.facts
        if fact.kind is FactKind.STATUS
    ]
    assert fact.until is not None
    assert fact.until.year >= 2027
