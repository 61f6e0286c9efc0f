# SPDX-License-Identifier: Apache-2.0
"""Our own XML Schema of the subset: written from the table (`schema_files`), shipped in `data/schema`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from xml.sax.saxutils import quoteattr

from lxml import etree

from secure_communities.interchange.itl import Finding
from secure_communities.interchange.xml.documents import read_tree
from secure_communities.interchange.xml.tables import Node, Table, load

_XSD = "http://www.w3.org/2001/XMLSchema"
_TYPES = {
    "text": '<xs:restriction base="xs:string"/>',
    "date": r'<xs:restriction base="xs:string"><xs:pattern value="(\d{4}-\d{2}-\d{2})?"/></xs:restriction>',
    "utc": r'<xs:restriction base="xs:string"><xs:pattern value="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/></xs:restriction>',
    "indicator": '<xs:restriction base="xs:string"><xs:pattern value="true|false"/></xs:restriction>',
    "base64": '<xs:restriction base="xs:base64Binary"/>',
}
MAXIMUM_FINDINGS = 11


def schema_findings(data: bytes) -> list[Finding]:
    """What the schema of the subset finds wrong with an XML file (at most 11). Raises CodecError if unreadable."""
    root = read_tree(data)
    schema = _compiled()
    if schema.validate(root):
        return []
    table = load()
    found = []
    for error in list(schema.error_log)[:MAXIMUM_FINDINGS]:
        names = [step.split("[")[0] for step in (error.path or "").split("/") if step]
        where = "/".join(names[-3:]) or table.short(table.root)
        found.append(Finding("E0005", message=f"element {where} does not fit the schema (line {error.line})"))
    return found


@cache
def _compiled() -> etree.XMLSchema:
    """The shipped schema; its files name each other without a path and are found in the package only."""
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    with resources.as_file(resources.files(__package__) / "data" / "schema") as folder:
        return etree.XMLSchema(etree.parse(str(folder / "itl.xsd"), parser))


class _Element:
    """Everything known of one element name: its children in order, whether each repeats, or its simple form."""

    def __init__(self) -> None:
        self.children: dict[str, bool] = {}
        self.form: str | None = None


def schema_files(table: Table | None = None) -> dict[str, str]:
    """The schema as files by name, one a namespace. Raises ValueError where one name would need two contents."""
    table = table or load()
    elements: dict[str, _Element] = {}
    root = elements.setdefault(table.root, _Element())
    for record in table.by_type.values():
        root.children[record.element] = record.type != 1
        _collect(elements, record.element, record.tree)
    elements[table.category].form = "text"
    return {
        f"{prefix}.xsd": _file(table, prefix, {name: one for name, one in elements.items() if _space(name) == uri})
        for prefix, uri in table.namespaces.items()
    }


def _collect(elements: dict[str, _Element], name: str, node: Node) -> None:
    here = elements.setdefault(name, _Element())
    if node.item is not None and not node.children and node.row is not None:
        form = node.row.items[node.item].form
        if here.children or here.form not in (None, form):
            raise ValueError(f"{name} would hold values of two forms")
        here.form = form
    names = list(node.children)
    for place, child in enumerate(names):
        below = node.children[child]
        many = below.starts and below.row is not None and below.row.many
        if child in here.children:
            here.children[child] = here.children[child] or many
        else:
            before = next((later for later in names[place + 1 :] if later in here.children), None)
            _insert(here.children, child, many, before)
        _collect(elements, child, below)


def _insert(children: dict[str, bool], child: str, many: bool, before: str | None) -> None:
    order: list[tuple[str, bool]] = list(children.items())
    place = next((at for at, (name, _) in enumerate(order) if name == before), len(order))
    order.insert(place, (child, many))
    children.clear()
    children.update(order)


def _space(name: str) -> str:
    return name[1:].partition("}")[0]


def _file(table: Table, prefix: str, elements: dict[str, _Element]) -> str:
    uses = {_space(child) for one in elements.values() for child in one.children}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!-- SPDX-License-Identifier: Apache-2.0",
        f"     Written from {table.version}.toml; our own subset, modelled on the published form. -->",
        f'<xs:schema xmlns:xs="{_XSD}" elementFormDefault="qualified" version="{table.version}"',
        *(f"    xmlns:{key}={quoteattr(uri)}" for key, uri in table.namespaces.items()),
        f"    targetNamespace={quoteattr(table.namespaces[prefix])}>",
        *(
            f'  <xs:import namespace={quoteattr(uri)} schemaLocation="{key}.xsd"/>'
            for key, uri in table.namespaces.items()
            if uri in uses and key != prefix
        ),
    ]
    for name in sorted(elements):
        lines += _declaration(table, name, elements[name])
    return "\n".join([*lines, "</xs:schema>", ""])


def _declaration(table: Table, name: str, element: _Element) -> Sequence[str]:
    local = name.rpartition("}")[2]
    if not element.children:
        simple = _TYPES[element.form or "text"]
        return [f'  <xs:element name="{local}"><xs:simpleType>{simple}</xs:simpleType></xs:element>']
    if name == table.root:  # the records in the order of 1.003, whatever their types
        records = [child for child, many in element.children.items() if many]
        first = next(child for child, many in element.children.items() if not many)
        inner = [
            f'    <xs:element ref="{table.short(first)}"/>',
            '    <xs:choice minOccurs="0" maxOccurs="unbounded">',
            *(f'      <xs:element ref="{table.short(child)}"/>' for child in records),
            "    </xs:choice>",
        ]
    else:
        inner = [
            f'    <xs:element ref="{table.short(child)}" minOccurs="{int(child == table.category)}"'
            + (' maxOccurs="unbounded"/>' if many else "/>")
            for child, many in element.children.items()
        ]
    return [
        f'  <xs:element name="{local}"><xs:complexType><xs:sequence>',
        *inner,
        "  </xs:sequence></xs:complexType></xs:element>",
    ]
