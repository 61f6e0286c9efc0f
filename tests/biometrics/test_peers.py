# SPDX-License-Identifier: Apache-2.0
"""The comparison with other engines: all pairs of the protocol, failures counted, a missing peer said plainly."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import numpy as np
import pytest
from PIL import Image

from benchmarks import peers


def brightness(pixels: np.ndarray) -> float | None:
    """An extractor of the plainest kind: how bright an image is; a black one yields nothing."""
    return float(pixels.mean()) if pixels.any() else None


ENGINE = peers.Engine(brightness, lambda a, b: 255 - abs(a - b))


def test_an_engine_is_measured_on_all_pairs_and_its_failures_count() -> None:
    images = {(finger, n): np.full((8, 8), 60 * finger + n, np.uint8) for finger in (1, 2) for n in (1, 2)}
    trade, costs = peers.measure(ENGINE, images, both_ways=True)
    assert (trade.summary().eer, costs["failures_to_extract"]) == (0, 0)
    images[2, 2] = np.zeros((8, 8), np.uint8)
    trade, costs = peers.measure(ENGINE, images, both_ways=False)
    assert (trade.summary().zerofmr, costs["failures_to_extract"]) == (0.5, 1)


def test_all_engines_see_the_same_images_at_one_resolution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for finger in (1, 2, 3):
        for n in (1, 2):
            Image.fromarray(np.full((100, 80), 60 * finger + n, np.uint8)).save(tmp_path / f"{finger}_{n}.png")
    seen: list[tuple[int, ...]] = []

    def look(pixels: np.ndarray) -> float | None:
        seen.append(pixels.shape)
        return brightness(pixels)

    other = peers.Engine(look, lambda a, b: 0.0 if a == b else 1.0)
    monkeypatch.setattr(peers, "ENGINES", {"ours": lambda: ENGINE, "worse": lambda: other})
    assert peers.command.callback is not None
    result = peers.command.callback(folders=(f"{tmp_path}@1000",), fingers=2)
    assert set(seen) == {(50, 40)}
    assert result["mean"]["ours"]["eer_percent"] == 0
    assert result["mean"]["worse"]["zerofmr_percent"] > 0
    assert result["ratios"]["worse / ours"]["eer_percent"] is None


def test_a_peer_that_is_not_installed_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nbis", None)
    with pytest.raises(click.ClickException, match=r"requirements/peers.lock"):
        peers.nbis()
