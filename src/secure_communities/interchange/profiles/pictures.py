# SPDX-License-Identifier: Apache-2.0
"""Checks of images without decoding them: is it what the record says, as large as it says, cut where it says?"""

from __future__ import annotations

from collections.abc import Iterator

from secure_communities.interchange.images import COMPRESSIONS, ImageRefused, read_image_header
from secure_communities.interchange.itl import Finding, ImageView, Record
from secure_communities.interchange.profiles.fields import Place
from secure_communities.interchange.profiles.tables import Edition

_CHECKED_TYPES = frozenset({4, 10, 13, 14, 15})


def check_image(view: ImageView) -> Iterator[Finding]:
    """One image against its record (E0002, E0003, E0006). A compression outside the code list is left to the table."""
    place = Place(view.record, view.idc)
    binary = view.type < 9
    if view.type not in _CHECKED_TYPES or (view.compression not in COMPRESSIONS and view.size):
        return
    compression_tag = f"{view.type}.008" if binary else f"{view.type}.011"
    if not view.size:
        yield place.finding("E0002", view.field.tag, "the image has no bytes", view.field)
        return
    try:
        header = read_image_header(view.data, view.compression, width=view.width, height=view.height)
    except ImageRefused as refused:
        about_kind = refused.code == "E0002" and view.compression != "NONE"
        tag = compression_tag if about_kind else view.field.tag
        yield place.finding(refused.code, tag, refused.reason, view.field)
        return
    if (header.width, header.height) != (view.width, view.height):
        message = (
            f"the record says {view.width} × {view.height} pixels, the image says {header.width} × {header.height}"
        )
        yield place.finding("E0006", f"{view.type}.006", message, view.field)


def check_segments(record: Record, *, index: int, edition: Edition) -> Iterator[Finding]:
    """14.021: boxes (finger, left, right, top, bottom) inside the image, not empty, of fingers the image shows."""
    place = Place(index, record.idc)
    fields = record.occurrences("14.021")
    size = [record.text("14.006") or "", record.text("14.007") or ""]
    if not fields or not all(_is_whole(text) for text in size):
        return
    width, height = map(int, size)
    shown = _fingers_of(record, edition)
    for number, items in enumerate(fields[0].values, 1):
        if len(items) != 5 or not all(_is_whole(item) for item in items):
            continue
        finger, left, right, top, bottom = map(int, items)
        if not (left < right <= width and top < bottom <= height):
            message = f"SEG box {number} is empty or outside the image of {width} × {height}"
            yield place.finding("E0003", "14.021", message, fields[0])
        elif shown and finger not in shown:
            message = f"SEG box {number} is of finger {finger}, which this position does not show"
            yield place.finding("E0003", "14.021", message, fields[0])


def _fingers_of(record: Record, edition: Edition) -> frozenset[int]:
    text = record.text("14.013") or ""
    return edition.shows.get(int(text), frozenset()) if _is_whole(text) else frozenset()


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5
