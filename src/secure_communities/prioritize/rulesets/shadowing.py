# SPDX-License-Identifier: Apache-2.0
"""A shadow run: both rule sets over the latest stored inputs of each case. Touches nothing that orders work."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction

from secure_communities.platform.events.services import append
from secure_communities.policy.priority import RuleSet
from secure_communities.policy.priority.stored import Comparison
from secure_communities.prioritize.assessments.models import CurrentAssessment
from secure_communities.prioritize.rulesets import selectors
from secure_communities.prioritize.rulesets.models import ShadowMove, ShadowRun
from secure_communities.prioritize.rulesets.rules import Compared, Report

BATCH = 2_000


@lru_cache(maxsize=4)
def comparison(against: RuleSet, candidate: RuleSet) -> Comparison:
    """The comparison of two rule sets, which remembers across the batches of a run."""
    return Comparison(against, candidate)


def compared(against: RuleSet, candidate: RuleSet, inputs: dict[str, Any]) -> Compared:
    """One case under both rule sets, from its stored inputs."""
    before, after, step = comparison(against, candidate).of(inputs)
    return Compared(before.answer, before.basis, after.answer, after.basis, after.provisional, step)


@transaction.atomic
def next_batch(run_id: int, *, at: datetime) -> bool:
    """Compare the next cases and keep where the run stands, together. False once it is finished."""
    run = ShadowRun.objects.select_for_update(of=("self",)).select_related("candidate", "against").get(pk=run_id)
    if run.finished_at:
        return False
    rows = CurrentAssessment.objects.filter(rule_set=run.against.code, pk__gt=run.through)
    if not run.total:
        run.total = rows.count()
    against, candidate = selectors.by_hash(run.against.hash), selectors.by_hash(run.candidate.hash)
    report, moves = Report.of(run.report), []
    batch = list(rows.order_by("pk").values_list("pk", "assessment_id", "assessment__inputs")[:BATCH])
    for pk, assessment, inputs in batch:
        one = compared(against, candidate, inputs)
        report.add([(one, 1)])
        if one.moved:
            moves.append(
                ShadowMove(
                    run=run, assessment_id=assessment, before=one.before, after=one.after, step=one.step,
                    basis_before=one.basis_before, basis_after=one.basis_after, provisional=one.provisional,
                )
            )  # fmt: skip
        run.through = pk
    ShadowMove.objects.bulk_create(moves)
    run.done += len(batch)
    run.report = report.plain()
    if len(batch) < BATCH:
        run.finished_at = at
        append(
            kind="rules:shadow-done", actor="system:rules", about=("shadow_run", run.pk), at=at,
            data={"cases": report.cases, "moved": report.moved},
        )  # fmt: skip
    run.save()
    return run.finished_at is None
