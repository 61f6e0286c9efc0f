# SPDX-License-Identifier: Apache-2.0
"""Assess a case: gather, decide by the pure rules, record decision and event in one transaction. Never edit one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.events.services import actor_name, append
from secure_communities.policy.priority import Facts, Result, RuleSet, assess
from secure_communities.prioritize.assessments.models import Assessment, CurrentAssessment
from secure_communities.prioritize.assessments.vocabulary import Trigger
from secure_communities.prioritize.facts import selectors as facts
from secure_communities.prioritize.rulesets import selectors as rulesets

SYSTEM = "system:assessments"


def dry_run(*, query: StatusQuery, at: datetime, rules: RuleSet | None = None) -> tuple[Facts, Result]:
    """What an assessment would say now. Writes nothing."""
    chosen = rules or rulesets.active_rule_set(at)
    gathered = facts.gather(query, at=at, rule_set=chosen)
    return gathered, assess(chosen, gathered)


@transaction.atomic
def assess_query(
    *, query: StatusQuery, trigger: Trigger, by: Any, at: datetime, rule_set: RuleSet | None = None
) -> Assessment:
    """Assess a case under every selectable rule set; return the one that orders the work (or the one of `rule_set`).

    The same inputs under the same rules are not recorded twice: what stands is returned.
    """
    StatusQuery.objects.select_for_update(no_key=True).get(pk=query.pk)  # two jobs about one case take turns
    wanted = rule_set or rulesets.active_rule_set(at)
    charges, signs = facts.charges_of(query), facts.signs_of(query)
    made: dict[str, Assessment] = {}
    fresh: list[Assessment] = []
    for rules in [rule_set] if rule_set else _with(wanted, rulesets.selectable(at)):
        gathered = facts.gather(query, at=at, rule_set=rules, charges=charges, signs=signs)
        row, new = _recorded(query, rules, gathered, trigger=trigger, by=by, at=at)
        made[rules.code] = row
        fresh += [row] if new else []
    if fresh:
        told = [
            {"assessment": row.pk, "rule_set": row.rule_set, "rule_hash": row.rule_hash, "answer": row.answer,
             "basis": row.basis, "provisional": row.provisional}
            for row in fresh
        ]  # fmt: skip
        _append("assessment:made", query, by=by, at=at, data={"trigger": str(trigger), "assessments": told})
    for row in fresh:
        _let_stand(row, by=by, at=at, tell=row.rule_set == wanted.code)
    return made[wanted.code]


def _with(wanted: RuleSet, others: Iterable[RuleSet]) -> list[RuleSet]:
    return [wanted, *(one for one in others if one.code != wanted.code)]


def _recorded(
    query: StatusQuery, rules: RuleSet, gathered: Facts, *, trigger: Trigger, by: Any, at: datetime
) -> tuple[Assessment, bool]:
    """The assessment of these facts under these rules, and whether it is a new one."""
    standing = CurrentAssessment.objects.select_related("assessment").filter(query=query, rule_set=rules.code).first()
    before = standing.assessment if standing else None
    if before and (before.rule_hash, before.inputs_hash) == (rules.hash, gathered.digest):
        return before, False
    result = assess(rules, gathered)
    row = Assessment.objects.create(
        query=query,
        person=facts.person_of(query),
        ori=query.submission.originator.ori,
        rule_set=rules.code,
        rule_version=rules.version,
        rule_hash=rules.hash,
        inputs=gathered.canonical(),
        inputs_hash=gathered.digest,
        answer=result.answer,
        rank=result.rank,
        gravest=result.gravest,
        basis=result.basis,
        provisional=result.provisional,
        result=result.canonical(),
        trigger=trigger,
        supersedes=before,
        assessed_at=at,
        assessed_by=actor_name(by),
    )
    return row, True


def _let_stand(row: Assessment, *, by: Any, at: datetime, tell: bool) -> None:
    """Let a new assessment stand. An override was about the facts of its day: with other facts it ends (ADR 26).

    `tell`: the rules order the work, so that a change is an event that the queues hear of; so is one of the gravest
    level that an undecided case could turn out to be, which places it.
    """
    from secure_communities.prioritize.overrides import services as overrides

    standing = CurrentAssessment.objects.select_for_update(of=("self",)).filter(
        query=row.query, rule_set=row.rule_set
    ).first()  # fmt: skip
    seen = (standing.effective_answer, standing.basis, standing.provisional, standing.gravest) if standing else None
    if standing and standing.override:
        overrides.end_with_new_facts(override=standing.override, assessment=row, at=at)
    values: dict[str, Any] = {
        "assessment": row, "answer": row.answer, "rank": row.rank, "gravest": row.gravest, "basis": row.basis,
        "provisional": row.provisional, "effective_answer": row.answer, "effective_rank": row.rank, "override": None,
        "changed_at": at,
    }  # fmt: skip
    CurrentAssessment.objects.update_or_create(query=row.query, rule_set=row.rule_set, defaults=values)
    if tell and seen != (row.answer, row.basis, row.provisional, row.gravest):
        _append(
            "assessment:changed", row.query, by=by, at=at,
            data={"query": row.query_id, "rule_set": row.rule_set, "before": seen[0] if seen else None,
                  "after": row.answer, "assessment": row.pk,
                  "summary": rulesets.by_hash(row.rule_hash).title_of(row.answer)},
        )  # fmt: skip


def _append(kind: str, query: StatusQuery, *, by: Any, at: datetime, data: dict[str, Any]) -> None:
    append(
        kind=kind, actor=by, about=("query", query.pk), correlation=query.submission.control_number, at=at, data=data
    )
