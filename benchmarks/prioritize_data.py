# SPDX-License-Identifier: Apache-2.0
"""Invented people to prioritise: a seeded mix of charges, outcomes and gaps, as rows of the table of assessments.

The shares are chosen, not measured: one charge of three people in five, an outcome not known of one in four, a code
that a person confirmed of two in five, a filler for a code of one in twelve.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg

from secure_communities.policy.offences import offences, states_an_offence
from secure_communities.policy.priority import FindingName, rule_set

CODES = tuple(code for code in sorted(offences()) if states_an_offence(code))
OFTEN = tuple(code for code in CODES if code[:2] in ("13", "22", "23", "35", "54"))
NUMBERS, OF_100 = (1, 2, 3, 4, 5, 6), (60, 25, 10, 3, 1, 1)
STANDINGS = ("SUBJECT", "CITIZENSHIP_OPEN", "CITIZEN", "PROTECTED", "NOT_REMOVABLE")
OUTCOMES = (None, "PENDING", "CONVICTED", "DISMISSED", "DEFERRED", "ACQUITTED", "NOT_CHARGED")
SENTENCES, MAXIMA = (0, 1, 3, 6, 9, 11, 12, 18, 24, 36, 60, 120), (6, 12, 24, 36, 60, 120, 240)
DAY = date(2026, 11, 26)
TABLE = "assessments_assessment"
RUN = 1


def inputs(source: random.Random, number: int) -> dict[str, Any]:
    """The inputs of one invented person, as `Facts.canonical()` writes them."""
    chance, pick = source.random, source.choice
    many = source.choices(NUMBERS, OF_100)[0]
    findings = [
        {"name": str(name), "value": pick((True, False, False)), "reference": f"finding:{number}", "because": ""}
        for name in sorted(FindingName) if chance() < 0.03
    ]  # fmt: skip
    return {
        "schema": 1,
        "as_of": (DAY - timedelta(days=number % 365)).isoformat(),
        "standing": source.choices(STANDINGS, (92, 3, 1, 2, 2))[0],
        "charges": [_charge(source, number * 10 + place) for place in range(many)],
        "findings": findings,
        "charges_complete": chance() < 0.9,
        "versions": {"offences": "NCIC 2010"},
    }


def _charge(source: random.Random, number: int) -> dict[str, Any]:
    chance, pick = source.random, source.choice
    known = chance() >= 1 / 12
    outcome = source.choices(OUTCOMES, (25, 30, 28, 10, 4, 1, 2))[0]
    day = DAY - timedelta(days=int(chance() * 2_000))
    return {
        "reference": f"charge:{number}",
        "code": pick(OFTEN if chance() < 0.7 else CODES) if known else None,
        "code_unknown_because": "" if known else "FILLER",
        "code_confirmed": known and chance() < 0.4,
        "issuing_state": pick(("TX", "CA", "FL", "AZ", "NC")),
        "offence_date": day.isoformat(),
        "outcome": outcome,
        "outcome_date": day.isoformat() if outcome else None,
        "outcome_fresh": chance() < 0.85,
        "sentence_months": pick(SENTENCES) if outcome == "CONVICTED" and chance() < 0.8 else None,
        "maximum_months": pick(MAXIMA) if chance() < 0.5 else None,
        "source": "RAP_SHEET",
        "confidence": "DECLARED",
    }


def load(folder: Path, superuser: str, *, people: int, seed: int) -> dict[str, Any]:
    """The people as rows of assessments under SC-2009, unless they are there. Returns how many, and the seconds."""
    note = folder / "loaded.json"
    if note.exists():
        return dict(json.loads(note.read_text()))
    start, source, rules = time.perf_counter(), random.Random(seed), rule_set("SC-2009")
    hashes = set()
    with psycopg.connect(superuser) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(f"TRUNCATE {TABLE} CASCADE")
        columns = (
            "id, query_id, ori, rule_set, rule_version, rule_hash, inputs, inputs_hash, answer, basis, provisional,"
            " result, trigger, assessed_at, assessed_by"
        )
        with connection.cursor().copy(f"COPY {TABLE} ({columns}) FROM STDIN") as copy:
            for number in range(1, people + 1):
                text = json.dumps(inputs(source, number), sort_keys=True, separators=(",", ":"))
                digest = hashlib.sha256(text.encode()).hexdigest()
                hashes.add(digest)
                copy.write_row((
                    number, number, "TX0000000", rules.code, rules.version, rules.hash, text, digest, "NOT_APPLICABLE",
                    "NONE", False, '{"decided_by": {}}', "REFERRAL", "2026-11-26T00:00:00Z", "system:bench",
                ))  # fmt: skip
        connection.execute(
            "INSERT INTO assessments_currentassessment (query_id, rule_set, assessment_id, answer, basis, provisional,"
            " effective_answer, changed_at)"
            f" SELECT query_id, rule_set, id, answer, basis, provisional, answer, assessed_at FROM {TABLE} ORDER BY id"
        )
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(f"VACUUM ANALYZE {TABLE}, assessments_currentassessment")
    found = {
        "people": people, "different_inputs": len(hashes), "seed": seed,
        "seconds": round(time.perf_counter() - start, 1),
    }  # fmt: skip
    note.write_text(json.dumps(found))
    return found


def a_run(superuser: str, *, against: str, candidate: str) -> int:
    """A shadow run that has not begun, in place of every former one."""
    with psycopg.connect(superuser) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("TRUNCATE rulesets_shadowmove, rulesets_shadowrun, rulesets_rulesetversion CASCADE")
        for number, code in enumerate((against, candidate), 1):
            rules = rule_set(code)
            connection.execute(
                "INSERT INTO rulesets_rulesetversion (id, code, version, hash, canonical, bundle, signed_by, draft,"
                " loaded_at, loaded_by) VALUES (%s, %s, %s, %s, %s, '', '', true, now(), 'system:shipped')",
                [number, code, rules.version, rules.hash, rules.canonical_bytes()],
            )
        connection.execute(
            "INSERT INTO rulesets_shadowrun (id, candidate_id, against_id, asked_by_id, asked_at, total, done, through,"
            " report) VALUES (%s, 2, 1, 1, now(), 0, 0, 0, '{}')", [RUN],
        )  # fmt: skip
    return RUN
