# SPDX-License-Identifier: Apache-2.0
"""Invented entries of the synthetic registers, with the contradictions that real ones have, each by name.

In: a random generator, an invented person with the history the immigration register tells, twists. Out: entries.
Deterministic: the same generator state gives the same entries. Pure. Nothing here resembles anybody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from secure_communities.identify.evidence.facts import CourtEvent, FactKind, PetitionState, Status
from secure_communities.identify.evidence.ports import Basis, RecordFact, SourceCode, SourceRecord
from secure_communities.identify.records.synthetic import ImmigrationHistory, PersonFacts, Story


class Twist(StrEnum):
    """One way in which registers disagree about a person."""

    SURNAMES_TURNED = "SURNAMES_TURNED"
    DAY_AND_MONTH_TURNED = "DAY_AND_MONTH_TURNED"
    LATER_NATURALISATION = "LATER_NATURALISATION"
    ENTRY_WITHOUT_EXIT = "ENTRY_WITHOUT_EXIT"
    PETITION_WITHDRAWN = "PETITION_WITHDRAWN"
    COURT_TERMINATED = "COURT_TERMINATED"
    TWO_A_NUMBERS = "TWO_A_NUMBERS"
    PROTECTED = "PROTECTED"
    STATUS_STILL_RUNS = "STATUS_STILL_RUNS"


# What each story brings along by itself; a cast adds to it.
USUAL: Mapping[Story, frozenset[Twist]] = {
    Story.VISA: frozenset({Twist.ENTRY_WITHOUT_EXIT, Twist.PETITION_WITHDRAWN, Twist.SURNAMES_TURNED}),
    Story.BORDER: frozenset({Twist.TWO_A_NUMBERS, Twist.DAY_AND_MONTH_TURNED, Twist.COURT_TERMINATED}),
    Story.BENEFIT: frozenset(),
    Story.NATURALISED: frozenset({Twist.LATER_NATURALISATION}),
    Story.PROTECTED: frozenset({Twist.PROTECTED, Twist.ENTRY_WITHOUT_EXIT}),
}
SECOND_SURNAMES = ("SAMPLEMOOR", "SYNTHVALE", "SAMPLEHEATH", "SYNTHGROVE", "SAMPLECLIFF", "SYNTHMARSH")
PREFIXES: Mapping[SourceCode, str] = {
    SourceCode.IMMIGRATION_HISTORY: "IMH",
    SourceCode.BENEFITS: "BEN",
    SourceCode.ENTRY_EXIT: "MOV",
    SourceCode.COURT: "CRT",
    SourceCode.NATURALISATION: "NAT",
}
LABELS: Mapping[FactKind, str] = {
    FactKind.NAME: "Name",
    FactKind.BIRTH_DATE: "Born",
    FactKind.BIRTHPLACE: "Place of birth",
    FactKind.CITIZENSHIP: "Citizenship",
    FactKind.A_NUMBER: "A-number",
    FactKind.STATUS: "Status",
    FactKind.PETITION: "Application",
    FactKind.ENTRY: "Entry",
    FactKind.EXIT: "Exit",
    FactKind.COURT: "Court",
    FactKind.NATURALISATION: "Certificate",
    FactKind.PASSPORT: "Passport of the United States",
}


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One record and the numbers it is filed under."""

    source: SourceCode
    numbers: Mapping[Basis, tuple[str, ...]]
    record: SourceRecord

    def __repr__(self) -> str:
        return f"Entry({self.record.record_id})"


@dataclass(frozen=True, slots=True, repr=False)
class _Person:
    """What the entries of one person are written from."""

    facts: PersonFacts
    history: ImmigrationHistory
    fin: str
    second_number: str
    second_surname: str
    certificate: str
    twists: frozenset[Twist]
    today: date

    def day(self, reason: str) -> date | None:
        """When the immigration register says that something happened."""
        return next((one.date for one in self.history.encounters if one.reason == reason), None)

    def has(self, twist: Twist) -> bool:
        """Whether this one applies."""
        return twist in self.twists

    @property
    def mine(self) -> tuple[str, ...]:
        """The A-number of the confirmed record, if there is one."""
        return (self.history.a_number,) if self.history.a_number else ()


def entries(
    rng: Random, person: PersonFacts, history: ImmigrationHistory, *, fin: str, today: date,
    twists: Collection[Twist] = (),
) -> list[Entry]:  # fmt: skip
    """The entries of one person in every synthetic register, by source; the story's usual twists and those given."""
    someone = _Person(
        facts=person,
        history=history,
        fin=fin,
        second_number=f"A000{rng.randrange(1, 1_000_000):06d}",
        second_surname=rng.choice(SECOND_SURNAMES),
        certificate=f"SYN{rng.randrange(10**7):07d}",
        twists=USUAL[history.story] | frozenset(twists),
        today=today,
    )
    written = [*_immigration(someone), *_benefits(someone), *_movements(someone), *_court(someone), *_citizen(someone)]
    return [replace(one, record=_numbered(one, fin, place)) for place, one in enumerate(written)]


def _numbered(entry: Entry, fin: str, place: int) -> SourceRecord:
    digest = hashlib.sha256(f"{entry.source}:{fin}:{place}".encode()).hexdigest()
    record = replace(entry.record, record_id=f"{PREFIXES[entry.source]}-{int(digest[:12], 16) % 10**10:010d}")
    fields = tuple((LABELS[one.kind], _printed(one)) for one in record.facts if one.kind in LABELS)
    return replace(record, fields=fields)


def _printed(fact: RecordFact) -> str:
    when = f" {fact.on.isoformat()}" if fact.on else ""
    until = f" until {fact.until.isoformat()}" if fact.until else ""
    words = (
        fact.value.replace("_", " ")
        if fact.kind in (FactKind.STATUS, FactKind.PETITION, FactKind.COURT)
        else fact.value
    )
    return f"{words}{when}{until}"


def _who(one: _Person, *, turned: bool = False, swapped: bool = False) -> list[RecordFact]:
    """Name and birth as this register has them."""
    family = one.facts.family
    if one.has(Twist.SURNAMES_TURNED):
        family = f"{one.second_surname} {family}" if turned else f"{family} {one.second_surname}"
    born = one.facts.dob
    if swapped and one.has(Twist.DAY_AND_MONTH_TURNED):
        # Where the day is no month, a clerk's slip: one digit off.
        born = date(born.year, born.day, born.month) if born.day <= 12 else born.replace(day=born.day - 10)
    name = f"{family},{one.facts.given} {one.facts.middle}".rstrip()
    return [RecordFact(FactKind.NAME, name), RecordFact(FactKind.BIRTH_DATE, born.isoformat())]


def _abroad(one: _Person) -> list[RecordFact]:
    return [
        RecordFact(kind, value)
        for kind, value in ((FactKind.BIRTHPLACE, one.facts.pob), (FactKind.CITIZENSHIP, one.facts.citizenship))
        if value
    ]


def _entry(one: _Person, source: SourceCode, title: str, facts: list[RecordFact], **options: object) -> Entry:
    numbers = options.get("numbers") or {Basis.FIN: (one.fin,), Basis.A_NUMBER: one.mine}
    record = SourceRecord("", title, facts=tuple(facts), protected=bool(options.get("protected")))
    return Entry(source, numbers, record)  # type: ignore[arg-type]


def _immigration(one: _Person) -> Iterator[Entry]:
    facts = [*_who(one), *_abroad(one), *(RecordFact(FactKind.A_NUMBER, number) for number in one.mine)]
    match one.history.story:
        case Story.VISA | Story.PROTECTED:
            admitted = one.day("ADMISSION")
            facts.append(RecordFact(FactKind.STATUS, Status.NONIMMIGRANT, admitted, _authorised_until(one, admitted)))
        case Story.BORDER:
            facts.append(RecordFact(FactKind.STATUS, Status.NONE_RECORDED, one.day("APPREHENSION")))
        case Story.BENEFIT:
            facts.append(RecordFact(FactKind.STATUS, Status.LPR, _days_after(one, "RESIDENCE_APPLICATION", 200)))
        case Story.NATURALISED:  # the older record: nobody closed it when the person became a citizen
            facts.append(RecordFact(FactKind.STATUS, Status.LPR, one.day("RESIDENCE_GRANTED")))
    if one.has(Twist.TWO_A_NUMBERS):
        facts.append(RecordFact(FactKind.A_NUMBER, one.second_number))
    source, protected = SourceCode.IMMIGRATION_HISTORY, one.has(Twist.PROTECTED)
    yield _entry(one, source, "Immigration history", facts, protected=protected)


def _authorised_until(one: _Person, admitted: date | None) -> date | None:
    if admitted is None:
        return None
    return one.today + timedelta(days=120) if one.has(Twist.STATUS_STILL_RUNS) else admitted + timedelta(days=180)


def _benefits(one: _Person) -> Iterator[Entry]:
    source, who = SourceCode.BENEFITS, _who(one, swapped=True)
    if one.has(Twist.PROTECTED):
        filed = one.day("APPLICATION")
        facts = [*who, RecordFact(FactKind.PETITION, PetitionState.FILED, filed)]
        yield _entry(one, source, "Application", facts, protected=True)
    if one.has(Twist.PETITION_WITHDRAWN):
        filed = _days_after(one, "ADMISSION", 90)
        yield _entry(one, source, "Petition of a relative", [
            *who,
            RecordFact(FactKind.PETITION, PetitionState.FILED, filed),
            RecordFact(FactKind.PETITION, PetitionState.WITHDRAWN, _days_after(one, "ADMISSION", 210)),
        ])  # fmt: skip
    granted = one.day("RESIDENCE_GRANTED") or _days_after(one, "RESIDENCE_APPLICATION", 200)
    if granted:
        filed = one.day("RESIDENCE_APPLICATION") or granted - timedelta(days=150)
        yield _entry(one, source, "Application for residence", [
            *who,
            RecordFact(FactKind.PETITION, PetitionState.FILED, filed),
            RecordFact(FactKind.PETITION, PetitionState.APPROVED, granted),
        ])  # fmt: skip


def _movements(one: _Person) -> Iterator[Entry]:
    admitted = one.day("ADMISSION")
    if admitted is None:
        return
    facts = [*_who(one, turned=True), RecordFact(FactKind.ENTRY, "Demo airport, admitted", admitted)]
    if not one.has(Twist.ENTRY_WITHOUT_EXIT):
        left = admitted + timedelta(days=120)
        facts += [
            RecordFact(FactKind.EXIT, "Demo airport", left),
            RecordFact(FactKind.ENTRY, "Demo airport, admitted", left + timedelta(days=14)),
        ]
    if oath := one.day("NATURALISATION_OATH"):
        returned = min(oath + timedelta(days=300), one.today)
        facts += [
            RecordFact(FactKind.PASSPORT, one.certificate, returned),
            RecordFact(FactKind.ENTRY, "Demo airport, with a passport of the United States", returned),
        ]
    yield _entry(one, SourceCode.ENTRY_EXIT, "Movements", facts)


def _court(one: _Person) -> Iterator[Entry]:
    begun = one.day("APPREHENSION")
    if begun is None:
        return
    source, who = SourceCode.COURT, _who(one, swapped=True)
    first = one.mine or (one.second_number,)
    yield _entry(one, source, "Proceedings", [
        *_who(one),
        *(RecordFact(FactKind.A_NUMBER, number) for number in first),
        RecordFact(FactKind.COURT, CourtEvent.NOTICE_FILED, begun + timedelta(days=10)),
        RecordFact(FactKind.COURT, CourtEvent.HEARING, begun + timedelta(days=200)),
        RecordFact(FactKind.COURT, CourtEvent.REMOVAL_ORDERED, begun + timedelta(days=200)),
    ], numbers={Basis.A_NUMBER: first})  # fmt: skip
    if one.has(Twist.COURT_TERMINATED) and one.has(Twist.TWO_A_NUMBERS):
        yield _entry(one, source, "Proceedings", [  # of the other file: nobody noticed that it is one person
            *who,
            RecordFact(FactKind.A_NUMBER, one.second_number),
            RecordFact(FactKind.COURT, CourtEvent.NOTICE_FILED, begun + timedelta(days=240)),
            RecordFact(FactKind.COURT, CourtEvent.TERMINATED, begun + timedelta(days=420)),
        ], numbers={Basis.A_NUMBER: (one.second_number,)})  # fmt: skip


def _citizen(one: _Person) -> Iterator[Entry]:
    oath = one.day("NATURALISATION_OATH")
    if oath is None or not one.has(Twist.LATER_NATURALISATION):
        return
    yield _entry(one, SourceCode.NATURALISATION, "Certificate of naturalisation", [
        *_who(one),
        *(RecordFact(FactKind.A_NUMBER, number) for number in one.mine),
        RecordFact(FactKind.NATURALISATION, one.certificate, oath),
        RecordFact(FactKind.STATUS, Status.CITIZEN, oath),
    ])  # fmt: skip


def _days_after(one: _Person, reason: str, days: int) -> date | None:
    day = one.day(reason)
    return min(day + timedelta(days=days), one.today) if day else None
