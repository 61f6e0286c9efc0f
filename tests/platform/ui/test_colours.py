# SPDX-License-Identifier: Apache-2.0
"""Every pair of text and ground that the style sheets use can be read (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import secure_communities.platform.ui as ui

SHEET = (Path(ui.__file__).parent / "static/ui/base.css").read_text()
TOKENS = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", SHEET))

TEXT_ON_GROUND = [
    *[(ink, ground) for ink in ("ink", "quiet", "blue", "blue-dark") for ground in ("paper", "ground")],
    *[(lane, ground) for lane in ("criminal", "immigration", "both") for ground in ("paper", "ground")],
    *[(lane, f"{lane}-pale") for lane in ("criminal", "immigration", "both")],
    *[("ink", f"{tone}-pale") for tone in ("neutral", "working", "good", "attention", "late")],
    *[(tone, "paper") for tone in ("neutral", "working", "good", "late")],
    ("#0b4778", "working-pale"),
    ("#154c21", "good-pale"),
    ("#5c410a", "attention-pale"),
    ("#8b0a03", "late-pale"),
    ("#3d4551", "neutral-pale"),
    ("#3d4551", "#f0f3f6"),
    ("#c05600", "paper"),
    ("paper", "navy"),
    ("paper", "#1f3c66"),
    ("paper", "blue-dark"),
    ("navy", "#dbe8f5"),
    ("#1b1b1b", "#fee685"),
]
MARK_ON_GROUND = [("#d83933", "#fbfbfa"), ("#0071b2", "#fbfbfa"), ("neutral", "neutral-pale"), ("working", "paper")]


def luminance(colour: str) -> float:
    digits = TOKENS.get(colour, colour).lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_knows_black_on_white() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)


@pytest.mark.parametrize(("ink", "ground"), TEXT_ON_GROUND)
def test_text_can_be_read_on_its_ground(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(("mark", "ground"), MARK_ON_GROUND)
def test_marks_can_be_seen_on_their_ground(mark: str, ground: str) -> None:
    assert contrast(mark, ground) >= 3
