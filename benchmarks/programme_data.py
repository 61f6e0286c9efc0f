# SPDX-License-Identifier: Apache-2.0
"""Arrests, charges, outcomes and priorities beside the submissions of the worklists' database, filled by SQL.

An arrest for each accepted submission, two charges each; three of five charges have an outcome. All of it is invented.
"""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import worklist_data
from benchmarks.worklist_data import BOX, Filling

PEOPLE = 50_000
TABLES = "records_disposition, records_charge, records_arrest, assessments_currentassessment, assessments_assessment"
CODES = "ARRAY['1201', '2301', '3562', '5499', '1313', '5404', '2202', '3599']"


def load(folder: Path, superuser: str, *, submissions: int) -> dict[str, Any]:
    """Fill the database unless it is filled. Returns when, how many of each, and the seconds it took."""
    note = folder / "programme.json"
    if note.exists():
        return dict(json.loads(note.read_text()))
    found = worklist_data.load(folder, superuser, submissions=submissions, people=PEOPLE)
    start = time.perf_counter()
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET timezone = 'UTC'")
        connection.execute(f"TRUNCATE {TABLES} CASCADE")
        _fill(Filling(connection, datetime.fromisoformat(found["at"]), submissions, PEOPLE))
        connection.execute("VACUUM ANALYZE")
        sizes = {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # type: ignore[index]
            for table in TABLES.split(", ")
        }
    made = {**found, **sizes, "seconds": found["seconds"] + round(time.perf_counter() - start, 1)}
    note.write_text(json.dumps(made))
    return made


def _fill(filling: Filling) -> None:
    accepted = (
        "intake_submission s JOIN agencies_originatingagency o ON o.id = s.originator_id,"
        " (SELECT array_agg(id) AS ids, count(*)::int AS many FROM records_criminalrecord) r"
        " WHERE s.intake_state = 'accepted'"
    )
    filling.insert("records_arrest", {
        "id": "s.id", "record_id": "r.ids[1 + (s.id * 5 % r.many)::int]", "correlation": "s.control_number",
        "ori": "o.ori", "arrest_date": "s.received_at::date", "sealed_details": BOX, "recorded_at": "s.received_at",
        "recorded_by": "'system:bench'",
    }, accepted)  # fmt: skip
    coded = "(a.id + n) % 9 > 0"
    filling.insert("records_charge", {
        "id": "a.id * 2 + n", "arrest_id": "a.id", "sequence": "n + 1",
        "code": f"CASE WHEN {coded} THEN ({CODES})[1 + ((a.id * 3 + n) % 8)::int] END",
        "code_source": f"CASE WHEN {coded} THEN 'SUBMITTED' ELSE 'UNKNOWN' END",
        "unknown_reason": f"CASE WHEN {coded} THEN '' ELSE 'NOT_SUBMITTED' END", "issuing_state": "''",
        "sealed_words": BOX,
    }, "records_arrest a, generate_series(0, 1) n")  # fmt: skip
    filling.insert("records_disposition", {
        "id": "id", "charge_id": "id",
        "kind": "CASE WHEN id % 3 = 0 THEN 'CONVICTED' WHEN id % 3 = 1 THEN 'DISMISSED' ELSE 'PENDING' END",
        "sentence_months": "CASE WHEN id % 6 = 0 THEN id % 40 END", "source": "'COURT'",
        "recorded_at": "now()", "recorded_by": "'system:bench'",
    }, "records_charge WHERE id % 5 < 3")  # fmt: skip
    stands = {
        "id": "id", "query_id": "id", "rule_set": "'SC-2009'", "gravest": "NULL", "provisional": "id % 4 = 0",
        "answer": "'LEVEL_' || (1 + id % 3)", "rank": "id % 3",
        "basis": "CASE WHEN id % 2 = 0 THEN 'CHARGED' ELSE 'CONVICTED' END",
    }  # fmt: skip
    filling.insert("assessments_assessment", {
        **stands, "ori": "'ZZTX00101'", "rule_version": "1", "rule_hash": "repeat('0', 64)",
        "inputs": "'{\"charges\": []}'", "inputs_hash": "repeat('0', 64)", "result": "'{\"decided_by\": {}}'",
        "trigger": "'REFERRAL'", "assessed_at": "sent_at", "assessed_by": "'system:bench'",
    }, "research_statusquery")  # fmt: skip
    filling.insert("assessments_currentassessment", {
        **stands, "assessment_id": "id", "effective_answer": stands["answer"], "effective_rank": stands["rank"],
        "changed_at": "sent_at",
    }, "research_statusquery")  # fmt: skip
    for table in ("records_arrest", "records_charge", "records_disposition", "assessments_assessment",
                  "assessments_currentassessment"):  # fmt: skip
        filling.run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
