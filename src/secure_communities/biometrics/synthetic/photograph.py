# SPDX-License-Identifier: Apache-2.0
"""The photograph of a booking: a drawn figure that nobody can take for a person, with the word SYNTHETIC across it.

In: a person's number. Out: a JPEG, 480 × 600 px, RGB."""

from __future__ import annotations

import colorsys
import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 480, 600


@lru_cache(maxsize=64)
def photograph(number: int) -> bytes:
    """The picture of person `number` as JPEG bytes."""
    rng = np.random.default_rng([number, 0xFACE])
    hue = float(rng.random())
    shirt, ground = _rgb(hue, 0.45, 0.55), _rgb(hue + 0.5, 0.10, 0.93)
    image = Image.new("RGB", (WIDTH, HEIGHT), ground)
    draw = ImageDraw.Draw(image)
    for k, row in enumerate(range(60, HEIGHT, 60)):  # the height chart behind
        draw.line([(0, row), (WIDTH, row)], fill=(190, 194, 200), width=1 + (k % 2 == 0))
    broad, tall = int(rng.integers(92, 112)), int(rng.integers(120, 138))
    draw.ellipse([70, 420, WIDTH - 70, 860], fill=shirt)
    draw.rounded_rectangle([200, 340, 280, 460], 30, fill=(120, 126, 136))
    draw.ellipse([240 - broad, 270 - tall, 240 + broad, 270 + tall], fill=(140, 146, 156))
    _stamp(image, "SYNTHETIC", y=300, size=74, fill=(179, 28, 28))
    _stamp(image, f"drawing {number:06d}", y=548, size=30, fill=(30, 34, 42))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82, dpi=(100, 100))
    return out.getvalue()


def _stamp(image: Image.Image, text: str, *, y: int, size: int, fill: tuple[int, int, int]) -> None:
    font = ImageFont.load_default(size)
    draw = ImageDraw.Draw(image)
    left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
    x = (WIDTH - (right - left)) / 2
    draw.rounded_rectangle([x - 14, y - 10, x + right - left + 14, y + bottom - top + 14], 8, fill=(255, 255, 255))
    draw.text((x - left, y - top), text, font=font, fill=fill)


def _rgb(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(255 * red), round(255 * green), round(255 * blue)
