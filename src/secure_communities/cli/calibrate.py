# SPDX-License-Identifier: Apache-2.0
"""`biometrics calibrate`: what scores are worth as evidence, and from what evidence on people match; with a report.

In: sampled people, images of our own generator, and real images to hold the result against. Out: the calibration file.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from secure_communities.cli.fingers import FOLDER, JSON, UNREADABLE, folder_at, labelled_set, leave, progress

if TYPE_CHECKING:
    from secure_communities.biometrics.template import Template

PAIRS = 4  # further impressions of each sampled person


@click.command()
@click.option("--version", "label", required=True, help="Name of this version, stored with every decision.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the calibration file here.")
@click.option(
    "--report", "report_folder", type=click.Path(file_okay=False, path_type=Path), help="Write tables and plots here."
)
@click.option("--subjects", type=click.IntRange(40, 5_000), default=300, show_default=True, help="Sampled ten-prints.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--tuning", multiple=True, type=FOLDER, help="Images of `biometrics tuning-set`: evidence is fitted on them."
)
@click.option(
    "--images", multiple=True, metavar="FOLDER[@PPI]", help="Real images (FVC layout): held against, never fitted."
)
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), help="Keep templates of images here.")
@click.option("--margin", type=float, help="Bans a finger by which zones are moved up [default: the shipped one].")
@JSON
def calibrate(
    label: str, out: Path | None, report_folder: Path | None, subjects: int, seed: int, tuning: tuple[Path, ...],
    images: tuple[str, ...], cache: Path | None, margin: float | None, as_json: bool,
) -> None:  # fmt: skip
    """Fit what scores are worth as evidence and the zones of decisions; check both on what was not fitted.

    Evidence is fitted on images of our own generator (on sampled people without them); the zones hold for these and
    for sampled people alike. Real images are only held against the result. Two minutes with 480 drawn images.
    """
    from secure_communities.biometrics import parameters as p
    from secure_communities.biometrics.calibration_check import check
    from secure_communities.biometrics.calibration_report import write_report
    from secure_communities.biometrics.comparison import warm
    from secure_communities.biometrics.policy import make_policy, to_text
    from secure_communities.biometrics.simulation import compare_images, sample_people

    # What is given is read first, so that a bad file is named before minutes of work.
    chosen = [folder_at(each) for each in images]
    drawn = _drawn(tuning, cache)
    sets = {folder.name: labelled_set(folder, ppi or p.RESOLUTION, cache).templates for folder, ppi in chosen}
    warm()
    start = time.perf_counter()
    own = {
        "sampled people": sample_people(
            subjects=subjects, impressions=PAIRS, seed=seed, progress=_bar("Comparing people")
        )
    }
    if drawn:
        own["drawn images"] = compare_images(drawn, progress=_bar("Comparing drawn images"))
    real = {name: compare_images(templates, progress=_bar(f"Comparing {name}")) for name, templates in sets.items()}
    added = p.ZONE_MARGIN if margin is None else margin
    try:
        policy = make_policy(own, version=label, margin=added)
        report = {**check(policy, own, real, seed=seed), "margin": added, "subjects": subjects, "seed": seed}
    except ValueError as error:
        leave(UNREADABLE, f"no calibration: {error}")
    report["seconds"] = round(time.perf_counter() - start, 1)
    text = to_text(policy, _made(report))
    if out is not None:
        out.write_text(text, "utf-8")
    if report_folder is not None:
        for file in write_report(report, report_folder):
            click.echo(f"written: {file}", err=True)
    if as_json:
        click.echo(json.dumps(report))
        return
    for row in report["zones"]:
        click.echo(f"{row['fingers']:2} fingers: HIT from {row['hit']} bans, POSSIBLE from {row['possible']}")
    for name, one in report["populations"].items():
        single = one["single"]
        click.echo(
            f"{name}: Cllr {single['cllr']:.4f} (at best {single['min_cllr']:.4f}), EER {single['eer_percent']:.2f} %, "
            f"tail heavier by {one['heavier_by']:g} bans"
        )
    click.echo(f"{report['seconds']:.0f} s")


def _made(report: dict[str, Any]) -> dict[str, Any]:
    """What of the report the calibration file keeps."""
    kept = ("fitted_on", "zones_made_of", "held_against", "subjects", "seed", "margin", "margin_needed")
    return {
        **{key: report[key] for key in kept},
        "comparisons": {
            name: [one["single"]["mated"], one["single"]["other"]] for name, one in report["populations"].items()
        },
        "cllr": {
            name: [one["single"]["cllr"], one["single"]["min_cllr"]] for name, one in report["populations"].items()
        },
    }


def _drawn(folders: tuple[Path, ...], cache: Path | None) -> dict[tuple[int, int], Template | None]:
    """Templates of drawn images, fingers of different folders numbered apart."""
    found: dict[tuple[int, int], Template | None] = {}
    for folder in folders:
        before = max((finger for finger, _ in found), default=0)
        for (finger, impression), template in labelled_set(folder, 500.0, cache).templates.items():
            found[before + finger, impression] = template
    return found


def _bar(label: str) -> Any:
    def track(numbers: Iterable[int]) -> Iterable[int]:
        with progress(list(numbers), label) as items:
            yield from items

    return track
