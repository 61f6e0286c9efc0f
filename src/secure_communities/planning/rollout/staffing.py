# SPDX-License-Identifier: Apache-2.0
"""Who is needed when: months of training before each site comes on line, and what is ready by then (S8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from secure_communities.planning.rollout.sites import Site


@dataclass(frozen=True, slots=True)
class MonthOfWork:
    """One month: sites that come on line, sites in training, effort of both, teams needed, and sites on line in all."""

    month: int
    sites: int
    effort: float
    in_training: int
    training_effort: float
    teams: int
    on_line: int
    risk_covered: float


def staffing(
    sites: Iterable[Site], starts: Mapping[str, int], *, months: int, training_months: int = 1,
    effort_of_a_team: float = 20.0,
) -> list[MonthOfWork]:  # fmt: skip
    """Month by month. A team does `effort_of_a_team` a month; training takes the months before a site's start."""
    found = [one for one in sites if one.code in starts]
    total = sum(one.risk for one in found) or 1.0
    starting: list[list[Site]] = [[] for _ in range(months)]
    training: list[list[Site]] = [[] for _ in range(months)]
    on_line, covered = 0, 0.0
    for one in found:
        start = starts[one.code]
        if start < 0:
            on_line, covered = on_line + 1, covered + one.risk
        elif start < months:
            starting[start].append(one)
            for month in range(max(0, start - training_months), start):
                training[month].append(one)
    rows = []
    for month in range(months):
        on_line += len(starting[month])
        covered += sum(one.risk for one in starting[month])
        effort = sum(one.effort for one in starting[month])
        trained = sum(one.effort for one in training[month]) / max(training_months, 1)
        teams = -int(-(effort + trained) // effort_of_a_team)
        rows.append(
            MonthOfWork(
                month, len(starting[month]), effort, len(training[month]), trained, teams, on_line, covered / total
            )
        )
    return rows
