# SPDX-License-Identifier: Apache-2.0
"""Checks of the set of fingers: none twice, none missing without a reason, none both missing and there."""

from __future__ import annotations

from collections.abc import Iterator

from secure_communities.interchange.itl import Finding, ImageView, Transaction
from secure_communities.interchange.profiles.fields import Place
from secure_communities.interchange.profiles.tables import Edition

TEN = frozenset(range(1, 11))
# Tips and joints of a major case print may come in any number.
_MAY_REPEAT = frozenset({0, 19})


def check_fingers(transaction: Transaction, *, edition: Edition) -> Iterator[Finding]:
    """All images of Types 4 and 14 together with the fingers that 2.084 and 14.018 excuse (E0006)."""
    views = [view for view in transaction.images() if view.type in (4, 14) and view.positions]
    yield from _repeated(views)
    excused = _excused(transaction)
    rolled = {view.positions[0]: view for view in views if view.positions[0] in TEN}
    for finger in sorted(excused.keys() & rolled.keys()):
        index, tag = excused[finger]
        idc = transaction.records[index].idc
        message = f"AMP lists finger {finger} as missing, but record {rolled[finger].record} is an image of it"
        field = transaction.records[index].occurrences(tag)[0]
        yield Place(index, idc).finding("E0006", tag, message, field)
    present = set(rolled) or {finger for view in views for finger in edition.shows.get(view.positions[0], ())}
    missing = sorted(TEN - present - excused.keys())
    if views and missing:
        index = next((n for n, record in enumerate(transaction.records) if record.type == 2), 0)
        kind = "rolled image" if rolled else "image"
        message = f"no {kind} of finger {', '.join(map(str, missing))}, and AMP does not say why"
        yield Place(index, transaction.records[index].idc).finding("E0006", "2.084", message)


def _repeated(views: list[ImageView]) -> Iterator[Finding]:
    seen: dict[int, int] = {}
    for view in views:
        tag = "4.004" if view.type == 4 else "14.013"
        place = Place(view.record, view.idc)
        position = view.positions[0]
        if len(view.positions) > 1:
            yield place.finding("E0006", tag, f"one image names {len(view.positions)} finger positions", view.field)
        if position in seen and position not in _MAY_REPEAT:
            message = f"finger position {position} is already in record {seen[position]}"
            yield place.finding("E0006", tag, message, view.field)
        seen.setdefault(position, view.record)


def _excused(transaction: Transaction) -> dict[int, tuple[int, str]]:
    """Finger → (record index, tag) of where it is said to be missing."""
    excused: dict[int, tuple[int, str]] = {}
    for index, record in enumerate(transaction.records):
        tag = {2: "2.084", 14: "14.018"}.get(record.type)
        for items in record.values(tag) if tag else []:
            if items[0].isascii() and items[0].isdigit() and len(items[0]) <= 2:
                excused.setdefault(int(items[0]), (index, tag or ""))
    return excused
