# SPDX-License-Identifier: Apache-2.0
"""`biometrics evaluate`: error rates on folders of labelled finger images, with intervals, persons and plots.

In: folders in the layout of the FVC competitions. Out: a table, or JSON. Exit code 2: a folder without such images.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import click

from secure_communities.cli.fingers import JSON, LabelledSet, folder_at, labelled_set

if TYPE_CHECKING:
    from secure_communities.biometrics.error_rates import Scores, Trade
    from secure_communities.biometrics.evaluation import ScoreTable
    from secure_communities.biometrics.pseudo_subjects import Persons
    from secure_communities.biometrics.template import Template

FINGERS = (1, 2, 4, 10)  # fingers of the persons that are put together
LLR = "log_likelihood_ratio"
SUM = "sum_of_scores"


@dataclass(frozen=True, slots=True)
class Measured:
    """One set: its trade-off, bootstrap samples of the rates, persons by kind of evidence, and the costs."""

    images: LabelledSet
    trade: Trade
    genuine: Scores
    impostor: Scores
    samples: Scores
    persons: dict[str, dict[int, Persons]]
    comparisons: int
    seconds: float


@click.command()
@click.argument("folders", nargs=-1, required=True, metavar="FOLDER[@PPI]...")
@click.option("--layout", type=click.Choice(["fvc"]), default="fvc", show_default=True, help="FINGER_IMPRESSION.png")
@click.option("--ppi", type=float, default=500.0, show_default=True, help="Resolution where a folder names none.")
@click.option("--fvc-impostors", is_flag=True, help="Only the first impressions of different fingers, as FVC did.")
@click.option("--rounds", type=click.IntRange(100), default=1_000, show_default=True, help="Bootstrap samples.")
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), help="Keep templates in this folder.")
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), help="Draw the trade-offs (PNG, SVG or PDF).")
@JSON
def evaluate(
    folders: tuple[str, ...], layout: str, ppi: float, fvc_impostors: bool, rounds: int, cache: Path | None,
    plot: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Measure error rates on FOLDERs of labelled finger images: all genuine and all cross-finger pairs.

    An image that yields no template, or cannot be read, counts as score 0; it is named and never left out. With
    several folders, each is measured by itself and the rates are the means. Intervals are bootstrap intervals over
    fingers (95 %). Persons put together from the fingers of each set show what several fingers decide together.
    """
    from secure_communities.biometrics.leader import leader

    chosen = [folder_at(each) for each in folders]
    if plot is not None and plot.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise click.BadParameter("the plot is written as .png, .svg or .pdf", param_hint="--plot")
    leader()  # loaded before the first image is timed
    sets = [labelled_set(folder, own or ppi, cache) for folder, own in chosen]
    measured = [measure(images, fvc_impostors=fvc_impostors, rounds=rounds) for images in sets]
    result = {"layout": layout, **report(measured)}
    if plot is not None:
        from secure_communities.biometrics.plots import draw_evaluation

        draw_evaluation(plot, [(each.images.name, each.genuine, each.impostor) for each in measured], _joined(measured))
    for images in sets:
        for name, reason in images.refused.items():
            click.echo(f"{images.name}/{name} counts as score 0: {reason}", err=True)
    if as_json:
        click.echo(json.dumps(result))
    else:
        print_tables(result)


def measure(images: LabelledSet, *, fvc_impostors: bool, rounds: int) -> Measured:
    """Compare all pairs of one set. Exits where the set holds no genuine or no impostor pair."""
    from secure_communities.biometrics.error_rates import Trade, resample
    from secure_communities.biometrics.evaluation import compare_all, describe_all

    described = describe_all(images.templates)
    compare_all(dict(list(described.items())[:2]))  # compiled before the first comparison is timed
    start = time.perf_counter()
    table = compare_all(described)
    seconds = time.perf_counter() - start
    pairs = table.pick(first_only=fvc_impostors)
    if not len(pairs.genuine) or not len(pairs.impostor):
        raise click.ClickException(f"{images.name}: at least two fingers of two impressions each are needed")
    trade = Trade(pairs.genuine, pairs.impostor)
    samples = resample(trade, pairs.genuine_fingers, pairs.impostor_fingers, rounds=rounds)
    persons = {SUM: _persons(table.scores, table.rows())}
    if (bans := _bans(table, images.templates)) is not None:
        persons[LLR] = _persons(bans, table.rows())
    return Measured(images, trade, pairs.genuine, pairs.impostor, samples, persons, table.compared, seconds)


def _bans(table: ScoreTable, templates: Mapping[tuple[int, int], Template | None]) -> Scores | None:
    """The same table as evidence by the calibration shipped (0 where a template is missing); None without one.

    What several fingers of one capture count for less, as independent ones would, is left out: it is one factor for
    all persons of as many fingers, and changes no rate.
    """
    import numpy as np

    from secure_communities.biometrics import parameters as p
    from secure_communities.biometrics.evidence import BadCalibration, current_evidence

    try:
        evidence = current_evidence()
    except BadCalibration as error:
        click.echo(f"without evidence: {error}", err=True)
        return None
    made = [templates[sample] for sample in table.samples]
    counts = np.array([0 if each is None else min(len(each), p.MOST_MINUTIAE) for each in made])
    qualities = np.array([0 if each is None else each.quality for each in made])
    there = (np.minimum.outer(counts, counts) >= p.FEWEST_COMPARED) & ~np.eye(len(made), dtype=bool)
    scores = np.where(there, table.scores, np.nan)
    return evidence.bans_of(scores, np.minimum.outer(counts, counts), np.minimum.outer(qualities, qualities))


def _persons(evidence: Scores, rows: Any) -> dict[int, Persons]:
    from secure_communities.biometrics.pseudo_subjects import put_together

    made = ((count, put_together(evidence, rows, fingers=count)) for count in FINGERS)
    return {count: persons for count, persons in made if persons is not None}


def report(measured: list[Measured]) -> dict[str, Any]:
    """The figures: of the one set, or the means (and sums of counts) of several with each set beside them."""
    import numpy as np

    from secure_communities.biometrics.error_rates import interval

    alone = [_figures(each) for each in measured]
    persons = {kind: {str(n): _of_persons(one) for n, one in of.items()} for kind, of in _joined(measured).items()}
    if len(alone) == 1:
        return {**alone[0], "pseudo_subjects": persons}
    shortest = min(len(each.samples) for each in measured)
    samples = np.mean([each.samples[:shortest] for each in measured], axis=0)
    times = [each["extract_ms"] for each in alone if each["extract_ms"] is not None]
    mean: dict[str, Any] = {
        "set": f"mean of {len(alone)} sets",
        **{key: round(fmean(each[key] for each in alone), 3) for key in alone[0] if key.endswith("_percent")},
        **{key: sum(each[key] for each in alone) for key in ("genuine", "impostor", "failures_to_extract")},
        "unreadable_or_refused": [f"{each['set']}/{name}" for each in alone for name in each["unreadable_or_refused"]],
        "extract_ms": round(fmean(times), 1) if times else None,
        "comparisons_per_second": _rate(sum(one.comparisons for one in measured), sum(one.seconds for one in measured)),
        "intervals": _intervals(interval(samples)),
        "det": mean_det([each.trade.det() for each in measured]),
    }
    return {**mean, "sets": alone, "pseudo_subjects": persons}


def _figures(measured: Measured) -> dict[str, Any]:
    from secure_communities.biometrics.error_rates import RATES, interval

    rates, times = measured.trade.summary(), measured.images.seconds
    return {
        "set": measured.images.name,
        **{f"{name}_percent": round(100 * getattr(rates, name), 3) for name in RATES},
        "genuine": len(measured.genuine),
        "impostor": len(measured.impostor),
        "failures_to_extract": len(measured.images.refused),
        "unreadable_or_refused": sorted(measured.images.refused),
        "extract_ms": round(1000 * fmean(times), 1) if times else None,
        "comparisons_per_second": _rate(measured.comparisons, measured.seconds),
        "intervals": _intervals(interval(measured.samples)),
        "det": [[round(fmr, 6), round(fnmr, 6)] for fmr, fnmr in measured.trade.det()],
    }


def _rate(count: int, seconds: float) -> int | None:
    return round(count / seconds) if seconds else None


def _intervals(found: list[tuple[float, float]]) -> dict[str, list[float]]:
    from secure_communities.biometrics.error_rates import RATES

    return {
        f"{name}_percent": [round(100 * low, 3), round(100 * high, 3)]
        for name, (low, high) in zip(RATES, found, strict=True)
    }


def mean_det(sets: list[list[tuple[float, float]]]) -> list[list[float]]:
    """False-non-match rates averaged over sets at every false-match rate that one of them has."""
    rates = sorted({fmr for corners in sets for fmr, _ in corners})
    return [
        [round(rate, 6), round(fmean(min(fnmr for fmr, fnmr in corners if fmr <= rate) for corners in sets), 6)]
        for rate in rates
        if all(corners[0][0] <= rate for corners in sets)
    ]


def _joined(measured: list[Measured]) -> dict[str, dict[int, Persons]]:
    """Persons of all sets as one population, by kind of evidence and number of fingers."""
    from secure_communities.biometrics.pseudo_subjects import join

    return {
        kind: {
            count: join([each.persons[kind][count] for each in measured if count in each.persons[kind]])
            for count in FINGERS
            if any(count in each.persons[kind] for each in measured)
        }
        for kind in measured[0].persons
    }


def _of_persons(persons: Persons) -> dict[str, Any]:
    from secure_communities.biometrics.error_rates import RATES, Trade, cumulative_match, separation

    impostor = persons.impostor.ravel()
    rates, apart = Trade(persons.genuine, impostor).summary(), separation(persons.genuine, impostor)
    return {
        "genuine": len(persons.genuine),
        "impostor": len(impostor),
        **{f"{name}_percent": round(100 * getattr(rates, name), 3) for name in RATES},
        "worst_genuine": round(apart.worst_genuine, 4),
        "best_impostor": round(apart.best_impostor, 4),
        "gap": round(apart.gap, 4),
        "pooled_sd": round(apart.spread, 4),
        "gap_over_pooled_sd": round(apart.gap / apart.spread, 3) if apart.spread else None,
        "cmc": [round(share, 5) for share in cumulative_match(persons.ranks)],
    }


def print_tables(result: dict[str, Any]) -> None:
    """The same figures for people."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(width=max(120, Console().width))
    table = Table(
        "set",
        "EER %",
        "FMR100 %",
        "FMR1000 %",
        "ZeroFMR %",
        "genuine",
        "impostor",
        "failures",
        "ms/image",
        box=box.SIMPLE,
    )
    for each in [*result.get("sets", []), result]:
        table.add_row(each["set"], *_cells(each), *(_plain(each[key]) for key in
                      ("genuine", "impostor", "failures_to_extract", "extract_ms")))  # fmt: skip
    console.print(table)
    low, high = result["intervals"]["eer_percent"]
    console.print(f"EER 95 %, bootstrap over fingers: {low:.2f}–{high:.2f} %")
    console.print(f"{_plain(result['comparisons_per_second'])} comparisons a second, one core")
    people = Table("fingers", "evidence", "EER %", "FMR1000 %", "worst mate", "best stranger", "gap ÷ s.d.", "rank 1 %",
                   box=box.SIMPLE)  # fmt: skip
    for kind, of in result["pseudo_subjects"].items():
        for count, each in of.items():
            people.add_row(
                count, kind.replace("_", " "), f"{each['eer_percent']:.2f}", f"{each['fmr1000_percent']:.2f}",
                f"{each['worst_genuine']:.3f}", f"{each['best_impostor']:.3f}", _plain(each["gap_over_pooled_sd"]),
                f"{100 * each['cmc'][0]:.2f}",
            )  # fmt: skip
    console.print(people)
    console.print("Persons are put together from fingers of one set: different people's, of one sensor.")


def _cells(each: dict[str, Any]) -> list[str]:
    return [
        f"{each[key]:.2f} ({low:.1f}–{high:.1f})"
        for key in ("eer_percent", "fmr100_percent", "fmr1000_percent", "zerofmr_percent")
        for low, high in [each["intervals"][key]]
    ]


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:,}"
