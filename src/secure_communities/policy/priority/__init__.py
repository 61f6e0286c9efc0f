# SPDX-License-Identifier: Apache-2.0
"""Which cases come first: rule sets as tables, a pure calculator, and its explanation in plain words.

In: facts about a person and a rule set. Out: a level, or REVIEW, INSUFFICIENT_DATA, NOT_APPLICABLE, with every reason.
"""

from __future__ import annotations

from secure_communities.policy.priority.answers import Basis, Change, Explanation, Gap, Outside, Result, Step
from secure_communities.policy.priority.assessing import assess, reassess
from secure_communities.policy.priority.calculator import Calculator, Short, calculator
from secure_communities.policy.priority.explanation import explain
from secure_communities.policy.priority.facts import ChargeFact, Facts, Finding, FindingName, Outcome, Standing
from secure_communities.policy.priority.shapes import RuleSetError
from secure_communities.policy.priority.tables import Level, RuleSet, parse, rule_set, rule_sets

__all__ = [
    "Basis", "Calculator", "Change", "ChargeFact", "Explanation", "Facts", "Finding", "FindingName", "Gap", "Level",
    "Outcome", "Outside", "Result", "RuleSet", "RuleSetError", "Short", "Standing", "Step", "assess", "calculator",
    "explain", "parse", "reassess", "rule_set", "rule_sets",
]  # fmt: skip
