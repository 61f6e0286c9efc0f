# SPDX-License-Identifier: Apache-2.0
"""What is published, as bytes: the same counts give the same bytes. Pure.

In: the plain text of the counts (`selectors.inputs`). Out: files by kind. The digest in a file is of what it says. No
digest of the counts themselves ever leaves: whoever tried counts until it fits would have what is hidden.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from threading import Lock
from typing import Any, Final

from secure_communities.oversight.programme.rules import Rate
from secure_communities.oversight.transparency.rules import Agency, Class, Mix, Table, as_document, funnel, mixed
from secure_communities.platform import exports
from secure_communities.platform.exports.tables import BANNER, Cell
from secure_communities.policy.suppression import SMALLEST_TOLD, TOTAL

FORMAT: Final = "secure-communities-transparency-1"
HIDDEN: Final = "hidden"
_ONE_AT_A_TIME: Final = Lock()


class Kind(StrEnum):
    """The files of a publication."""

    REPORT_JSON = "report.json"
    REPORT_CSV = "report.csv"
    REPORT_PDF = "report.pdf"
    COVERAGE_JSON = "coverage.json"
    COVERAGE_CSV = "coverage.csv"


METHOD: Final = (
    f"Numbers of people from 1 to {SMALLEST_TOLD - 1} are hidden. Further numbers are hidden with them, so that no "
    "hidden number follows from the sums that are told. Nobody (0) is told.",
    "Agencies, counties and the state are one table: what one of them hides does not follow from the others.",
    "Every further table counts the confirmed matches of the first one, each once. It has a row for each county whose "
    "matches the first table tells, and one row for all the others together.",
    "Only whole quarters are published, each once and never again; a year is the sum of its four published quarters.",
    "The digest is the SHA-256 of the content as JSON with sorted keys and no spaces, in UTF-8.",
)
DEFINITIONS: Final = (
    "A booking is one set of fingerprints that an agency submitted. A person booked twice is counted twice.",
    "A match says that a record exists in the immigration register. It says nothing of guilt, status or citizenship.",
    "Charged is not convicted: no number here adds the two up.",
    "Minor: the least grave level of the rules. Traffic: the first charge with a code is of the traffic series.",
    "No detainer is issued by this version of the system, so none was refused under a local switch.",
)


def canonical(document: Any) -> bytes:
    """The one way to write a document."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(document: Any) -> str:
    """SHA-256 of the one way to write it, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()


def signed(content: Mapping[str, Any]) -> bytes:
    """A content with its digest beside it, for reading."""
    text = json.dumps(
        {"content": content, "sha256": digest(content)}, sort_keys=True, indent=1, ensure_ascii=False
    )  # fmt: skip
    return f"{text}\n".encode()


def stored(counts: bytes) -> dict[str, Any]:
    """The counts that a publication keeps."""
    found: dict[str, Any] = json.loads(counts)
    return found


def content_of(file: bytes) -> dict[str, Any]:
    """The content of a published JSON file."""
    found: dict[str, Any] = json.loads(file)["content"]
    return found


def report(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The whole report from the counts, with everything hidden that must be."""
    state, counties = (inputs["state"]["code"], inputs["state"]["name"]), inputs["counties"]
    agencies = [Agency(**one) for one in inputs["agencies"]]
    first, told = funnel(state, counties, agencies)
    mixes = [mixed(_mix(one), state, counties, told) for one in inputs["mixes"]]
    return {
        "format": FORMAT, "synthetic": BANNER, "state": inputs["state"], "period": inputs["period"],
        "from": inputs["from"], "until": inputs["until"], "rules": inputs["rules"],
        "tables": [as_document(one) for one in (first, *mixes)],
        "shares": [share for one in mixes for share in _shares(one, inputs["shares"])],
        "coverage": _coverage(counties, agencies, first), "reduced": inputs["reduced"],
        "switches": inputs["switches"], "method": list(METHOD), "definitions": list(DEFINITIONS),
    }  # fmt: skip


def report_of(counts: bytes) -> dict[str, Any]:
    """The report from the one text of its counts, not to be changed. The same counts are made a report of once.

    Hiding a large state takes seconds: one page of its counties after another, or a reader who asks again, does not
    have it done again, and whoever asks meanwhile waits for it.
    """
    with _ONE_AT_A_TIME:
        return _report_of(counts)


@lru_cache(maxsize=16)
def _report_of(counts: bytes) -> dict[str, Any]:
    return report(stored(counts))


def coverage(content: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a report that says who submits (S10)."""
    kept = ("format", "synthetic", "state", "period", "from", "until", "coverage", "reduced")
    return {**{key: content[key] for key in kept}, "method": list(METHOD[:2])}


def files(inputs: Mapping[str, Any]) -> dict[Kind, bytes]:
    """Every file of a publication but the PDF, which `paper.py` sets."""
    return files_of(report(inputs))


def files_of(content: Mapping[str, Any]) -> dict[Kind, bytes]:
    """Every file of a content."""
    part = coverage(content)
    return {
        Kind.REPORT_JSON: signed(content), Kind.REPORT_CSV: _csv(content, _report_rows(content)),
        Kind.COVERAGE_JSON: signed(part), Kind.COVERAGE_CSV: _csv(part, _coverage_rows(part)),
    }  # fmt: skip


def _mix(one: Mapping[str, Any]) -> Mix:
    classes = [Class(code, title) for code, title in one["classes"]]
    return Mix(one["key"], one["title"], one["note"], classes, one["by_county"])


def _shares(table: Table, asked: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Shares of matches, from numbers that are told alone."""
    found = []
    for one in asked:
        if one["table"] != table.key:
            continue
        for row in table.rows:
            count, of = row.cells.get(one["column"]), row.cells[TOTAL]
            rate = Rate(count, of) if count is not None and of is not None else None
            ends = rate.interval if rate else None
            found.append({
                "measure": one["title"], "code": row.code, "title": row.title, "count": count, "of": of,
                "share": round(rate.value, 4) if rate and rate.value is not None else None,
                "interval": [round(end, 4) for end in ends] if ends else None,
            })  # fmt: skip
    return found


def _coverage(counties: Mapping[str, str], agencies: Sequence[Agency], first: Table) -> list[dict[str, Any]]:
    """By county and agency: agencies that could submit, those that did, what they submitted as the table tells it."""
    told = {row.code: row.cells[TOTAL] for row in first.rows}
    found: list[dict[str, Any]] = []
    for fips, name in counties.items():
        here = [one for one in agencies if one.county == fips]
        if here:
            found.append({
                "code": fips, "title": name, "part_of": None, "agencies": len(here),
                "submitting": sum(any(one.counts.values()) for one in here), "submissions": told[fips],
            })  # fmt: skip
        found += [
            {
                "code": one.ori, "title": one.name, "part_of": fips, "agencies": 1,
                "submitting": int(any(one.counts.values())), "submissions": told[one.ori],
            }
            for one in here
        ]  # fmt: skip
    return found


def _told(value: Any) -> Cell:
    return HIDDEN if value is None else value


def _report_rows(content: Mapping[str, Any]) -> list[list[Cell]]:
    rows: list[list[Cell]] = [
        [table["key"], row["code"], row["title"], row["part_of"], column["title"], _told(cell)]
        for table in content["tables"]
        for row in table["rows"]
        for column, cell in zip(table["columns"], row["cells"], strict=True)
    ]
    rows += [[one["key"], None, None, None, "untold", one["untold"]] for one in content["tables"] if one["untold"]]
    rows += [
        ["shares", one["code"], one["title"], None, one["measure"], _told(one["share"])] for one in content["shares"]
    ]
    rows += [
        ["switches", one["county"], one["title"], None, f"{one['switch']} {'on' if one['on'] else 'off'} from "
         f"{one['from']}", one["ground"]]
        for one in content["switches"]
    ]  # fmt: skip
    return [*rows, *_coverage_rows(content), *([["method", None, None, None, None, one] for one in content["method"]])]


def _coverage_rows(content: Mapping[str, Any]) -> list[list[Cell]]:
    return [
        ["coverage", one["code"], one["title"], one["part_of"], title, _told(one[key])]
        for one in content["coverage"]
        for key, title in (
            ("agencies", "Agencies that could submit"), ("submitting", "Agencies that submitted"),
            ("submissions", "Submitted"),
        )
    ]  # fmt: skip


def _csv(content: Mapping[str, Any], rows: Sequence[Sequence[Cell]]) -> bytes:
    """One number a row; the last row is the digest of the content."""
    opening: list[Cell] = [content["period"], content["state"]["code"]]
    every = [*rows, ["synthetic", None, None, None, None, BANNER], ["sha256", None, None, None, None, digest(content)]]
    columns = ("Period", "State", "Table", "Code", "Place", "Part of", "Column", "Value")
    return exports.csv_of(exports.Table("report", columns, [[*opening, *row] for row in every]))
