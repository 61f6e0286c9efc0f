# SPDX-License-Identifier: Apache-2.0
"""A rule set as a table: its rows, levels, dates, citation and hash.

In: a TOML document (`rulesets/`), or the canonical form of one. Out: a `RuleSet`, checked: every code range is of four
digits, every answer a level of the set or REVIEW. Raises `RuleSetError` saying which row, and what to write.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib import resources
from typing import Any, Final

from secure_communities.policy.offences import offences, states_an_offence
from secure_communities.policy.priority.answers import IN_WORDS, Outside
from secure_communities.policy.priority.facts import FindingName
from secure_communities.policy.priority.shapes import TOP, RuleSetError, check

CODES: Final = ("FS-2009", "SC-2009", "ICE-2010", "DET-2012")
GROUNDS: Final = ("CONVICTED", "CHARGED")
_TERM = re.compile(r"(sentence|maximum) (<=|>=|<|>|=) (\d{1,4})")
_RANGE = re.compile(r"(\d{4})(?:-(\d{4}))?")
_MOST_LENGTHS: Final = 4  # what is unknown is completed, and pages answer, with every pair of lengths around them
_UNKNOWN = ("INSUFFICIENT_DATA", "REVIEW", "NOTHING")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the order; rank 0 is the gravest."""

    code: str
    title: str
    rank: int


@dataclass(frozen=True, slots=True)
class Term:
    """A length in whole months: `sentence` is the one imposed, or of a charge not decided yet the maximum."""

    field: str
    operator: str
    months: int

    def holds(self, months: int) -> bool:
        """Whether so many months satisfy it."""
        return {
            "<": months < self.months, "<=": months <= self.months, "=": months == self.months,
            ">=": months >= self.months, ">": months > self.months,
        }[self.operator]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.field} {self.operator} {self.months}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: charges with one of `matching` on one of `grounds` and within `term` give `answer`.

    `codes` and `but` are as written, for readers. `at_least`: how many such charges it takes. `unknown`: what an
    unknown term gives. `could_be`: between which levels a person decides. `assumed`: this project's own addition.
    """

    name: str
    paragraph: str
    codes: tuple[str, ...]
    but: tuple[str, ...]
    grounds: tuple[str, ...]
    term: Term | None
    at_least: int
    unknown: str
    answer: str
    could_be: tuple[str, ...]
    because: str
    assumed: bool
    matching: frozenset[str]


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One row of findings: any of these, stated true, gives `answer`."""

    name: str
    paragraph: str
    any: tuple[FindingName, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """A finding without which nothing else counts."""

    finding: FindingName
    paragraph: str


@dataclass(frozen=True, eq=False)
class RuleSet:
    """One version of one set of rules. Its hash is of its meaning: spaces and comments do not change it.

    `fresh_days`: how old an outcome may be. `deferred`: what deferred adjudication counts as: CHARGED or REVIEW.
    `otherwise`: the answer when no row says anything.
    """

    code: str
    version: int
    title: str
    citation: str
    origin: str
    effective_from: date
    effective_to: date | None
    draft: bool
    fresh_days: int
    deferred: str
    otherwise: str
    otherwise_because: str
    otherwise_paragraph: str
    levels: tuple[Level, ...]
    rows: tuple[Row, ...]
    findings: tuple[FindingRow, ...]
    require: Requirement | None
    document: Mapping[str, Any]

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical form, 64 hexadecimal digits."""
        return hashlib.sha256(self.canonical_bytes()).hexdigest()

    @cached_property
    def ranks(self) -> Mapping[str, int]:
        """The rank of each level's code."""
        return {level.code: level.rank for level in self.levels}

    def canonical_bytes(self) -> bytes:
        """The document as JSON in one form: what is hashed, signed and stored."""
        return json.dumps(self.document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def title_of(self, answer: str) -> str:
        """An answer in words."""
        return next((level.title for level in self.levels if level.code == answer), None) or IN_WORDS[Outside(answer)]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> RuleSet:
        """Read a document. Raises RuleSetError."""
        return _read(document)

    @classmethod
    def of_bundle(cls, data: bytes) -> RuleSet:
        """Read the canonical form. Raises RuleSetError."""
        try:
            document = json.loads(data)
        except ValueError as fault:
            raise RuleSetError(f"a rule set is stored as JSON: {fault}") from None
        if not isinstance(document, dict):
            raise RuleSetError("a rule set is one JSON object")
        return _read(document)


def rule_sets() -> tuple[RuleSet, ...]:
    """The rule sets that are shipped, in the order of their dates."""
    return tuple(rule_set(code) for code in CODES)


@cache
def rule_set(code: str) -> RuleSet:
    """The shipped rule set of that code. Raises RuleSetError for one that is not shipped."""
    return _read(tomllib.loads(source(code)))


def source(code: str) -> str:
    """The TOML text of a shipped rule set. Raises RuleSetError for one that is not shipped."""
    if code not in CODES:
        raise RuleSetError(f"there is no rule set {code!r}: choose one of {', '.join(CODES)}")
    file = resources.files("secure_communities.policy.priority") / "rulesets" / f"{code.lower()}.toml"
    return file.read_text(encoding="utf-8")


def parse(text: str) -> RuleSet:
    """A rule set from TOML text. Raises RuleSetError."""
    try:
        return _read(tomllib.loads(text))
    except tomllib.TOMLDecodeError as fault:
        raise RuleSetError(f"the text is no TOML: {fault}") from None


@cache
def offence_codes() -> tuple[str, ...]:
    """Every code that a charge may stand on, in order: no filler, no status of a person."""
    return tuple(code for code in sorted(offences()) if states_an_offence(code))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _read(given: Mapping[str, Any]) -> RuleSet:
    document = _plain(given)
    check(document)
    levels = tuple(Level(one["code"], one["title"], rank) for rank, one in enumerate(document["levels"]))
    known = {level.code for level in levels}
    if not levels or len(known) != len(levels):
        raise RuleSetError("a rule set has levels, each once, the gravest first")
    if document["otherwise"] not in known | {str(Outside.NOT_APPLICABLE)}:
        raise RuleSetError("otherwise is a level of the set, or NOT_APPLICABLE")
    if document["deferred"] not in ("CHARGED", "REVIEW"):
        raise RuleSetError("deferred is CHARGED or REVIEW")
    rows = _rows(document["rows"], known)
    findings = tuple(_finding(one, known) for one in document.get("findings", []))
    asked = [name for row in findings for name in row.any]
    if len(asked) != len(set(asked)):
        raise RuleSetError("a finding stands in one row only")
    if len({row.term.months for row in rows if row.term}) > _MOST_LENGTHS:
        raise RuleSetError(f"the terms of a rule set name {_MOST_LENGTHS} lengths at most")
    names = [*(row.name for row in rows), *(row.name for row in findings)]
    if len(names) != len(set(names)):
        raise RuleSetError("each row has a name of its own")
    return RuleSet(
        **{key: document[key] for key in TOP if key not in ("levels", "rows", "effective_from")},
        effective_from=date.fromisoformat(document["effective_from"]),
        effective_to=date.fromisoformat(document["effective_to"]) if document.get("effective_to") else None,
        levels=levels, rows=rows, findings=findings,
        require=_requirement(document.get("require")),
        document=document,
    )  # fmt: skip


def _rows(given: Iterable[Mapping[str, Any]], known: set[str]) -> tuple[Row, ...]:
    rows: list[Row] = []
    taken: set[str] = set()
    for one in given:
        where = f"row {one.get('name')!r}"
        if one["codes"] == ["REST"]:
            matching = set(offence_codes()) - taken
        elif one["codes"] == ["ALL"]:
            matching = set(offence_codes())
        else:
            matching = _codes(one["codes"], where)
            taken |= matching
        matching -= _codes(one.get("except", []), where)
        if not matching:
            raise RuleSetError(f"{where}: codes hold no offence: name some, or remove the row")
        answer, could_be = one["answer"], tuple(one.get("could_be", ()))
        if answer not in known | {str(Outside.REVIEW)} or set(could_be) - known:
            raise RuleSetError(f"{where}: answer and could_be are levels of the set, or answer is REVIEW")
        if (answer == Outside.REVIEW) != bool(could_be):
            raise RuleSetError(f"{where}: REVIEW says in could_be between which levels, and nothing else does")
        grounds, unknown = tuple(one.get("grounds", GROUNDS)), one.get("unknown", _UNKNOWN[0])
        if not grounds or set(grounds) - set(GROUNDS) or unknown not in _UNKNOWN:
            raise RuleSetError(f"{where}: grounds are {' and '.join(GROUNDS)}, unknown is one of {', '.join(_UNKNOWN)}")
        at_least = one.get("at_least", 1)
        if not 1 <= at_least <= 9 or (at_least > 1 and answer == Outside.REVIEW):
            raise RuleSetError(f"{where}: at_least is a number from 1 to 9, and 1 for REVIEW")
        rows.append(
            Row(
                one["name"], one["paragraph"], tuple(one["codes"]), tuple(one.get("except", ())), grounds,
                _term(one.get("term"), where), at_least, unknown, answer, could_be, one.get("because", ""),
                one.get("assumed", False), frozenset(matching),
            )
        )  # fmt: skip
    return tuple(rows)


def _codes(ranges: Iterable[str], where: str) -> set[str]:
    found: set[str] = set()
    for text in ranges:
        match = _RANGE.fullmatch(text)
        if not match or (match[2] and match[2] < match[1]):
            raise RuleSetError(f"{where}: {text!r} is no code or range: write 1201 or 1201-1299")
        within = {code for code in offence_codes() if match[1] <= code <= (match[2] or match[1])}
        if not within:
            raise RuleSetError(f"{where}: {text} holds no offence of the catalogue: remove it, or mend the number")
        found |= within
    return found


def _term(text: str | None, where: str) -> Term | None:
    if text is None:
        return None
    match = _TERM.fullmatch(text)
    if not match:
        raise RuleSetError(f"{where}: {text!r} is no term: write sentence > 12 or maximum <= 12 (months)")
    return Term(match[1], match[2], int(match[3]))


def _finding(one: Mapping[str, Any], known: set[str]) -> FindingRow:
    where = f"finding row {one['name']!r}"
    if one["answer"] not in known or not one["any"]:
        raise RuleSetError(f"{where}: any names findings, and answer is a level of the set")
    return FindingRow(
        one["name"], one["paragraph"], tuple(_finding_name(name, where) for name in one["any"]), one["answer"]
    )


def _requirement(given: Mapping[str, Any] | None) -> Requirement | None:
    if given is None:
        return None
    return Requirement(_finding_name(given["finding"], "require"), given["paragraph"])


def _finding_name(text: str, where: str) -> FindingName:
    try:
        return FindingName(text)
    except ValueError:
        raise RuleSetError(f"{where}: {text!r} is no finding: choose one of {', '.join(FindingName)}") from None
