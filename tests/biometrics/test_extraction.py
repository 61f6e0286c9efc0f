# SPDX-License-Identifier: Apache-2.0
"""From image to template, and the images that yield none, each with its own reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from secure_communities.biometrics import leader as leader_module
from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.comparison import compare
from secure_communities.biometrics.extraction import FingerImage, NoTemplate, extract, extract_many, measure
from secure_communities.biometrics.image import choose_crop, find_print, measure_blocks, resample
from secure_communities.biometrics.leader import WEIGHTS_SHA256, Found, WeightsRefused, decode, frame, read_weights
from secure_communities.biometrics.quality import Refusal, assess
from secure_communities.biometrics.template import Kind, Template

from .builders import ridges

Gray = NDArray[np.uint8]


def refusal_of(pixels: Gray, ppi: float = 500) -> NoTemplate:
    with pytest.raises(NoTemplate) as caught:
        extract(pixels, ppi=ppi, position=1)
    assert caught.value.reason
    return caught.value


def noise(grain: float) -> Gray:
    values = np.random.default_rng(5).normal(0, 1, (360, 360))
    values = ndimage.gaussian_filter(values, grain) if grain else values
    return np.clip(128 + values / values.std() * 45, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def template() -> Template:
    return extract(ridges(), ppi=500, position=7)


def test_a_drawn_print_yields_its_minutiae(template: Template) -> None:
    assert (template.position, template.width, template.height) == (7, 320, 352)
    assert 8 <= len(template) <= 60
    assert template.quality >= 70
    assert set(template.minutiae["kind"]) <= {Kind.ENDING, Kind.BIFURCATION}
    assert template.minutiae["quality"].min() >= 100 * p.MINUTIA_THRESHOLD
    assert np.mean(template.minutiae["quality"] >= 60) > 0.9  # hardly any of a clear print is doubtful


def test_a_template_says_which_weights_and_crop_made_it(template: Template) -> None:
    assert WEIGHTS_SHA256 in template.extractor
    assert f"crop:{p.CROP_VERSION}" in template.extractor


def test_minutiae_stay_in_the_frame_of_the_whole_image(template: Template) -> None:
    framed = np.full((352 + 160, 320 + 96), 251, np.uint8)
    framed[64 : 64 + 352, 64 : 64 + 320] = ridges()
    there = extract(framed, ppi=500, position=7)
    found = compare(template, there)
    assert found.score > 0.3
    shifts = [
        (
            int(there.minutiae["x"][j]) - int(template.minutiae["x"][i]),
            int(there.minutiae["y"][j]) - int(template.minutiae["y"][i]),
        )
        for i, j in found.pairs
    ]
    assert np.allclose(np.median(shifts, axis=0), (64, 64), atol=3)


def test_a_scan_of_twice_the_resolution_gives_the_same_finger(template: Template) -> None:
    double = np.asarray(Image.fromarray(ridges()).resize((640, 704), Image.Resampling.LANCZOS))
    there = extract(double, ppi=1000, position=7)
    assert (there.width, there.height) == (320, 352)
    assert compare(template, there).score > 0.3


def test_many_images_come_back_in_their_order(template: Template) -> None:
    blank = FingerImage(np.full((300, 300), 255, np.uint8), 500, 2)
    results = extract_many([FingerImage(ridges(), 500, 7), blank], workers=2)
    assert results[0] == template
    assert isinstance(results[1], NoTemplate)
    assert results[1].refusal is Refusal.BLANK


@pytest.mark.parametrize(
    ("pixels", "refusal"),
    [
        (np.full((300, 300), 255, np.uint8), Refusal.BLANK),
        (np.full((300, 300), 0, np.uint8), Refusal.BLANK),
        (np.where(np.random.default_rng(2).random((300, 300)) < 0.02, 0, 255).astype(np.uint8), Refusal.SATURATED),
        (np.where(np.random.default_rng(2).random((300, 300)) < 0.02, 255, 0).astype(np.uint8), Refusal.SATURATED),
        (np.random.default_rng(3).integers(0, 256, (300, 300)).astype(np.uint8), Refusal.NOISE),
        (noise(0), Refusal.NOISE),
        (noise(1), Refusal.NOISE),
        (noise(2), Refusal.NOISE),
        (noise(3), Refusal.NOISE),
        (np.pad(ridges(width=64, height=64), 100, constant_values=250), Refusal.SMALL),
        (ridges()[:40], Refusal.SMALL),
        (ridges(period=4.5), Refusal.RESOLUTION),
        (ridges(period=18), Refusal.RESOLUTION),
        (np.zeros((4001, 10), np.uint8), Refusal.SIZE),
        (np.zeros((0, 10), np.uint8), Refusal.SIZE),
        (np.zeros((300, 300, 3), np.uint8), Refusal.SIZE),
        (np.zeros((300, 300)), Refusal.SIZE),
    ],
)
def test_what_is_no_print_is_refused_with_its_reason(pixels: Gray, refusal: Refusal) -> None:
    assert refusal_of(pixels).refusal is refusal


@pytest.mark.parametrize("ppi", [0, -500, 99, 2001, float("nan"), float("inf")])
def test_an_absurd_resolution_is_refused(ppi: float) -> None:
    assert refusal_of(ridges(), ppi).refusal is Refusal.RESOLUTION


@pytest.mark.parametrize(("declared", "hint"), [(1000, "lower"), (250, "higher")])
def test_ridges_that_contradict_the_declared_resolution_are_told_apart_from_poor_quality(
    declared: float, hint: str
) -> None:
    refused = refusal_of(ridges(), declared)
    assert refused.refusal is Refusal.RESOLUTION
    assert refused.contradicts_record
    assert hint in refused.reason
    assert not refusal_of(noise(1)).contradicts_record


def test_a_small_image_that_would_be_blown_up_beyond_the_limit_is_refused() -> None:
    assert refusal_of(np.zeros((2100, 100), np.uint8), 250).refusal is Refusal.SIZE


@pytest.mark.parametrize("shape", [(10, 300), (300, 10), (1, 1)])
def test_an_image_smaller_than_a_block_is_measured_as_too_poor(shape: tuple[int, int]) -> None:
    assert measure(np.full(shape, 128, np.uint8), ppi=500).refusal is not None


def test_block_measures_are_those_of_their_definition() -> None:
    image = ridges()[:64, :80]
    dx, dy = (ndimage.sobel(image.astype(np.float64), axis=axis) / 8 for axis in (1, 0))
    blocks = measure_blocks(image)
    part = (slice(32, 48), slice(64, 80))
    xx, yy, xy = (dx * dx)[part].mean(), (dy * dy)[part].mean(), (dx * dy)[part].mean()
    assert blocks.energy.shape == (4, 5)
    assert blocks.energy[2, 4] == pytest.approx(xx + yy)
    assert blocks.coherence[2, 4] == pytest.approx(np.hypot(xx - yy, 2 * xy) / (xx + yy))
    assert blocks.contrast[2, 4] == pytest.approx(image[part].std())


def test_the_measured_period_is_the_drawn_one() -> None:
    for period in (7.5, 9.0, 11.0):
        assert measure(ridges(period=period), ppi=500).period == pytest.approx(period, rel=0.12)


def test_fading_lowers_the_quality() -> None:
    clear = ridges()
    faded = (clear * 0.2 + 190).astype(np.uint8)
    assert assess(faded).score < assess(clear).score - 15


def test_the_crop_holds_the_print_and_fits_the_network() -> None:
    image = np.full((750, 800), 252, np.uint8)
    image[200:552, 300:620] = ridges()
    foreground = find_print(measure_blocks(image))
    crop = choose_crop(image.shape, foreground)
    part = crop.of(image)
    assert part.shape[0] % p.CROP_MULTIPLE == 0
    assert part.shape[1] % p.CROP_MULTIPLE == 0
    assert crop.top <= 216 and crop.bottom >= 536 and crop.left <= 316 and crop.right >= 604
    assert part.size < 0.35 * image.size


def test_an_image_narrower_than_the_step_is_kept_whole() -> None:
    crop = choose_crop((300, 70), np.ones((18, 4), np.bool_))
    assert (crop.left, crop.right) == (0, 70)


def test_an_image_within_one_percent_of_500_ppi_is_not_resampled() -> None:
    image = ridges()
    assert resample(image, 504.9) is image
    assert resample(image, 250).shape == (704, 640)


def test_padding_is_centred_and_takes_the_colour_of_the_first_pixel() -> None:
    framed, top, left = frame(np.full((33, 64), 7, np.uint8))
    assert (framed.shape, top, left) == ((64, 64), 15, 0)
    assert (framed == 7).all()


def test_what_the_network_finds_becomes_minutiae_of_the_image_best_first() -> None:
    found = Found(
        rows=np.array([2, 20, 40, 41]),  # the first and the last lie outside the image
        columns=np.array([30, 30, 12, 60]),
        probability=np.array([0.99, 0.61, 0.95, 0.7], np.float32),
        direction=np.array([0, -np.pi / 4, np.pi / 2, 0], np.float32),
        ending=np.array([0, 0.1, 0.9, 1], np.float32),
    )
    rows = decode(found, top=10, left=4, height=44, width=56)
    assert rows.tolist() == [(8, 30, 64, Kind.ENDING, 95), (26, 10, 224, Kind.BIFURCATION, 61)]


def test_other_weights_are_refused(tmp_path: Path) -> None:
    forged = tmp_path / "LEADER.onnx"
    forged.write_bytes(read_weights()[:-1] + b"\x00")
    with pytest.raises(WeightsRefused, match="SHA-256"):
        read_weights(forged)
    with pytest.raises(WeightsRefused, match="cannot be read"):
        read_weights(tmp_path / "absent.onnx")


def test_without_the_package_of_the_weights_nothing_is_extracted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leader_module, "WEIGHTS_PACKAGE", "a-package-that-is-not-installed")
    with pytest.raises(WeightsRefused, match="not installed"):
        read_weights()
