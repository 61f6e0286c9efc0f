# SPDX-License-Identifier: Apache-2.0
"""A shadow run: both rule sets over the latest stored inputs of each case. Touches nothing that orders work."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.db import connection, transaction

from secure_communities.platform.events.services import append
from secure_communities.policy.priority import RuleSet
from secure_communities.policy.priority.stored import Comparison
from secure_communities.prioritize.assessments.models import CurrentAssessment
from secure_communities.prioritize.rulesets import selectors
from secure_communities.prioritize.rulesets.models import ShadowRun
from secure_communities.prioritize.rulesets.rules import Compared, Report

log = logging.getLogger(__name__)
BATCH: Final = 10_000
COPY: Final = (
    "COPY rulesets_shadowmove"
    " (run_id, assessment_id, before, after, basis_before, basis_after, provisional, step) FROM STDIN"
)


@lru_cache(maxsize=4)
def comparison(against: RuleSet, candidate: RuleSet) -> Comparison:
    """The comparison of two rule sets, which remembers across the batches of a run."""
    return Comparison(against, candidate)


def compared(found: Comparison, inputs: dict[str, Any]) -> Compared:
    """One case under both rule sets, from its stored inputs."""
    before, after, step = found.of(inputs)
    return Compared(before.answer, before.basis, after.answer, after.basis, after.provisional, step)


def decide(cursor: Any, found: Comparison, *, run_id: int, rows: Iterable[tuple[int, dict[str, Any]]]) -> Report:
    """Decide cases, each an assessment's number and its stored inputs, under both; those that move are copied in.

    Inputs that cannot be read are counted and logged: one case does not keep all rules from ever being tried.
    """
    report, moves = Report(), []
    for assessment, inputs in rows:
        try:
            one = compared(found, inputs)
        except (ValueError, LookupError, TypeError, AttributeError):
            log.exception("the inputs of assessment %s cannot be compared", assessment)
            report.unread += 1
            continue
        report.add([(one, 1)])
        if one.moved:
            moves.append((
                run_id, assessment, one.before, one.after, one.basis_before, one.basis_after, one.provisional, one.step
            ))  # fmt: skip
    with cursor.copy(COPY) as copy:
        for move in moves:
            copy.write_row(move)
    return report


@transaction.atomic
def next_batch(run_id: int, *, at: datetime) -> bool:
    """Compare the next cases and keep where the run stands, together. False once it is finished."""
    run = ShadowRun.objects.select_for_update(of=("self",)).select_related("candidate", "against").get(pk=run_id)
    if run.finished_at:
        return False
    rows = CurrentAssessment.objects.filter(rule_set=run.against.code, pk__gt=run.through)
    if not run.total:
        run.total = rows.count()
    both = comparison(selectors.by_hash(run.against.hash), selectors.by_hash(run.candidate.hash))
    batch = list(rows.order_by("pk").values_list("pk", "assessment_id", "assessment__inputs")[:BATCH])
    report = Report.of(run.report)
    with connection.cursor() as cursor:
        report += decide(cursor, both, run_id=run.pk, rows=((number, inputs) for _, number, inputs in batch))
    if batch:
        run.through = batch[-1][0]
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
