# SPDX-License-Identifier: Apache-2.0
"""Throws mutants of valid images at the decode server, and looks whether anything but a refusal comes of it.

Counts how mutants end (decoded, refused by code, refused after a crash); every 200 mutants the valid images must still
decode to the same pixels. With --keep, mutants that crash their decoder go to FOLDER. It fails if a law breaks."""

from __future__ import annotations

import hashlib
import random
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import click

from secure_communities.interchange.images import DecodeServer, ImageRefused, Limits
from tests.builders import images

COMPRESSIONS = ("WSQ20", "WSQ20", "WSQ20", "JPEGB", "JPEGL", "JP2", "JP2L", "PNG", "NONE")
SIZES = ((64, 64), (96, 80), (160, 120))
SMALL_NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF)
CHECK_EVERY = 200


def segments(data: bytes) -> list[tuple[int, int]]:
    """(start, length) of what lies between two 0xFF markers: close enough to segments to remove or repeat them."""
    starts = [place for place in range(len(data) - 1) if data[place] == 0xFF and data[place + 1] >= 0x90] or [0]
    return [(start, end - start) for start, end in pairwise([*starts, len(data)])]


def mutate(data: bytes, chance: random.Random) -> bytes:
    mutant = bytearray(data)
    start, length = chance.choice(segments(data))
    match chance.randrange(6):
        case 0:  # bytes anywhere
            for _ in range(chance.randint(1, 8)):
                mutant[chance.randrange(2, len(mutant))] = chance.randrange(256)
        case 1:  # telling values near the beginning, where headers and tables are
            for _ in range(chance.randint(1, 4)):
                mutant[chance.randrange(2, min(len(mutant), 700))] = chance.choice(SMALL_NUMBERS)
        case 2:
            del mutant[start : start + length]
        case 3:
            mutant[start:start] = data[start : start + length] * chance.choice((1, 4, 30))
        case 4:
            del mutant[chance.randrange(len(mutant)) :]
        case _:  # two tables gone, one byte wrong
            for _ in range(2):
                start, length = chance.choice(segments(bytes(mutant)))
                del mutant[start : start + length]
            if len(mutant) > 4:
                mutant[chance.randrange(2, len(mutant))] = chance.randrange(256)
    return bytes(mutant)


def outcome(server: DecodeServer, data: bytes, compression: str, size: tuple[int, int]) -> str:
    width, height = size if compression == "NONE" else (None, None)
    try:
        server.decode(data, compression, width=width, height=height)
    except ImageRefused as refused:
        return f"{refused.code} crash" if "crash" in refused.reason else refused.code
    return "decoded"


@click.command()
@click.option("--mutants", default=5_000, show_default=True, type=click.IntRange(1), help="How many.")
@click.option("--seed", default=1, show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="Folder for mutants that crash their decoder.")
def command(mutants: int, seed: int, keep: Path | None) -> dict[str, object]:
    """Mutants of valid images against the decode server; fails if anything but a refusal comes of it."""
    chance, broken = random.Random(seed), []
    counts: Counter[str] = Counter()
    valid = [(name, size, images.encode(images.ridges(*size), name)) for name in {*COMPRESSIONS} for size in SIZES]
    valid.sort(key=lambda entry: entry[:2])
    by_name = {name: [entry for entry in valid if entry[0] == name] for name in COMPRESSIONS}
    started, slowest = time.perf_counter(), 0.0
    with DecodeServer(limits=Limits(cpu_seconds=5, wall_seconds=10)) as server:
        pixels = [server.decode(data, name, width=size[0], height=size[1]).pixels for name, size, data in valid]
        process = server.process
        for number in range(mutants):
            name, size, data = chance.choice(by_name[chance.choice(COMPRESSIONS)])
            mutant, begun = mutate(data, chance), time.perf_counter()
            ended = outcome(server, mutant, name, size)
            slowest = max(slowest, time.perf_counter() - begun)
            counts[f"{name}: {ended}"] += 1
            if ended.endswith("crash") and keep:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{name}-{hashlib.sha256(mutant).hexdigest()[:12]}").write_bytes(mutant)
            if (number + 1) % CHECK_EVERY == 0 or number + 1 == mutants:
                again = [server.decode(data, name, width=size[0], height=size[1]).pixels for name, size, data in valid]
                if not all((new == old).all() for new, old in zip(again, pixels, strict=True)):
                    broken.append(f"valid images decode differently after mutant {number + 1}")
                if server.process != process:
                    broken.append(f"the server was replaced before mutant {number + 1}")
                click.echo(f"{number + 1} of {mutants}", err=True)
    result = {
        "mutants": mutants,
        "seed": seed,
        "seconds": round(time.perf_counter() - started, 1),
        "slowest_ms": round(slowest * 1000),
        "outcomes": dict(sorted(counts.items())),
        "crashes_contained": sum(count for ended, count in counts.items() if ended.endswith("crash")),
    }
    if broken:
        raise click.ClickException("; ".join(broken))
    return result
