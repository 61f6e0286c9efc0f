# SPDX-License-Identifier: Apache-2.0
"""Plots of an evaluation: detection error trade-off, score histograms, rank curves (with Matplotlib).

In: scores by set, persons by kind of evidence; out: one PNG, SVG or PDF file. Colours tell sets apart for colour-blind
eyes (Okabe and Ito 2008), and line styles do so in print.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import numpy as np

from secure_communities.biometrics.error_rates import Scores, Trade, cumulative_match
from secure_communities.biometrics.pseudo_subjects import Persons

COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
STYLES: Final = ("-", "--", "-.", ":")
NamedScores = tuple[str, Scores, Scores]


def draw_evaluation(
    path: Path, sets: Sequence[NamedScores], persons: Mapping[str, Mapping[int, Persons]] | None = None
) -> None:
    """Draw (name, genuine, impostor) of every set, and persons of several fingers where there are any."""
    with _figure(path, panels=3) as (det, histogram, ranks):
        draw_det(det, sets)
        _draw_histogram(histogram, sets)
        _draw_ranks(ranks, persons or {})


@contextmanager
def _figure(path: Path, *, panels: int) -> Iterator[Any]:
    """Panels side by side on a figure of its own, written to the file at the end. No display is needed."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"font.size": 9, "axes.grid": True, "grid.alpha": 0.3, "svg.hashsalt": "plot"}):
        figure = Figure(figsize=(5.2 * panels, 4.6), dpi=140, layout="constrained")
        yield figure.subplots(1, panels)
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def draw_det(axes: Any, sets: Sequence[NamedScores]) -> None:
    """False-non-match against false-match rate, both logarithmic. A rate of zero is drawn at half of one pair."""
    floor = 100.0
    for (name, genuine, impostor), colour, style in zip(sets, cycle(COLOURS), cycle(STYLES)):
        corners = np.array(Trade(genuine, impostor).det())
        name = f"{name}, no error" if not corners[0].any() else name
        least = 0.5 / np.array([len(impostor), len(genuine)])
        fmr, fnmr = 100 * np.maximum(corners, least).T
        axes.step(fmr, fnmr, where="post", color=colour, linestyle=style, label=name)
        floor = min(floor, *(100 * least))
    axes.plot([floor, 100], [floor, 100], color="#999999", linewidth=0.8)
    for rate in (0.1, 1):
        axes.axvline(rate, color="#999999", linewidth=0.6, linestyle=":")
    axes.set(
        xscale="log", yscale="log", xlim=(floor, 100), ylim=(floor, 100), title="Detection error trade-off",
        xlabel="false-match rate, %", ylabel="false-non-match rate, %",
    )  # fmt: skip
    axes.legend(fontsize=8)


def _draw_histogram(axes: Any, sets: Sequence[NamedScores]) -> None:
    genuine, impostor = (np.concatenate([each[side] for each in sets]) for side in (1, 2))
    edges = np.linspace(0, max(genuine.max(), impostor.max(), 1e-6), 61)
    for scores, name, colour in ((impostor, "different fingers", COLOURS[1]), (genuine, "same finger", COLOURS[0])):
        weights = np.full(len(scores), 100 / len(scores))
        axes.hist(scores, edges, weights=weights, color=colour, alpha=0.55, label=f"{name}, {len(scores):,} pairs")
    axes.set(yscale="log", title="Scores, all sets", xlabel="score", ylabel="share of pairs, %")
    axes.legend(fontsize=8)


def _draw_ranks(axes: Any, persons: Mapping[str, Mapping[int, Persons]]) -> None:
    lowest = 99.0
    for kind, style in zip(persons, cycle(STYLES)):
        for (count, each), colour in zip(persons[kind].items(), cycle(COLOURS)):
            shares = [100 * share for share in cumulative_match(each.ranks)]
            name = f"{count} finger{'s' if count > 1 else ''}, {kind.replace('_', ' ')}"
            axes.plot(range(1, len(shares) + 1), shares, style, marker="o", markersize=3, color=colour, label=name)
            lowest = min(lowest, shares[0])
    title = "Rank of the mate among strangers"
    axes.set(title=title, xlabel="rank", ylabel="mates at that rank or better, %", ylim=(lowest - 0.5, 100.2))
    if persons:
        axes.legend(fontsize=8)
