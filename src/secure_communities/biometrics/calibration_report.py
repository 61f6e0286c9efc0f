# SPDX-License-Identifier: Apache-2.0
"""The report of a calibration for people: a page of tables (Markdown) and plots (reliability, Tippett, DET).

In: the plain data of `calibration_check.check`; out: report.md, report.json and pictures in a folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999")  # Okabe and Ito
_SHOWN = ("1", "2", "4", "10")


def write_report(report: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write the report into a folder, made if need be; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / "report.json", folder / "report.md"]
    files[0].write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    files[1].write_text(page(report), "utf-8")
    return files + draw(report, folder)


def page(report: Mapping[str, Any]) -> str:
    """The report as Markdown."""
    populations = report["populations"]
    lines = [
        f"# Calibration {report['version']}",
        "",
        "Evidence is counted in bans: log10 of how many times as probable a score is for mates. Fitted on "
        f"{_names(report['fitted_on'])}; zones made of {_names(report['zones_made_of'])}; held against "
        f"{_names(report['held_against']) or 'nothing else'}. One finger is worth at most {report['most_bans']:+.2f} "
        f"bans; from {report['support']:+.2f} on it speaks for a match by itself. Correlation between fingers of one "
        f"capture: {report['dependence']:g}, so that ten count as {10 / (1 + 9 * report['dependence']):.1f}.",
        "",
        "## Single fingers",
        "",
        "What was fitted is measured with evidence fitted on the other half of its subjects. Cllr is the cost in bits "
        "(0 perfect, 1 worthless), min Cllr what remains after the best recalibration.",
        "",
        *_table(
            ("set", "measured on", *_SINGLE_HEAD, "heavier by"),
            (
                (name, one["held_out"], *(one["single"][key] for key in _SINGLE), f"{one['heavier_by']:g}")
                for name, one in populations.items()
            ),
        ),
        "",
        f"“Heavier by”: bans by which the zones would have to move, a finger, so that this set reaches none "
        f"significantly too often (Poisson, pairs of subjects, 1 %). The largest is {report['margin_needed']:g}; "
        f"{report['margin']:g} are shipped.",
        "",
        "## Zones",
        "",
        "“Chance” is that of two different people by the convolution; “beyond” counts the decades between the rate and "
        "the number of pairs of different people that were really compared on that many fingers.",
        "",
        *_table(
            ("fingers", "HIT from", "chance", "beyond", "POSSIBLE from", "chance", "beyond", "pairs compared"),
            (
                (
                    row["fingers"],
                    *(each for name in ("hit", "possible") for each in (
                        _or(row[name], "never"), _or(row.get(f"{name}_chance")), _or(row.get(f"{name}_beyond_counting"))
                    )),
                    row["compared"],
                )
                for row in report["zones"]
            ),
        ),
        "",
        "## People of several fingers",
        "",
        *_table(
            ("set", "fingers", "mated", "other", "Cllr", "min Cllr", "lowest mated", "highest other", "missed HIT",
             "missed POSSIBLE", "false HIT", "false POSSIBLE (at most, 95 %)"),
            (
                (
                    name, fingers, one["mated"], one["other"], one["cllr"], one["min_cllr"], one["lowest_mated"],
                    one["highest_other"], f"{100 * one['missed_hit']:.2f} %", f"{100 * one['missed_possible']:.2f} %",
                    one["false_hit"], f"{one['false_possible']} ({one['false_possible_at_most']:.1e})",
                )
                for name, population in populations.items()
                for fingers, one in population["fused"].items()
            ),
        ),
        "",
        "## Tails: fingers of somebody else that reach a level",
        "",
        *_table(
            ("bans", "assumed rate", *populations),
            (
                (
                    level["bans"], f"{level['assumed']:.2g}",
                    *(f"{one['tails'][k]['found']} of {one['tails'][k]['of']}" for one in populations.values()),
                )
                for k, level in enumerate(next(iter(populations.values()))["tails"])
            ),
        ),
        "",
        "## By minutiae count and quality (the lower of both sides)",
        "",
        *_table(
            ("set", "by", "from", "to", *_SINGLE_HEAD),
            (
                (name, by, _or(row["from"]), _or(row["to"]), row["mated"], row["other"],
                 *(_or(row.get(key)) for key in ("cllr", "min_cllr", "eer_percent", "mean_mated", "mean_other")))
                for name, one in populations.items()
                for by in ("count", "quality")
                for row in one[f"by_{by}"]
            ),
        ),
        "",
        "## A search of a whole register",
        "",
        *_table(
            ("people", "somebody else in HIT", "somebody else in POSSIBLE"),
            ((f"{row['subjects']:,}", f"{row['hit']:.1e}", f"{row['possible']:.1e}") for row in report["registers"]),
        ),
        "",
        "![Reliability](reliability.png) ![Tippett](tippett.png) ![DET](det.png)",
        "",
    ]  # fmt: skip
    return "\n".join(lines)


_SINGLE = ("mated", "other", "cllr", "min_cllr", "eer_percent", "mean_mated", "mean_other")
_SINGLE_HEAD = ("mated", "other", "Cllr", "min Cllr", "EER %", "mean mated", "mean other")


def draw(report: Mapping[str, Any], folder: Path) -> list[Path]:
    """Reliability diagram, Tippett plots and DET curves as PNG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    files = []
    for name, plot, size in (
        ("reliability", _reliability, (6, 5)),
        ("tippett", _tippett, (9, 7)),
        ("det", _det, (6, 5)),
    ):
        figure = Figure(figsize=size, layout="constrained")
        plot(figure, report["populations"])
        files.append(folder / f"{name}.png")
        figure.savefig(files[-1], dpi=110)
    return files


def _reliability(figure: Any, populations: Mapping[str, Any]) -> None:
    axes = figure.subplots()
    axes.axline((0, 0), slope=1, color="#888888", linewidth=1)
    for (name, one), colour in zip(populations.items(), _COLOURS, strict=False):
        rows = [row for row in one["reliability"] if row["observed"] is not None]
        axes.plot(
            [row["stated"] for row in rows], [row["observed"] for row in rows], "o-", color=colour, label=name, ms=4
        )
    axes.set(xlabel="stated bans of a finger", ylabel="bans that the shares of mates and others amount to")
    axes.set_title("Reliability: on the line, evidence is worth what it says")
    axes.grid(alpha=0.3)
    axes.legend()


def _tippett(figure: Any, populations: Mapping[str, Any]) -> None:
    for axes, fingers in zip(figure.subplots(2, 2).flat, _SHOWN, strict=True):
        for (name, population), colour in zip(populations.items(), _COLOURS, strict=False):
            one = population["fused"].get(fingers)
            if one is None:
                continue
            axes.plot(*zip(*one["tippett_mated"], strict=True), color=colour, label=name)
            axes.plot(*zip(*one["tippett_other"], strict=True), color=colour, linestyle="--")
        axes.axvline(0, color="#888888", linewidth=1)
        axes.set(
            xlabel="bans", ylabel="share at or above", title="1 finger" if fingers == "1" else f"{fingers} fingers"
        )
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend(fontsize=7)
    figure.suptitle("Tippett plots: mates (solid), different people (dashed)")


_LEAST = 1e-4


def _det(figure: Any, populations: Mapping[str, Any]) -> None:
    axes = figure.subplots()
    for (name, one), colour in zip(populations.items(), _COLOURS, strict=False):
        corners = [(fmr, max(fnmr, _LEAST)) for fmr, fnmr in one["det"] if fmr > 0]  # a rate of zero has no logarithm
        if corners:
            axes.plot(*zip(*corners, strict=True), color=colour, label=name, drawstyle="steps-post")
    axes.set(xscale="log", yscale="log", xlabel="false-match rate", ylabel="false-non-match rate", ylim=(_LEAST, 1))
    axes.set_title("Detection error trade-off of one finger, by evidence")
    axes.grid(alpha=0.3, which="both")
    axes.legend()


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    body = ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *body]


def _or(value: Any, instead: str = "") -> str:
    return instead if value is None else str(value)


def _names(names: Sequence[str]) -> str:
    return ", ".join(names)
