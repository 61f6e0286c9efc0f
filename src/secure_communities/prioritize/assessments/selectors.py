# SPDX-License-Identifier: Apache-2.0
"""Reads of assessments: what stands, what went before, the explanation, and whether a stored one still recomputes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from secure_communities.identify.research.models import StatusQuery
from secure_communities.policy.priority import Explanation, Facts, Result, RuleSet, assess, explain
from secure_communities.prioritize.assessments.models import Assessment, CurrentAssessment
from secure_communities.prioritize.rulesets import selectors as rulesets


def current_of(query: StatusQuery, *, at: datetime, rule_set: str | None = None) -> CurrentAssessment | None:
    """What stands of a case under a rule set; under the one that orders the work where none is named."""
    code = rule_set or rulesets.active_rule_set(at).code
    found = CurrentAssessment.objects.filter(query=query, rule_set=code)
    return found.select_related("assessment", "override__proposed_by", "override__decided_by").first()


def history_of(query: StatusQuery, *, rule_set: str | None = None) -> QuerySet[Assessment]:
    """Every assessment of a case, the latest first."""
    found = Assessment.objects.filter(query=query)
    return found.filter(rule_set=rule_set) if rule_set else found


def rules_of(assessment: Assessment) -> RuleSet:
    """The very version of the rules that an assessment was made under. Raises UnknownRules."""
    return rulesets.by_hash(assessment.rule_hash)


def recomputed(assessment: Assessment) -> Result:
    """The result again, from the stored inputs under the stored rules (S6)."""
    return assess(rules_of(assessment), Facts.of(assessment.inputs))


def still_holds(assessment: Assessment) -> bool:
    """Whether the stored inputs and rules give the stored answer: False means that a row was altered (S6)."""
    try:
        again = recomputed(assessment)
    except (ValueError, KeyError, TypeError, rulesets.UnknownRules):
        return False
    return (again.inputs_hash, again.answer, again.rank, again.basis, again.provisional) == (
        assessment.inputs_hash, assessment.answer, assessment.rank, assessment.basis, assessment.provisional,
    )  # fmt: skip


def explanation_of(assessment: Assessment) -> Explanation:
    """An assessment in plain words, from its own stored inputs."""
    rules, facts = rules_of(assessment), Facts.of(assessment.inputs)
    return explain(rules, facts, assess(rules, facts))


@dataclass(frozen=True, slots=True)
class LevelCount:
    """How many cases stand at one answer on one basis. There is no count without its basis (S6)."""

    answer: str
    basis: str
    provisional: bool
    cases: int


def level_mix(
    *, rule_set: str, oris: Iterable[str] | None = None, queries: QuerySet[StatusQuery] | None = None
) -> list[LevelCount]:
    """How many cases stand at each level, split by charged and convicted; of all, or of some agencies."""
    found = CurrentAssessment.objects.filter(rule_set=rule_set)
    if oris is not None:
        found = found.filter(assessment__ori__in=list(oris))
    if queries is not None:
        found = found.filter(query__in=queries)
    rows = found.values_list("effective_answer", "basis", "provisional").annotate(Count("id")).order_by()
    return [LevelCount(*row) for row in sorted(rows)]
