# SPDX-License-Identifier: Apache-2.0
"""A database as it looks after forty days: submissions, comparisons, queries, work, events, people; filled by SQL.

Rows go in set by set, past triggers and foreign keys (as the superuser of a scratch server under `var/bench`), built
once and used again. Every value is invented. Columns that later versions add are filled with an empty value.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import psycopg

DAYS = 40
BOX = "decode(repeat('5e', 120), 'hex')"  # a sealed value that nobody opens
SPECIALISTS, OFFICERS, EXAMINERS, SUPERVISORS = 40, 16, 24, 3
EMPTY = {
    "text": "''", "character varying": "''", "boolean": "false", "jsonb": "'{}'", "bytea": BOX, "uuid": "uuidv4()",
    "timestamp with time zone": "now()", "date": "current_date", "smallint": "0", "integer": "0", "bigint": "0",
    "double precision": "0",
}  # fmt: skip
BIG = (
    "intake_submission", "events_event", "responses_message", "worklists_workitem", "examination_examination",
    "examination_candidate", "examination_decision", "research_statusquery", "research_draft",
    "research_determination", "galleries_registersubject",
)  # fmt: skip


@contextmanager
def scratch(folder: Path) -> Iterator[str]:
    """The scratch server up, migrated, Django on top of it; gives the superuser's address."""
    from secure_communities.platform.postgres import ensure_running, roles

    if os.environ.get("DATABASE_URL"):
        raise click.ClickException("This benchmark fills a server of its own: unset DATABASE_URL.")
    folder.mkdir(parents=True, exist_ok=True)
    with ensure_running(folder) as database:
        if database.folder is None or database.server is None:
            raise click.ClickException("No server of our own could be started.")
        os.environ.update(database.environment(), SECURE_COMMUNITIES_VAR=str(folder))
        subprocess.run(
            [sys.executable, "-m", "secure_communities", "migrate", "--assets"], check=True, stdout=subprocess.DEVNULL
        )
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secure_communities.settings")
        import django

        django.setup()
        credentials = roles.Credentials.kept_in(database.folder / "credentials.json", new=False)
        yield roles.url(roles.SUPERUSER, credentials.superuser, socket=database.server.home.socket)


def loaded(folder: Path) -> dict[str, Any] | None:
    """What a folder holds, if it was filled to its end: `at`, `submissions`, `people`, `seconds`."""
    note = folder / "loaded.json"
    return json.loads(note.read_text()) if note.exists() else None


def load(folder: Path, superuser: str, *, submissions: int, people: int) -> dict[str, Any]:
    """Fill the database unless it is filled. Returns what `loaded` does."""
    if found := loaded(folder):
        return found
    from secure_communities.platform import clock
    from secure_communities.platform.nation.services import build_nation

    at, start = clock.now(), time.perf_counter()
    build_nation(at=at)
    _staff(at)
    with psycopg.connect(superuser, autocommit=True) as connection:
        for setting in ("session_replication_role = replica", "synchronous_commit = off", "work_mem = '256MB'",
                        "maintenance_work_mem = '512MB'", "timezone = 'UTC'"):  # fmt: skip
            connection.execute(f"SET {setting}")
        with _without_indexes(connection):
            Filling(connection, at, submissions, people).fill()
        connection.execute("VACUUM ANALYZE")
    note = {
        "at": at.isoformat(), "submissions": submissions, "people": people,
        "seconds": round(time.perf_counter() - start, 1),
    }  # fmt: skip
    (folder / "loaded.json").write_text(json.dumps(note))
    return note


def _staff(at: datetime) -> None:
    """People enough for the shifts, granted by the nation's administrator."""
    from secure_communities.platform.access.roles import Role
    from secure_communities.platform.accounts.models import RoleGrant, User

    administrator = User.objects.get(username="administrator.one")
    agency = User.objects.filter(role_grants__role=Role.SUPPORT_SPECIALIST)[0].agency
    for role, number in ((Role.SUPPORT_SPECIALIST, SPECIALISTS), (Role.AUTHORISED_OFFICER, OFFICERS),
                         (Role.EXAMINER, EXAMINERS), (Role.SUPPORT_SUPERVISOR, SUPERVISORS)):  # fmt: skip
        for count in range(number):
            name = f"bench.{role.value.lower().replace('_', '-')}.{count}"
            user, _ = User.objects.get_or_create(
                username=name, defaults={"display_name": f"Sample {role.value.title()} {count}", "agency": agency}
            )
            if not user.role_grants.exists():
                RoleGrant.objects.create(user=user, role=role, starts_at=at, granted_by=administrator)


@contextmanager
def _without_indexes(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Take the indexes that hold no constraint away and build them again at the end."""
    rows = connection.execute(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = ANY(%s) AND NOT EXISTS"
        " (SELECT FROM pg_constraint c WHERE c.conname = i.indexname) AND i.indexdef NOT LIKE 'CREATE UNIQUE%%'",
        [list(BIG)],
    ).fetchall()
    for name, _ in rows:
        connection.execute(f'DROP INDEX "{name}"')
    yield
    for _, definition in rows:
        connection.execute(definition)


class Filling:
    """One filling: each step is one INSERT … SELECT over the plan of all submissions."""

    def __init__(self, connection: psycopg.Connection[Any], at: datetime, submissions: int, people: int) -> None:
        self.connection, self.at, self.submissions, self.people = connection, at, submissions, people

    def run(self, statement: str) -> None:
        self.connection.execute(statement)

    def fill(self) -> None:
        self.run("DROP TABLE IF EXISTS plan")  # of a filling that was broken off
        self.run("TRUNCATE keys_datakey, intake_submission, events_event, worklists_workitem, people_person CASCADE")
        for step in (self.plan, self.subjects, self.persons, self.intake, self.comparisons, self.queries, self.answers,
                     self.work, self.happenings):  # fmt: skip
            start = time.perf_counter()
            step()
            click.echo(f"{step.__name__}: {time.perf_counter() - start:.0f} s", err=True)
        self.run("DROP TABLE plan")
        for (table,) in self.connection.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'id'"
            " AND is_identity = 'YES'"
        ).fetchall():
            self.run(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT greatest(max(id), 1) FROM {table}))"
            )

    def insert(self, table: str, values: Mapping[str, str], source: str) -> None:
        """INSERT; a column that must have a value and is not named gets an empty one, one that is gone gets none."""
        columns = self.connection.execute(
            "SELECT column_name, data_type, is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'"
            " AND is_generated = 'NEVER' FROM information_schema.columns WHERE table_name = %s",
            [table],
        ).fetchall()
        full = {name: EMPTY[kind] for name, kind, needed in columns if needed and name not in values}
        full |= {name: values[name] for name, _, _ in columns if name in values}
        self.run(f"INSERT INTO {table} ({', '.join(full)}) SELECT {', '.join(full.values())} FROM {source}")

    def plan(self) -> None:
        """What becomes of each submission: `kind` of its immigration side, `m` a number of 0–999 that looks random."""
        n, at = self.submissions, self.at.isoformat()
        step = DAYS * 86400 / n
        self.run(f"""
            CREATE UNLOGGED TABLE plan AS
            WITH oris AS (SELECT array_agg(id ORDER BY id) AS ids, count(*) AS many
                          FROM agencies_originatingagency WHERE purpose <> ''),
                 raw AS (SELECT g, (g::bigint * 7919 + g::bigint * g % 613) % 1000 AS m, ({n} - g) * {step} AS age
                         FROM generate_series(1, {n}) g),
                 aged AS (SELECT *, CASE
                     WHEN m < 20 THEN 'refused'
                     WHEN m < 120 THEN 'not_searched'
                     WHEN m < 210 AND age < 1800 THEN 'comparing'
                     WHEN m < 210 AND age < 9000 THEN 'researching'
                     WHEN m < 210 AND age < 12600 THEN 'signing'
                     WHEN m = 120 AND g % 17 = 0 THEN 'researching'
                     WHEN m < 210 THEN 'determined'
                     WHEN m < 220 THEN 'rejected'
                     WHEN m < 222 THEN 'inconclusive'
                     ELSE 'no_match' END AS kind FROM raw)
            SELECT g, m, kind, age < 2400 AND m IN (300, 301) AS possible,
                   'SC-' || translate(lpad(g::text, 16, '0'), '01', 'ZY') AS control,
                   oris.ids[1 + (g::bigint * 31) % oris.many] AS ori,
                   timestamptz '{at}' - age * interval '1 second' AS received,
                   ('00000000-0000-4000-8000-' || lpad(to_hex(g), 12, '0'))::uuid AS key
            FROM aged, oris
        """)
        self.run("CREATE INDEX ON plan (kind)")
        self.run("ANALYZE plan")

    def subjects(self) -> None:
        """People of the registers, three of five in the immigration one, with their records; and all data keys."""
        self.insert(
            "keys_datakey", {"id": "key", "wrapped": "sha256(key::text::bytea)", "created_at": "received"}, "plan"
        )
        person = "('00000000-0000-4001-8000-' || lpad(to_hex(p), 12, '0'))::uuid"
        people = f"generate_series(1, {self.people}) p"
        began = f"timestamptz '{self.at.isoformat()}' - interval '60 days'"
        self.insert("keys_datakey", {"id": person, "wrapped": "sha256('x')", "created_at": began}, people)
        side = "p % 5 < 3"
        self.insert("galleries_registersubject", {
            "id": "p", "register": f"CASE WHEN {side} THEN 'immigration' ELSE 'criminal' END",
            "number": f"CASE WHEN {side} THEN 'FIN' ELSE 'UCN' END || lpad(p::text, 9, '0')", "row": "p",
            "source": f"CASE WHEN {side} THEN 'encounter' ELSE 'booking' END", "data_key_id": person,
            "enrolled_at": began,
        }, people)  # fmt: skip
        opened = {"opened_at": began, "opened_by": "'system:bench'", "subject_id": "p"}
        box = "decode(repeat('5e', 220), 'hex')"
        sealed = ("identities", "last_encounter", "encounters", "protected_class", "a_number")
        self.insert(
            "records_immigrationrecord",
            {**opened, **{f"sealed_{one}": box for one in sealed}},
            f"{people} WHERE {side}",
        )
        self.insert("records_criminalrecord", {**opened, "sealed_demographics": box}, f"{people} WHERE NOT ({side})")

    def persons(self) -> None:
        """A person for each record of the registers, with its source record, its blind keys and its assignment."""
        person = "('00000000-0000-4002-8000-' || lpad(to_hex(p), 12, '0'))::uuid"
        key = "('00000000-0000-4001-8000-' || lpad(to_hex(p), 12, '0'))::uuid"
        people = f"generate_series(1, {self.people}) p"
        began = f"timestamptz '{self.at.isoformat()}' - interval '60 days'"
        side = "p % 5 < 3"
        self.insert(
            "people_person", {"id": person, "number": "'P-' || lpad(p::text, 10, '0')", "created_at": began}, people
        )
        self.insert("people_sourcerecord", {
            "id": "p", "kind": f"CASE WHEN {side} THEN 'IMMIGRATION' ELSE 'CRIMINAL' END",
            "reference": f"CASE WHEN {side} THEN 'FIN' ELSE 'UCN' END || lpad(p::text, 9, '0')", "version": "1",
            "subject_id": "p", "data_key_id": key, "sealed_features": "decode(repeat('5e', 300), 'hex')",
            "retrieved_at": began, "registered_at": began, "registered_by": "'system:bench'",
        }, people)  # fmt: skip
        digits = ", ".join(f"hashint8extended(p, {number})" for number in range(16))
        self.insert("people_blockingindex", {
            "record_id": "p", "scheme": "'bench'", "keys": f"ARRAY[{digits}]",
        }, people)  # fmt: skip
        self.insert("people_assignment", {
            "record_id": "p", "person_id": person, "basis": "'FIRST_SEEN'", "starts_at": began,
            "assigned_by": "'system:bench'", "reason": "'first seen'",
        }, people)  # fmt: skip

    def intake(self) -> None:
        """The submissions. Their files are short here: real ones stand in another place of the table's storage."""
        self.insert("intake_submission", {
            "id": "g", "control_number": "control", "originator_id": "ori",
            "tcn": "'SYNBENCH' || lpad(g::text, 10, '0')",
            "transaction_type": "CASE WHEN m % 11 = 0 THEN 'CNA' ELSE 'CAR' END", "purpose": "'BOOKING'",
            "channel": "'api'", "sha256": "sha256(g::text::bytea)", "content": "decode(repeat('5e', 40), 'hex')",
            "data_key_id": "key", "received_at": "received",
            "intake_state": "CASE WHEN kind = 'refused' THEN 'refused' ELSE 'accepted' END",
            "criminal_state": "CASE WHEN kind = 'refused' THEN 'waiting' WHEN possible THEN 'examiner' ELSE 'answered'"
            " END",
            "immigration_state": "CASE kind WHEN 'refused' THEN 'waiting' WHEN 'comparing' THEN 'examiner'"
            " WHEN 'researching' THEN 'acknowledged' WHEN 'signing' THEN 'acknowledged'"
            " WHEN 'determined' THEN 'answered' ELSE kind END",
            "criminal_ident": "CASE WHEN kind <> 'refused' AND NOT possible THEN m % 3 = 0 END",
            "retain": "false", "resumptions": "0",
            "findings": "CASE WHEN kind = 'refused' THEN '[{\"message\": \"finger 7: the image is blank\", \"code\":"
            " \"L0008\", \"tag\": \"4.999\", \"record\": 8, \"idc\": 7}]'::jsonb ELSE '[]'::jsonb END",
            "timings": "'{}'",
        }, "plan")  # fmt: skip

    def comparisons(self) -> None:
        """Comparisons of both sides, a candidate each, two decisions where they are closed."""
        compared = (
            "plan WHERE kind IN ('comparing', 'researching', 'signing', 'determined', 'rejected', 'inconclusive')"
        )
        closed = "kind <> 'comparing'"
        self.insert("examination_examination", {
            "id": "g", "submission_id": "g", "register": "'immigration'",
            "finding": "CASE WHEN kind = 'comparing' THEN CASE WHEN m % 13 = 0 THEN 'lead_needed' ELSE 'open' END"
            " WHEN kind IN ('rejected', 'inconclusive') THEN kind ELSE 'confirmed' END",
            "confirmed_id": "CASE WHEN kind IN ('researching', 'signing', 'determined') THEN g END",
            "opened_at": "received + interval '20 seconds'", "due_at": "received + interval '1 hour 20 seconds'",
            "closed_at": f"CASE WHEN {closed} THEN received + interval '15 minutes' END",
        }, compared)  # fmt: skip
        self.insert("examination_examination", {
            "id": f"g + {self.submissions}", "submission_id": "g", "register": "'criminal'", "finding": "'open'",
            "opened_at": "received + interval '20 seconds'", "due_at": "received + interval '1 hour 20 seconds'",
        }, "plan WHERE possible AND kind <> 'refused'")  # fmt: skip
        subject = f"1 + (g::bigint * 5) % {self.people}"
        candidate = {
            "subject_id": subject, "rank": "1", "score": "40 + m / 10.0", "finger_scores": "'{}'",
            "contributions": "'{}'", "policy_version": "'bench-1'",
        }  # fmt: skip
        self.insert("examination_candidate", {"id": "g", "examination_id": "g", **candidate}, compared)
        moved = f"g + {self.submissions}"
        self.insert(
            "examination_candidate", {"id": moved, "examination_id": moved, **candidate},
            "plan WHERE possible AND kind <> 'refused'",
        )  # fmt: skip
        examiners = "(SELECT array_agg(id) AS ids FROM accounts_user WHERE username LIKE 'bench.examiner.%') x"
        for turn in range(2):
            self.insert("examination_decision", {
                "examination_id": "g", "examiner_id": f"x.ids[1 + (g + {turn}) % {EXAMINERS}]",
                "verdict": "CASE kind WHEN 'rejected' THEN 'exclusion' WHEN 'inconclusive' THEN 'inconclusive'"
                " ELSE 'identification' END",
                "candidate_id": "CASE WHEN kind IN ('rejected', 'inconclusive') THEN NULL ELSE g END",
                "lead": "false",
                "decided_at": f"received + interval '{10 + 4 * turn} minutes'",
            }, f"{examiners}, {compared} AND {closed}")  # fmt: skip

    def queries(self) -> None:
        """Status queries, drafts, determinations."""
        asked = "plan WHERE kind IN ('researching', 'signing', 'determined')"
        sent = "received + interval '15 minutes'"
        self.insert("research_statusquery", {
            "id": "g", "submission_id": "g", "examination_id": "g", "reference": "'IAQ-' || substr(control, 4)",
            "state": "CASE kind WHEN 'researching' THEN 'open' WHEN 'signing' THEN 'drafted' ELSE 'determined' END",
            "sent_at": sent, "acknowledged_at": sent, "due_at": f"{sent} + interval '4 hours'",
        }, asked)  # fmt: skip
        specialists = (
            "(SELECT array_agg(id) AS ids FROM accounts_user WHERE username LIKE 'bench.support-specialist.%') s"
        )
        officers = "(SELECT array_agg(id) AS ids FROM accounts_user WHERE username LIKE 'bench.authorised-officer.%') o"
        self.insert("research_draft", {
            "id": "g", "query_id": "g", "author_id": f"s.ids[1 + g % {SPECIALISTS}]", "code": "'NONIMM_OVERSTAY'",
            "evidence": "decode(repeat('5e', 180), 'hex')", "confidence_code": "'AGREEING'", "rules_version": "'1'",
            "drafted_at": "received + interval '2 hours'",
        }, f"{specialists}, {asked} AND kind <> 'researching'")  # fmt: skip
        self.insert("research_determination", {
            "query_id": "g", "draft_id": "g", "version": "1", "code": "'NONIMM_OVERSTAY'",
            "drafter_id": f"s.ids[1 + g % {SPECIALISTS}]", "signer_id": f"o.ids[1 + g % {OFFICERS}]",
            "authority_code": "'DELEGATION'",
            "signed_at": "received + interval '150 minutes'",
        }, f"{specialists}, {officers}, plan WHERE kind = 'determined'")  # fmt: skip

    def answers(self) -> None:
        """First and second responses, error answers, and the support centre's messages."""

        def message(kind: str, source: str, minutes: int) -> None:
            moment = f"received + interval '{minutes} minutes' + m * interval '40 milliseconds'"
            self.insert("responses_message", {
                "submission_id": "g", "kind": f"'{kind}'", "version": "1", "sender": "'ZZFBI0001'",
                "recipient": "'ZZTX00101'", "tcn": f"'SYN{kind[:9].upper()}' || lpad(g::text, 10, '0')",
                "media_type": "'application/octet-stream'", "content": "decode(repeat('5e', 40), 'hex')",
                "state": "'delivered'", "created_at": moment, "ready_at": moment, "delivered_at": moment,
                "delivered_by": "'api'", "attempts": "1",
            }, source)  # fmt: skip

        message("first", "plan WHERE kind <> 'refused' AND NOT possible", 0)
        message("error", "plan WHERE kind = 'refused'", 0)
        message("query", "plan WHERE kind IN ('researching', 'signing', 'determined')", 15)
        message("acknowledgement", "plan WHERE kind IN ('researching', 'signing', 'determined')", 16)
        message("second", "plan WHERE kind = 'determined'", 150)

    def work(self) -> None:
        """Work items: closed ones of all that was done, open ones of what waits, a third of those held by somebody."""
        holders = {
            "examination.immigration": ("examiner", EXAMINERS), "research": ("support-specialist", SPECIALISTS),
            "determination": ("authorised-officer", OFFICERS),
        }  # fmt: skip
        at = f"timestamptz '{self.at.isoformat()}'"
        for name, kinds, now, clock, since, hours in (
            ("examination.immigration", "'comparing','researching','signing','determined','rejected','inconclusive'",
             "comparing", "examination", "20 seconds", 1),
            ("research", "'researching','signing','determined'", "researching", "determination", "15 minutes", 4),
            ("determination", "'signing','determined'", "signing", "determination", "15 minutes", 4),
        ):  # fmt: skip
            role, many = holders[name]
            waits, started = f"kind = '{now}'", f"received + interval '{since}'"
            due = f"{started} + interval '{hours} hours'"
            held = f"{waits} AND g % 3 = 0"
            micros = f"((extract(epoch FROM {due} - interval '2 hours') * 1000000)::bigint)::text"
            self.insert("worklists_workitem", {
                "worklist": f"'{name}'", "about_type": f"'{'examination' if 'exam' in name else 'query'}'",
                "about_id": "g::text", "correlation": "control", "title": f"'{name.split('.')[0].title()} ' || control",
                "order_class": "5", "order_key": f"'1-' || lpad({micros}, 18, '0')",
                "order_reason": "'answer due first'",
                "opened_at": started, "clock": f"'{clock}'", "clock_version": "1", "clock_started_at": started,
                "due_at": due, "noticed": "0", "next_notice_at": f"CASE WHEN {waits} THEN {due} END",
                "claimed_by_id": f"CASE WHEN {held} THEN w.ids[1 + g % {many}] END",
                "claimed_at": f"CASE WHEN {held} THEN {at} - (m % 55) * interval '1 minute' END",
                "acted_at": f"CASE WHEN {held} THEN {at} - (m % 55) * interval '1 minute' END",
                "lease_until": f"CASE WHEN {held} THEN {at} - (m % 55) * interval '1 minute' + interval '1 hour' END",
                "escalation": "0", "closed_at": f"CASE WHEN NOT ({waits}) THEN {started} + interval '1 hour' END",
                "closed_reason": f"CASE WHEN {waits} THEN '' ELSE 'done' END",
            }, f"(SELECT array_agg(id) AS ids FROM accounts_user WHERE username LIKE 'bench.{role}.%') w,"
               f" plan WHERE kind IN ({kinds})")  # fmt: skip

    def happenings(self) -> None:
        """Four events of every submission, and the immigration side's where there was one. Unchained."""

        def event(kind: str, seconds: int, source: str) -> None:
            self.insert("events_event", {
                "kind": f"'{kind}'", "occurred_at": f"received + interval '{seconds} seconds'",
                "recorded_at": f"received + interval '{seconds} seconds'", "actor": "'system:bench'",
                "about_type": "'submission'", "about_id": "g::text", "correlation": "control", "data": "'{}'",
            }, source)  # fmt: skip

        event("submission:received", 0, "plan")
        event("submission:accepted", 6, "plan WHERE kind <> 'refused'")
        event("criminal:searched", 7, "plan WHERE kind <> 'refused'")
        event("criminal:not-identified", 8, "plan WHERE kind <> 'refused'")
        matched = "plan WHERE kind IN ('comparing', 'researching', 'signing', 'determined')"
        event("immigration:examination-opened", 20, matched)
        event("query:sent", 900, f"{matched} AND kind <> 'comparing'")
