# SPDX-License-Identifier: Apache-2.0
"""Search among up to millions of sampled ten-finger subjects: time, recall, false hits, bandwidth, growth, peers.

In: how many subjects and probes, folders of real images. Out: figures with limits at 95 %, and a drawing of growth.
The gallery is sampled (background), the persons of real images are put together from ten fingers of one set.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
import numpy as np

from secure_communities.cli.installation import ROOT

LEAST_SHARE = 0.7  # of the machine's memory bandwidth that the first stage must reach
WORTH_MEASURING = 100_000  # subjects; fewer fit into the processor's caches


def say(text: str) -> None:
    """Progress, beside the result."""
    click.echo(text, err=True)


@click.command()
@click.option("--subjects", default=100_000, type=click.IntRange(1_000), show_default=True, help="Enrolled people.")
@click.option("--probes", default=3_000, type=click.IntRange(10), show_default=True, help="Mated, and as many others.")
@click.option("--timed", default=200, show_default=True, help="Probes searched one by one, for the times.")
@click.option("--seed", default=1, show_default=True, help="Of people and impressions.")
@click.option("--real", multiple=True, metavar="FOLDER[@PPI]", help="FINGER_IMPRESSION images (repeatable).")
@click.option("--backend", "kind", type=click.Choice(["local", "ray"]), default="local", show_default=True)
@click.option("--threads", default=len(os.sched_getaffinity(0)), show_default=True, help="Threads and processes.")
@click.option("--folder", type=click.Path(path_type=Path), default=ROOT / "var/bench/search", help="Cached galleries.")
@click.option("--picture", type=click.Path(path_type=Path), help="Draw the growth with the number of subjects.")
@click.option("--peers/--no-peers", default=True, help="Compare with bozorth3 and faiss where they are installed.")
@click.option("--no-assert", is_flag=True, help="Go on when the first stage is slower than it must be.")
def command(
    subjects: int, probes: int, timed: int, seed: int, real: tuple[str, ...], kind: str, threads: int, folder: Path,
    picture: Path | None, peers: bool, no_assert: bool,
) -> dict[str, Any]:  # fmt: skip
    """Measure search and its accuracy at scale."""
    from benchmarks.searching import drawing, people, rates, real_people, speed
    from benchmarks.searching import peers as others
    from secure_communities.biometrics.comparison import warm
    from secure_communities.biometrics.gallery import SEGMENT_ROWS
    from secure_communities.biometrics.search import LocalBackend
    from secure_communities.biometrics.shard import describe_probe

    persons = real_people.read(real, cache=folder / "templates", say=say)
    gallery, build_seconds = people.build(folder, subjects=subjects, seed=seed, processes=threads, say=say)
    real_rows = gallery.append_many([encounters[0] for encounters in persons])
    warm()
    local = LocalBackend(gallery, threads=threads)
    backend: Any = local
    if kind == "ray":
        from secure_communities.biometrics.cluster import RayBackend

        backend = RayBackend(gallery.folder)

    rng = np.random.default_rng(seed)
    mated = rng.choice(subjects, min(probes, subjects), replace=False).tolist()
    strangers = [subjects + SEGMENT_ROWS + n for n in range(probes)]
    first = list(people.impressions(mated[: max(timed, 64)], seed=seed, fingers=10, impression=1))

    say(f"first stage over {len(gallery)} rows")
    scan = speed.scan_figures(local, [describe_probe(probe) for probe in first[:64]], threads=threads)
    share = scan["bandwidth_share"]
    if subjects >= WORTH_MEASURING and share < LEAST_SHARE and not no_assert:
        raise click.ClickException(
            f"the first stage reaches {share:.0%} of the memory bandwidth, not {LEAST_SHARE:.0%}: either the machine "
            "is busy, or the compiler no longer makes the scan as it should; --no-assert measures the rest"
        )
    say(f"{timed} searches one by one")
    speed.latency(backend, first[:3])
    waits = speed.latency(backend, first[:timed])
    one_by_one = float(np.mean(waits[:64]))
    whole = speed.seconds_of(lambda: backend.search_many(first[:64], limit=10), times=1) / len(first[:64])
    sizes = [size for size in (10_000, 100_000, 1_000_000, 10_000_000) if size < subjects] + [subjects]
    grown = speed.growth(gallery, sizes, first[:40], threads=threads, read_gb=scan["read_gb_per_second"])

    by_fingers: dict[str, Any] = {}
    for fingers in (10, 4, 2):
        say(f"{fingers} fingers: {len(mated)} mated and {len(strangers)} other searches")
        there = zip(people.impressions(mated, seed=seed, fingers=fingers, impression=1), mated, strict=True)
        absent = ((probe, None) for probe in people.impressions(strangers, seed=seed, fingers=fingers, impression=1))
        by_fingers[str(fingers)] = rates.report(
            rates.measure(backend, there, fingers=fingers), rates.measure(backend, absent, fingers=fingers)
        )
    real_report = real_people.search(backend, persons, real_rows, rng)
    result: dict[str, Any] = {
        "subjects": subjects,
        "p50_s": float(np.median(waits)),
        "p95_s": float(np.quantile(waits, 0.95)),
        "recall": by_fingers["10"]["recall"]["share"],
        "recall_four_fingers": by_fingers["4"]["recall"]["share"],
        "false_hit_rate": by_fingers["10"]["false_hits"]["share"],
        "real_rank1": real_report["first"]["share"] if real_report else None,
        "scanned_bytes_per_subject": speed.SCANNED,
        "memory_bytes_per_subject": round(speed.resident_bytes(gallery) / len(gallery)),
        "bandwidth_share": share,
        "batch_throughput_ratio": scan["batch_throughput_ratio"],
        "whole_search_batch_ratio": one_by_one / whole,
        "backend": kind,
        "threads": threads,
        "build_seconds": build_seconds,
        "first_stage": scan,
        "by_fingers": by_fingers,
        "real": real_report,
        "growth": grown,
        "peers": others.compare(local, first) if peers else None,
    }
    if picture:
        drawing.draw_growth(grown, picture)
    return result
