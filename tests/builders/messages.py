# SPDX-License-Identifier: Apache-2.0
"""Builders of messages for tests: complete, synthetic, ready to be varied with `dataclasses.replace`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from secure_communities.interchange.messages import (
    Acknowledgement,
    Audience,
    Basis,
    Determination,
    Encounter,
    Evidence,
    Identity,
    ImmigrationDataResponse,
    ImmigrationQuery,
    ImmigrationResponse,
    Kind,
    Protection,
    Verification,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TCN = "SYNZZTX00101-20261122-000001"


def a_match(**changes: Any) -> ImmigrationDataResponse:
    values: dict[str, Any] = {
        "kind": Kind.MATCH,
        "tcn": TCN,
        "destination": "ZZTX00101",
        "generated_at": NOON,
        "oca": "TEST-0001",
        "fin": "9000000001",
        "identities": (Identity("SAMPLE, ONE", date(1980, 1, 1), "ZZ", "ZZ", "X", "PASSPORT 000000001"),),
        "encounter": Encounter(date(2005, 3, 16), "TRAVEL", "DEMO"),
        "verification": Verification("EXAMINER_2", 71.25, "2026.1", 10),
        "protection": Protection.CLEARED,
        "audience": Audience.OFFICER,
    }
    return ImmigrationDataResponse(**values | changes)


def a_no_match(**changes: Any) -> ImmigrationDataResponse:
    values: dict[str, Any] = {"kind": Kind.NO_MATCH, "tcn": TCN, "destination": "ZZTX00101", "generated_at": NOON}
    return ImmigrationDataResponse(**values | changes)


def an_error(**changes: Any) -> ImmigrationDataResponse:
    values: dict[str, Any] = {"error_code": "TIMEOUT", "error_text": "The register did not answer.", "retryable": True}
    return a_no_match(**{"kind": Kind.ERROR} | values | changes)


def a_query(**changes: Any) -> ImmigrationQuery:
    values: dict[str, Any] = {
        "sender": "ZZFBI0001",
        "destination": "ZZ",
        "attention": "DEMO DESK",
        "phone": "5550100",
        "name": "SAMPLE, ONE",
        "dob": "19800101",
        "sex": "M",
        "pob": "ZZ",
        "in_custody": True,
        "offence": "1203",
        "fin": "9000000001",
        "tcn": TCN,
        "data_response": "IDR-000001",
    }
    return ImmigrationQuery(**values | changes)


def an_answer(**changes: Any) -> ImmigrationResponse:
    values: dict[str, Any] = {
        "sender": "ZZLESC001",
        "destination": "ZZTX00101",
        "control": "Q-000001",
        "tcn": TCN,
        "generated_at": NOON,
        "basis": Basis.BIOMETRIC,
        "determination": Determination.LPR,
        "name": "SAMPLE, ONE",
        "dob": "19800101",
        "sex": "M",
        "pob": "ZZ",
        "offence": "1203",
        "a_number": "A000000001",
        "officer": "SAMPLE, OFFICER",
        "authority": "8 CFR 287.7",
        "determined_at": NOON,
        "reviewer": "SAMPLE, SPECIALIST",
        "confidence": "Two records agree.",
        "rules_version": "2026.1",
        "evidence": (Evidence("FILES", "R-0001", NOON),),
        "protection": Protection.CLEARED,
        "audience": Audience.OFFICER,
    }
    return ImmigrationResponse(**values | changes)


def an_acknowledgement(**changes: Any) -> Acknowledgement:
    values: dict[str, Any] = {
        "tcn": TCN,
        "sender": "ZZLESC001",
        "destination": "ZZTX00101",
        "reference": "Q-000001",
        "received_at": NOON,
    }
    return Acknowledgement(**values | changes)
