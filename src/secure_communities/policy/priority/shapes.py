# SPDX-License-Identifier: Apache-2.0
"""Whether a document has the shape of a rule set, before anything in it is believed.

In: plain values from a TOML file or a signed bundle. Out: nothing. Raises `RuleSetError` saying where, and what to
write. What the words of a table mean is read in `tables`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from secure_communities.policy.priority.answers import Outside


class RuleSetError(ValueError):
    """The document is no rule set; the sentence says where and what to do."""


WORDS: Final[Mapping[type, str]] = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
}
TOP: Final[Mapping[str, type]] = {
    "code": str, "version": int, "title": str, "citation": str, "origin": str, "effective_from": str, "draft": bool,
    "fresh_days": int, "deferred": str, "otherwise": str, "otherwise_because": str, "otherwise_paragraph": str,
    "levels": list, "rows": list,
}  # fmt: skip
TOP_OPTIONAL: Final[Mapping[str, type]] = {"effective_to": str, "findings": list, "require": dict}
LEVEL: Final[Mapping[str, type]] = {"code": str, "title": str}
ROW: Final[Mapping[str, type]] = {"name": str, "paragraph": str, "codes": list, "answer": str}
ROW_OPTIONAL: Final[Mapping[str, type]] = {
    "except": list, "grounds": list, "term": str, "at_least": int, "unknown": str, "could_be": list, "because": str,
    "assumed": bool,
}  # fmt: skip
FINDING_ROW: Final[Mapping[str, type]] = {"name": str, "paragraph": str, "any": list, "answer": str}
REQUIRE: Final[Mapping[str, type]] = {"finding": str, "paragraph": str}
NONE: Final[Mapping[str, type]] = {}
LONGEST: Final = 1_000  # characters of a text: it stands in rows of lists, in files and in reasons
LONGEST_TITLE: Final = 120
MOST: Final[Mapping[str, int]] = {"levels": 20, "rows": 100, "findings": 50, "version": 9_999, "fresh_days": 3_660}
MOST_IN_A_LIST: Final = 500
CODE = re.compile(r"[A-Z][A-Z0-9-]{0,11}", re.ASCII)
LEVEL_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,19}", re.ASCII)
NAME = re.compile(r"[a-z][a-z0-9-]{0,59}", re.ASCII)
TAKEN: Final = frozenset(  # names of the steps that every rule set has
    {"standing", "outdated-outcome", "requirement", "code-unknown", "no-history", "otherwise"}
)


def check(document: Any) -> None:
    """Check the shape of a document. Raises RuleSetError."""
    _table("a rule set", document, TOP, TOP_OPTIONAL)
    _spelt("a rule set", "code", document["code"], CODE, "capital letters, digits and hyphens, 12 at most")
    for key, most in MOST.items():
        value = document.get(key, 0)
        if (len(value) if isinstance(value, list) else value) > most:
            raise RuleSetError(f"a rule set: of {key}, {most} at most")
    if document["version"] < 1 or document["fresh_days"] < 1:
        raise RuleSetError("version and fresh_days are 1 or more")
    first = _day("effective_from", document["effective_from"])
    if "effective_to" in document and _day("effective_to", document["effective_to"]) < first:
        raise RuleSetError("effective_to is not before effective_from")
    for number, level in enumerate(document["levels"], 1):
        _table(f"level {number}", level, LEVEL, NONE)
        _spelt(f"level {number}", "code", level["code"], LEVEL_CODE, "capital letters, digits and _, 20 at most")
        if len(level["title"]) > LONGEST_TITLE:
            raise RuleSetError(f"level {number}: title is {LONGEST_TITLE} characters at most")
        if level["code"] in set(Outside):
            raise RuleSetError(f"level {number}: {level['code']} stands outside the order: it is the name of no level")
    for number, row in enumerate(document["rows"], 1):
        _table(_named("row", number, row), row, ROW, ROW_OPTIONAL)
        _name(_named("row", number, row), row["name"])
    for number, row in enumerate(document.get("findings", []), 1):
        _table(_named("finding row", number, row), row, FINDING_ROW, NONE)
        _name(_named("finding row", number, row), row["name"])
    if "require" in document:
        _table("require", document["require"], REQUIRE, NONE)


def _named(kind: str, number: int, row: Any) -> str:
    return f"{kind} {str(row['name'])[:60]!r}" if isinstance(row, dict) and "name" in row else f"{kind} {number}"


def _table(where: str, given: Any, needed: Mapping[str, type], optional: Mapping[str, type]) -> None:
    if not isinstance(given, dict):
        raise RuleSetError(f"{where} is a table")
    if strange := set(given) - set(needed) - set(optional):
        raise RuleSetError(f"{where} has no {', '.join(sorted(map(str, strange)))}: remove it")
    if missing := set(needed) - set(given):
        raise RuleSetError(f"{where} needs {', '.join(sorted(missing))}")
    for key, value in given.items():
        kind = needed.get(key) or optional[key]
        if type(value) is not kind:
            raise RuleSetError(f"{where}: {key} is {WORDS[kind]}")
        if isinstance(value, list) and needed is not TOP and not all(isinstance(one, str) for one in value):
            raise RuleSetError(f"{where}: {key} is a list of texts")
        if isinstance(value, list) and needed is not TOP and len(value) > MOST_IN_A_LIST:
            raise RuleSetError(f"{where}: of {key}, {MOST_IN_A_LIST} at most")
        for text in [value] if isinstance(value, str) else value if isinstance(value, list) else ():
            if isinstance(text, str) and (len(text) > LONGEST or not text.isprintable()):
                raise RuleSetError(f"{where}: {key} is one line of {LONGEST} characters at most, none of control")


def _name(where: str, name: str) -> None:
    _spelt(where, "name", name, NAME, "small letters, digits and hyphens, 60 at most")
    if name in TAKEN:
        raise RuleSetError(f"{where}: {name} is the name of a step that every rule set has: choose another")


def _spelt(where: str, key: str, text: str, how: re.Pattern[str], words: str) -> None:
    if not how.fullmatch(text):
        raise RuleSetError(f"{where}: {key} is spelt with {words}")


def _day(key: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RuleSetError(f"{key} is a date, as 2009-09-30") from None
