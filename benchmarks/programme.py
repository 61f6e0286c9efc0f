# SPDX-License-Identifier: Apache-2.0
"""Pages of the programme and of coverage, and what looks a booking's charges up, with 200,000 submissions.

Requests go through the whole of Django in this process. `--plans` prints what the database does for the slowest query
of each page.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import click

from benchmarks import programme_data, worklist_data
from benchmarks.worklist_pages import figures, signed_in

PAGES = {
    "figures, 90 days": "/programme/?days=90",
    "figures, one state": "/programme/?days=90&state=48",
    "charges of 30 days": "/programme/rows/?days=30&measure=charges",
    "bookings of an ORI": "/programme/rows/?days=90&ori=ZZTX00101",
    "coverage": "/coverage/",
    "a county": "/jurisdictions/48201/",
    "ranking": "/ranking/",
}


@click.command()
@click.option("--submissions", default=200_000, show_default=True, type=click.IntRange(1_000), help="In the database.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1, 100), help="Requests of each address.")
@click.option("--plans", is_flag=True, help="Print the plan of each page's slowest query.")
def command(submissions: int, rounds: int, plans: bool) -> dict[str, object]:
    """Pages of the programme, of coverage and of the ranking."""
    from secure_communities.cli.installation import var_folder

    folder = var_folder() / "bench" / f"programme-{submissions}"
    with worklist_data.scratch(folder) as superuser:
        note = programme_data.load(folder, superuser, submissions=submissions)
        return {"database": note, **measure(note, rounds=rounds, plans=plans)}


def measure(note: dict[str, Any], *, rounds: int, plans: bool) -> dict[str, Any]:
    """p50, p95 and the slowest of each page, in milliseconds, and the slowest query of each."""
    from secure_communities.platform import clock
    from secure_communities.platform.accounts.models import RoleGrant

    at = datetime.fromisoformat(note["at"])
    clock.now = lambda: at
    manager = signed_in(RoleGrant.objects.filter(role="PROGRAMME_MANAGER")[0].user.username)
    result: dict[str, Any] = {}
    for name, address in PAGES.items():
        slowest = _slowest(manager, address)
        result[name] = figures([_timed(manager, address) for _ in range(rounds)])
        result[f"{name}: slowest query, ms"] = round(slowest[0] * 1_000)
        if plans:
            click.echo(f"{name}: {slowest[0] * 1_000:.0f} ms\n{slowest[1]}\n{_plan(slowest[1])}\n", err=True)
    result |= _look_ups(rounds)
    return result


def _timed(client: Any, address: str) -> float:
    start = time.perf_counter()
    answer = client.get(address)
    spent = time.perf_counter() - start
    if answer.status_code != 200:
        raise click.ClickException(f"{address} answered {answer.status_code}")
    return spent


def _slowest(client: Any, address: str) -> tuple[float, str]:
    """The slowest statement of one request, with its seconds."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        _timed(client, address)
    return max((float(one["time"]), one["sql"]) for one in captured.captured_queries)


def _plan(statement: str) -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + statement.replace("%", "%%"), [])
        return "\n".join(row[0] for row in cursor.fetchall())


def _look_ups(rounds: int) -> dict[str, Any]:
    """The charges of a case's person, and the cases of a person: what every event about a record asks."""
    from secure_communities.identify.research.models import StatusQuery
    from secure_communities.prioritize.facts import selectors

    found: dict[str, list[float]] = {"subjects of a case": [], "cases of a subject": []}
    for query in StatusQuery.objects.select_related("submission").order_by("-pk")[: rounds + 1]:
        start = time.perf_counter()
        [subject, *_] = selectors.subjects_of(query)
        middle = time.perf_counter()
        list(selectors.cases_of(subject))
        found["subjects of a case"].append(middle - start)
        found["cases of a subject"].append(time.perf_counter() - middle)
    return {name: figures(spent[1:]) for name, spent in found.items()}
