# SPDX-License-Identifier: Apache-2.0
"""Reads of reviews: the cases that wait for a person, and counts by answer of the cases that a reader may open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from secure_communities.policy.priority import Basis, Outside, RuleSet
from secure_communities.prioritize.assessments import selectors as assessments
from secure_communities.prioritize.assessments.models import CurrentAssessment
from secure_communities.prioritize.reviews import reading, rules
from secure_communities.prioritize.rulesets.selectors import active_rule_set


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases by answer, the gravest first, then the answers outside the order; each by what it rests on (S6)."""

    rules: RuleSet
    by_answer: Mapping[str, Mapping[str, int]]


def open_reviews(reader: Any, *, at: datetime, answer: str = "") -> QuerySet[CurrentAssessment]:
    """The cases that wait for a person, the longest first. `answer`: of one kind only. Raises access.NotAllowed."""
    wanted = [one.value for one in rules.OPEN if not answer or one.value == answer]
    visible = reading.visible_to(reader, at=at).order_by().values("pk")
    rows = CurrentAssessment.objects.filter(rule_set=active_rule_set(at).code, query__in=visible)
    rows = rows.filter(effective_answer__in=wanted).order_by("changed_at", "pk")
    return rows.select_related("query__submission__originator__agency", "assessment").defer(
        "query__submission__content"
    )


def counts(reader: Any, *, at: datetime) -> Counts:
    """How many of the cases that the reader may open have which answer. Raises access.NotAllowed."""
    found = active_rule_set(at)
    order = [*(one.code for one in sorted(found.levels, key=lambda each: each.rank)), *(one.value for one in Outside)]
    table = {answer: dict.fromkeys((one.value for one in Basis), 0) for answer in order}
    visible = reading.visible_to(reader, at=at).order_by()
    for row in assessments.level_mix(rule_set=found.code, queries=visible):
        table[row.answer][row.basis] += row.cases
    return Counts(found, table)
