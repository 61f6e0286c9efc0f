# SPDX-License-Identifier: Apache-2.0
"""Ordering a nation again: stored inputs of a million people read, decided under two rule sets, the moves written.

The rows stand in the real tables of a scratch server that is filled once. Beside the time: that of reading and decoding
the same rows and nothing else, which no way of deciding can beat, and a sample decided from facts read one by one.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import click
import psycopg
from psycopg.types.json import set_json_loads

from benchmarks import prioritize_data, worklist_data

BATCH, RUN, SAMPLE = 10_000, 1, 2_000
MOVES = "run_id, assessment_id, before, after, basis_before, basis_after, provisional, step"


@click.command()
@click.option("--people", default=1_000_000, show_default=True, type=click.IntRange(1_000), help="In the database.")
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--against", default="SC-2009", show_default=True, help="The rules in force.")
@click.option("--candidate", default="ICE-2010", show_default=True, help="The rules that are tried.")
@click.option("--seed", default=1, show_default=True, help="Of the invented people.")
def command(people: int, processes: int, against: str, candidate: str, seed: int) -> dict[str, object]:
    """Time to decide everybody again under other rules."""
    from secure_communities.cli.installation import var_folder

    folder = var_folder() / "bench" / f"prioritize-{people}-{seed}"
    with worklist_data.scratch(folder) as superuser:
        result: dict[str, Any] = {
            "database": prioritize_data.load(folder, superuser, people=people, seed=seed),
            "limit": _timed(superuser, people, processes, "", ""),
            "decided": _timed(superuser, people, processes, against, candidate),
            "facts_one_by_one": _one_by_one(superuser, against, candidate),
        }
    result["times_the_limit"] = round(result["decided"]["seconds"] / result["limit"]["seconds"], 2)
    return result


def _timed(superuser: str, people: int, processes: int, against: str, candidate: str) -> dict[str, Any]:
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("TRUNCATE rulesets_shadowmove")
    start, matrix = time.perf_counter(), Counter[str]()
    share = -(-people // processes)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        parts = [
            pool.submit(_part, superuser, share * number, min(people, share * (number + 1)), against, candidate)
            for number in range(processes)
        ]
        for part in parts:
            matrix.update(part.result())
    seconds = time.perf_counter() - start
    found: dict[str, Any] = {"seconds": round(seconds, 2), "people_a_second": round(people / seconds)}
    if against:
        with psycopg.connect(superuser) as connection:
            row = connection.execute("SELECT count(*) FROM rulesets_shadowmove").fetchone()
        found |= {"moves_written": row[0] if row else 0, "matrix": dict(sorted(matrix.items()))}
    return found


def _part(superuser: str, first: int, last: int, against: str, candidate: str) -> Counter[str]:
    """One process: its share of the rows, a batch at a time; moves are written batch by batch."""
    from secure_communities.policy.priority import rule_set
    from secure_communities.policy.priority.stored import Comparison

    comparison = Comparison(rule_set(against), rule_set(candidate)) if against else None
    matrix = Counter[str]()
    with psycopg.connect(superuser) as connection:
        set_json_loads(json.loads, connection)
        connection.execute("SET session_replication_role = replica")
        for start in range(first, last, BATCH):
            rows = connection.execute(
                "SELECT id, inputs FROM assessments_assessment WHERE id > %s AND id <= %s ORDER BY id",
                [start, min(last, start + BATCH)],
            ).fetchall()
            if comparison is None:
                continue
            moves = []
            for number, inputs in rows:
                before, after, step = comparison.of(inputs)
                matrix[f"{before.answer} {before.basis} > {after.answer} {after.basis}"] += 1
                if (before.answer, before.basis) != (after.answer, after.basis):
                    moves.append((
                        RUN, number, before.answer, after.answer, before.basis, after.basis, after.provisional, step
                    ))  # fmt: skip
            with connection.cursor().copy(f"COPY rulesets_shadowmove ({MOVES}) FROM STDIN") as copy:
                for move in moves:
                    copy.write_row(move)
            connection.commit()
    return matrix


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
