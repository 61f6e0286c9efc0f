# SPDX-License-Identifier: Apache-2.0
"""The county map: server-side time of its page and its figures, with ORIs in every county that submit for years.

Requests go through the whole of Django in this process. The first one of a process reads the months that are over; the
others find them read.
"""

from __future__ import annotations

import gzip
import json
import statistics
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import psycopg

from benchmarks import worklist_data
from benchmarks.worklist_pages import figures, signed_in

TABLES = "intake_submission, agencies_originatingagency, agencies_participation, rollout_rolloutplan"
FIGURES = "/map/counties.json"
MANAGER = "manager.one"


@click.command()
@click.option("--oris", default=3_142, show_default=True, type=click.IntRange(1, 30_000), help="Evenly spread.")
@click.option("--months", default=60, show_default=True, type=click.IntRange(1, 240), help="In which each submits.")
@click.option("--a-month", default=4, show_default=True, type=click.IntRange(1, 100), help="Bookings of each ORI.")
@click.option("--rounds", default=40, show_default=True, type=click.IntRange(1, 1_000), help="Requests of each.")
def command(oris: int, months: int, a_month: int, rounds: int) -> dict[str, object]:
    """Page and figures of the county map."""
    from secure_communities.cli.installation import var_folder

    folder = var_folder() / "bench" / f"county-map-{oris}-{months}-{a_month}"
    with worklist_data.scratch(folder) as superuser:
        note = load(folder, superuser, oris=oris, months=months, a_month=a_month)
        return {"database": note, **measure(note, rounds=rounds)}


def measure(note: dict[str, Any], *, rounds: int) -> dict[str, Any]:
    """Milliseconds of each address, and the size of the figures."""
    from secure_communities.platform import clock

    at = datetime.fromisoformat(note["at"])
    clock.now = lambda: at
    manager = signed_in(MANAGER)
    start = time.perf_counter()
    answer = _answered(manager, FIGURES, 200)
    first = time.perf_counter() - start
    held, earlier = {"HTTP_IF_NONE_MATCH": answer.headers["ETag"]}, f"/map/?month={at.year - 2}-06&sort=oris"
    return {
        "first of a process, ms": round(first * 1e3, 1),
        "bytes": len(answer.content), "bytes as gzip": len(gzip.compress(answer.content)),
        "figures": _timed(manager, FIGURES, 200, rounds),
        "figures, not changed": _timed(manager, FIGURES, 304, rounds, **held),
        "page": _timed(manager, "/map/", 200, rounds),
        "page, an earlier month by share": _timed(manager, earlier, 200, rounds),
    }  # fmt: skip


def load(folder: Path, superuser: str, *, oris: int, months: int, a_month: int) -> dict[str, Any]:
    """Fill the database unless it is filled: the nation, an entry of every county, ORIs, bookings, an approved plan."""
    if found := worklist_data.loaded(folder):
        return found
    from secure_communities.platform import clock
    from secure_communities.platform.nation.services import build_nation

    at, start = clock.now(), time.perf_counter()
    build_nation(at=at)
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET timezone = 'UTC'")
        for table in (
            "intake_submission",
            "agencies_originatingagency",
            "agencies_participation",
            "rollout_rolloutplan",
        ):
            connection.execute(f"TRUNCATE {table} CASCADE")
        _fill(worklist_data.Filling(connection, at, oris, 0), oris=oris, months=months, a_month=a_month)
        connection.execute("VACUUM ANALYZE")
    _plan(at)
    note = {"at": at.isoformat(), "oris": oris, "months": months, "submissions": oris * months * a_month,
            "seconds": round(time.perf_counter() - start, 1)}  # fmt: skip
    (folder / "loaded.json").write_text(json.dumps(note))
    return note


def _fill(filling: worklist_data.Filling, *, oris: int, months: int, a_month: int) -> None:
    """Four of five counties take part, each from a month of its own; one ORI in seven leaves out months."""
    counties = "(SELECT fips, row_number() OVER (ORDER BY fips) - 1 AS n FROM agencies_county) AS c"
    filling.insert("agencies_participation", {
        "county_id": "fips", "originating_agency_id": "NULL", "purpose": "'BOOKING'", "legal_basis": "'MEMORANDUM'",
        "citation": "'Sample agreement'", "agreement_date": "DATE '2019-01-01'",
        "starts_on": "DATE '2019-01-01' + (n % 90 * 30)::int", "consent": "'AGREED'", "ends_on": "NULL",
    }, f"{counties} WHERE n % 5 > 0")  # fmt: skip
    filling.insert("agencies_originatingagency", {
        "id": "1000000 + g", "ori": "'ZZ' || lpad(g::text, 7, '0')", "county_id": "fips",
        "agency_id": "(SELECT min(id) FROM agencies_agency)",
        "purpose": "'BOOKING'", "starts_on": "DATE '2018-01-01'", "ends_on": "NULL",
    }, f"generate_series(0, {oris - 1}) AS g JOIN {counties} ON n = g % 3142")  # fmt: skip
    key = "(SELECT min(id::text)::uuid FROM keys_datakey)"
    filling.insert("keys_datakey", {"id": "uuidv4()", "wrapped": worklist_data.BOX}, "(SELECT 1) AS one")
    filling.insert("intake_submission", {
        "control_number": "'SC-' || g || '-' || m || '-' || k", "originator_id": "1000000 + g",
        "tcn": "'SYNBENCH-' || g || '-' || m || '-' || k", "transaction_type": "'CAR'", "purpose": "'BOOKING'",
        "channel": "'api'", "content": "decode(repeat('5e', 40), 'hex')", "data_key_id": key,
        "sha256": "sha256((g || '-' || m || '-' || k)::bytea)", "intake_state": "'accepted'",
        "criminal_state": "'answered'", "immigration_state": "'answered'", "findings": "'[]'",
        "received_at": "now() - m * interval '1 month' - k * interval '3 hours'",
    }, f"generate_series(0, {oris - 1}) AS g, generate_series(0, {months - 1}) AS m, generate_series(1, {a_month}) AS k"
       " WHERE g % 7 > 0 OR m % 3 > 0")  # fmt: skip


def _plan(at: datetime) -> None:
    from secure_communities.platform.accounts.models import User
    from secure_communities.prioritize.rollout import parameters, services
    from secure_communities.prioritize.rollout.models import PlanApproval

    asked = parameters.Parameters(parameters.month_of(at.date()), 24, 50.0)
    manager = User.objects.get(username=MANAGER)
    plan = services.keep(parameters=asked, title="Every county", by=manager, at=at)
    PlanApproval.objects.create(
        plan=plan, reason="Measured", approved_by=User.objects.exclude(pk=manager.pk)[0], approved_at=at
    )


def _timed(client: Any, address: str, status: int, rounds: int, **headers: str) -> dict[str, Any]:
    """Times by the clock, and the processor's time of this process (the database's apart)."""
    clock_times, processor = [], []
    for _ in range(rounds):
        start, used = time.perf_counter(), time.process_time()
        _answered(client, address, status, **headers)
        clock_times.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    return {**figures(clock_times), "processor_p50_ms": round(statistics.median(processor) * 1e3, 1)}


def _answered(client: Any, address: str, status: int, **headers: str) -> Any:
    answer = client.get(address, **headers)
    if answer.status_code != status:
        raise click.ClickException(f"{address} answered {answer.status_code} {answer.headers.get('Location', '')}")
    return answer
