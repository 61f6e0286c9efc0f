# SPDX-License-Identifier: Apache-2.0
"""Other open engines on the same images, the same pairs, this machine: error rates and costs, and ours beside them.

Times are of the processor, so that other work on the machine counts little. Peer: NBIS mindtct and bozorth3, through
nbis-py (optional, nothing of ours needs it)."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import fmean, median
from typing import Any

import click
import numpy as np
from PIL import Image

from secure_communities.biometrics.comparison import compare_features
from secure_communities.biometrics.descriptor import Features, features
from secure_communities.biometrics.error_rates import RATES, Trade
from secure_communities.biometrics.evaluation import Sample, ScoreTable, find_images
from secure_communities.biometrics.extraction import NoTemplate, extract
from secure_communities.biometrics.image import resample
from secure_communities.cli.fingers import folder_at, pixels_of

Pixels = Any


@dataclass(frozen=True, slots=True)
class Engine:
    """An extractor and a matcher: `extract` pixels at 500 ppi (None: no template), `compare` two results."""

    extract: Callable[[Pixels], Any]
    compare: Callable[[Any, Any], float]


def ours() -> Engine:
    """LEADER minutiae, our comparison."""

    def make(pixels: Pixels) -> Features | None:
        try:
            return features(extract(pixels, ppi=500.0, position=0))
        except NoTemplate:
            return None

    return Engine(make, lambda a, b: compare_features(a, b)[0])


def nbis() -> Engine:
    """mindtct minutiae, bozorth3 comparison. Raises ClickException where nbis-py is not installed."""
    try:
        import nbis
    except ImportError as error:
        raise click.ClickException(
            "nbis-py is not installed. It is a peer, not a part: .venv/bin/pip install -r requirements/peers.lock"
        ) from error
    settings = nbis.NbisExtractorSettings(
        min_quality=0.0, get_center=False, check_fingerprint=False, compute_nfiq2=False, ppi=500
    )
    extractor = nbis.new_nbis_extractor(settings)

    def make(pixels: Pixels) -> Any:
        encoded = io.BytesIO()
        Image.fromarray(pixels).save(encoded, "PNG", compress_level=1)
        try:
            return extractor.extract_minutiae(encoded.getvalue())
        except nbis.NbisError:
            return None

    return Engine(make, lambda a, b: float(a.compare(b)))


ENGINES = {"ours": ours, "mindtct + bozorth3": nbis}


def measure(engine: Engine, images: Mapping[Sample, Pixels], *, both_ways: bool) -> tuple[Trade, dict[str, Any]]:
    """All pairs of one set, each step timed. `both_ways`: the better of both directions, as for asymmetric matchers."""
    made, extracting, comparing = {}, [], []
    for sample, pixels in images.items():
        start = time.process_time()
        made[sample] = engine.extract(pixels)
        extracting.append(time.process_time() - start)
    samples = sorted(made)
    scores = np.zeros((len(samples), len(samples)))
    for (i, a), (j, b) in combinations(enumerate(samples), 2):
        if made[a] is None or made[b] is None:
            continue
        start = time.process_time()
        score = engine.compare(made[a], made[b])
        comparing.append(time.process_time() - start)
        scores[i, j] = scores[j, i] = max(score, engine.compare(made[b], made[a])) if both_ways else score
    pairs = ScoreTable(samples, scores, len(comparing)).pick()
    return Trade(pairs.genuine, pairs.impostor), {
        "failures_to_extract": sum(each is None for each in made.values()),
        "extract_ms": 1000 * fmean(extracting),
        "compare_ms_mean": 1000 * fmean(comparing),
        "compare_ms_median": 1000 * median(comparing),
        "compare_ms_worst": 1000 * max(comparing),
    }


def warm(engine: Engine, pixels: Pixels) -> None:
    """One extraction and comparison before the clock runs."""
    made = engine.extract(pixels)
    if made is not None:
        engine.compare(made, made)


@click.command()
@click.option("--images", "folders", multiple=True, required=True, metavar="FOLDER[@PPI]", help="FVC layout; repeat.")
@click.option("--fingers", type=click.IntRange(2), help="Only the first fingers of each set, for a quick look.")
def command(folders: tuple[str, ...], fingers: int | None) -> dict[str, object]:
    """Error rates, milliseconds for an extraction and a comparison: other open engines and ours on the same images."""
    engines = {name: build() for name, build in ENGINES.items()}
    sets: dict[str, dict[str, Any]] = {name: {} for name in engines}
    for item in folders:
        folder, ppi = folder_at(item)
        images = _images(folder, ppi or 500.0, fingers)
        for name, engine in engines.items():
            warm(engine, next(iter(images.values())))
            trade, costs = measure(engine, images, both_ways=name != "ours")
            rates = {f"{rate}_percent": 100 * getattr(trade.summary(), rate) for rate in RATES}
            sets[name][folder.name] = {key: round(value, 3) for key, value in {**rates, **costs}.items()}
    means = {name: _means(list(of.values())) for name, of in sets.items()}
    peers = [name for name in engines if name != "ours"]
    ratios = {f"{name} / ours": _ratios(means[name], means["ours"]) for name in peers}
    return {"mean": means, "ratios": ratios, "sets": sets}


def _images(folder: Path, ppi: float, fingers: int | None) -> dict[Sample, Pixels]:
    """Pixels at 500 ppi of every image, so that all engines see the same."""
    try:
        found = find_images(folder)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    chosen = sorted({finger for finger, _ in found})[:fingers]
    return {
        sample: np.ascontiguousarray(resample(pixels_of(path), ppi))
        for sample, path in found.items()
        if sample[0] in chosen
    }


def _means(sets: list[dict[str, float]]) -> dict[str, float]:
    return {key: round(fmean(each[key] for each in sets), 3) for key in sets[0]}


def _ratios(theirs: Mapping[str, float], own: Mapping[str, float]) -> dict[str, float | None]:
    """Above 1: the peer errs more, or takes longer. None where ours is zero."""
    return {key: round(theirs[key] / own[key], 2) if own[key] else None for key in own}
