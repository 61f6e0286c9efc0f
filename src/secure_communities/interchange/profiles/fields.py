# SPDX-License-Identifier: Apache-2.0
"""Applies the field table to one record: presence, occurrences, composition, characters, sizes, codes, named checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from secure_communities.interchange.itl import Field, Finding, Record, shown
from secure_communities.interchange.profiles.tables import FieldRule, ItemRule
from secure_communities.interchange.profiles.values import Dates

_LINES = str.maketrans("", "", "\t\r\n")


@dataclass(frozen=True, slots=True)
class Place:
    """Where findings of one record are."""

    record: int
    idc: int | None

    def finding(self, code: str, tag: str, message: str, field: Field | None = None) -> Finding:
        """A finding about one field; without the field itself, its record is all that can be pointed at."""
        offset = field.offset if field else None
        return Finding(code, message=message, record=self.record, idc=self.idc, tag=tag, offset=offset)


def check_fields(
    record: Record, rules: tuple[FieldRule, ...], *, place: Place, tot: str, dates: Dates
) -> Iterator[Finding]:
    """Every disagreement of one record with the rows of its type; fields without a row are left alone."""
    yield from _duplicates(record, place)
    yield from _unruled(record, rules, place)
    for rule in rules:
        need = rule.need.get(tot)
        if need is None:
            continue
        found = record.occurrences(rule.tag)
        if not found:
            if need == "M":
                yield place.finding(rule.family + "0001", rule.tag, f"{rule.name} is missing")
        elif need == "X":
            yield place.finding("E0006", rule.tag, f"{rule.name} is not allowed in {tot}", found[0])
        elif not rule.is_image:
            yield from check_field(found[0], rule, place=place, tot=tot, dates=dates)


def _duplicates(record: Record, place: Place) -> Iterator[Finding]:
    seen = set()
    for field in record.fields:
        if field.type == record.type and field.tag in seen:
            yield place.finding("E0005", field.tag, f"{field.tag} occurs more than once", field)
        seen.add(field.tag)


def _unruled(record: Record, rules: tuple[FieldRule, ...], place: Place) -> Iterator[Finding]:
    ruled = {rule.tag for rule in rules}
    for field in record.fields:
        if field.literal is None and field.tag not in ruled:
            for text in (item for items in field.values for item in items):
                if not (text.isprintable() or text.translate(_LINES).isprintable()):
                    message = f"{field.tag} has control characters: {shown(text)}"
                    yield place.finding("E0002", field.tag, message, field)
                    break


def check_field(field: Field, rule: FieldRule, *, place: Place, tot: str, dates: Dates) -> Iterator[Finding]:
    """Every disagreement of one field with its row."""
    subfields = field.values
    if subfields == [[""]]:
        code, what = ("0001", "is empty") if rule.need.get(tot) == "M" else ("0002", "is present but empty")
        yield place.finding(rule.family + code, rule.tag, f"{rule.name} {what}", field)
        return
    low, high = rule.times_in(tot)
    if not rule.grouped and (max(map(len, subfields)) > 1 or (high == 1 and len(subfields) > 1)):
        message = f"{rule.name} has separators inside its value: {shown(field.raw)}"
        yield place.finding(rule.family + "0002", rule.tag, message, field)
        return
    if not low <= len(subfields) <= high:
        message = f"{rule.name} occurs {len(subfields)} times; {low} to {high} are allowed"
        yield place.finding(rule.family + "0003", rule.tag, message, field)
    for number, items in enumerate(subfields[:high], 1):
        nth = f" ({number} of {len(subfields)})" if len(subfields) > 1 else ""
        if len(items) > len(rule.items):
            message = f"{rule.name}{nth} has {len(items)} items; at most {len(rule.items)} are defined"
            yield place.finding("E0005", rule.tag, message, field)
        for position, item_rule in enumerate(rule.items):
            text = items[position] if position < len(items) else ""
            name = f"{rule.name}/{item_rule.name}" if rule.grouped else rule.name
            problem = _problem(text, item_rule, family=rule.family, dates=dates)
            if problem:
                code, complaint = problem
                yield place.finding(code, rule.tag, f"{name}{nth} {complaint}", field)


def _problem(text: str, rule: ItemRule, *, family: str, dates: Dates) -> tuple[str, str] | None:
    if not text:
        return None if rule.optional else (family + "0001", "is missing")
    if not rule.characters.issuperset(text):
        return family + "0002", f"has characters that are not allowed: {shown(text)}"
    low, high = rule.size
    if not low <= len(text) <= high:
        size = f"{low}" if low == high else f"{low} to {high}"
        return family + "0003", f"has {len(text)} characters; {size} are allowed"
    if not rule.knows(text):
        return rule.wrong or family + "0002", f"is {shown(text)}, which is not on its code list"
    for check in rule.checks:
        problem = check(text, dates)
        if problem:
            code, complaint = problem
            return code, f"is {shown(text)}: it {complaint}"
    return None
