# SPDX-License-Identifier: Apache-2.0
"""Who is enrolled and who is searched for: sampled people by number, and persons put together from real images.

In: seeds, numbers, folders. Out: a gallery cached under `var` by seed and versions, and ten-prints.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import numpy as np

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.first_stage import code_version
from secure_communities.biometrics.gallery import SEGMENT_ROWS, Gallery
from secure_communities.biometrics.segment import Segment
from secure_communities.biometrics.synthetic import sampler
from secure_communities.biometrics.template import Template

QUALITY = 80  # of every enrolled finger; sampled prints are plain ones of cooperative people
AT_A_TIME = 1024


def cache_folder(root: Path, seed: int) -> Path:
    """Where the segments of a seed lie, for these versions of sampler, model and codes."""
    sample = sampler.sample_points(range(2), seed=seed, most=p.MOST_MINUTIAE)
    named = hashlib.sha256(repr((sampler.MODEL, code_version(), SEGMENT_ROWS)).encode())
    for part in sample:
        named.update(part.tobytes())
    return root / f"seed-{seed}-{named.hexdigest()[:12]}"


def build_segment(folder: str, number: int, seed: int) -> int:
    """Sample, describe and write one segment; it gets its name when it is whole."""
    os.nice(5)
    path = Path(folder) / f"segment-{number:05d}.bin"
    half = path.with_suffix(f".{os.getpid()}")
    half.unlink(missing_ok=True)
    segment = Segment.make(half, SEGMENT_ROWS)
    counts = np.zeros((SEGMENT_ROWS, 10), np.uint8)
    points = np.zeros((SEGMENT_ROWS, 10, p.MOST_MINUTIAE, 4), np.uint16)
    for start in range(0, SEGMENT_ROWS, AT_A_TIME):
        first = number * SEGMENT_ROWS + start
        here = slice(start, start + AT_A_TIME)
        points[here], counts[here] = sampler.sample_points(
            range(first, first + AT_A_TIME), seed=seed, most=p.MOST_MINUTIAE
        )
    segment.fill(counts, points, QUALITY, sampler.WIDTH, sampler.HEIGHT)
    half.replace(path)
    return number


def build(root: Path, *, subjects: int, seed: int, processes: int, say: Callable[[str], None]) -> tuple[Gallery, float]:
    """A gallery of so many sampled subjects, and the seconds it took to make what was not there yet."""
    cache = cache_folder(root, seed)
    cache.mkdir(parents=True, exist_ok=True)
    start, needed = time.monotonic(), -(-subjects // SEGMENT_ROWS)
    missing = [number for number in range(needed) if not (cache / f"segment-{number:05d}.bin").exists()]
    if missing:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(processes, len(missing)), mp_context=context) as pool:
            tasks = [pool.submit(build_segment, str(cache), number, seed) for number in missing]
            for done, task in enumerate(as_completed(tasks), 1):
                task.result()
                spent = time.monotonic() - start
                left = spent / done * (len(missing) - done)
                say(f"gallery: {done} of {len(missing)} segments, {spent:.0f} s, about {left:.0f} s left")
    seconds = time.monotonic() - start
    folder = cache / f"gallery-{subjects}"
    shutil.rmtree(folder, ignore_errors=True)
    gallery = Gallery.open(folder)
    for number in range(needed):
        source = cache / f"segment-{number:05d}.bin"
        if number < needed - 1:
            gallery.path(number).hardlink_to(source)
        else:  # the last one is written to when real persons are enrolled behind the sampled ones
            shutil.copyfile(source, gallery.path(number))
    with gallery.writing():
        gallery.commit(subjects)
    gallery.refresh()
    return gallery, seconds


def fingers_for(rng: np.random.Generator, count: int) -> list[int]:
    """Which fingers of a probe are usable."""
    return sorted((rng.permutation(10)[:count] + 1).tolist())


def impressions(numbers: Sequence[int], *, seed: int, fingers: int, impression: int) -> Iterator[dict[int, Template]]:
    """Another impression of each of the numbered people, reduced to so many fingers."""
    rng = np.random.default_rng((seed, impression, fingers))
    for number in numbers:
        first, counts = sampler.sample_points(range(number, number + 1), seed=seed, most=p.MOST_MINUTIAE)
        again, held = sampler.impress_points(first, counts, [number], seed=seed, impression=impression)
        yield {
            finger: sampler.to_template(again[0, finger - 1, : held[0, finger - 1]], position=finger)
            for finger in fingers_for(rng, fingers)
            if held[0, finger - 1] >= p.FEWEST_COMPARED
        }
