# SPDX-License-Identifier: Apache-2.0
"""The plain prints of a card: from its slaps and thumbs to one template for each finger.

In: plain images with position, resolution and the sender's boxes; out: their segmentations and the templates of the
fingertips. A fingertip too poor for a template is left out: it can neither confirm nor accuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.boxes import use_boxes
from secure_communities.biometrics.extraction import FingerImage, extract_many
from secure_communities.biometrics.image import Pixels
from secure_communities.biometrics.segmentation import FINGERS, Box, NotASlap, Segmentation, cut, segment
from secure_communities.biometrics.template import Template
from secure_communities.interchange.itl import Record, Transaction

PLAIN: Final = frozenset(FINGERS)


@dataclass(frozen=True, slots=True)
class PlainImage:
    """One plain image: uint8 H×W, position 11–15, ppi, the sender's boxes by finger."""

    pixels: Pixels
    position: int
    ppi: float = p.RESOLUTION
    boxes: Mapping[int, Box] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlainPrints:
    """Templates by finger; the segmentation of each image (None: it could not be segmented) and, for each, why boxes of
    the sender's were not used."""

    templates: Mapping[int, Template]
    segmentations: tuple[Segmentation | None, ...]
    refused_boxes: tuple[tuple[str, ...], ...]


def segment_all(
    images: Sequence[PlainImage], *, missing: frozenset[int] = frozenset()
) -> list[tuple[Segmentation | None, tuple[str, ...]]]:
    """Segment every image, with the sender's boxes where they are sane."""
    results: list[tuple[Segmentation | None, tuple[str, ...]]] = []
    for image in images:
        height, width = image.pixels.shape[:2]
        try:
            found = segment(image.pixels, position=image.position, ppi=image.ppi, missing=missing)
        except NotASlap as reason:
            results.append((None, (str(reason),)))
            continue
        results.append(use_boxes(found, image.boxes, width=width, height=height, ppi=image.ppi))
    return results


def plain_prints(
    images: Sequence[PlainImage], *, missing: frozenset[int] = frozenset(), workers: int = 2
) -> PlainPrints:
    """Segment, cut and extract. A finger that several images show is taken from the first."""
    results = segment_all(images, missing=missing)
    tips: dict[int, FingerImage] = {}
    for image, (found, _) in zip(images, results, strict=True):
        for one in found.segments if found else ():
            tips.setdefault(one.finger, FingerImage(cut(image.pixels, one), image.ppi, one.finger))
    order = sorted(tips)
    extracted = extract_many([tips[finger] for finger in order], workers=workers)
    templates = {
        finger: result for finger, result in zip(order, extracted, strict=True) if isinstance(result, Template)
    }
    return PlainPrints(templates, tuple(found for found, _ in results), tuple(refused for _, refused in results))


def sender_boxes(record: Record) -> dict[int, Box]:
    """The boxes of field 14.021 {finger, left, right, top, bottom}; items that are no numbers are passed over."""
    boxes = {}
    for items in record.values("14.021") if record.type == 14 else []:
        if len(items) == 5 and all(item.isascii() and item.isdigit() and len(item) <= 5 for item in items):
            finger, left, right, top, bottom = map(int, items)
            boxes[finger] = Box(left, right, top, bottom)
    return boxes


def declared_missing(transaction: Transaction) -> frozenset[int]:
    """Fingers that 2.084 or 14.018 declare amputated or impossible to print."""
    tags = {2: "2.084", 14: "14.018"}
    named = [
        items[0]
        for record in transaction.records
        for items in (record.values(tags[record.type]) if record.type in tags else [])
        if items
    ]
    return frozenset(int(text) for text in named if text.isascii() and text.isdigit() and len(text) <= 2)
