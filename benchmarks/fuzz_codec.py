# SPDX-License-Identifier: Apache-2.0
"""Fuzzes the ANSI/NIST-ITL codec: seeded mutants of real files must be read or refused, never worse.

In: files (default: the vendored reference files), a number of mutants, a seed. Out: counts, seconds, memory; it fails
if anything but CodecError escaped, a mutant was read but not written back the same, or one took over 2 s."""

from __future__ import annotations

import random
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import click

from secure_communities.interchange.itl import CodecError, Finding, emit, parse, read_header
from secure_communities.interchange.profiles import profile_for, validate
from secure_communities.interchange.responses import answerable, error_response

GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "golden" / "nist"
SLOW_SECONDS = 2.0
_SEPARATORS = b"\x1c\x1d\x1e\x1f"
_DICTIONARY = (
    b"1.001:",
    b"2.001:",
    b"1.003:",
    b"2.0:",
    b"14.999:",
    b"\x1d2.018:",
    b"99999",
    b"-1",
    b"+5",
    b"0",
    b"\xff\xff\xff\xff",
)
_RECEIVED = date(2026, 11, 22)
_AT = datetime(2026, 11, 22, tzinfo=UTC)
# Every so many mutants, the error answer is built and read as well.
_ANSWER_EVERY = 10
# Pixels are left out: mutating them tests a decoder. The first bytes of an image stay, for its header.
_IMAGE_BYTES_KEPT = 200


@dataclass
class Tally:
    """What became of the mutants."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    failures: list[str] = field(default_factory=list)


def shortened(data: bytes) -> bytes:
    """The file with images cut down and lengths set right, so that mutations hit structure."""
    read = parse(data)
    records = []
    for record in read.records:
        raw, image = record.raw, record.image
        if image is not None and image.stop - image.start > _IMAGE_BYTES_KEPT:
            cut = raw[: image.start - record.start + _IMAGE_BYTES_KEPT]
            if record.type < 9:
                raw = len(cut).to_bytes(4, "big") + cut[4:]
            else:
                old = record.fields[0]
                tail = cut[old.stop - record.start :] + b"\x1c"
                width = old.stop - old.start
                raw = old.spelling.encode() + b":" + b"%0*d" % (width, len(old.spelling) + 1 + width + len(tail)) + tail
        records.append(raw)
    return b"".join(records)


def flip(data: bytearray, rng: random.Random) -> None:
    """Other values for a few bytes."""
    for _ in range(rng.randint(1, 8)):
        data[rng.randrange(len(data))] = rng.randrange(256)


def separate(data: bytearray, rng: random.Random) -> None:
    """A separator where none was."""
    data[rng.randrange(len(data))] = rng.choice(_SEPARATORS)


def cut(data: bytearray, rng: random.Random) -> None:
    """The end missing."""
    del data[rng.randrange(len(data)) :]


def remove(data: bytearray, rng: random.Random) -> None:
    """A piece missing."""
    start = rng.randrange(len(data))
    del data[start : start + rng.randint(1, 64)]


def double(data: bytearray, rng: random.Random) -> None:
    """A piece twice."""
    start = rng.randrange(len(data))
    data[start:start] = data[start : start + rng.randint(1, 256)]


def insert(data: bytearray, rng: random.Random) -> None:
    """A word of the format in the wrong place."""
    start = rng.randrange(len(data))
    data[start:start] = rng.choice(_DICTIONARY)


def renumber(data: bytearray, rng: random.Random) -> None:
    """Another digit for a digit: lengths, tags, counts."""
    digits = [at for at, byte in enumerate(data) if 0x30 <= byte <= 0x39]
    for _ in range(rng.randint(1, 3)):
        if digits:
            data[rng.choice(digits)] = 0x30 + rng.randrange(10)


MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    flip,
    separate,
    cut,
    remove,
    double,
    insert,
    renumber,
)


def mutants(seeds: Sequence[bytes], count: int, *, seed: int) -> Iterator[bytes]:
    """`count` mutants, the same for the same seed."""
    rng = random.Random(seed)
    for number in range(count):
        data = bytearray(seeds[number % len(seeds)])
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            if data:
                rng.choice(MUTATIONS)(data, rng)
        yield bytes(data)


def answer(data: bytes, findings: Sequence[Finding]) -> None:
    """The error answer to a mutant whose sender is known: it must be readable and valid itself."""
    header = answerable(data)
    if header and findings:
        error = error_response(header, tcn="SYNFBI-0000001", date=_RECEIVED, gmt=_AT, findings=findings)
        if validate(parse(emit(error)), profile_for(error) or "", received_on=_RECEIVED):
            raise AssertionError("the error answer is not valid")


def outcome(data: bytes, *, answers: bool) -> str:
    """Read, write back, look at every value, judge, answer: says what became of it, raises what should not be."""
    read_header(data)
    try:
        read = parse(data)
    except CodecError as error:
        if answers:
            answer(data, [error.finding])
        return f"refused {error.code}"
    if emit(read) != data:
        raise AssertionError("written back differently")
    for record in read.records:
        for item in record.fields:
            item.values  # noqa: B018 - looking is the point
    findings = validate(read, profile_for(read) or "ebts-9.1/CAR", received_on=_RECEIVED)
    if answers:
        answer(data, findings)
    return "read"


def try_mutant(data: bytes, tally: Tally, *, answers: bool) -> None:
    """One mutant, timed; whatever escapes is noted as a failure."""
    started = time.perf_counter()
    try:
        tally.outcomes[outcome(data, answers=answers)] += 1
    except Exception as error:
        tally.outcomes["escaped"] += 1
        tally.failures.append(f"{type(error).__name__}: {error}: {data[:80]!r}")
    elapsed = time.perf_counter() - started
    tally.slowest = max(tally.slowest, elapsed)
    if elapsed > SLOW_SECONDS:
        tally.failures.append(f"{elapsed:.1f} s for {len(data)} bytes: {data[:80]!r}")


def fuzz(files: Sequence[Path], count: int, *, seed: int, progress: Callable[[int], None] = lambda _: None) -> Tally:
    """Run `count` mutants of `files`."""
    seeds = [shortened(file.read_bytes()) for file in files]
    tally = Tally()
    for number, data in enumerate(mutants(seeds, count, seed=seed), 1):
        try_mutant(data, tally, answers=number % _ANSWER_EVERY == 0)
        if number % 5_000 == 0:
            progress(number)
    return tally


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mutants", default=100_000, show_default=True, type=click.IntRange(1), help="How many.")
@click.option("--seed", default=20261122, show_default=True)
def command(files: tuple[Path, ...], mutants: int, seed: int) -> dict[str, object]:
    """Mutate FILES (default: the reference files); fails if anything but a refusal comes of it."""
    started = time.perf_counter()
    chosen = files or tuple(sorted(GOLDEN.glob("*.an2")))
    tally = fuzz(chosen, mutants, seed=seed, progress=lambda done: click.echo(f"{done} mutants", err=True))
    result = {
        "mutants": mutants,
        "seed": seed,
        "files": len(chosen),
        "seconds": round(time.perf_counter() - started, 1),
        "slowest_milliseconds": round(tally.slowest * 1000, 1),
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "outcomes": dict(sorted(tally.outcomes.items())),
    }
    if tally.failures:
        raise click.ClickException(f"{len(tally.failures)} mutants broke a law: {tally.failures[:5]}")
    return result
