# SPDX-License-Identifier: Apache-2.0
"""Two rule sets over stored inputs: what neither can tell apart is answered once.

In: inputs as `Facts.canonical()` wrote them. Out: both answers and the step that decides under the candidate; the same
as by `Facts.of`, `Calculator.short` and `assess` (tested). A charge counts by its kind: all that it weighs, could weigh
and makes rows say. A rule set knows a few hundred kinds, so that most people are answered from memory.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import fields
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias

from secure_communities.policy.priority.calculator import Calculator, Short
from secure_communities.policy.priority.facts import SCHEMA, ChargeFact, Facts, Finding, charge_of
from secure_communities.policy.priority.steps import deciding, steps_of
from secure_communities.policy.priority.tables import RuleSet
from secure_communities.policy.priority.weighing import NEVER, ChargeClass, Weight

FACTS: Final = frozenset({"schema", *(one.name for one in fields(Facts))})
CHARGE: Final = frozenset(one.name for one in fields(ChargeFact))
FINDING: Final = frozenset(one.name for one in fields(Finding))
_WEIGHED: Final = itemgetter(
    "code", "code_confirmed", "outcome", "outcome_fresh", "sentence_months", "maximum_months"
)  # fmt: skip
_STATED: Final = itemgetter("name", "value")
MOST_REMEMBERED: Final = 500_000

_Sum: TypeAlias = tuple[Weight, frozenset[Weight], frozenset[Weight]]  # as it stands; completed; if asked again
Weighed: TypeAlias = tuple[str, bool, tuple[Any, ...], tuple[Any, ...]]


class Both(NamedTuple):
    """A case under both rule sets; `step` is empty where both say the same."""

    before: Short
    after: Short
    step: str


class Unread(ValueError):
    """The inputs are not as `Facts.canonical()` writes them."""


def weighed(inputs: Mapping[str, Any]) -> Weighed:
    """All of stored inputs that a rule set may weigh. Raises Unread for any other field."""
    charges, findings = inputs["charges"], inputs["findings"]
    if inputs.keys() != FACTS or inputs["schema"] != SCHEMA:
        raise Unread("these inputs have other fields, or another schema: nothing else may weigh")
    for one in charges:
        if one.keys() != CHARGE:
            raise Unread("a charge has other fields: nothing else may weigh")
    for one in findings:
        if one.keys() != FINDING:
            raise Unread("a finding has other fields: nothing else may weigh")
    if len(charges) > 1 and len({one["reference"] for one in charges}) != len(charges):
        raise Unread("each charge is given once")
    return (
        inputs["standing"], inputs["charges_complete"], tuple(map(_WEIGHED, charges)), tuple(map(_STATED, findings))
    )  # fmt: skip


class _Kind(NamedTuple):
    """What a charge is to a rule set. `sums`: which sum it is alone; `voice`: which rows it makes speak, and how."""

    sums: int
    voice: int


class _Told(NamedTuple):
    """What a rule set can tell of a case: `weights` answers it, `voices` says which step decides."""

    weights: Hashable
    voices: Hashable


class _Side:
    """One rule set: kinds of charges, sums of them, and what it answered to each case it could tell from others."""

    def __init__(self, rules: RuleSet) -> None:
        self.engine = Calculator(rules)
        self._most = max((row.at_least for row in rules.rows), default=1)
        nothing = frozenset({self.engine.scale.nothing})
        self._sums: list[_Sum] = [(self.engine.scale.nothing, nothing, nothing)]
        self._sum_of: dict[_Sum, int] = {self._sums[0]: 0}
        self._added: dict[tuple[int, int], int] = {}
        self._voices: dict[Hashable, int] = {(): 0}
        self._kinds: dict[ChargeClass, _Kind] = {}
        self._charges: dict[tuple[Any, ...], _Kind] = {}
        self._findings: dict[tuple[Any, ...], Hashable] = {}
        self._shorts: dict[Hashable, Short] = {}
        self._steps: dict[Hashable, str] = {}

    def told(self, key: Weighed, inputs: Mapping[str, Any]) -> _Told:
        """What the rule set can tell of the inputs: charges count by their kinds, findings by the rows they fill."""
        standing, complete, charges, stated = key
        total, voices = 0, []
        for weight, charge in zip(charges, inputs["charges"], strict=True):
            kind = self._charges.get(weight)
            if kind is None:
                kind = self._kind(weight, charge)
            added = self._added.get((total, kind.sums))
            total = self._add(total, kind.sums) if added is None else added
            if kind.voice:
                voices.append(kind.voice)
        found = self._findings.get(stated)
        if found is None:
            found = self._findings[stated] = self._filled(inputs)
        counted = frozenset((one, min(voices.count(one), self._most)) for one in set(voices))
        common = standing, complete or bool(charges), found
        return _Told((common, complete, total), (common, counted))

    def _kind(self, weight: tuple[Any, ...], charge: Mapping[str, Any]) -> _Kind:
        one = self.engine.scale.class_of(charge_of(charge))
        kind = self._kinds.get(one)
        if kind is None:
            kind = self._kinds[one] = _Kind(
                self._alone(one), self._voices.setdefault(self._voice(one), len(self._voices))
            )
        if len(self._charges) >= MOST_REMEMBERED:
            self._charges.clear()
        self._charges[weight] = kind
        return kind

    def _alone(self, one: ChargeClass) -> int:
        engine = self.engine
        return self._numbered((engine.weight(one), engine.completed(one), engine.asked_again(one)))

    def _voice(self, one: ChargeClass) -> Hashable:
        """Which rows hold, or may hold, of a charge, and on what ground; nothing of one that makes none speak."""
        rows = tuple((row.name, holds) for row, holds in self.engine.scale.rows_of(one))
        unknown = one.code is None and self.engine.weight(one).unknown < NEVER
        return (rows, one.ground, unknown) if rows or unknown else ()

    def _numbered(self, total: _Sum) -> int:
        found = self._sum_of.setdefault(total, len(self._sums))
        if found == len(self._sums):
            self._sums.append(total)
        return found

    def _add(self, total: int, more: int) -> int:
        """The sum of two sums."""
        engine, one, other = self.engine, self._sums[total], self._sums[more]
        stands, completed = engine.scale.together(one[0], other[0]), engine.joined((one[1], other[1]))
        added = self._numbered((stands, completed, engine.joined((one[2], other[2]))))
        self._added[total, more] = added
        return added

    def _filled(self, inputs: Mapping[str, Any]) -> Hashable:
        case = self.engine.case_of(Facts.of(inputs))
        return case.findings, case.required

    def short(self, told: _Told, inputs: Mapping[str, Any]) -> Short:
        """The answer to a case that these inputs are one of."""
        found = self._shorts.get(told.weights)
        if found is None:
            found = self._shorts[told.weights] = self.engine.short(Facts.of(inputs))
        return found

    def step(self, told: _Told, short: Short, inputs: Mapping[str, Any]) -> str:
        """The name of the step that decides a case, with this answer, that these inputs are one of."""
        key = told.voices, short.answer, short.basis, short.stale
        found = self._steps.get(key)
        if found is None:
            if len(self._steps) >= MOST_REMEMBERED:
                self._steps.clear()
            steps = steps_of(self.engine, Facts.of(inputs), stale=short.stale)
            found = self._steps[key] = deciding(self.engine.rules, steps, short).name
        return found


class Comparison:
    """Two rule sets, each case compared once: people who differ in nothing that weighs are answered from memory."""

    def __init__(self, against: RuleSet, candidate: RuleSet) -> None:
        self._against, self._candidate = _Side(against), _Side(candidate)

    def of(self, inputs: Mapping[str, Any]) -> Both:
        """Both answers to stored inputs. Raises ValueError where they are not what `canonical` writes."""
        key = weighed(inputs)
        earlier, later = self._against.told(key, inputs), self._candidate.told(key, inputs)
        before, after = self._against.short(earlier, inputs), self._candidate.short(later, inputs)
        return Both(before, after, "" if before[:3] == after[:3] else self._candidate.step(later, after, inputs))
