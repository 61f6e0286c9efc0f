# SPDX-License-Identifier: Apache-2.0
"""What one image may cost: the size caps judged from its header, and the limits of the process that decodes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Real files hold faces of 4724 × 2096 and palms of 2750 × 2750; a 1000 ppi palm reaches 5500 × 5500.
MAXIMUM_SIDE: Final = 8_192
MAXIMUM_PIXELS: Final = 40_000_000
# A blank slap of 1608 × 1000 takes 657 bytes as WSQ (2,400 pixels a byte), so small images are judged by area alone.
PIXELS_FREE_OF_RATIO: Final = 4_000_000
MAXIMUM_PIXELS_PER_BYTE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one decoding process: processor and wall-clock seconds, memory beyond the preloaded libraries."""

    cpu_seconds: int = 10
    wall_seconds: float = 20.0
    memory_bytes: int = 512 * 1024 * 1024
