# SPDX-License-Identifier: Apache-2.0
"""Draws a comparison: both prints side by side, minutiae by kind, paired ones numbered and joined.

In: templates, their images where there are any (uint8 at 500 ppi), Explanations. Out: a Pillow image. Colours are
from a palette for colour-blind eyes (Okabe and Ito 2008), and nothing is said by colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from secure_communities.biometrics.explain import Explanation, positions
from secure_communities.biometrics.image import Pixels
from secure_communities.biometrics.parameters import RESOLUTION
from secure_communities.biometrics.template import Kind, Template

PAIRED, UNPAIRED, JOINED = (0, 114, 178), (213, 94, 0), (0, 158, 115)
INK, QUIET, PAPER, GROUND = (27, 27, 27), (90, 90, 90), (255, 255, 255), (246, 246, 244)
BANNER: Final = "Drawn by a computer from test prints. Not evidence, not an identification: examiners decide."
MARGIN, GUTTER, LINE = 24, 36, 26
_AROUND: Final = 40  # px of print kept around the outermost minutiae
_TICK: Final = 2.4  # length of a direction tick, in radii
_BAR_MM: Final = 5

Colour = tuple[int, int, int]
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Side:
    """One print to draw: template, what to write above it, pixels at 500 ppi (None: marks on a blank ground)."""

    template: Template
    title: str
    pixels: Pixels | None = None


@dataclass(frozen=True, slots=True)
class _Panel:
    """A print drawn at `scale`, its crop beginning at `left`, `top` of the print; `marks` are places in the panel."""

    image: Image.Image
    marks: list[Place]
    radius: float


def draw_comparison(
    probe: Side,
    candidate: Side,
    explanation: Explanation,
    *,
    caption: Sequence[str] = (),
    height: int = 760,
    alone: bool = True,
) -> Image.Image:
    """Both prints at one scale, the paired minutiae numbered in order of strength and joined by lines.

    `alone` adds the key and the banner, which a sheet of several shows once.
    """
    boxes = [_frame(side) for side in (probe, candidate)]
    scale = min(3.0, height / max(bottom - top for _, top, _, bottom in boxes))
    own, other = ([getattr(pair, name) for pair in explanation.pairs] for name in ("probe", "candidate"))
    left, right = _panel(probe, boxes[0], scale, own), _panel(candidate, boxes[1], scale, other)
    lines = [*caption, *([_legend_words(explanation), BANNER] if alone else [])]
    width = left.image.width + right.image.width + 2 * MARGIN + GUTTER
    tall = max(left.image.height, right.image.height)
    sheet = Image.new("RGB", (max(width, 760), MARGIN + LINE + tall + (1 + len(lines)) * LINE + 2 * MARGIN), PAPER)
    draw, font = ImageDraw.Draw(sheet), _font(17)
    starts = (MARGIN, MARGIN + left.image.width + GUTTER)
    for start, side, panel in zip(starts, (probe, candidate), (left, right), strict=True):
        draw.text((start, MARGIN - 4), side.title, INK, font)
        sheet.paste(panel.image, (start, MARGIN + LINE))
    _join(sheet, left, right, starts, MARGIN + LINE, own, other)
    bottom = MARGIN + LINE + tall + 12
    _scale_bar(draw, MARGIN, bottom, scale)
    if alone:
        _key(draw, MARGIN + _BAR_MM * scale * RESOLUTION / 25.4 + 90, bottom)
    for number, line in enumerate(lines, start=1):
        colour = UNPAIRED if line == BANNER else INK if number <= len(caption) else QUIET
        draw.text((MARGIN, bottom + number * LINE + 6), line, colour, font)
    return sheet


def draw_sheet(
    comparisons: Sequence[Image.Image], *, title: str, lines: Sequence[str], columns: int = 2
) -> Image.Image:
    """Several comparisons, one for each finger, on one sheet with what the fingers amount to together above them."""
    wide, tall = max(one.width for one in comparisons), max(one.height for one in comparisons)
    lines = [*lines, BANNER]
    head = MARGIN * 2 + LINE * (3 + len(lines))
    rows = math.ceil(len(comparisons) / columns)
    sheet = Image.new("RGB", (wide * min(columns, len(comparisons)), head + rows * tall), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN, MARGIN), title, INK, _font(26))
    for number, line in enumerate(lines, start=1):
        draw.text((MARGIN, MARGIN + 12 + number * LINE), line, UNPAIRED if line == BANNER else INK, _font(18))
    _key(draw, MARGIN + 8, head - LINE - 8)
    for number, one in enumerate(comparisons):
        sheet.paste(one, (number % columns * wide, head + number // columns * tall))
    return sheet


def _frame(side: Side) -> tuple[int, int, int, int]:
    """The part of a print that is drawn: around its minutiae, within the image."""
    template = side.template
    if not len(template):
        return 0, 0, template.width, template.height
    places = positions(template)
    (left, top), (right, bottom) = places.min(axis=0), places.max(axis=0)
    return (
        max(0, int(left) - _AROUND), max(0, int(top) - _AROUND),
        min(template.width, int(right) + _AROUND), min(template.height, int(bottom) + _AROUND),
    )  # fmt: skip


def _panel(side: Side, box: tuple[int, int, int, int], scale: float, paired: Sequence[int]) -> _Panel:
    left, top, right, bottom = box
    size = (round((right - left) * scale), round((bottom - top) * scale))
    if side.pixels is None:
        image = Image.new("RGB", size, GROUND)
        ImageDraw.Draw(image).text((10, 8), "no image, template only", QUIET, _font(15))
    else:
        faded = (160 + np.asarray(side.pixels[top:bottom, left:right], np.float32) * (95 / 255)).astype(np.uint8)
        image = Image.fromarray(faded).resize(size, Image.Resampling.BICUBIC).convert("RGB")
    places = [((x - left + 0.5) * scale, (y - top + 0.5) * scale) for x, y in positions(side.template).tolist()]
    radius = 2.9 * scale
    draw, known = ImageDraw.Draw(image), set(paired)
    for index, place in enumerate(places):
        row = side.template.minutiae[index]
        colour = PAIRED if index in known else UNPAIRED
        mark(draw, place, radius, int(row["kind"]), float(row["direction"]) * 360 / 256, colour, index in known)
    draw.rectangle((0, 0, size[0] - 1, size[1] - 1), outline=QUIET)
    return _Panel(image, places, radius)


def mark(
    draw: ImageDraw.ImageDraw, place: Place, radius: float, kind: int, angle: float, colour: Colour, paired: bool
) -> None:
    """One minutia: a circle for an ending, a square for a fork, a diamond for neither; paired ones are thick."""
    (x, y), width = place, 3 if paired else 1
    for outline, thickness in ((PAPER, width + 2), (colour, width)):
        end = x + _TICK * radius * math.cos(math.radians(angle)), y - _TICK * radius * math.sin(math.radians(angle))
        start = x + radius * math.cos(math.radians(angle)), y - radius * math.sin(math.radians(angle))
        draw.line((start, end), outline, thickness)
        around = (x - radius, y - radius, x + radius, y + radius)
        if kind == Kind.ENDING:
            draw.ellipse(around, outline=outline, width=thickness)
        elif kind == Kind.BIFURCATION:
            draw.rectangle(around, outline=outline, width=thickness)
        else:
            corners = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
            draw.polygon(corners, outline=outline, width=thickness)


def _join(
    sheet: Image.Image, left: _Panel, right: _Panel, starts: tuple[int, int], top: int,
    own: Sequence[int], other: Sequence[int],
) -> None:  # fmt: skip
    """Thin lines between the paired minutiae, under their numbers."""
    veil = Image.new("RGBA", sheet.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(veil)
    places = [
        (
            (starts[0] + left.marks[i][0], top + left.marks[i][1]),
            (starts[1] + right.marks[j][0], top + right.marks[j][1]),
        )
        for i, j in zip(own, other, strict=True)
    ]
    for here, there in places:
        draw.line((here, there), (*JOINED, 90), 1)
    font = _font(14)
    for number, ends in enumerate(places, start=1):
        for x, y in ends:
            draw.text((x + left.radius, y - left.radius - 13), str(number), (*INK, 255), font, stroke_width=2,
                      stroke_fill=(*PAPER, 230))  # fmt: skip
    sheet.paste(veil, (0, 0), veil)


def _scale_bar(draw: ImageDraw.ImageDraw, x: float, y: float, scale: float) -> None:
    length = _BAR_MM * scale * RESOLUTION / 25.4
    draw.line((x, y + 8, x + length, y + 8), INK, 3)
    for end in (x, x + length):
        draw.line((end, y + 2, end, y + 14), INK, 2)
    draw.text((x + length + 8, y - 3), f"{_BAR_MM} mm", INK, _font(15))


def _key(draw: ImageDraw.ImageDraw, x: float, y: float) -> None:
    """What the marks mean."""
    entries = (
        (Kind.ENDING, PAIRED, True, "paired ending"), (Kind.BIFURCATION, PAIRED, True, "paired fork"),
        (Kind.ENDING, UNPAIRED, False, "ending, not paired"), (Kind.BIFURCATION, UNPAIRED, False, "fork, not paired"),
    )  # fmt: skip
    font = _font(15)
    for kind, colour, paired, words in entries:
        mark(draw, (x, y + 7), 6, kind, 0, colour, paired)
        draw.text((x + 20, y - 3), words, INK, font)
        x += 20 + draw.textlength(words, font) + 26


def _legend_words(explanation: Explanation) -> str:
    if not explanation.pairs:
        return "No minutiae were paired."
    return "Numbers join the same minutia in both prints, strongest pair first."


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
