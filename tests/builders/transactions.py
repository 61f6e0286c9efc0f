# SPDX-License-Identifier: Apache-2.0
"""Transactions for tests: a complete booking of an invented person with the fourteen images of NIST's tenprint card."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from secure_communities.interchange.itl import Record, Value, emit, parse, text_record, transaction

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "nist"
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
JAIL, REGISTER = "ZZTX00101", "ZZFBI0001"
TCN = "SYNZZTX00101-20261122-000001"

PERSON: Mapping[str, Value] = {
    "2.005": "Y",
    "2.006": "SGT SAMPLE",
    "2.009": "TEST-2026-0001",
    "2.016": "000123456",
    "2.018": "SYNTH,ALEX QUILL",
    "2.019": [["SAMPLE,ALEX"], ["SYNTHETIC,SANDY"]],
    "2.020": "XX",
    "2.022": "19900401",
    "2.024": "M",
    "2.025": "U",
    "2.027": "511",
    "2.029": "180",
    "2.031": "BRO",
    "2.032": "BLK",
    "2.045": "20261121",
    "2.047": [["20261120", "PETTY THEFT"], ["", "TRESPASS"]],
    "2.056": "SYNTHETIC",
    "2.073": JAIL,
}


def a_booking(
    *,
    tot: str = "CAR",
    ori: str = JAIL,
    dai: str = REGISTER,
    tcn: str = TCN,
    date: date | str = TODAY,
    person: Mapping[str, Value | None] | None = None,
    images: Sequence[Record] | None = None,
    domain: tuple[str, str] | None = ("NORAM", "EBTS 10.0"),
    version: str = "0500",
    **header: str,
) -> bytes:
    """A valid CAR file of 14 images (10 rolled, 4 plain); `person` overrides or (None) removes Type-2 fields."""
    if tot == "CNA":
        person = {"2.006": None, **(person or {})}
    fields = {tag: value for tag, value in {**PERSON, **(person or {})}.items() if value is not None}
    if tot == "CPDR":
        fields.setdefault("2.043", "C")
    ordered = sorted(fields.items(), key=lambda field: int(field[0].split(".")[1]))
    records = [text_record(2, idc=0, fields=ordered), *(card_images() if images is None else images)]
    built = transaction(
        tot=tot,
        ori=ori,
        dai=dai,
        tcn=tcn,
        date=date,
        gmt=NOW,
        records=records,
        domain=domain,
        version=version,
        **header,
    )
    return emit(built)


@cache
def card_images() -> tuple[Record, ...]:
    """The Type-4 images of NIST's tenprint card: positions 1–10, 14, 12, 11, 13; IDC 1–14."""
    return parse((GOLDEN / "type-4-tpcard.an2").read_bytes()).of_type(4)


def spoiled(data: bytes, index: int, old: bytes, new: bytes) -> bytes:
    """`data` with bytes replaced once inside one record, whose length is set right again."""
    records = [record.raw for record in parse(data).records]
    assert old in records[index], "nothing to spoil"
    record = records[index].replace(old, new, 1)
    if record[:1].isdigit():
        tag, rest = re.fullmatch(rb"(\d+\.\d+:)\d+(\x1d.*)", record, re.DOTALL).groups()
        length = next(n for n in range(len(rest), len(rest) + 20) if n == len(tag) + len(str(n)) + len(rest))
        record = tag + str(length).encode() + rest
    else:
        record = len(record).to_bytes(4, "big") + record[4:]
    return b"".join([*records[:index], record, *records[index + 1 :]])
