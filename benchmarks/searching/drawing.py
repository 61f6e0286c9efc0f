# SPDX-License-Identifier: Apache-2.0
"""Draw how a search grows with the register. In: the table of `speed.growth`; out: a picture (PNG or SVG)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def draw_growth(table: Sequence[dict[str, float]], path: Path) -> None:
    """Median search, scan, and the time in which the codes can merely be read, both axes logarithmic."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.add_subplot()
    sizes = [line["subjects"] for line in table]
    for key, label, style in (
        ("p50_seconds", "whole search, median", "o-"),
        ("scan_seconds", "first stage", "s-"),
        ("bandwidth_floor_seconds", "reading the codes once (memory bandwidth)", "k--"),
    ):
        axes.loglog(sizes, [line[key] for line in table], style, label=label)
    axes.axhline(0.25, color="0.6", linewidth=1)
    axes.set_xlabel("subjects of ten fingers")
    axes.set_ylabel("seconds")
    axes.grid(True, which="both", linewidth=0.3)
    axes.legend(frameon=False)
    figure.savefig(path)
