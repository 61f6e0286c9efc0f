# SPDX-License-Identifier: Apache-2.0
"""Work of people: time to answer with 2,000 queries a day, and page times with a million submissions.

The staffing is searched in memory and then run through the real services of the worklists; the pages are measured in
a scratch database that is filled once (some minutes) and used again.
"""

from __future__ import annotations

import time
from typing import Any

import click

from benchmarks import worklist_data, worklist_desk, worklist_pages, worklist_staffing


@click.command()
@click.option(
    "--submissions", default=1_000_000, show_default=True, type=click.IntRange(1_000), help="In the database."
)
@click.option("--people", default=200_000, show_default=True, type=click.IntRange(100), help="How many.")
@click.option("--days", default=2, show_default=True, type=click.IntRange(2, 30), help="Simulated with the services.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1, 100), help="Requests of each address.")
@click.option("--only", type=click.Choice(["staffing", "pages"]), help="Measure one of the two.")
def command(submissions: int, people: int, days: int, rounds: int, only: str | None) -> dict[str, object]:
    """Time to answer and the staffing it takes; server-side page times."""
    from secure_communities.cli.installation import var_folder

    folder = var_folder() / "bench" / f"worklist-{submissions}-{people}"
    result: dict[str, Any] = {}
    with worklist_data.scratch(folder) as superuser:
        note = worklist_data.load(folder, superuser, submissions=submissions, people=people)
        result["database"] = note
        if only != "staffing":
            result["pages"] = worklist_pages.measure(note, superuser, rounds=rounds)
        if only != "pages":
            result["staffing"] = staffing(days)
    return result


def staffing(days: int) -> dict[str, Any]:
    """The smallest staffing that meets the target, by simulation and through the services; the formula beside it."""
    staffed, table = worklist_staffing.smallest(days=14)
    desk = worklist_desk.Database(run=str(time.time_ns()))
    start = time.perf_counter()
    through_services = worklist_staffing.simulate(desk, staffed, days=days)
    seconds = time.perf_counter() - start
    same = worklist_staffing.simulate(worklist_staffing.Memory(), staffed, days=days)
    servers = table[-1]["specialists_on_average"]
    flat = worklist_staffing.Staffing((servers,) * 3, (60,) * 3)
    return {
        "search": {str(row["specialists_on_average"]): row for row in table},
        "through_the_services": {
            **through_services, "calls": desk.calls, "milliseconds_a_call": round(
                seconds / max(1, sum(desk.calls.values())) * 1e3, 1
            ),
        },
        "the_same_in_memory": same,
        "formula_mmc": worklist_staffing.by_formula(servers) if servers > worklist_staffing.PER_DAY / 96 else {},
        "formula_mmc_more": worklist_staffing.by_formula(servers + 2),
        "flat_arrivals_in_memory": worklist_staffing.simulate(
            worklist_staffing.Memory(), flat, days=60, warm_up=5, flat=True
        ),
    }  # fmt: skip
