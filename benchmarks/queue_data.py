# SPDX-License-Identifier: Apache-2.0
"""Open cases of the field offices, filled by SQL: queries, assessments, work items and what each stands at.

The shares are chosen, not measured: the first office has a fifth of all cases, each further one fewer, the last none;
one case in seven of the first level, two in five not decided. Every value is invented.
"""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.worklist_data import Filling

OFFICERS, HELD = 10, 2  # in each office, and how many cases each but the first of them holds
DAYS = 10  # over which the cases came
TABLES = "queues_queueentry, assessments_currentassessment, assessments_assessment, research_statusquery"


def load(folder: Path, superuser: str, *, cases: int) -> dict[str, Any]:
    """Fill the database unless it is filled. Returns when, how many cases and offices, and the seconds it took."""
    note = folder / "loaded.json"
    if note.exists():
        return dict(json.loads(note.read_text()))
    from secure_communities.platform import clock
    from secure_communities.platform.nation.services import build_nation

    at, start = clock.now(), time.perf_counter()
    build_nation(at=at)
    offices = _staff(at)
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET timezone = 'UTC'")
        connection.execute(f"TRUNCATE {TABLES}, worklists_workitem CASCADE")
        _fill(Filling(connection, at, cases, 0), at, cases)
        connection.execute("VACUUM ANALYZE")
        sizes = connection.execute(
            "SELECT count(i.id) FROM agencies_agency a LEFT JOIN worklists_workitem i ON i.office_id = a.id"
            " WHERE a.kind = 'FIELD_OFFICE' GROUP BY a.id ORDER BY a.id"
        ).fetchall()
    found = {
        "at": at.isoformat(), "cases": cases, "offices": offices,
        "cases_of_the_offices": str([row[0] for row in sizes]),
        "seconds": round(time.perf_counter() - start, 1),
    }  # fmt: skip
    note.write_text(json.dumps(found))
    return found


def _staff(at: datetime) -> int:
    """Officers and a supervisor of each office, granted by the nation's administrator. Returns how many offices."""
    from secure_communities.platform.access.roles import Role
    from secure_communities.platform.accounts.models import RoleGrant, User
    from secure_communities.platform.agencies.models import Agency
    from secure_communities.platform.agencies.vocabulary import AgencyKind

    administrator = User.objects.get(username="administrator.one")
    offices = list(Agency.objects.filter(kind=AgencyKind.FIELD_OFFICE).order_by("id"))
    for place, office in enumerate(offices):
        people = [(Role.FIELD_OFFICER, f"bench.officer.{place}.{one}") for one in range(OFFICERS)]
        for role, name in [*people, (Role.FIELD_SUPERVISOR, f"bench.supervisor.{place}")]:
            user, _ = User.objects.get_or_create(
                username=name, defaults={"display_name": f"Sample {name}", "agency": office}
            )
            if not user.role_grants.exists():
                RoleGrant.objects.create(user=user, role=role, starts_at=at, granted_by=administrator)
    return len(offices)


def _fill(filling: Filling, at: datetime, cases: int) -> None:
    """Each table by one INSERT … SELECT over the plan of all cases."""
    filling.run(f"""
        CREATE TEMPORARY TABLE cases AS
        WITH o AS (SELECT array_agg(id ORDER BY id) AS ids, count(*)::int - 1 AS many FROM agencies_agency
                   WHERE kind = 'FIELD_OFFICE'),
             raw AS (SELECT g, (g::bigint * 7919 + g::bigint * g % 613) % 1000 AS m,
                            ((g::bigint * 104729) % 99991) / 99991.0 AS u,
                            timestamptz '{at.isoformat()}' - ({cases} - g) * interval '{DAYS} days' / {cases} AS came
                     FROM generate_series(1, {cases}) g)
        SELECT g, m, came, came + interval '4 hours' AS due, o.ids[1 + floor(o.many * u * u)::int] AS office,
               CASE WHEN m < 150 THEN 'LEVEL_1' WHEN m < 350 THEN 'LEVEL_2' WHEN m < 600 THEN 'LEVEL_3'
                    WHEN m < 850 THEN 'REVIEW' ELSE 'INSUFFICIENT_DATA' END AS answer,
               CASE WHEN m < 150 THEN 0 WHEN m < 350 THEN 1 WHEN m < 600 THEN 2 END AS rank,
               CASE WHEN m >= 600 THEN m % 3 END AS gravest,
               CASE WHEN m >= 600 THEN 'NONE' WHEN m % 20 = 0 THEN 'FINDING' WHEN m % 2 = 0 THEN 'CHARGED'
                    ELSE 'CONVICTED' END AS basis, m % 4 = 0 AS provisional
        FROM raw, o
    """)
    filling.run("ANALYZE cases")
    common = {
        "answer": "answer", "rank": "rank", "gravest": "gravest", "basis": "basis", "provisional": "provisional"
    }  # fmt: skip
    filling.insert("research_statusquery", {
        "id": "g", "submission_id": "g", "examination_id": "g", "reference": "'IAQ-' || lpad(g::text, 16, 'Z')",
        "state": "'determined'", "sent_at": "came", "acknowledged_at": "came", "due_at": "due",
    }, "cases")  # fmt: skip
    filling.insert("assessments_assessment", {
        **common, "id": "g", "query_id": "g", "ori": "'TX0000000'", "rule_set": "'SC-2009'", "rule_version": "1",
        "rule_hash": "repeat('0', 64)", "inputs": "'{\"charges\": []}'", "inputs_hash": "repeat('0', 64)",
        "result": "'{\"decided_by\": {}}'", "trigger": "'REFERRAL'", "assessed_at": "came",
        "assessed_by": "'system:bench'",
    }, "cases")  # fmt: skip
    filling.insert("assessments_currentassessment", {
        **common, "id": "g", "query_id": "g", "rule_set": "'SC-2009'", "assessment_id": "g",
        "effective_answer": "answer", "effective_rank": "rank", "changed_at": "came",
    }, "cases")  # fmt: skip
    behind = "least(coalesce(rank, gravest), 5) * interval '24 hours' + CASE WHEN rank IS NULL THEN interval '12 hours'"
    placed = f"came + {behind} ELSE interval '0' END + interval '4 hours'"
    filling.insert("worklists_workitem", {
        "id": "g", "worklist": "'field-priority'", "about_type": "'query'", "about_id": "g::text",
        "correlation": "'SC-' || lpad(g::text, 16, 'Z')", "office_id": "office",
        "title": "'Referred case IAQ-' || lpad(g::text, 16, 'Z')", "order_class": "5",
        "order_key": f"'1-' || lpad(((extract(epoch FROM {placed}) * 1000000)::bigint)::text, 18, '0')",
        "order_reason": "answer || ' · invented'", "opened_at": "came", "clock": "'determination'",
        "clock_version": "1", "clock_started_at": "came", "due_at": "due", "noticed": "0", "next_notice_at": "due",
        "escalation": "0",
    }, "cases")  # fmt: skip
    filling.insert("queues_queueentry", {
        **common, "item_id": "g", "office_id": "office", "query_id": "g", "overridden": "m % 50 = 1",
        "gravest_code": "CASE WHEN gravest IS NULL THEN '' ELSE 'LEVEL_' || (gravest + 1) END",
    }, "cases")  # fmt: skip
    moment = f"timestamptz '{at.isoformat()}'"
    filling.run(f"""
        WITH n AS (SELECT id, office_id, (row_number() OVER (PARTITION BY office_id ORDER BY order_key, id) - 1)
                          / {HELD} AS turn FROM worklists_workitem),
             w AS (SELECT id AS who, agency_id, split_part(username, '.', 4)::int AS number FROM accounts_user
                   WHERE username LIKE 'bench.officer.%')
        UPDATE worklists_workitem i SET claimed_by_id = w.who, claimed_at = {moment} - interval '10 minutes',
               acted_at = {moment} - interval '10 minutes', lease_until = {moment} + interval '50 minutes'
        FROM n JOIN w ON w.agency_id = n.office_id AND w.number = n.turn + 1 WHERE i.id = n.id
    """)
    for table in ("worklists_workitem", "research_statusquery", "assessments_assessment"):
        filling.run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {cases})")
