# SPDX-License-Identifier: Apache-2.0
"""The sender's own boxes around the fingers of a slap: looked at hard before they are used.

In: boxes as in field 14.021, and our Segmentation of the same image; out: the Segmentation with the boxes that are
sane, and a sentence for each that is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.segmentation import FINGERS, Box, Segment, Segmentation

SIDES: Final = (100, 800)  # px at 500 ppi: 5 to 40 mm
MOST_OVERLAP: Final = 0.2
LEAST_AGREEMENT: Final = 0.3  # overlap with the finger that we found there


def use_boxes(
    found: Segmentation, boxes: Mapping[int, Box], *, width: int, height: int, ppi: float = p.RESOLUTION
) -> tuple[Segmentation, tuple[str, ...]]:
    """Take the sender's boxes where they pass; the fingers' turns stay ours.

    A box must lie inside the image, have a finger's size, stand in the right order, overlap no other box by more than
    a fifth, and hold the ridges that we found for this finger. All boxes fall if their order is wrong."""
    refused: dict[int, str] = {}
    own = {one.finger: one for one in found.segments}
    for finger, box in boxes.items():
        if reason := _odd(finger, box, found.position, width=width, height=height, ppi=ppi):
            refused[finger] = reason
        elif finger not in own:
            refused[finger] = "no ridges were found there"
        elif own[finger].box.overlap(box) < LEAST_AGREEMENT:
            refused[finger] = "its ridges lie elsewhere"
        elif any(box.overlap(other) > MOST_OVERLAP for name, other in boxes.items() if name != finger):
            refused[finger] = "it overlaps another box"
    order = [finger for finger in FINGERS[found.position] if finger in boxes]
    if [*order] != sorted(order, key=lambda finger: boxes[finger].left + boxes[finger].right):
        refused = dict.fromkeys(boxes, "the boxes are not in the order of the hand") | refused
    segments = tuple(_taken(one, boxes.get(one.finger), refused) for one in found.segments)
    sentences = tuple(f"box of finger {finger}: {reason}" for finger, reason in sorted(refused.items()))
    return replace(found, segments=segments), sentences


def _odd(finger: int, box: Box, position: int, *, width: int, height: int, ppi: float) -> str:
    if finger not in FINGERS[position]:
        return "this position does not show the finger"
    if box.left < 0 or box.top < 0 or box.right > width or box.bottom > height:
        return "it reaches outside the image"
    low, high = (side * ppi / p.RESOLUTION for side in SIDES)
    sides = (box.right - box.left, box.bottom - box.top)
    if not all(low <= side <= high for side in sides):
        return f"{sides[0]} × {sides[1]} px is no size of a fingertip"
    return ""


def _taken(one: Segment, box: Box | None, refused: Mapping[int, str]) -> Segment:
    if box is None or one.finger in refused:
        return one
    outline = ((box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom))
    return replace(one, box=box, outline=outline)
