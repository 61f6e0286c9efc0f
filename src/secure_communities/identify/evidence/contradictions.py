# SPDX-License-Identifier: Apache-2.0
"""Where sources do not agree about a person: which statements, whose, and why it matters. No Django.

In: facts. Out: `Contradiction`s. It never says who is right, and draws nothing from a name but that it is written
differently: people weigh it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations

from secure_communities.identify.evidence.facts import CourtEvent, EvidenceFact, FactKind, Status


class ContradictionKind(StrEnum):
    """What the sources disagree about."""

    SURNAMES_TURNED = "SURNAMES_TURNED"
    NAMES_DIFFER = "NAMES_DIFFER"
    DAY_AND_MONTH_TURNED = "DAY_AND_MONTH_TURNED"
    BIRTH_DATES_DIFFER = "BIRTH_DATES_DIFFER"
    BIRTHPLACES_DIFFER = "BIRTHPLACES_DIFFER"
    CITIZENSHIPS_DIFFER = "CITIZENSHIPS_DIFFER"
    CITIZEN_AND_OTHER_STATUS = "CITIZEN_AND_OTHER_STATUS"
    STATUSES_OVERLAP = "STATUSES_OVERLAP"
    TWO_A_NUMBERS = "TWO_A_NUMBERS"
    ENTRY_WITHOUT_EXIT = "ENTRY_WITHOUT_EXIT"
    COURT_DISAGREES = "COURT_DISAGREES"
    AFTER_DEATH = "AFTER_DEATH"
    AFTER_REMOVAL = "AFTER_REMOVAL"


WORDS: dict[ContradictionKind, tuple[str, str]] = {
    ContradictionKind.SURNAMES_TURNED: (
        "The surnames stand in another order",
        "With two surnames, registers differ in which comes first. A search under one order misses the other.",
    ),
    ContradictionKind.NAMES_DIFFER: (
        "Names differ",
        "One may be an alias, a name before or after a marriage, a slip, or another person's record filed here.",
    ),
    ContradictionKind.DAY_AND_MONTH_TURNED: (
        "Day and month of birth are turned round",
        "Both orders are customary. One of the two dates was read in the other order.",
    ),
    ContradictionKind.BIRTH_DATES_DIFFER: (
        "Dates of birth differ",
        "Age decides who is a child and who became a citizen through a parent. See which document each date rests on.",
    ),
    ContradictionKind.BIRTHPLACES_DIFFER: (
        "Places of birth differ",
        "Whoever was born in the United States is a citizen. A place of birth is settled by a record of the birth.",
    ),
    ContradictionKind.CITIZENSHIPS_DIFFER: (
        "Citizenships differ",
        "A person can have several, and can have gained or lost one. What was recorded first may no longer hold.",
    ),
    ContradictionKind.CITIZEN_AND_OTHER_STATUS: (
        "One source records a citizen, another an earlier status as still running",
        "Registers often keep the older record open after a naturalisation. Citizenship is cleared up first (S2).",
    ),
    ContradictionKind.STATUSES_OVERLAP: (
        "Two statuses are recorded for the same days",
        "One may have replaced the other before its end was entered.",
    ),
    ContradictionKind.TWO_A_NUMBERS: (
        "Two A-numbers are recorded",
        "What stands in the second file may not be known to those who keep the first. Read both.",
    ),
    ContradictionKind.ENTRY_WITHOUT_EXIT: (
        "The last entry has no exit, and the stay recorded has ended",
        "A missing exit does not prove that the person stayed: many departures, above all by land, are not recorded.",
    ),
    ContradictionKind.COURT_DISAGREES: (
        "The court records an order and the end of proceedings",
        "An order may have been reopened, or concern another file. Which came last, and of which file, decides.",
    ),
    ContradictionKind.AFTER_DEATH: (
        "Something is recorded after a death",
        "The record of the death may belong to somebody else, or the later record may.",
    ),
    ContradictionKind.AFTER_REMOVAL: (
        "Something is recorded after a removal",
        "The person may have been admitted again lawfully, or the removal was not carried out as recorded.",
    ),
}


@dataclass(frozen=True, slots=True, repr=False)
class Contradiction:
    """One disagreement: the statements that do not go together, in the order of their sources."""

    kind: ContradictionKind
    statements: tuple[EvidenceFact, ...]

    @property
    def title(self) -> str:
        """What does not agree."""
        return WORDS[self.kind][0]

    @property
    def why(self) -> str:
        """Why it matters."""
        return WORDS[self.kind][1]

    def __repr__(self) -> str:
        return f"Contradiction({self.kind})"


def contradictions(facts: Sequence[EvidenceFact], *, today: date) -> tuple[Contradiction, ...]:
    """Every disagreement among the facts, in a fixed order whatever the order of the facts."""
    return tuple(found for look in LOOKS for found in look(sorted(facts, key=_place), today))


def _place(one: EvidenceFact) -> tuple[str, str, str, str, date, date, int]:
    """A place of its own for each fact that differs in anything."""
    return (
        one.source, one.record, one.kind, one.value, one.on or date.min, one.until or date.min, one.evidence or 0
    )  # fmt: skip


def _of(facts: Iterable[EvidenceFact], *kinds: FactKind) -> list[EvidenceFact]:
    return [one for one in facts if one.kind in kinds]


def _apart(facts: Sequence[EvidenceFact]) -> tuple[EvidenceFact, ...]:
    """Each different value once for each source that states it."""
    return tuple({(one.value, one.source, one.record): one for one in facts}.values())


def _names(facts: Sequence[EvidenceFact], today: date) -> Iterable[Contradiction]:
    named = _of(facts, FactKind.NAME)
    relations = {_name_relation(first.value, second.value) for first, second in combinations(named, 2)}
    if ContradictionKind.NAMES_DIFFER in relations:
        yield Contradiction(ContradictionKind.NAMES_DIFFER, _apart(named))
    elif ContradictionKind.SURNAMES_TURNED in relations:
        yield Contradiction(ContradictionKind.SURNAMES_TURNED, _apart(named))


def _name_relation(first: str, second: str) -> ContradictionKind | None:
    """How two spellings differ; None where one is only shorter: an initial, or a middle name left out."""
    (surname, given), (other_surname, other_given) = _parts(first), _parts(second)
    if not _may_be_same_given(given, other_given):
        return ContradictionKind.NAMES_DIFFER
    if surname == other_surname:
        return None
    turned = sorted(surname) == sorted(other_surname)
    return ContradictionKind.SURNAMES_TURNED if turned else ContradictionKind.NAMES_DIFFER


def _parts(name: str) -> tuple[list[str], list[str]]:
    surname, _, given = name.upper().replace("-", " ").partition(",")
    return surname.split(), given.split()


def _may_be_same_given(first: Sequence[str], second: Sequence[str]) -> bool:
    return all(one.startswith(other) or other.startswith(one) for one, other in zip(first, second, strict=False))


def _birth_dates(facts: Sequence[EvidenceFact], today: date) -> Iterable[Contradiction]:
    born = _of(facts, FactKind.BIRTH_DATE)
    days = sorted({one.value for one in born})
    if len(days) < 2:
        return
    turned = len(days) == 2 and days[0] == _turned(days[1])
    kind = ContradictionKind.DAY_AND_MONTH_TURNED if turned else ContradictionKind.BIRTH_DATES_DIFFER
    yield Contradiction(kind, _apart(born))


def _turned(day: str) -> str:
    year, month, of_month = day.split("-")
    return f"{year}-{of_month}-{month}"


def _differ(kind: FactKind, found: ContradictionKind) -> Callable[[Sequence[EvidenceFact], date], list[Contradiction]]:
    def look(facts: Sequence[EvidenceFact], today: date) -> list[Contradiction]:
        stated = _of(facts, kind)
        return [Contradiction(found, _apart(stated))] if len({one.value for one in stated}) > 1 else []

    return look


def _citizen(one: EvidenceFact) -> bool:
    return one.kind in (FactKind.NATURALISATION, FactKind.PASSPORT) or (
        one.kind is FactKind.STATUS and one.value == Status.CITIZEN
    )


def _citizen_and_other(facts: Sequence[EvidenceFact], today: date) -> Iterable[Contradiction]:
    citizen = [one for one in facts if _citizen(one)]
    since = min((one.on for one in citizen if one.on), default=date.min)
    others = [
        one for one in _of(facts, FactKind.STATUS) if one.value != Status.CITIZEN and (one.until or date.max) > since
    ]
    if citizen and others:
        yield Contradiction(ContradictionKind.CITIZEN_AND_OTHER_STATUS, _apart([*citizen, *others]))


def _overlaps(facts: Sequence[EvidenceFact], today: date) -> Iterable[Contradiction]:
    held = [one for one in _of(facts, FactKind.STATUS) if one.value != Status.CITIZEN and one.on]
    clashing = [
        one for pair in combinations(held, 2) if pair[0].value != pair[1].value and _overlap(*pair) for one in pair
    ]
    if clashing:
        yield Contradiction(ContradictionKind.STATUSES_OVERLAP, _apart(clashing))


def _overlap(first: EvidenceFact, second: EvidenceFact) -> bool:
    start = max(first.on or date.min, second.on or date.min)
    return start < min(first.until or date.max, second.until or date.max)


def _without_exit(facts: Sequence[EvidenceFact], today: date) -> Iterable[Contradiction]:
    entries = [one for one in _of(facts, FactKind.ENTRY) if one.on]
    exits = [one.on for one in _of(facts, FactKind.EXIT) if one.on]
    if not entries:
        return
    last = max(entries, key=lambda one: one.on or date.min)
    stays = [one for one in _of(facts, FactKind.STATUS) if one.value == Status.NONIMMIGRANT]
    ended = [one for one in stays if one.until and one.until < today]
    left = any(day >= last.on for day in exits if last.on)
    lawful_since = any(_citizen(one) or (one.kind is FactKind.STATUS and one.value == Status.LPR) for one in facts)
    if ended and not left and not lawful_since:
        yield Contradiction(ContradictionKind.ENTRY_WITHOUT_EXIT, (last, *ended))


ENDINGS = frozenset({CourtEvent.TERMINATED, CourtEvent.RELIEF_GRANTED, CourtEvent.REOPENED})


def _court(facts: Sequence[EvidenceFact], today: date) -> Iterable[Contradiction]:
    ordered = [one for one in _of(facts, FactKind.COURT) if one.value == CourtEvent.REMOVAL_ORDERED]
    ended = [one for one in _of(facts, FactKind.COURT) if one.value in ENDINGS]
    if ordered and ended:
        yield Contradiction(ContradictionKind.COURT_DISAGREES, _apart([*ordered, *ended]))


LIVING = (FactKind.ENTRY, FactKind.EXIT, FactKind.ARREST, FactKind.PETITION, FactKind.NATURALISATION, FactKind.COURT)


def _after(
    end: FactKind, found: ContradictionKind, kinds: tuple[FactKind, ...]
) -> Callable[[Sequence[EvidenceFact], date], list[Contradiction]]:
    def look(facts: Sequence[EvidenceFact], today: date) -> list[Contradiction]:
        ends = [one for one in _of(facts, end) if one.on]
        later = [
            one for one in _of(facts, *kinds) if one.on and any(last.on and one.on > last.on for last in ends)
        ]  # fmt: skip
        return [Contradiction(found, _apart([*ends, *later]))] if later else []

    return look


LOOKS: tuple[Callable[[Sequence[EvidenceFact], date], Iterable[Contradiction]], ...] = (
    _citizen_and_other,
    _differ(FactKind.CITIZENSHIP, ContradictionKind.CITIZENSHIPS_DIFFER),
    _differ(FactKind.BIRTHPLACE, ContradictionKind.BIRTHPLACES_DIFFER),
    _birth_dates,
    _names,
    _differ(FactKind.A_NUMBER, ContradictionKind.TWO_A_NUMBERS),
    _overlaps,
    _court,
    _without_exit,
    _after(FactKind.DEATH, ContradictionKind.AFTER_DEATH, LIVING),
    _after(FactKind.REMOVAL, ContradictionKind.AFTER_REMOVAL, (FactKind.ENTRY, FactKind.ARREST)),
)
