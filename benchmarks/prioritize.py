# SPDX-License-Identifier: Apache-2.0
"""Ordering a nation again: stored inputs of a million people read, decided under two rule sets, the moves written.

The rows stand in the real tables of a scratch server that is filled once, and are decided by the code of the product:
by its own job in one process, and split among several. Beside the time: that of reading and decoding the same rows and
nothing else, which no way of deciding can beat, and a sample decided from facts read one by one.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import click
import psycopg
from psycopg.types.json import set_json_loads

from benchmarks import prioritize_data, worklist_data

BATCH, SAMPLE = 10_000, 2_000


@click.command()
@click.option("--people", default=1_000_000, show_default=True, type=click.IntRange(1_000), help="In the database.")
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--against", default="SC-2009", show_default=True, help="The rules in force.")
@click.option("--candidate", default="ICE-2010", show_default=True, help="The rules that are tried.")
@click.option("--seed", default=1, show_default=True, help="Of the invented people.")
def command(people: int, processes: int, against: str, candidate: str, seed: int) -> dict[str, object]:
    """Time to decide everybody again under other rules."""
    from secure_communities.cli.installation import var_folder

    folder = var_folder() / "bench" / f"prioritize-2-{people}-{seed}"
    with worklist_data.scratch(folder) as superuser:
        result: dict[str, Any] = {
            "database": prioritize_data.load(folder, superuser, people=people, seed=seed),
            "limit": _timed(superuser, people, processes, "", ""),
            "decided": _timed(superuser, people, processes, against, candidate),
            "job": _job(superuser, against, candidate),
            "facts_one_by_one": _one_by_one(superuser, against, candidate),
        }
    result["times_the_limit"] = round(result["decided"]["seconds"] / result["limit"]["seconds"], 2)
    return result


def _timed(superuser: str, people: int, processes: int, against: str, candidate: str) -> dict[str, Any]:
    from secure_communities.prioritize.rulesets.rules import Report

    run = prioritize_data.a_run(superuser, against=against, candidate=candidate) if against else 0
    start, report = time.perf_counter(), Report()
    share = -(-people // processes)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        parts = [
            pool.submit(_part, superuser, share * number, min(people, share * (number + 1)), run, against, candidate)
            for number in range(processes)
        ]
        for part in parts:
            report += Report.of(part.result())
    seconds = time.perf_counter() - start
    found: dict[str, Any] = {"seconds": round(seconds, 2), "people_a_second": round(people / seconds)}
    if against:
        found |= {"moves_written": _written(superuser), **_counted(report)}
    return found


def _written(superuser: str) -> int:
    with psycopg.connect(superuser) as connection:
        row = connection.execute("SELECT count(*) FROM rulesets_shadowmove").fetchone()
    return row[0] if row else 0


def _counted(report: Any) -> dict[str, Any]:
    flows = {" > ".join((f"{a} {b}", f"{c} {d}")): count for (a, b, c, d), count in sorted(report.matrix.items())}
    return {"cases": report.cases, "moved": report.moved, "matrix": flows}


def _part(superuser: str, first: int, last: int, run: int, against: str, candidate: str) -> dict[str, Any]:
    """One process: its share of the rows, a batch at a time; moves are written batch by batch. Without rules: reads."""
    import django

    django.setup()
    from secure_communities.policy.priority import rule_set
    from secure_communities.prioritize.rulesets import shadowing
    from secure_communities.prioritize.rulesets.rules import Report

    both = shadowing.comparison(rule_set(against), rule_set(candidate)) if against else None
    report = Report()
    with psycopg.connect(superuser) as connection:
        set_json_loads(json.loads, connection)
        for start in range(first, last, BATCH):
            rows = connection.execute(
                "SELECT id, inputs FROM assessments_assessment WHERE id > %s AND id <= %s ORDER BY id",
                [start, min(last, start + BATCH)],
            ).fetchall()
            if both is not None:
                report += shadowing.decide(connection.cursor(), both, run_id=run, rows=rows)
                connection.commit()
    return report.plain()


def _job(superuser: str, against: str, candidate: str) -> dict[str, Any]:
    """The job of the product, as a worker runs it: one process, a batch a transaction."""
    from secure_communities.platform import clock
    from secure_communities.prioritize.rulesets import shadowing
    from secure_communities.prioritize.rulesets.models import ShadowRun
    from secure_communities.prioritize.rulesets.rules import Report

    run = prioritize_data.a_run(superuser, against=against, candidate=candidate)
    start = time.perf_counter()
    while shadowing.next_batch(run, at=clock.now()):
        pass
    seconds = time.perf_counter() - start
    done = ShadowRun.objects.get(pk=run)
    return {
        "seconds": round(seconds, 2), "people_a_second": round(done.done / seconds), "processes": 1,
        "moved": Report.of(done.report).moved, "moves_written": _written(superuser),
    }  # fmt: skip


def _one_by_one(superuser: str, against: str, candidate: str) -> dict[str, Any]:
    """A sample of people by `Facts.of` and `Calculator.short`, new ones, without the shorter reading."""
    from secure_communities.policy.priority import Calculator, Facts, rule_set

    with psycopg.connect(superuser) as connection:
        rows = connection.execute("SELECT inputs FROM assessments_assessment ORDER BY id LIMIT %s", [SAMPLE]).fetchall()
    both = [Calculator(rule_set(one)) for one in (against, candidate)]
    start = time.perf_counter()
    for (inputs,) in rows:
        facts = Facts.of(inputs)
        for calculator in both:
            calculator.short(facts)
    seconds = time.perf_counter() - start
    return {"people": len(rows), "people_a_second": round(len(rows) / seconds), "processes": 1}
