# SPDX-License-Identifier: Apache-2.0
"""Invented histories: deterministic, varied, and made of reserved values only."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from secure_communities.identify.galleries.models import RegisterSubject
from secure_communities.identify.records import protection, selectors, services
from secure_communities.identify.records.models import Arrest, Disposition
from secure_communities.identify.records.protection import Disclosure
from secure_communities.identify.records.rules import DispositionKind, ProtectedClass
from secure_communities.identify.records.synthetic import (
    CHARGES,
    HistoricArrest,
    ImmigrationHistory,
    PersonFacts,
    Story,
    criminal_history,
    immigration_history,
)
from secure_communities.platform import identifiers
from secure_communities.policy.offences import states_an_offence
from tests.identify.records.builders import ACTOR, AT

TODAY = date(2026, 11, 22)


def person(born: date = date(1984, 2, 29)) -> PersonFacts:
    return PersonFacts("SAMPLE", "MARA", "LINDEN", born, "F", "XZ", "XQ", "TX", "ZZTX00101")


def histories(count: int = 200) -> list[list[HistoricArrest]]:
    return [criminal_history(Random(seed), person(), today=TODAY) for seed in range(count)]


def stories(story: Story, count: int = 100, born: date = date(1984, 2, 29)) -> list[ImmigrationHistory]:
    return [immigration_history(Random(seed), person(born), story, today=TODAY) for seed in range(count)]


def test_the_same_seed_gives_the_same_history() -> None:
    assert criminal_history(Random(7), person(), today=TODAY) == criminal_history(Random(7), person(), today=TODAY)
    for story in Story:
        once, again = (immigration_history(Random(7), person(), story, today=TODAY) for _ in range(2))
        assert once == again


def test_every_charge_of_the_repertoire_is_an_offence_of_the_catalogue() -> None:
    assert all(states_an_offence(code) for _, code, _ in CHARGES)


def test_arrests_come_by_date_after_eighteen_and_before_today() -> None:
    for history in histories():
        days = [one.facts.arrest_date for one in history if one.facts.arrest_date]
        assert days == sorted(days) and len(days) == len(history) > 0
        assert all(date(2002, 2, 28) <= day < TODAY for day in days)


def test_outcomes_are_plausible() -> None:
    rows = [
        (one.facts.arrest_date, outcome)
        for history in histories()
        for one in history
        for outcomes in one.outcomes.values()
        for outcome in outcomes
    ]
    for arrested, outcome in rows:
        assert arrested and (outcome.decided_on is None or arrested < outcome.decided_on < TODAY)
        assert outcome.sentence_months is None or outcome.kind is DispositionKind.CONVICTED
        assert outcome.sentence_months is None or outcome.sentence_months <= (outcome.maximum_months or 0)
    assert {outcome.kind for _, outcome in rows} == set(DispositionKind)
    charges = sum(len(one.facts.charges) for history in histories() for one in history)
    reported = sum(len(one.outcomes) for history in histories() for one in history)
    assert 0.6 < reported / charges < 0.95


def test_some_desks_send_no_code() -> None:
    codes = [charge.code for history in histories() for one in history for charge in one.facts.charges]
    assert 0.02 < codes.count(None) / len(codes) < 0.25


def test_everything_identifying_is_reserved() -> None:
    for history in histories(50):
        for one in history:
            assert identifiers.refuse_tcn(one.facts.correlation) is None
            assert identifiers.refuse_oca(one.facts.oca or "") is None
            assert identifiers.refuse_ori(one.facts.ori) is None
    for story in Story:
        for found in stories(story, 50):
            assert found.a_number is None or identifiers.refuse_a_number(found.a_number) is None
            assert all(identifiers.refuse_name(one.name) is None for one in found.identities)


def test_a_person_under_eighteen_has_no_arrests() -> None:
    assert criminal_history(Random(1), person(date(2010, 1, 1)), today=TODAY) == []


@pytest.mark.parametrize("story", Story)
def test_encounters_lie_in_the_persons_life_and_follow_each_other(story: Story) -> None:
    for born in (date(1950, 6, 1), date(1984, 2, 29), date(2012, 3, 3)):
        for found in stories(story, born=born):
            days = [one.date for one in found.encounters]
            assert all(day is not None and born <= day <= TODAY for day in days)
            assert days == sorted(day for day in days if day) and found.last_encounter is found.encounters[-1]


def test_only_the_protected_story_is_of_a_protected_class() -> None:
    for story in Story:
        classes = {one.protected_class for one in stories(story)}
        assert (classes == {ProtectedClass.NONE}) == (story is not Story.PROTECTED)
        assert ProtectedClass.UNKNOWN not in classes
    assert {one.protected_class for one in stories(Story.PROTECTED, born=date(2012, 3, 3))} == {ProtectedClass.MINOR}
    assert ProtectedClass.SAW in {one.protected_class for one in stories(Story.PROTECTED, born=date(1950, 6, 1))}


def test_a_history_is_recorded_once(criminal_subject: RegisterSubject) -> None:
    history = criminal_history(Random(3), person(), today=TODAY, arrests=4)
    services.open_criminal_record(subject=criminal_subject, demographics={"names": [person().name]}, at=AT, actor=ACTOR)
    for _ in range(2):
        services.record_history(
            subject=criminal_subject, arrests=[(one.facts, one.outcomes) for one in history], at=AT, actor=ACTOR
        )
    assert Arrest.objects.count() == 4
    assert Disposition.objects.count() == sum(len(found) for one in history for found in one.outcomes.values())
    assert "4 OF 4 ARRESTS SHOWN" in selectors.rap_sheet(criminal_subject, at=AT)


@pytest.mark.parametrize("story", Story)
def test_a_story_is_recorded_and_the_filter_rules_on_it(immigration_subject: RegisterSubject, story: Story) -> None:
    found = immigration_history(Random(5), person(), story, today=TODAY)
    services.open_immigration_record(
        subject=immigration_subject,
        identities=found.identities,
        a_number=found.a_number,
        last_encounter=found.last_encounter,
        encounters=found.encounters,
        protected_class=found.protected_class,
        at=AT,
        actor=ACTOR,
    )
    assert selectors.immigration_identity(immigration_subject).encounters == found.encounters
    expected = Disclosure.BARE if story is Story.PROTECTED else Disclosure.FULL
    assert protection.disclosure(immigration_subject) is expected
