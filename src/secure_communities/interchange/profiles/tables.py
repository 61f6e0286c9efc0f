# SPDX-License-Identifier: Apache-2.0
"""The profiles as data: reads the versioned tables in `data/` into frozen rules, one set per EBTS edition.

An edition may extend an earlier one; what it states replaces what it inherits, field by field."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from secure_communities.interchange.itl.records import tag_key
from secure_communities.interchange.profiles.values import CHECKS, Check, characters

EDITIONS = ("ebts-9.1", "ebts-9.4", "ebts-10.0")


@dataclass(frozen=True, slots=True)
class ItemRule:
    """What one information item may be. `codes` None allows any value of the class."""

    name: str
    characters: frozenset[str]
    kind: str
    size: tuple[int, int]
    optional: bool
    codes: frozenset[str] | None
    wrong: str
    checks: tuple[Check, ...]

    def knows(self, text: str) -> bool:
        """Whether the value is on the code list, however many zeros lead a number."""
        return self.codes is None or text in self.codes or (text.isdigit() and str(int(text)) in self.codes)


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One row of the field table. `family` is the letter of the message codes for missing, wrong, out of range."""

    tag: str
    name: str
    times: tuple[int, int]
    grouped: bool
    items: tuple[ItemRule, ...]
    need: dict[str, str]
    once: frozenset[str]
    family: str

    def times_in(self, tot: str) -> tuple[int, int]:
        """How often the field may occur in one type of transaction."""
        return (1, 1) if tot in self.once else self.times

    @property
    def is_image(self) -> bool:
        """True for an image field, of which only the presence is ruled here."""
        return self.items[0].kind == "IMAGE"


@dataclass(frozen=True, slots=True)
class TransactionRule:
    """One type of transaction: which way it goes and how many records of which types it has."""

    tot: str
    name: str
    way: str
    records: tuple[tuple[frozenset[int], int, int], ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """All rules of one EBTS edition. `fields` is keyed by record type, in order of tags."""

    name: str
    number: tuple[int, int]
    versions: frozenset[str]
    transactions: dict[str, TransactionRule]
    answers: frozenset[str]
    fields: dict[int, tuple[FieldRule, ...]]
    shows: dict[int, frozenset[int]]

    def rule(self, tag: str) -> FieldRule | None:
        """The row of one field."""
        return next((row for row in self.fields.get(tag_key(tag)[0], ()) if row.tag == tag), None)


@cache
def edition(name: str) -> Edition:
    """The rules of one edition. Raises KeyError for an unknown name."""
    if name not in EDITIONS:
        raise KeyError(name)
    data = _read(name)
    codes = {key: _listed(value) for key, value in data["codes"].items()}
    submissions = [tot for tot, row in data["transactions"].items() if row["way"] == "in"]
    rows: dict[int, list[FieldRule]] = {}
    for tag in sorted(data["fields"], key=tag_key):
        rows.setdefault(tag_key(tag)[0], []).append(_field(tag, data["fields"][tag], codes, submissions))
    return Edition(
        name=name,
        number=(data["profile"]["edition"][0], data["profile"]["edition"][1]),
        versions=frozenset(data["profile"]["versions"]),
        transactions={tot: _transaction(tot, row) for tot, row in data["transactions"].items()},
        answers=frozenset(data["answers"]["names"].split()),
        fields={record_type: tuple(rules) for record_type, rules in rows.items()},
        shows={int(key): frozenset(int(finger) for finger in value.split()) for key, value in data["shows"].items()},
    )


def _read(name: str) -> dict[str, Any]:
    text = (resources.files(__package__) / "data" / f"{name}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    parent = data["profile"].get("extends")
    return _merged(_read(parent), data) if parent else data


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    merged = dict(old)
    for key, value in new.items():
        merged[key] = _merged(old[key], value) if isinstance(value, dict) and isinstance(old.get(key), dict) else value
    return merged


def _transaction(tot: str, row: dict[str, Any]) -> TransactionRule:
    records = tuple(
        (frozenset(int(t) for t in types.split()), low, high) for types, (low, high) in row["records"].items()
    )
    return TransactionRule(tot, row["name"], row["way"], records)


def _field(tag: str, row: dict[str, Any], codes: dict[str, frozenset[str]], submissions: list[str]) -> FieldRule:
    need = {}
    for letter in "OMX":
        for word in row.get(letter, "").split():
            need.update(dict.fromkeys(submissions if word == "in" else [word], letter))
    items = tuple(_item(item, codes) for item in row.get("items", [row]))
    low, high = row.get("times", (1, 1))
    return FieldRule(
        tag,
        row["name"],
        (low, high),
        "items" in row,
        items,
        need,
        frozenset(row.get("once", "").split()),
        row.get("family", "E"),
    )


def _item(row: dict[str, Any], codes: dict[str, frozenset[str]]) -> ItemRule:
    low, high = row.get("size", (0, 0))
    return ItemRule(
        name=row["name"],
        characters=characters(row["class"], row.get("specials", "")),
        kind=row["class"],
        size=(low, high),
        optional=row.get("optional", False),
        codes=codes[row["codes"]] if "codes" in row else None,
        wrong=row.get("wrong", ""),
        checks=tuple(CHECKS[name] for name in row.get("checks", [])),
    )


def _listed(text: str) -> frozenset[str]:
    """`1-3 XX` → {1, 2, 3, XX}."""
    found: set[str] = set()
    for word in text.split():
        low, dash, high = word.partition("-")
        found |= {str(number) for number in range(int(low), int(high) + 1)} if dash else {word}
    return frozenset(found)
