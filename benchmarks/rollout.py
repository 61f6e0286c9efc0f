# SPDX-License-Identifier: Apache-2.0
"""Planning the roll-out: 3,100 jurisdictions and 30,000 booking locations with states, dates and predecessors.

In: sizes and a seed. Out: seconds of each plan with its bound, and how many times a stable sort of the same risks each
takes (the least that any order by risk costs).
"""

from __future__ import annotations

import random
import time
from typing import Any

import click
import numpy as np

from secure_communities.planning.rollout import Capacity, Group, Plan, Site, plan

MONTHS = 52
BARS = {3_100: 1.0, 30_000: 10.0}


def drawn(count: int, seed: int) -> tuple[list[Site], Capacity]:
    """Sites with heavy-tailed risk in 50 states; one in fifty is dated, one in ten waits for another."""
    chance = random.Random(seed)
    sites = []
    for number in range(count):
        population = chance.paretovariate(1.1) * 10_000
        sites.append(
            Site(
                f"{number:05d}", population * chance.random(), 1 + (population / 25_000) ** 0.5,
                f"{chance.randrange(50):02d}", chance.randrange(6),
                chance.randrange(20, MONTHS) if chance.random() < 0.02 else None,
                frozenset({chance.randrange(MONTHS)}),
                (f"{chance.randrange(number):05d}",) if number and chance.random() < 0.1 else (),
            )
        )  # fmt: skip
    effort = sum(site.effort for site in sites) / MONTHS
    groups = {f"{n:02d}": Group(f"{n:02d}", chance.randrange(18), chance.randrange(4)) for n in range(50)}
    return sites, Capacity((effort,) * MONTHS, (max(2, count // 30),) * MONTHS, groups)


def measured(count: int, seed: int) -> dict[str, Any]:
    """One size."""
    sites, capacity = drawn(count, seed)
    started = time.perf_counter()
    made: Plan = plan(sites, capacity)
    seconds = time.perf_counter() - started
    risk = np.array([site.risk for site in sites])
    started = time.perf_counter()
    for _ in range(20):
        np.argsort(-risk, kind="stable")
    sorting = (time.perf_counter() - started) / 20
    return {
        "sites": count, "seconds": round(seconds, 3), "bar_seconds": BARS.get(count), "covered": round(made.covered, 4),
        "bound": round(made.bound, 4), "gap": round(made.gap, 4), "problems": len(made.problems),
        "times_a_sort": round(seconds / sorting),
    }  # fmt: skip


@click.command()
@click.option("--seed", default=1, show_default=True)
def command(seed: int) -> dict[str, Any]:
    """Plan 3,100 jurisdictions and 30,000 booking locations."""
    return {"sizes": [measured(count, seed) for count in BARS]}
