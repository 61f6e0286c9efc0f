# SPDX-License-Identifier: Apache-2.0
"""Two rule sets over stored inputs: what neither can tell apart is answered once.

In: inputs as `Facts.canonical()` wrote them. Out: both answers and the step that decides under the candidate; the same
as by `Facts.of`, `Calculator.short` and `assess` (tested). Dates and references weigh nothing and are not read here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias

from secure_communities.policy.priority.assessing import assess
from secure_communities.policy.priority.calculator import Calculator, Short
from secure_communities.policy.priority.facts import SCHEMA, ChargeFact, Facts, Finding
from secure_communities.policy.priority.tables import RuleSet, offence_codes

FACTS: Final = frozenset({"schema", *(one.name for one in fields(Facts))})
CHARGE: Final = frozenset(one.name for one in fields(ChargeFact))
FINDING: Final = frozenset(one.name for one in fields(Finding))
_WEIGHED: Final = itemgetter(
    "code", "code_confirmed", "outcome", "outcome_fresh", "sentence_months", "maximum_months"
)  # fmt: skip
_STATED: Final = itemgetter("name", "value")
MOST_REMEMBERED: Final = 500_000

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


class Comparison:
    """Two rule sets, each person compared once: people who differ in nothing that weighs are answered from memory."""

    def __init__(self, against: RuleSet, candidate: RuleSet) -> None:
        self.against, self.candidate = Calculator(against), Calculator(candidate)
        self._alike = {self.against: _alike(against), self.candidate: _alike(candidate)}
        self._found: dict[Weighed, Both] = {}
        self._steps: dict[tuple[Any, ...], str] = {}

    def of(self, inputs: Mapping[str, Any]) -> Both:
        """Both answers to stored inputs. Raises ValueError where they are not what `canonical` writes."""
        key = weighed(inputs)
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= MOST_REMEMBERED:
                self._found.clear()
            found = self._found[key] = self._compared(inputs)
        return found

    def _compared(self, inputs: Mapping[str, Any]) -> Both:
        facts = Facts.of(inputs)
        before, after = self._short(self.against, facts), self._short(self.candidate, facts)
        return Both(before, after, "" if before[:3] == after[:3] else self._step(facts))

    def _short(self, calculator: Calculator, facts: Facts) -> Short:
        alike = self._alike[calculator]
        case = calculator.case_of(facts)
        charges = [one._replace(code=alike[one.code]) if one.code else one for one in case.charges]
        return calculator.short_of(case._replace(charges=tuple(sorted(charges, key=repr))))

    def _step(self, facts: Facts) -> str:
        """The step that decides under the candidate; of charges in their order, for the first of equals decides."""
        alike, scale = self._alike[self.candidate], self.candidate.scale
        ordered = sorted(facts.charges, key=lambda one: one.reference)
        classes = [scale.class_of(one) for one in ordered]
        case = self.candidate.case_of(facts)
        key = (
            case.standing, case.complete, case.findings, case.required,
            *(one._replace(code=alike[one.code]) if one.code else one for one in classes),
        )  # fmt: skip
        found = self._steps.get(key)
        if found is None:
            if len(self._steps) >= MOST_REMEMBERED:
                self._steps.clear()
            found = self._steps[key] = assess(self.candidate.rules, facts).decided_by.name
        return found


def _alike(rules: RuleSet) -> dict[str, str]:
    """Of each code, the first that stands in the same rows: a rule set cannot tell them apart."""
    first: dict[tuple[bool, ...], str] = {}
    return {code: first.setdefault(tuple(code in row.matching for row in rules.rows), code) for code in offence_codes()}
