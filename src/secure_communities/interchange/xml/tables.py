# SPDX-License-Identifier: Apache-2.0
"""The mapping as data: reads `data/niem-<version>.toml` into frozen rows and a tree of the elements they name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

CURRENT = "niem-1.0"
FIRST, REST, WHOLE = "first", "rest", ""

Path = tuple[str, ...]  # element names as lxml writes them, `{namespace}local`


@dataclass(frozen=True, slots=True)
class Item:
    """One information item: its element below the subfield's (() for that element itself) and its lexical form."""

    path: Path
    form: str


@dataclass(frozen=True, slots=True)
class Row:
    """One field, or the first or the other subfields of one (`part`)."""

    tag: str
    name: str
    path: Path
    many: bool
    inline: bool
    cut: int | str | None
    part: str
    items: tuple[Item, ...]

    @property
    def is_image(self) -> bool:
        """Whether the field holds image bytes."""
        return self.items[0].form == "base64"


@dataclass(slots=True)
class Node:
    """What one element may hold: other elements, or (as `row` and `item`) a value; `starts` a subfield of `row`."""

    children: dict[str, Node] = field(default_factory=dict)
    row: Row | None = None
    item: int | None = None
    starts: bool = False


@dataclass(frozen=True, slots=True)
class RecordTable:
    """One record type: its element, its rows in the order they are written, and the tree of all their elements."""

    type: int
    element: str
    rows: tuple[Row, ...]
    tree: Node

    def rows_of(self, tag: str) -> list[Row]:
        """The rows of a field: one, two for a field in parts, none for a field without a place."""
        return [row for row in self.rows if row.tag == tag]


@dataclass(frozen=True, slots=True)
class Table:
    """The whole mapping of one version."""

    version: str
    namespaces: Mapping[str, str]
    root: str
    category: str
    by_type: Mapping[int, RecordTable]
    by_element: Mapping[str, RecordTable]

    def short(self, name: str) -> str:
        """`nc:Date` for `{http://…}Date`; an element of a foreign namespace without it."""
        namespace, _, local = name.rpartition("}")
        prefix = next((key for key, uri in self.namespaces.items() if uri == namespace[1:]), "?")
        return f"{prefix}:{local}"


@cache
def load(version: str = CURRENT) -> Table:
    """The mapping of a version. Raises FileNotFoundError for an unknown one, ValueError for an ambiguous table."""
    source = resources.files(__package__) / "data" / f"{version}.toml"
    content = tomllib.loads(source.read_text("utf-8"))
    namespaces: dict[str, str] = content["namespaces"]

    def full(name: str) -> str:
        prefix, _, local = name.partition(":")
        return f"{{{namespaces[prefix]}}}{local}"

    category = full(content["category"]) if "category" in content else ""
    tables = [_record(entry, category, full) for entry in content["record"]]
    return Table(
        version=content["version"],
        namespaces=namespaces,
        root=full(content["root"]) if "root" in content else "",
        category=category,
        by_type={table.type: table for table in tables},
        by_element={table.element: table for table in tables},
    )


def _record(entry: Mapping[str, Any], category: str, full: Any) -> RecordTable:
    base = entry["base"]

    def path(text: str) -> Path:
        return tuple(full(step) for step in text.replace("~", base).split("/"))

    rows = []
    for row in entry["rows"]:
        items = tuple(
            Item(tuple(full(step) for step in name.split("/")), form or "text")
            for name, _, form in (item.partition(" ") for item in row.get("items", ()))
        )
        rows.append(
            Row(
                row["tag"], row["name"], path(row["path"]), row.get("many", False), row.get("inline", False),
                row.get("cut"), row.get("part", WHOLE), items or (Item((), row.get("form", "text")),),
            )
        )  # fmt: skip
    tree = Node({category: Node()} if category else {})
    for row in rows:
        _plant(tree, row)
    return RecordTable(entry["type"], full(entry["element"]), tuple(rows), tree)


def _plant(tree: Node, row: Row) -> None:
    node = tree
    for step in row.path:
        node = node.children.setdefault(step, Node())
    if not row.inline:
        if node.children or node.row:
            raise ValueError(f"{row.tag}: another field has its element")
        node.row, node.starts = row, True
    for number, item in enumerate(row.items):
        leaf = node
        for step in item.path:
            leaf = leaf.children.setdefault(step, Node())
        if leaf.item is not None or leaf.children:
            raise ValueError(f"{row.tag}: another item has its element")
        leaf.row, leaf.item = row, number
