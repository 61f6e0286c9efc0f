# SPDX-License-Identifier: Apache-2.0
"""Whole fingerprint cards: ten rolled fingers, two thumbs and two slaps, as images or ready for a file.

In: identities and an impression number. Out: images by position 1–14, or the same compressed with WSQ. Cards of
several people can be drawn by several processes."""

from __future__ import annotations

import io
from collections import deque
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


@dataclass(frozen=True, slots=True)
class Drawn:
    """One image of a card, 8 bits at 500 ppi, and for a slap where each finger is in it."""

    pixels: Pixels
    boxes: Mapping[int, Box]


DrawnCard = Mapping[int, Drawn]


def draw_card(identity: Identity, impression: int, *, missing: Iterable[int] = ()) -> dict[int, Drawn]:
    """Ten rolled fingers (1–10), two thumbs (11, 12) and two slaps (13, 14), without the fingers in `missing`.

    About 2 s on one core. Ten fingers missing leave an empty card."""
    absent = frozenset(missing)
    drawn: dict[int, Drawn] = {}
    for position in POSITIONS:
        if position not in absent:
            drawn[position] = Drawn(finger_image(identity, position, impression=impression, kind=Kind.ROLLED), {})
    for position in SLAPS:
        if not absent.issuperset(FINGERS[position]):
            slap = slap_image(identity, position, impression=impression, missing=absent)
            drawn[position] = Drawn(slap.pixels, slap.boxes)
    return drawn


def card_images(identity: Identity, impression: int, *, missing: Iterable[int] = ()) -> dict[int, Pixels]:
    """The images of `draw_card` alone."""
    return {position: image.pixels for position, image in draw_card(identity, impression, missing=missing).items()}


def compress_card(card: DrawnCard) -> dict[int, Print]:
    """A card's images as WSQ, ready for `booking_file`."""
    return {position: compress(image.pixels, position=position, boxes=image.boxes) for position, image in card.items()}


def compress(pixels: Pixels, *, position: int, boxes: Mapping[int, Box] | None = None) -> Print:
    """An 8-bit image as WSQ, at the 0.75 bit a pixel (about 15:1) that the exchange standards ask for."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "WSQ")
    height, width = pixels.shape
    return Print(position, width, height, out.getvalue(), dict(boxes or {}))


def synthesize_cards(
    identities: Iterable[Identity], *, impression: int = 0, workers: int = 2
) -> Iterator[tuple[Identity, dict[int, Drawn]]]:
    """Cards of many identities, in their order, drawn by `workers` processes (1: by this one)."""
    jobs = [(identity, impression) for identity in identities]
    if workers <= 1 or len(jobs) <= 1:
        yield from map(_draw, jobs)
        return
    with ProcessPoolExecutor(min(workers, len(jobs)), mp_context=get_context("spawn")) as pool:
        # Only a few cards ahead of the reader: a card is some 5 MB.
        waiting = deque(pool.submit(_draw, job) for job in jobs[: 2 * workers])
        for job in jobs[2 * workers :]:
            yield waiting.popleft().result()
            waiting.append(pool.submit(_draw, job))
        while waiting:
            yield waiting.popleft().result()


def _draw(job: tuple[Identity, int]) -> tuple[Identity, dict[int, Drawn]]:
    identity, impression = job
    return identity, draw_card(identity, impression)
