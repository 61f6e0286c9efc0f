# SPDX-License-Identifier: Apache-2.0
"""Weigh two records against each other, and say why: one function feeds the order of a list and the chart. Pure.

In: two `Features`. Out: a `Weighing`: the steps of the waterfall, their sum, a word, whether they may be twins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TypeVar

from secure_communities.linkage import comparison, dates, phonetics
from secure_communities.linkage.comparison import Givens, Surnames
from secure_communities.linkage.dates import DateLevel
from secure_communities.linkage.features import Features
from secure_communities.linkage.model import Model, current
from secure_communities.linkage.names import Name

Key = TypeVar("Key")

TURNED = "turned"


class Word(StrEnum):
    """What a screen says of two records to look at. None of the words says that they are one person's."""

    LIKELY = "likely the same"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the waterfall: what was compared, how it agrees, its weight in bits, the sum so far."""

    comparison: str
    title: str
    level: str
    words: str
    weight: float
    total: float


@dataclass(frozen=True, slots=True)
class Weighing:
    """What speaks for and against. `unadjusted` leaves the twins' rule out, for whoever audits the model."""

    steps: tuple[Step, ...]
    unadjusted: float
    total: float
    twins: bool
    word: Word
    model: str


def weigh(a: Features, b: Features, model: Model | None = None) -> Weighing:
    """Weigh two records. Symmetric; two equal records weigh as much as any other pair with those surnames, or more."""
    model = model or current()
    found = list(_levels(a, b, model))
    steps, total = [], 0.0
    for code, level_code, weight in found:
        total += weight
        level = model.level(code, level_code)
        steps.append(Step(code, model.comparisons[code].title, level_code, level.words, weight, total))
    twins = _may_be_twins(a, b)
    adjusted = min(total, model.twins) if twins else total
    return Weighing(tuple(steps), total, adjusted, twins, _word(adjusted, model), model.name)


def rank(
    asked: Features, candidates: Iterable[tuple[Key, Features]], model: Model | None = None
) -> list[tuple[Key, Weighing]]:
    """The candidates by weight, heaviest first; ties keep the order in which they came."""
    weighed = [(key, weigh(asked, one, model)) for key, one in candidates]
    return sorted(weighed, key=lambda pair: -pair[1].unadjusted)


def _word(total: float, model: Model) -> Word:
    if total >= model.likely:
        return Word.LIKELY
    return Word.POSSIBLE if total >= model.possible else Word.UNLIKELY


def _levels(a: Features, b: Features, model: Model) -> Iterator[tuple[str, str, float]]:
    """Comparison, level and weight of each part: the best pair of names, the best pair of dates, then the rest."""
    yield from max(
        (one for x, y in product(a.names, b.names) for one in _names(x, y, model)),
        key=lambda levels: sum(weight for _, _, weight in levels),
        default=[],
    )
    if a.birth_dates and b.birth_dates:
        levels = {dates.level(x, y) for x, y in product(a.birth_dates, b.birth_dates)}
        yield max(
            ((("birth_date", one.value, model.level("birth_date", one).weight)) for one in levels),
            key=lambda one: one[2],
        )
    if a.sex and b.sex:
        yield _plain("sex", "same" if a.sex == b.sex else "different", model)
    if a.places and b.places:
        yield _plain("place", "same" if set(a.places) & set(b.places) else "different", model)
    if shared := set(a.numbers) & set(b.numbers):
        yield _plain("number", "same" if shared else "different", model)


def _plain(code: str, level: str, model: Model) -> tuple[str, str, float]:
    return code, level, model.level(code, level).weight


def _names(x: Name, y: Name, model: Model) -> Iterator[list[tuple[str, str, float]]]:
    """The names as written, and each turned round, which has its own weight."""
    rarest = min(_rarity(x, model), _rarity(y, model))
    yield _straight(x, y, rarest, model)
    if len(x.given) and len(y.given):
        turning = _plain("order", TURNED, model)
        for one, other in ((comparison.turned(x), y), (x, comparison.turned(y))):
            surname, given, (name, level, weight) = _straight(one, other, rarest, model)
            # Exchanging makes further given names of a second surname: agreement of those is counted with the surname.
            yield [surname, given, (name, level, min(weight, 0.0)), turning]


def _rarity(name: Name, model: Model) -> float:
    """What the same surname weighs where it agrees as a whole."""
    return model.surname_weight(model.level("surname", Surnames.SAME), phonetics.folded("".join(name.surname)))


def _straight(x: Name, y: Name, rarest: float, model: Model) -> list[tuple[str, str, float]]:
    """`rarest`: no agreement of surnames weighs more than that of the commoner of the two with itself."""
    family = comparison.surnames(x.surname, y.surname)
    weight = rarest if family is Surnames.SAME else min(model.level("surname", family).weight, rarest)
    return [
        ("surname", family.value, weight),
        _plain("given", comparison.givens(x.given, y.given), model),
        _plain("middle", comparison.middles(x.given, y.given), model),
    ]


_OTHER_PERSON = frozenset({Givens.DIFFERENT, Givens.SIMILAR})


def _may_be_twins(a: Features, b: Features) -> bool:
    """Same surname and birth date, given names that are not each other's, no number in common: two children perhaps."""
    if set(a.numbers) & set(b.numbers) or not (a.names and b.names):
        return False
    if not any(dates.level(x, y) is DateLevel.EQUAL for x, y in product(a.birth_dates, b.birth_dates)):
        return False
    pairs = list(product(a.names, b.names))
    family = {Surnames.SAME, Surnames.REORDERED, Surnames.SPELLING}
    return any(comparison.surnames(x.surname, y.surname) in family for x, y in pairs) and all(
        comparison.givens(x.given, y.given) in _OTHER_PERSON
        and not any(
            comparison.surnames(one.surname, two.surname) in family
            for one, two in ((comparison.turned(x), y), (x, comparison.turned(y)))
        )
        for x, y in pairs
    )
