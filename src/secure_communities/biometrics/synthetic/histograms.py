# SPDX-License-Identifier: Apache-2.0
"""Real prints and sampled ones side by side: histograms of scores and of what explains them (with Matplotlib).

In: two `Observations`. Out: one PNG, SVG or PDF file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from secure_communities.biometrics.plots import COLOURS
from secure_communities.biometrics.synthetic.resemblance import Observations, kolmogorov_smirnov

PANELS: Final = {
    "genuine": "score of mates",
    "impostor": "score of others",
    "count": "minutiae of a print",
    "nearest": "distance of the nearest minutia (px)",
    "turn": "rotation between mates (degrees)",
    "residual": "median displacement after alignment (px)",
    "twist": "median difference of direction (degrees)",
    "found": "share of minutiae found again",
}


def draw_resemblance(path: Path, real: Observations, sampled: Observations) -> None:
    """Draw the distributions of both, each of area one, with their largest distance. No display is needed."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"font.size": 9, "axes.grid": True, "grid.alpha": 0.3, "svg.hashsalt": "plot"}):
        figure = Figure(figsize=(17, 7.4), dpi=130, layout="constrained")
        for axes, (name, label) in zip(figure.subplots(2, 4).flat, PANELS.items(), strict=True):
            one, other = getattr(real, name), getattr(sampled, name)
            low, high = np.quantile(np.concatenate([one, other]), [0.001, 0.999])
            bins = np.linspace(low, high, 31)
            axes.hist(one, bins, density=True, color=COLOURS[0], alpha=0.45, label=f"real ({len(one)})")
            axes.hist(other, bins, density=True, color=COLOURS[1], histtype="step", linewidth=1.6,
                      label=f"sampled ({len(other)})")  # fmt: skip
            axes.set_xlabel(label)
            axes.set_title(f"largest distance of the distributions {kolmogorov_smirnov(one, other):.3f}")
            axes.legend()
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
