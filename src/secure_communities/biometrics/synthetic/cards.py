# SPDX-License-Identifier: Apache-2.0
"""Whole fingerprint cards: ten rolled fingers, two thumbs and two slaps, as images or ready for a file.

In: identities and an impression number. Out: images by position 1–14, or the same compressed with WSQ. Cards of
several people can be drawn by several processes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import wsq  # noqa: F401  (registers the WSQ plug-in with Pillow)
from PIL import Image

from secure_communities.biometrics.synthetic.identity import POSITIONS, Identity
from secure_communities.biometrics.synthetic.impression import Kind, Pixels, finger_image
from secure_communities.biometrics.synthetic.slap import FINGERS, SLAPS, slap_image

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Print:
    """A compressed image of a card: fingers 1–10 rolled, 11–14 plain; `boxes` as in field 14.021, empty if unknown."""

    position: int
    width: int
    height: int
    data: bytes
    boxes: Mapping[int, Box]


def card_images(identity: Identity, impression: int, *, missing: Iterable[int] = ()) -> dict[int, Pixels]:
    """Fourteen images at 500 ppi by position, without those of the fingers in `missing`. About 4 s on one core."""
    return {position: pixels for position, (pixels, _) in _draw(identity, impression, frozenset(missing)).items()}


def card(identity: Identity, impression: int, *, missing: Iterable[int] = ()) -> dict[int, Print]:
    """The same card compressed with WSQ, with the places of the fingers in the slaps."""
    drawn = _draw(identity, impression, frozenset(missing))
    return {position: compress(pixels, position=position, boxes=boxes) for position, (pixels, boxes) in drawn.items()}


def compress(pixels: Pixels, *, position: int, boxes: Mapping[int, Box] | None = None) -> Print:
    """An 8-bit image as WSQ, at the 0.75 bit a pixel (about 15:1) that the exchange standards ask for."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "WSQ")
    height, width = pixels.shape
    return Print(position, width, height, out.getvalue(), dict(boxes or {}))


def synthesize_cards(
    identities: Iterable[Identity], *, impression: int = 0, workers: int = 2
) -> Iterator[tuple[Identity, dict[int, Print]]]:
    """Cards of many identities, in their order, drawn by `workers` processes (1: in this one)."""
    if workers <= 1:
        yield from (_job((identity, impression)) for identity in identities)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_job, [(identity, impression) for identity in identities])


def _job(job: tuple[Identity, int]) -> tuple[Identity, dict[int, Print]]:
    identity, impression = job
    return identity, card(identity, impression)


def _draw(identity: Identity, impression: int, missing: frozenset[int]) -> dict[int, tuple[Pixels, dict[int, Box]]]:
    drawn: dict[int, tuple[Pixels, dict[int, Box]]] = {}
    for position in POSITIONS:
        if position not in missing:
            drawn[position] = finger_image(identity, position, impression=impression, kind=Kind.ROLLED), {}
    for position in SLAPS:
        if not missing.issuperset(FINGERS[position]):
            slap = slap_image(identity, position, impression=impression, missing=missing)
            drawn[position] = slap.pixels, slap.boxes
    return drawn
