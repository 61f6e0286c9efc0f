# SPDX-License-Identifier: Apache-2.0
"""What one charge weighs under one rule set, as it stands and under every completion of what is unknown of it.

In: a charge. Out: its class (all that the rule set can tell of it) and the class's weights. Two charges of one class
cannot be told apart by the rules, so each class is weighed once, and completions are those of classes: exact and few.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Final, NamedTuple

from secure_communities.policy.priority.answers import Outside
from secure_communities.policy.priority.facts import ENDED_WITHOUT_CONVICTION, ChargeFact, Outcome
from secure_communities.policy.priority.tables import Row, RuleSet, offence_codes

NEVER: Final = 1 << 20  # a rank that no level has

CONVICTED, CHARGED, DEFERRED, ENDED = "CONVICTED", "CHARGED", "DEFERRED", "ENDED"
GROUND_OF: Final = {
    Outcome.CONVICTED: CONVICTED,
    Outcome.PENDING: CHARGED,
    Outcome.DEFERRED: DEFERRED,
    **dict.fromkeys(ENDED_WITHOUT_CONVICTION, ENDED),
}


class ChargeClass(NamedTuple):
    """All that a rule set can tell of a charge: a code and months stand for all that its rows and terms treat alike."""

    code: str | None
    confirmed: bool
    ground: str | None  # None: nobody knows what became of it
    fresh: bool
    sentence: int | None
    maximum: int | None


class Weight(NamedTuple):
    """What charges, or findings, weigh together. Ranks: 0 is the gravest, NEVER is none.

    `level`: rank × 4 + basis (0 convicted, 1 charged, 2 finding). `review`: the gravest rank that a person could
    choose. `unknown`: the gravest rank that something unknown could give. `counts`: how many charges each counting row
    certainly has, capped; `judged`: the same with those of which a person says whether they count; `possible`: the same
    with what is unknown too.
    """

    level: int = NEVER
    review: int = NEVER
    unknown: int = NEVER
    counts: tuple[int, ...] = ()
    judged: tuple[int, ...] = ()
    possible: tuple[int, ...] = ()


class Holds(NamedTuple):
    """Whether a row holds of a charge: True, False, or None where that is unknown."""

    row: Row
    holds: bool | None


@dataclass(frozen=True)
class Scale:
    """Weighs charges under one rule set."""

    rules: RuleSet

    @cached_property
    def counting(self) -> tuple[Row, ...]:
        """The rows that need more than one charge."""
        return tuple(row for row in self.rules.rows if row.at_least > 1)

    @cached_property
    def nothing(self) -> Weight:
        """The weight of no charge at all."""
        zeros = (0,) * len(self.counting)
        return Weight(counts=zeros, judged=zeros, possible=zeros)

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """One length for each that the set's terms tell apart: just under, at and just over every limit."""
        limits = {row.term.months for row in self.rules.rows if row.term}
        return tuple(sorted({max(0, limit + step) for limit in limits for step in (-1, 0, 1)})) or (0,)

    @cached_property
    def like(self) -> dict[str, str]:
        """Of each code, the first that is in the same rows: the rule set cannot tell the two apart."""
        first: dict[tuple[bool, ...], str] = {}
        return {
            code: first.setdefault(tuple(code in row.matching for row in self.rules.rows), code)
            for code in offence_codes()
        }

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """One code for each set of rows that a code can be in."""
        return tuple(dict.fromkeys(self.like.values()))

    def class_of(self, charge: ChargeFact) -> ChargeClass:
        """The class of a charge. A maximum under the sentence that was imposed is none: it cannot be right."""
        sentence, maximum = charge.sentence_months, charge.maximum_months
        if sentence is not None and maximum is not None and maximum < sentence:
            maximum = None
        return ChargeClass(
            code=self.like[charge.code] if charge.code else None,
            confirmed=charge.code_confirmed,
            ground=GROUND_OF[charge.outcome] if charge.outcome else None,
            fresh=charge.outcome_fresh,
            sentence=self._alike(sentence),
            maximum=self._alike(maximum),
        )

    def _alike(self, months: int | None) -> int | None:
        return None if months is None else max((one for one in self.lengths if one <= months), default=self.lengths[0])

    def codes_of(self, one: ChargeClass) -> tuple[str, ...]:
        """The codes the charge may turn out to have: any, unless a person confirmed the one it has (S18)."""
        return (one.code,) if one.code and one.confirmed else self.codes

    def grounds_of(self, one: ChargeClass) -> tuple[str, ...]:
        """What may have become of it: anything, unless it is known and recent."""
        return (one.ground,) if one.ground and one.fresh else (CONVICTED, CHARGED, DEFERRED, ENDED)

    def terms_of(self, one: ChargeClass, ground: str) -> tuple[tuple[int | None, int], ...]:
        """Pairs of sentence and maximum it may have on that ground; a sentence is no longer than the maximum."""
        maxima = self.lengths if one.maximum is None else (one.maximum,)
        if ground != CONVICTED:
            return tuple((None, maximum) for maximum in maxima)
        sentences = self.lengths if one.sentence is None else (one.sentence,)
        return tuple((sentence, maximum) for sentence, maximum in product(sentences, maxima) if sentence <= maximum)

    def completions(self, one: ChargeClass) -> Iterator[ChargeClass]:
        """Every class the charge could turn out to be of; the class itself where nothing is unknown."""
        for code, ground in product(self.codes_of(one), self.grounds_of(one)):
            for sentence, maximum in self.terms_of(one, ground):
                yield ChargeClass(code, True, ground, True, sentence, maximum)

    def rows_of(self, one: ChargeClass) -> list[Holds]:
        """Each row that holds, or may hold, of a charge as it stands: an unconfirmed code as submitted, a charge of
        which nobody knows what became as a charge."""
        ground = one.ground or CHARGED
        if ground == ENDED or one.code is None:
            return []
        found = []
        for row in self.rules.rows:
            if one.code not in row.matching or not self._grounded(row, ground):
                continue
            if row.term is None:
                found.append(Holds(row, True))
                continue
            values = {
                row.term.holds(sentence if row.term.field == "sentence" and sentence is not None else maximum)
                for sentence, maximum in self.terms_of(one, ground)
            }
            if values != {False}:
                found.append(Holds(row, True if values == {True} else None))
        return found

    def _grounded(self, row: Row, ground: str) -> bool:
        if ground == DEFERRED:  # REVIEW: a person says whether it counts as a conviction
            return "CHARGED" in row.grounds or self.rules.deferred == "REVIEW"
        return ground in row.grounds

    def weigh(self, one: ChargeClass) -> Weight:
        """The weight of a charge as it stands."""
        if one.code is None and one.ground != ENDED:
            return self._unknown_code(one)
        ranks = self.rules.ranks
        level = review = unknown = NEVER
        counts, judged, possible = ([0] * len(self.counting) for _ in range(3))
        basis = 0 if one.ground == CONVICTED else 1
        for row, holds in self.rows_of(one):
            by_person = one.ground == DEFERRED and "CHARGED" not in row.grounds
            if row.at_least > 1:
                place = self.counting.index(row)
                possible[place] = 1
                counts[place] = int(holds is True and not by_person)
                judged[place] = int(holds is True)
            elif row.answer == Outside.REVIEW:
                gravest = min(ranks[code] for code in row.could_be)
                if holds is True or row.unknown == Outside.REVIEW:
                    review = min(review, gravest)
                elif row.unknown == Outside.INSUFFICIENT_DATA:
                    unknown = min(unknown, gravest)
            elif holds is True and not by_person:
                level = min(level, ranks[row.answer] * 4 + basis)
            elif by_person or row.unknown == Outside.REVIEW:
                review = min(review, ranks[row.answer])
            elif row.unknown == Outside.INSUFFICIENT_DATA:
                unknown = min(unknown, ranks[row.answer])
        return Weight(level, review, unknown, tuple(counts), tuple(judged), tuple(possible))

    def _unknown_code(self, one: ChargeClass) -> Weight:
        """A charge without a code weighs nothing as it stands, and could weigh whatever any code does."""
        every = [self.weigh(one._replace(code=code, confirmed=True)) for code in self.codes]
        gravest = min(
            min(each.level // 4 if each.level < NEVER else NEVER, each.review, each.unknown) for each in every
        )
        zeros = (0,) * len(self.counting)
        possible = tuple(max(each.possible[place] for each in every) for place in range(len(self.counting)))
        return Weight(unknown=gravest, counts=zeros, judged=zeros, possible=possible)

    def together(self, one: Weight, other: Weight) -> Weight:
        """Two weights together. Counts stop at what their row needs."""
        return Weight(
            min(one.level, other.level),
            min(one.review, other.review),
            min(one.unknown, other.unknown),
            self._counted(one.counts, other.counts),
            self._counted(one.judged, other.judged),
            self._counted(one.possible, other.possible),
        )

    def telling(self, weight: Weight) -> Weight:
        """A weight without what can change no answer any more, whatever is added to it: its basis, a review no graver
        than its level, unknown things beside what stands, counts towards no graver level."""
        rank = weight.level // 4 if weight.level < NEVER else NEVER
        review = weight.review if weight.review < rank else NEVER
        open_still = rank == review == NEVER
        ranks = [self.rules.ranks[row.answer] for row in self.counting]
        return Weight(
            rank * 4 if rank < NEVER else NEVER,
            review,
            weight.unknown if open_still else NEVER,
            tuple(count if row < rank else 0 for row, count in zip(ranks, weight.counts, strict=True)),
            tuple(count if row < min(rank, review) else 0 for row, count in zip(ranks, weight.judged, strict=True)),
            weight.possible if open_still else (0,) * len(ranks),
        )

    def _counted(self, one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(min(row.at_least, a + b) for row, a, b in zip(self.counting, one, other, strict=True))

    def settled(self, weight: Weight) -> Weight:
        """A weight with its counting rows counted: those that are full give their level; those that are full only if
        a person says that a deferred adjudication counts ask for that person."""
        level, review, unknown = weight.level, weight.review, weight.unknown
        counted = zip(self.counting, weight.counts, weight.judged, weight.possible, strict=True)
        for row, certain, judged, perhaps in counted:
            rank = self.rules.ranks[row.answer]
            if certain >= row.at_least:
                level = min(level, rank * 4 + (0 if row.grounds == ("CONVICTED",) else 1))
            elif judged >= row.at_least:
                review = min(review, rank)
            elif perhaps >= row.at_least:
                unknown = min(unknown, rank)
        return weight._replace(level=level, review=review, unknown=unknown)
