# SPDX-License-Identifier: Apache-2.0
"""How long a finger and a card of ten take from image to template, beside the network as published.

Images are drawn by the generator unless a folder is given. One thread; processor time, which other work on the
machine disturbs less than the clock."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy and SciPy load their libraries

import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.extraction import FingerImage, extract_many
from secure_communities.biometrics.image import Pixels, choose_crop, find_print, measure_blocks, resample
from secure_communities.biometrics.leader import Leader, decode, frame, read_weights
from secure_communities.biometrics.quality import assess_blocks
from secure_communities.biometrics.synthetic.identity import POSITIONS, Identity
from secure_communities.biometrics.synthetic.impression import Kind, finger_image

FINGER_SECONDS, CARD_SECONDS = 0.2, 6.0  # the bars
FRAME = (750, 800)  # rows, columns of a rolled finger's field on a card
PATTERNS = ("*.png", "*.tif", "*.bmp")


class Published:
    """The network as published, on one thread."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(read_weights(), options, providers=["CPUExecutionProvider"])

    def run(self, framed: NDArray[np.float32]) -> NDArray[np.float32]:
        """The four channels: probability, direction, ending, suppressed probability."""
        output: NDArray[np.float32] = self._session.run(["head_conc"], {"input": framed[None, :, :, None]})[0][0]
        return output


def seconds(action: Callable[[], object]) -> tuple[float, float]:
    """Processor time of this thread and elapsed time."""
    processor, clock = time.thread_time(), time.perf_counter()
    action()
    return time.thread_time() - processor, time.perf_counter() - clock


def measure_finger(leader: Leader, published: Published, rounds: int) -> dict[str, object]:
    """Both computations of a drawn 320×320 finger in turn, so that whatever else the machine does meets both alike."""
    drawn = finger_image(Identity(1), 2, impression=0, kind=Kind.PLAIN)
    top, left = (drawn.shape[0] - 320) // 2, (drawn.shape[1] - 320) // 2
    framed = drawn[top : top + 320, left : left + 320].astype(np.float32)
    leader.find(framed), published.run(framed)
    pairs = [(seconds(lambda: leader.find(framed)), seconds(lambda: published.run(framed))) for _ in range(rounds)]
    ours, theirs = zip(*pairs, strict=True)
    return {
        "size": "320×320",
        "seconds": round(statistics.median(processor for processor, _ in ours), 3),
        "best_seconds": round(min(processor for processor, _ in ours), 3),
        "elapsed_seconds": round(statistics.median(clock for _, clock in ours), 3),
        "published_seconds": round(statistics.median(processor for processor, _ in theirs), 3),
        "published_best_seconds": round(min(processor for processor, _ in theirs), 3),
        "ratio": round(statistics.median(b[0] / a[0] for a, b in pairs), 2),
        "target_seconds": FINGER_SECONDS,
    }


def draw_card() -> list[Pixels]:
    """Ten rolled fingers, each in the middle of its field."""
    fields = []
    for position in POSITIONS:
        drawn = finger_image(Identity(2), position, impression=0, kind=Kind.ROLLED)
        field = np.full(FRAME, 254, np.uint8)
        top, left = ((FRAME[side] - drawn.shape[side]) // 2 for side in (0, 1))
        field[top : top + drawn.shape[0], left : left + drawn.shape[1]] = drawn
        fields.append(field)
    return fields


def measure_phases(leader: Leader, images: Sequence[Pixels], ppi: float) -> dict[str, object]:
    """Processor seconds of each phase over all images, and how much of them the network saw."""
    phases = {"quality": 0.0, "crop": 0.0, "network": 0.0, "decode": 0.0}
    cropped = 0
    for pixels in images:
        start = time.thread_time()
        image = resample(pixels, ppi)
        blocks = measure_blocks(image)
        foreground = find_print(blocks)
        assess_blocks(image, blocks, foreground)
        judged = time.thread_time()
        framed, top, left = frame(choose_crop(image.shape, foreground).of(image))
        cut = time.thread_time()
        found = leader.find(framed)
        computed = time.thread_time()
        decode(found, top=top, left=left, height=framed.shape[0], width=framed.shape[1])
        steps = (judged - start, cut - judged, computed - cut, time.thread_time() - computed)
        for phase, step in zip(phases, steps, strict=True):
            phases[phase] += step
        cropped += framed.size
    total = sum(phases.values())
    return {
        "images": len(images),
        "core_seconds": round(total, 2),
        "megapixels_to_the_network": round(cropped / 1e6, 2),
        "microseconds_per_pixel": round(phases["network"] / cropped * 1e6, 2),
        "share": {phase: round(spent / total, 3) for phase, spent in phases.items()},
    }


def measure_threads(images: Sequence[Pixels], ppi: float) -> dict[str, object]:
    """Elapsed seconds of all images on one thread and on two."""
    jobs = [FingerImage(pixels, ppi) for pixels in images]
    elapsed = [seconds(partial(extract_many, jobs, workers=workers))[1] for workers in (1, 2)]
    return {"one": round(elapsed[0], 2), "two": round(elapsed[1], 2), "ratio": round(elapsed[0] / elapsed[1], 2)}


def measure_agreement(leader: Leader, published: Published, images: Sequence[Pixels], ppi: float) -> dict[str, object]:
    """Minutiae of both computations over all images: how many at the same pixel, and the largest differences."""
    same = ours = theirs = 0
    turned = kinds = 0.0
    for pixels in images:
        image = resample(pixels, ppi)
        framed, _, _ = frame(choose_crop(image.shape, find_print(measure_blocks(image))).of(image))
        found, output = leader.find(framed), published.run(framed)
        expected = output[:, :, 3] > p.MINUTIA_THRESHOLD
        ours, theirs = ours + len(found.rows), theirs + int(expected.sum())
        both = expected[found.rows, found.columns]
        same += int(both.sum())
        there = output[found.rows[both], found.columns[both]]
        turn = np.abs((found.direction[both] - there[:, 1] + np.pi) % (2 * np.pi) - np.pi)
        turned = max(turned, float(turn.max(initial=0)))
        kinds = max(kinds, float(np.abs(found.ending[both] - there[:, 2]).max(initial=0)))
    return {
        "images": len(images),
        "minutiae": ours,
        "published_minutiae": theirs,
        "same_pixel": same,
        "largest_turn_degrees": round(float(np.degrees(turned)), 5),
        "largest_kind_difference": round(kinds, 7),
    }


def read_folder(value: str, limit: int) -> tuple[list[Pixels], float]:
    """Images of FOLDER@PPI, evenly spread over the folder if there are more than `limit`."""
    folder, _, resolution = value.rpartition("@")
    try:
        ppi = float(resolution)
    except ValueError:
        raise click.BadParameter(f"{value!r}: give FOLDER@PPI, for example prints@500") from None
    files = sorted(file for pattern in PATTERNS for file in Path(folder).rglob(pattern))
    if not files:
        raise click.BadParameter(f"{folder}: no image ({', '.join(PATTERNS)}) in it")
    chosen = files[:: max(1, len(files) // limit)][:limit]
    return [np.asarray(Image.open(file).convert("L")) for file in chosen], ppi


@click.command()
@click.option("--images", multiple=True, metavar="FOLDER@PPI", help="Measure and compare on real images too.")
@click.option("--limit", default=40, show_default=True, type=click.IntRange(1), help="Images of each folder.")
@click.option("--rounds", default=9, show_default=True, type=click.IntRange(3), help="Runs of the 320×320 finger.")
def command(images: tuple[str, ...], limit: int, rounds: int) -> dict[str, object]:
    """Seconds from image to template, for one finger (bar: 0.2) and a card of ten rolled fingers (bar: 6)."""
    folders = {Path(value.rpartition("@")[0]).name: read_folder(value, limit) for value in images}
    leader, published = Leader(), Published()
    card = draw_card()
    finger = measure_finger(leader, published, rounds)
    return {
        "finger": finger,
        "card": {**measure_phases(leader, card, p.RESOLUTION), "target_core_seconds": CARD_SECONDS},
        "card_on_threads": measure_threads(card, p.RESOLUTION),
        "agreement": {
            "card": measure_agreement(leader, published, card, p.RESOLUTION),
            **{name: measure_agreement(leader, published, *read) for name, read in folders.items()},
        },
        "folders": {name: measure_phases(leader, *read) for name, read in folders.items()},
    }
