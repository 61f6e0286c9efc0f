# SPDX-License-Identifier: Apache-2.0
"""Layouts as data: which tags a message has, their sizes, order, vocabulary, and which are mandatory for which kind.

In: a TOML file of `layouts/`, by message name and version. Out: `Layout`, which checks (tag, value) pairs and writes or
reads them. Encoders and decoders use the same check, so nothing can be written that cannot be read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final

from secure_communities.interchange.messages.errors import (
    INVALID,
    MISSING,
    OUT_OF_RANGE,
    RELATIONSHIP,
    STRUCTURE,
    MessageError,
)
from secure_communities.interchange.messages.text import BANNER, check_value, fold

Pairs = Sequence[tuple[str, str]]

_TAG: Final = re.compile(r"[A-Z][A-Z0-9]{1,7}")
_LINE: Final = re.compile(r"([A-Z][A-Z0-9]{1,7}):(.*)", re.DOTALL)
_FORMS: Final = {
    "text": None,  # the safe repertoire
    "code": re.compile(r"[A-Z0-9][A-Z0-9_.-]*"),
    "control": re.compile(r"[A-Z0-9][A-Z0-9-]*"),
    "digits": re.compile(r"[0-9]+"),
    "number": re.compile(r"[0-9]+(\.[0-9]+)?"),
    "time": re.compile(r"[0-9]{14}Z"),
    "parts": re.compile(r"[A-Za-z0-9][^;]*(;[A-Z]+=[^;=]*)*"),
}
BANNER_TAG: Final = "NOTE"
MAXIMUM_ITEMS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Item:
    """One tag: its size in characters, its form, allowed values if listed, and for which kinds it is mandatory."""

    tag: str
    name: str
    form: str
    minimum: int
    maximum: int
    mandatory: frozenset[str]
    kinds: frozenset[str]
    values: frozenset[str]
    repeats: bool

    def check(self, value: str, *, without: str = "") -> None:
        """Raise MessageError unless `value` fits this item."""
        for part in re.split("[;=]", value) if self.form == "parts" else [value]:
            check_value(self.tag, part, minimum=0, without=without)
        if not self.minimum <= len(value) <= self.maximum:
            sizes = str(self.maximum) if self.minimum == self.maximum else f"{self.minimum} to {self.maximum}"
            raise MessageError(OUT_OF_RANGE, self.tag, f"({self.name}) has {len(value)} characters instead of {sizes}")
        pattern = _FORMS[self.form]
        if pattern is not None and not pattern.fullmatch(value):
            raise MessageError(INVALID, self.tag, f"({self.name}) is not of the form '{self.form}'")
        if self.values and value not in self.values:
            raise MessageError(INVALID, self.tag, f"({self.name}) is not one of {', '.join(sorted(self.values))}")


@dataclass(frozen=True, slots=True)
class Layout:
    """The items of one message in one version, in the order in which they are written."""

    message: str
    version: str
    basis: str
    items: tuple[Item, ...]
    without: str = ""  # characters no value may hold, because the layout itself uses them
    by_tag: Mapping[str, Item] = field(default_factory=dict)

    def check(self, pairs: Pairs, *, kind: str) -> None:
        """Raise MessageError unless each value fits, each item mandatory for `kind` is there, and no foreign one is."""
        if len(pairs) > MAXIMUM_ITEMS:
            raise MessageError(OUT_OF_RANGE, "", f"the message has more than {MAXIMUM_ITEMS} items")
        seen: set[str] = set()
        for tag, value in pairs:
            item = self.by_tag.get(tag)
            if item is None:
                _check_unknown(tag, value, without=self.without)
                continue
            if tag in seen and not item.repeats:
                raise MessageError(STRUCTURE, tag, f"({item.name}) occurs more than once")
            if kind not in item.kinds:
                raise MessageError(RELATIONSHIP, tag, f"({item.name}) does not belong in {self.message} {kind}")
            item.check(value, without=self.without)
            seen.add(tag)
        for item in self.items:
            if kind in item.mandatory and item.tag not in seen:
                raise MessageError(MISSING, item.tag, f"({item.name}) is mandatory")

    def unknown(self, pairs: Pairs) -> tuple[tuple[str, str], ...]:
        """The pairs whose tags this layout does not know, in order."""
        return tuple((tag, value) for tag, value in pairs if tag not in self.by_tag)

    def check_extra(self, extra: Pairs) -> None:
        """Raise MessageError if a pair that is meant to be unknown uses a tag of this layout."""
        for tag, _value in extra:
            if tag in self.by_tag or tag == BANNER_TAG:
                raise MessageError(STRUCTURE, tag, "is a tag of the layout and cannot be an extra item")


def _check_unknown(tag: str, value: str, *, without: str) -> None:
    if not _TAG.fullmatch(tag):
        raise MessageError(STRUCTURE, "", "a tag has 2 to 8 capital letters and digits, the first a letter")
    check_value(tag, value, without=without)


def write_lines(head: str, pairs: Iterable[tuple[str, str]]) -> str:
    """A message of the line form: its head, one folded `TAG:value` for each pair, and the banner last."""
    lines = [head, *(f"{tag}:{value}" for tag, value in pairs), f"{BANNER_TAG}:{BANNER}"]
    return "\n".join(fold(line) for line in lines) + "\n"


def read_pairs(lines: Sequence[str]) -> list[tuple[str, str]]:
    """The (tag, value) pairs of unfolded lines, without the banner and without empty values."""
    pairs = []
    for number, line in enumerate(lines, start=2):
        found = _LINE.fullmatch(line)
        if not found:
            raise MessageError(STRUCTURE, "", f"line {number} is not TAG:value")
        tag, value = found[1], found[2].strip()
        if tag != BANNER_TAG and value:
            pairs.append((tag, value))
    return pairs


@cache
def load_layout(message: str, version: str) -> Layout:
    """The layout of `message` ("idr", "iaq" …) in `version`. Raises MessageError for a version there is no file for."""
    source = resources.files(__package__) / "layouts" / f"{message}-{version}.toml"
    if not re.fullmatch(r"[a-z]+-[0-9]+\.[0-9]+\.toml", source.name) or not source.is_file():
        raise MessageError(INVALID, "", f"there is no layout for this version of {message.upper()}")
    content = tomllib.loads(source.read_text("utf-8"))
    items = tuple(_item(entry, kinds=content["kinds"]) for entry in content["item"])
    return Layout(
        message=content["message"],
        version=content["version"],
        basis=content["basis"],
        items=items,
        without=content.get("without", ""),
        by_tag={item.tag: item for item in items},
    )


def _item(entry: Mapping[str, Any], *, kinds: Sequence[str]) -> Item:
    use = entry.get("use", "O")
    allowed = entry.get("kinds", kinds)
    return Item(
        tag=entry["tag"],
        name=entry["name"],
        form=entry.get("form", "text"),
        minimum=entry["size"][0],
        maximum=entry["size"][1],
        mandatory=frozenset(allowed if use == "M" else ()),
        kinds=frozenset(allowed),
        values=frozenset(entry.get("values", ())),
        repeats=entry.get("repeats", False),
    )
