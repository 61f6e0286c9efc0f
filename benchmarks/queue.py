# SPDX-License-Identifier: Apache-2.0
"""Field offices' queues: server-side time of the page and of taking the next case, with 200,000 open cases.

Requests go through the whole of Django in this process, as in the pages of the worklists. The officers measured are of
the largest office, of the smallest one, and of one where nothing waits.
"""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import click

from benchmarks import queue_data, worklist_data
from benchmarks.worklist_pages import figures, signed_in

TAKES = 5  # by one officer who holds nothing: as many as the lever lets


@click.command()
@click.option("--cases", default=200_000, show_default=True, type=click.IntRange(1_000), help="Open in the database.")
@click.option("--rounds", default=10, show_default=True, type=click.IntRange(1, 100), help="Requests of each address.")
def command(cases: int, rounds: int) -> dict[str, object]:
    """Pages of the priority queue, and taking the next case."""
    from secure_communities.cli.installation import var_folder

    folder = var_folder() / "bench" / f"queue-{cases}"
    with worklist_data.scratch(folder) as superuser:
        note = queue_data.load(folder, superuser, cases=cases)
        return {"database": note, **measure(note, rounds=rounds)}


def measure(note: dict[str, Any], *, rounds: int) -> dict[str, Any]:
    """p50, p95 and the slowest of each page and of taking, in milliseconds."""
    from secure_communities.platform import clock

    at = datetime.fromisoformat(note["at"])
    clock.now = lambda: at
    places = {"largest": 0, "smallest": note["offices"] - 2, "empty": note["offices"] - 1}
    result: dict[str, Any] = {}
    for size, place in places.items():
        officer = signed_in(f"bench.officer.{place}.0")
        for name, address in _pages(officer):
            result[f"{name}, {size} office"] = figures(
                [_timed(officer.get, address, 200) for _ in range(rounds + 1)][1:]
            )
    for name, address in (
        ("board", "/worklists/?list=field-priority"),
        ("late", "/worklists/late/?list=field-priority"),
    ):
        supervisor = signed_in("bench.supervisor.0")
        result[f"{name}, largest office"] = figures(
            [_timed(supervisor.get, address, 200) for _ in range(rounds + 1)][1:]
        )
    for size, place in places.items():
        result[f"take the next, {size} office"] = figures(
            [one for _ in range(rounds) for one in _takes(f"bench.officer.{place}.0", at)]
        )
    return result


def _pages(officer: Any) -> Iterator[tuple[str, str]]:
    """Name and address; the second page is where the first one's link leads."""
    yield "queue", "/priority/"
    yield "queue by answer", "/priority/?answer=LEVEL_2"
    yield "queue by basis", "/priority/?basis=CHARGED"
    yield "queue by answer and basis", "/priority/?answer=LEVEL_1&basis=CONVICTED"
    yield "queue, held", "/priority/?state=held"
    yield "queue, free", "/priority/?state=free"
    following = re.search(r'href="([^"]*[?;]after=[^"]*)"', officer.get("/priority/").content.decode())
    if following:
        yield "queue, page 2", urljoin("/priority/", html.unescape(following[1]))


def _timed(ask: Any, address: str, status: int) -> float:
    start = time.perf_counter()
    answer = ask(address)
    seconds = time.perf_counter() - start
    if answer.status_code != status:
        raise click.ClickException(f"{address} answered {answer.status_code} {answer.headers.get('Location', '')}")
    return seconds


def _takes(username: str, at: datetime) -> list[float]:
    """Take as many cases as the lever lets, one request each, and give them back."""
    from secure_communities.platform.accounts.models import User
    from secure_communities.platform.worklists import services as work
    from secure_communities.prioritize.queues import selectors

    officer, user, times = signed_in(username), User.objects.get(username=username), []
    for _ in range(TAKES):
        times.append(_timed(officer.post, "/priority/next/", 302))
    taken = list(selectors.held_by(user, at=at))
    waits = selectors.queue_of(user.agency_id).exists()
    if waits != bool(taken) or len(taken) not in {0, TAKES}:
        raise click.ClickException(f"{username} took {len(taken)} of {TAKES} cases.")
    for item in taken:
        work.release(item_id=item.pk, user=user, at=at)
    return times
