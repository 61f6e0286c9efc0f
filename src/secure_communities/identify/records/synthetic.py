# SPDX-License-Identifier: Apache-2.0
"""Invented histories for the synthetic nation: arrests with charges and outcomes, immigration encounters.

In: a random generator and invented person facts. Out: what `services.record_history` and `open_immigration_record`
take. Deterministic: the same generator state gives the same history. Pure. Nothing here resembles anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from secure_communities.identify.records.identities import Encounter, Identity
from secure_communities.identify.records.rules import (
    ArrestFacts,
    ChargeFacts,
    DispositionFacts,
    DispositionKind,
    ProtectedClass,
)


@dataclass(frozen=True, slots=True, repr=False)
class PersonFacts:
    """An invented person. `state`: where arrests happen; `ori`: a reserved ORI there."""

    family: str
    given: str
    middle: str
    dob: date
    sex: str
    pob: str
    citizenship: str
    state: str
    ori: str

    @property
    def name(self) -> str:
        """`FAMILY,GIVEN MIDDLE`."""
        return f"{self.family},{self.given} {self.middle}".rstrip()


@dataclass(frozen=True, slots=True)
class HistoricArrest:
    """An arrest, and what became of its charges, by charge number from 1."""

    facts: ArrestFacts
    outcomes: Mapping[int, tuple[DispositionFacts, ...]]


class Story(StrEnum):
    """How a person came to be in the immigration register."""

    VISA = "VISA"
    BORDER = "BORDER"
    BENEFIT = "BENEFIT"
    NATURALISED = "NATURALISED"
    PROTECTED = "PROTECTED"


@dataclass(frozen=True, slots=True, repr=False)
class ImmigrationHistory:
    """What `open_immigration_record` takes, encounters in the order of their dates."""

    story: Story
    identities: tuple[Identity, ...]
    a_number: str | None
    encounters: tuple[Encounter, ...]
    protected_class: ProtectedClass

    @property
    def last_encounter(self) -> Encounter:
        """The latest encounter."""
        return self.encounters[-1]


# Words as a booking desk types them, the catalogue's code, the maximum in months. Everyday charges, none ranked.
CHARGES: tuple[tuple[str, str, int], ...] = (
    ("DRIVING UNDER THE INFLUENCE, ALCOHOL", "5404", 12),
    ("SHOPLIFTING, MERCHANDISE UNDER 500 DOLLARS", "2303", 6),
    ("SIMPLE ASSAULT", "1313", 12),
    ("POSSESSION OF MARIJUANA", "3562", 12),
    ("TRESPASSING", "5707", 6),
    ("DISORDERLY CONDUCT", "5311", 3),
    ("BURGLARY OF A BUILDING, FORCED ENTRY", "2203", 120),
    ("UNAUTHORIZED USE OF A VEHICLE", "2411", 24),
    ("FORGERY OF CHECKS", "2501", 60),
    ("DAMAGE TO PRIVATE PROPERTY", "2902", 12),
    ("ROBBERY, STREET, STRONGARM", "1206", 180),
    ("POSSESSION OF COCAINE", "3532", 36),
    ("FAILURE TO APPEAR", "5015", 6),
    ("CARRYING A CONCEALED WEAPON", "5202", 24),
)
# Bookings whose desk sent words and no code: they stay UNKNOWN until a person confirms one.
UNCODED: tuple[str, ...] = (
    "NO OPERATOR LICENSE",
    "CITY ORDINANCE 14-22",
    "HOLD FOR OTHER AGENCY",
    "EXPIRED REGISTRATION",
)

OUTCOMES: tuple[tuple[DispositionKind | None, int], ...] = (
    (DispositionKind.CONVICTED, 40),
    (DispositionKind.DISMISSED, 25),
    (DispositionKind.NOT_CHARGED, 8),
    (DispositionKind.ACQUITTED, 4),
    (DispositionKind.DEFERRED, 5),
    (None, 18),  # never reported: common on real sheets, and said so on ours
)

PROTECTED: tuple[ProtectedClass, ...] = (
    ProtectedClass.REFUGEE,
    ProtectedClass.ASYLEE,
    ProtectedClass.VAWA,
    ProtectedClass.T_VISA,
    ProtectedClass.U_VISA,
)

# Encounters of each story in order: class of organisation, site, reason, years after the one before (at most).
_STEPS: Mapping[Story, tuple[tuple[str, str, str, int], ...]] = {
    Story.VISA: (("CONSULAR", "DEMO POST 1", "VISA_APPLICATION", 0), ("TRAVEL", "DEMO AIRPORT", "ADMISSION", 1)),
    Story.BORDER: (("BORDER", "DEMO SECTOR 2", "APPREHENSION", 0), ("ENFORCEMENT", "DEMO OFFICE 3", "PROCESSING", 2)),
    Story.BENEFIT: (
        ("TRAVEL", "DEMO AIRPORT", "ADMISSION", 0),
        ("BENEFIT", "DEMO CENTRE 4", "RESIDENCE_APPLICATION", 4),
    ),
    Story.NATURALISED: (
        ("TRAVEL", "DEMO AIRPORT", "ADMISSION", 0),
        ("BENEFIT", "DEMO CENTRE 4", "RESIDENCE_GRANTED", 4),
        ("BENEFIT", "DEMO CENTRE 5", "NATURALISATION_OATH", 6),
    ),
    Story.PROTECTED: (("TRAVEL", "DEMO AIRPORT", "ADMISSION", 0), ("BENEFIT", "DEMO CENTRE 6", "APPLICATION", 3)),
}
_DOCUMENTS: Mapping[Story, str] = {
    Story.VISA: "VISA",
    Story.BORDER: "NONE",
    Story.BENEFIT: "RESIDENT_CARD",
    Story.NATURALISED: "NATURALISATION_CERTIFICATE",
    Story.PROTECTED: "PASSPORT",
}


def criminal_history(
    rng: Random, person: PersonFacts, *, today: date, arrests: int | None = None
) -> list[HistoricArrest]:
    """One to four past arrests (or as many as asked) by date, before `today`; none of a person under 18."""
    wanted = arrests if arrests is not None else rng.choices((1, 2, 3, 4), (50, 27, 15, 8))[0]
    first = _birthday(person.dob, 18)
    span = (today - first).days - 30
    if span < wanted:
        return []
    days = sorted(first + timedelta(days=one) for one in rng.sample(range(span), wanted))
    return [_arrest(rng, person, day, today) for day in days]


def immigration_history(rng: Random, person: PersonFacts, story: Story, *, today: date) -> ImmigrationHistory:
    """The encounters and identities of one story, all before `today`."""
    steps = _STEPS[story]
    years = sum(step[3] for step in steps)
    latest_start = max((today - person.dob).days - 365 * years - 60, 1)
    day = person.dob + timedelta(days=rng.randrange(latest_start // 2, latest_start))
    encounters = []
    for organisation, site, reason, gap in steps:
        day += timedelta(days=rng.randint(20, 365 * gap)) if gap else timedelta()
        encounters.append(Encounter(min(day, today), organisation, site, reason))
    return ImmigrationHistory(
        story=story,
        identities=_identities(rng, person, story),
        a_number=None if story is Story.VISA else f"A000{rng.randrange(1, 1_000_000):06d}",
        encounters=tuple(encounters),
        protected_class=_protected_class(rng, person, today) if story is Story.PROTECTED else ProtectedClass.NONE,
    )


def _arrest(rng: Random, person: PersonFacts, day: date, today: date) -> HistoricArrest:
    count = rng.choices((1, 2, 3), (60, 30, 10))[0]
    picked = rng.sample(CHARGES, count)
    charges = [
        ChargeFacts(words, code, day - timedelta(days=rng.randrange(3)), person.state) for words, code, _ in picked
    ]
    maxima: list[int | None] = [maximum for _, _, maximum in picked]
    if rng.random() < 0.2:
        charges.append(ChargeFacts(rng.choice(UNCODED), None, None, person.state))
        maxima.append(None)
    outcomes = {number: _outcomes(rng, day, today, maximum) for number, maximum in enumerate(maxima, 1)}
    facts = ArrestFacts(
        correlation=f"SYN{person.ori}-{day:%Y%m%d}-{rng.randrange(1_000_000):06d}",
        ori=person.ori,
        arrest_date=day,
        charges=tuple(charges),
        names=(person.name,),
        dob=person.dob,
        sex=person.sex,
        pob=person.pob,
        oca=f"SYN-{rng.randrange(1_000_000):06d}",
    )
    return HistoricArrest(facts, {number: found for number, found in outcomes.items() if found})


def _outcomes(rng: Random, day: date, today: date, maximum: int | None) -> tuple[DispositionFacts, ...]:
    kind = rng.choices([one for one, _ in OUTCOMES], [weight for _, weight in OUTCOMES])[0]
    decided = day + timedelta(days=rng.randint(20, 400))
    if kind is None:
        return ()
    pending = DispositionFacts(DispositionKind.PENDING, None, "STATE BUREAU", maximum_months=maximum)
    if decided >= today:
        return (pending,)
    final = DispositionFacts(kind, decided, "STATE BUREAU", maximum_months=maximum)
    if kind is DispositionKind.CONVICTED and maximum is not None and rng.random() < 0.85:
        final = replace(final, sentence_months=rng.randint(0, max(1, maximum // 4)))
    return (pending, final) if rng.random() < 0.3 else (final,)


def _identities(rng: Random, person: PersonFacts, story: Story) -> tuple[Identity, ...]:
    kind = _DOCUMENTS[story]
    number = "" if kind == "NONE" else f"SYN{rng.randrange(10**7):07d}"
    true = Identity(
        person.family, person.given, person.middle, person.dob, person.pob, person.citizenship, person.sex, kind, number
    )
    if story is Story.BORDER and rng.random() < 0.5:  # written another way at another encounter
        return true, replace(true, given=person.given[:1], middle="")
    return (true,)


def _protected_class(rng: Random, person: PersonFacts, today: date) -> ProtectedClass:
    if today < _birthday(person.dob, 18):
        return ProtectedClass.MINOR
    if person.dob.year < 1968 and rng.random() < 0.5:
        return ProtectedClass.SAW  # the programme was of 1986-1988
    return rng.choice(PROTECTED)


def _birthday(born: date, years: int) -> date:
    day = 28 if (born.month, born.day) == (2, 29) else born.day
    return date(born.year + years, born.month, day)
