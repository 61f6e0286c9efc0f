# SPDX-License-Identifier: Apache-2.0
"""The calculator: a rule set and facts to an answer, the step that decided it, and whether it is provisional.

The gravest answer stands. REVIEW prevails over a level where the person could choose a graver one; a level prevails
over what is unknown, and is provisional then; where only the unknown could say anything, data is insufficient. An
outcome that is out of date, and would change the answer, sends the case to a person (S18). Provisional is computed:
some completion of what is unknown gives another answer (ADR 25).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Final, NamedTuple

from secure_communities.policy.priority.answers import Basis, Outside
from secure_communities.policy.priority.facts import Facts, Standing
from secure_communities.policy.priority.tables import FindingRow, RuleSet
from secure_communities.policy.priority.weighing import CONVICTED, NEVER, ChargeClass, Scale, Weight

BASES: Final = (Basis.CONVICTED, Basis.CHARGED, Basis.FINDING)


class Short(NamedTuple):
    """An answer without its reasons: what a shadow run over a million people compares.

    `gravest`: the rank of a level; of REVIEW and INSUFFICIENT_DATA the gravest that it could turn out to be.
    """

    answer: str
    rank: int | None
    basis: str
    provisional: bool
    could_become: tuple[str, ...]
    stale: bool  # an outcome that is out of date made it REVIEW
    gravest: int | None


class Stand(NamedTuple):
    """The answer to a weight, its basis and the gravest rank behind it."""

    answer: str
    basis: Basis
    gravest: int | None


class Case(NamedTuple):
    """All that a rule set can tell of a person: the classes of charges, findings asked for, the requirement."""

    standing: str
    charges: tuple[ChargeClass, ...]
    complete: bool
    findings: tuple[bool | None, ...]  # of each row of findings
    required: bool | None  # True where the set requires nothing


class Calculator:
    """One rule set, ready to answer. Answers are remembered by case: people who cannot be told apart cost nothing."""

    MOST_REMEMBERED = 200_000

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.scale = Scale(rules)
        self._weights: dict[ChargeClass, Weight] = {}
        self._completed: dict[ChargeClass, frozenset[Weight]] = {}
        self._answers: dict[Case, Short] = {}
        self._nothing = frozenset({self.scale.nothing})
        self._sums: dict[tuple[frozenset[Weight], frozenset[Weight]], frozenset[Weight]] = {}

    def short(self, facts: Facts) -> Short:
        """The answer without its reasons."""
        return self.short_of(self.case_of(facts))

    def case_of(self, facts: Facts) -> Case:
        """What the rule set can tell of these facts."""
        rules = self.rules
        return Case(
            str(facts.standing),
            tuple(sorted((self.scale.class_of(one) for one in facts.charges), key=_order)),
            facts.charges_complete,
            tuple(row_holds(row, facts) for row in rules.findings),
            facts.finding(rules.require.finding) if rules.require else True,
        )

    def short_of(self, case: Case) -> Short:
        """The answer to a case."""
        found = self._answers.get(case)
        if found is None:
            if len(self._answers) >= self.MOST_REMEMBERED:
                self._answers.clear()
            found = self._answers[case] = self._answer(case)
        return found

    def _answer(self, case: Case) -> Short:
        if case.standing != Standing.SUBJECT:
            return Short(str(Outside.NOT_APPLICABLE), None, str(Basis.NONE), False, (), False, None)
        stands = self.stands(case)
        reachable = self.reachable(case)
        stale = self.stale_matters(case, stands)
        answer = str(Outside.REVIEW) if stale else stands.answer
        others = tuple(sorted(reachable - {answer}, key=self._gravity))
        basis, gravest = stands.basis, stands.gravest
        if stale:
            basis = Basis.NONE
            ranks = [self.rules.ranks[one] for one in (stands.answer, *others) if one in self.rules.ranks]
            gravest = min(ranks, default=None)
        return Short(answer, self.rules.ranks.get(answer), str(basis), bool(others), others, stale, gravest)

    def stands(self, case: Case) -> Stand:
        """The answer to the case as it stands, with what is unknown unknown."""
        total = self.scale.nothing
        for one in case.charges:
            total = self.scale.together(total, self.weight(one))
        for row, holds in zip(self.rules.findings, case.findings, strict=True):
            if holds:
                total = self.scale.together(total, self.finding(row))
        if not case.complete and not case.charges:
            total = total._replace(unknown=0)
        return self.answer_to(total, case.required)

    def answer_to(self, weight: Weight, required: bool | None) -> Stand:
        """The answer to a weight. `required`: whether what the set requires is stated (None: not known)."""
        rules = self.rules
        weight = self.scale.settled(weight)
        rank = weight.level // 4 if weight.level < NEVER else NEVER
        otherwise = Stand(rules.otherwise, Basis.NONE, rules.ranks.get(rules.otherwise))
        if required is False:
            return otherwise
        if weight.review < rank:
            found = Stand(str(Outside.REVIEW), Basis.NONE, weight.review)
        elif rank < NEVER:
            found = Stand(rules.levels[rank].code, BASES[weight.level % 4], rank)
        elif weight.unknown < NEVER:
            found = Stand(str(Outside.INSUFFICIENT_DATA), Basis.NONE, weight.unknown)
        else:
            return otherwise
        if required is None:
            return Stand(str(Outside.INSUFFICIENT_DATA), Basis.NONE, found.gravest)
        return found

    def reachable(self, case: Case, *, of: Iterable[frozenset[Weight]] | None = None) -> set[str]:
        """Every answer that some completion of the case gives. `of`: the weights each charge could have, if others."""
        totals = self.joined(of if of is not None else [self.completed(one) for one in case.charges])
        if not case.complete:
            totals = self._with_more(totals)
        for row, holds in zip(self.rules.findings, case.findings, strict=True):
            if holds is not False:
                found = self._joined(totals, frozenset({self.finding(row)}))
                totals = found if holds else totals | found
        required = (True, False) if case.required is None else (case.required,)
        return {self.answer_to(one, stated).answer for one, stated in product(totals, required)}

    def joined(self, every: Iterable[frozenset[Weight]]) -> frozenset[Weight]:
        """What charges weigh together, each by one of its weights, as far as the sums tell."""
        totals = self._nothing
        for weights in every:
            totals = self._joined(totals, weights)
        return totals

    def _joined(self, totals: frozenset[Weight], weights: frozenset[Weight]) -> frozenset[Weight]:
        """Each of one with each of the other, as far as the sums tell. Sums are remembered."""
        key = (totals, weights)
        found = self._sums.get(key)
        if found is None:
            if len(self._sums) >= self.MOST_REMEMBERED:
                self._sums.clear()
            tell, together = self.scale.telling, self.scale.together
            found = self._sums[key] = frozenset(tell(together(one, other)) for one, other in product(totals, weights))
        return found

    def _with_more(self, totals: frozenset[Weight]) -> frozenset[Weight]:
        """What further charges that no source has told of could make of it, however many."""
        anything = self.completed(ChargeClass(None, False, None, True, None, None))
        while True:
            more = totals | self._joined(totals, anything)
            if more == totals:
                return totals
            totals = more

    def stale_matters(self, case: Case, stands: Stand | None = None) -> bool:
        """Whether outcomes that are out of date, and nothing else, could change the answer as it stands."""
        if all(one.fresh or one.ground is None for one in case.charges):
            return False
        answer = (stands or self.stands(case)).answer
        totals = self.joined(self.asked_again(one) for one in case.charges)
        for row, holds in zip(self.rules.findings, case.findings, strict=True):
            if holds:
                totals = self._joined(totals, frozenset({self.finding(row)}))
        return any(self.answer_to(one, case.required).answer != answer for one in totals)

    def asked_again(self, one: ChargeClass) -> frozenset[Weight]:
        """What a charge could weigh once its outcome is asked for again; its own where that was done lately."""
        if one.fresh or one.ground is None:
            return frozenset({self.weight(one)})
        return frozenset(
            self.weight(one._replace(ground=ground, fresh=True, sentence=one.sentence if ground == CONVICTED else None))
            for ground in self.scale.grounds_of(one)
        )

    def weight(self, one: ChargeClass) -> Weight:
        """The weight of a charge as it stands."""
        found = self._weights.get(one)
        if found is None:
            found = self._weights[one] = self.scale.weigh(one)
        return found

    def completed(self, one: ChargeClass) -> frozenset[Weight]:
        """The weights that the completions of a charge have, as far as they tell."""
        open_to = ChargeClass(
            one.code if one.confirmed else None, one.confirmed, one.ground if one.fresh else None, True, one.sentence,
            one.maximum,
        )  # fmt: skip
        found = self._completed.get(open_to)
        if found is None:
            weights = {self.scale.telling(self.weight(each)) for each in self.scale.completions(open_to)}
            found = self._completed[open_to] = frozenset(weights)
        return found

    def finding(self, row: FindingRow) -> Weight:
        """The weight of a finding that is stated."""
        return self.scale.nothing._replace(level=self.rules.ranks[row.answer] * 4 + 2)

    def _gravity(self, answer: str) -> tuple[int, str]:
        return self.rules.ranks.get(answer, NEVER), answer


_CALCULATORS: dict[str, Calculator] = {}


def calculator(rules: RuleSet) -> Calculator:
    """The calculator of a rule set, made once for its hash."""
    found = _CALCULATORS.get(rules.hash)
    return found if found is not None else _CALCULATORS.setdefault(rules.hash, Calculator(rules))


def row_holds(row: FindingRow, facts: Facts) -> bool | None:
    """Whether a row of findings holds: True where one is stated, None where one is not known."""
    values = [facts.finding(name) for name in row.any]
    return True if any(values) else None if None in values else False


def _order(one: ChargeClass) -> tuple[object, ...]:
    return (
        one.code or "", one.confirmed, one.ground or "", one.fresh, -1 if one.sentence is None else one.sentence,
        -1 if one.maximum is None else one.maximum,
    )  # fmt: skip
