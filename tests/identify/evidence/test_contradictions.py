# SPDX-License-Identifier: Apache-2.0
"""Contradictions: which are found, in which words, and that none is a verdict."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.identify.evidence.contradictions import WORDS, ContradictionKind, contradictions
from secure_communities.identify.evidence.facts import EvidenceFact, FactKind
from secure_communities.identify.records.synthetic import Story
from tests.identify.sources.builders import invented

TODAY = date(2026, 11, 22)
K, F = ContradictionKind, FactKind


def fact(
    kind: FactKind, value: str, source: str = "COURT", on: str = "", until: str = "", record: str = "R1"
) -> EvidenceFact:
    return EvidenceFact(
        kind,
        value,
        source,
        record,
        date.fromisoformat(on) if on else None,
        date.fromisoformat(until) if until else None,
    )


def kinds(*facts: EvidenceFact) -> list[ContradictionKind]:
    return [one.kind for one in contradictions(facts, today=TODAY)]


def pair(kind: FactKind, first: str, second: str) -> tuple[EvidenceFact, EvidenceFact]:
    return fact(kind, first), fact(kind, second, "BENEFITS", record="R2")


CASES: list[tuple[tuple[EvidenceFact, ...], list[ContradictionKind]]] = [
    (pair(F.NAME, "SAMPLEA SAMPLEB,ANA", "SAMPLEB SAMPLEA,ANA"), [K.SURNAMES_TURNED]),
    (pair(F.NAME, "SAMPLEA-SAMPLEB,ANA", "SAMPLEB SAMPLEA,ANA Q"), [K.SURNAMES_TURNED]),
    (pair(F.NAME, "SAMPLEA,ANA MARIA", "SAMPLEA,A"), []),
    (pair(F.NAME, "SAMPLEA,ANA", "SAMPLEA,EVA"), [K.NAMES_DIFFER]),
    (pair(F.NAME, "SAMPLEA,ANA", "SAMPLEA SAMPLEB,ANA"), [K.NAMES_DIFFER]),
    (pair(F.BIRTH_DATE, "1980-04-09", "1980-09-04"), [K.DAY_AND_MONTH_TURNED]),
    (pair(F.BIRTH_DATE, "1980-04-09", "1981-04-09"), [K.BIRTH_DATES_DIFFER]),
    (pair(F.BIRTH_DATE, "1980-04-09", "1980-04-09"), []),
    (pair(F.BIRTHPLACE, "TX", "MM"), [K.BIRTHPLACES_DIFFER]),
    (pair(F.CITIZENSHIP, "US", "MM"), [K.CITIZENSHIPS_DIFFER]),
    (pair(F.A_NUMBER, "A000000001", "A000000002"), [K.TWO_A_NUMBERS]),
    ((fact(F.NATURALISATION, "SYN1", on="2015-05-01"), fact(F.STATUS, "LPR", on="2008-01-01")),
     [K.CITIZEN_AND_OTHER_STATUS]),
    ((fact(F.NATURALISATION, "SYN1", on="2015-05-01"), fact(F.STATUS, "LPR", on="2008-01-01", until="2015-05-01")), []),
    ((fact(F.STATUS, "CITIZEN"), fact(F.STATUS, "NONE_RECORDED", on="2020-01-01")), [K.CITIZEN_AND_OTHER_STATUS]),
    ((fact(F.PASSPORT, "SYN1", on="2019-01-01"), fact(F.STATUS, "LPR", on="2008-01-01")), [K.CITIZEN_AND_OTHER_STATUS]),
    ((fact(F.STATUS, "LPR", on="2008-01-01"), fact(F.STATUS, "TPS", on="2010-01-01")), [K.STATUSES_OVERLAP]),
    ((fact(F.STATUS, "TPS", on="2008-01-01", until="2010-01-01"), fact(F.STATUS, "LPR", on="2010-01-01")), []),
    ((fact(F.ENTRY, "x", on="2020-01-01"), fact(F.STATUS, "NONIMMIGRANT", on="2020-01-01", until="2020-07-01")),
     [K.ENTRY_WITHOUT_EXIT]),
    ((fact(F.ENTRY, "x", on="2020-01-01"), fact(F.EXIT, "x", on="2020-05-01"),
      fact(F.STATUS, "NONIMMIGRANT", on="2020-01-01", until="2020-07-01")), []),
    ((fact(F.ENTRY, "x", on="2026-11-01"), fact(F.STATUS, "NONIMMIGRANT", on="2026-11-01", until="2027-05-01")), []),
    ((fact(F.COURT, "REMOVAL_ORDERED", on="2019-01-01"), fact(F.COURT, "TERMINATED", on="2020-01-01", record="R2")),
     [K.COURT_DISAGREES]),
    ((fact(F.COURT, "HEARING", on="2019-01-01"), fact(F.COURT, "REMOVAL_ORDERED", on="2019-01-01")), []),
    ((fact(F.DEATH, "x", on="2019-01-01"), fact(F.ENTRY, "x", on="2020-01-01")), [K.AFTER_DEATH]),
    ((fact(F.REMOVAL, "x", on="2019-01-01"), fact(F.ARREST, "x", on="2020-01-01")), [K.AFTER_REMOVAL]),
    ((fact(F.REMOVAL, "x", on="2019-01-01"), fact(F.ARREST, "x", on="2018-01-01")), []),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "found"), CASES, ids=range(len(CASES)))
def test_contradictions_by_table(facts: tuple[EvidenceFact, ...], found: list[ContradictionKind]) -> None:
    assert kinds(*facts) == found


def test_the_table_has_every_kind() -> None:
    assert {kind for _, found in CASES for kind in found} == set(ContradictionKind) == set(WORDS)


def test_each_contradiction_shows_whose_words_it_holds_against_whose() -> None:
    (found,) = contradictions(pair(F.BIRTH_DATE, "1980-04-09", "1980-09-04"), today=TODAY)
    assert [(one.source, one.record, one.value) for one in found.statements] == [
        ("BENEFITS", "R2", "1980-09-04"),
        ("COURT", "R1", "1980-04-09"),
    ]


def test_no_words_say_who_is_right_or_what_the_person_is() -> None:
    text = " ".join(part for words in WORDS.values() for part in words).lower()
    for word in ("illegal", "fraud", "false", "lied", "overstay", "removable", "deportable"):
        assert word not in text


@pytest.mark.parametrize(
    ("story", "found"),
    [
        (Story.VISA, {K.SURNAMES_TURNED, K.ENTRY_WITHOUT_EXIT}),
        (Story.BORDER, {K.DAY_AND_MONTH_TURNED, K.TWO_A_NUMBERS, K.COURT_DISAGREES}),
        (Story.NATURALISED, {K.CITIZEN_AND_OTHER_STATUS}),
        (Story.BENEFIT, set()),
    ],
)
def test_the_invented_people_have_the_contradictions_they_are_for(story: Story, found: set[ContradictionKind]) -> None:
    facts = [
        EvidenceFact(one.kind, one.value, entry.source, entry.record.record_id, one.on, one.until)
        for entry in invented(story)
        for one in entry.record.facts
    ]
    assert set(kinds(*facts)) == found


FACTS = st.builds(
    EvidenceFact,
    kind=st.sampled_from(FactKind),
    value=st.sampled_from(["LPR", "CITIZEN", "TX", "MM", "SAMPLEA,ANA", "1980-04-09", "REMOVAL_ORDERED", "TERMINATED"]),
    source=st.sampled_from(["COURT", "BENEFITS", "BOOKING"]),
    record=st.sampled_from(["R1", "R2"]),
    on=st.none() | st.dates(date(2000, 1, 1), date(2026, 1, 1)),
    until=st.none() | st.dates(date(2000, 1, 1), date(2026, 1, 1)),
).filter(lambda one: one.kind is not FactKind.BIRTH_DATE or one.value == "1980-04-09")


@given(st.lists(FACTS, max_size=12), st.randoms())
def test_the_order_of_facts_changes_nothing_and_one_source_s_single_fact_contradicts_nothing(
    facts: list[EvidenceFact], shuffler: object
) -> None:
    shuffled = list(facts)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = contradictions(facts, today=TODAY), contradictions(shuffled, today=TODAY)
    assert [(one.kind, set(one.statements)) for one in first] == [(one.kind, set(one.statements)) for one in second]
    assert all(len(one.statements) > 1 for one in first)
    assert contradictions(facts[:1], today=TODAY) == ()
