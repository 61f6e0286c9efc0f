# SPDX-License-Identifier: Apache-2.0
"""`tuning-set` and `fit-noise`: images to tune the engine on; the sampler held against real prints.

In: folders. Out: FINGER_IMPRESSION.png files; the sampler's parameters as data, a report, a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from PIL import Image

from secure_communities.biometrics.synthetic.tuning import CARES, SENSORS, tuning_finger, tuning_image
from secure_communities.cli.fingers import JSON, folder_at, labelled_set, progress


@click.command("tuning-set")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--fingers", type=click.IntRange(1, 100_000), default=100, show_default=True)
@click.option("--impressions", type=click.IntRange(1, 1000), default=8, show_default=True, help="Of each finger.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--care", type=click.Choice(sorted(CARES)), default="ordinary", show_default=True)
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@JSON
def tuning_set(
    *, folder: Path, fingers: int, impressions: int, seed: int, care: str, force: bool, as_json: bool
) -> None:
    """Draw single fingers put down without care, FINGER_IMPRESSION.png, to choose the engine's parameters on.

    Every finger is another person's and has one of five kinds of sensor. All images are at 500 ppi.
    """
    wanted = [(finger, impression) for finger in range(1, fingers + 1) for impression in range(1, impressions + 1)]
    there = [path for sample in wanted if (path := _path(folder, *sample)).exists()]
    if there and not force:
        raise click.ClickException(f"{there[0]} is already there ({len(there)} such files). Give --force to overwrite.")
    folder.mkdir(parents=True, exist_ok=True)
    with progress(wanted, "Drawing fingers") as samples:
        for finger, impression in samples:
            pixels = tuning_image(seed, finger, impression, care=CARES[care])
            Image.fromarray(pixels).save(_path(folder, finger, impression), dpi=(500, 500))
    truth = {
        "synthetic": True,
        "seed": seed,
        "care": care,
        "fingers": {
            number: {
                "pattern": tuning_finger(seed, number).pattern.value,
                "sensor": SENSORS[(number - 1) % len(SENSORS)].name,
            }
            for number in range(1, fingers + 1)
        },
    }
    (folder / "truth.json").write_text(json.dumps(truth, indent=1), "utf-8")
    result = {"ok": True, "out": str(folder), "images": len(wanted), "ppi": 500}
    click.echo(json.dumps(result) if as_json else f"{len(wanted)} images of {fingers} fingers in {folder}, at 500 ppi.")


def _path(folder: Path, finger: int, impression: int) -> Path:
    return folder / f"{finger}_{impression}.png"


@click.command("fit-noise")
@click.option(
    "--real", multiple=True, required=True, metavar="FOLDER[@PPI]", help="Real images, FINGER_IMPRESSION.png."
)
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), help="Keep templates of images here.")
@click.option("--people", type=click.IntRange(4, 2000), default=40, show_default=True, help="Sampled for each trial.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--check", is_flag=True, help="Fit nothing: compare the parameters that are there.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the parameters and the report here."
)
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), help="Draw real and sampled histograms.")
@JSON
def fit_noise(
    *,
    real: tuple[str, ...],
    cache: Path | None,
    people: int,
    seed: int,
    check: bool,
    out: Path | None,
    picture: Path | None,
    as_json: bool,
) -> None:
    """Fit the sampler until its prints and scores are distributed like those of real images; show the comparison.

    This calibrates the simulation, with the comparison as it is now. The engine's parameters are not touched.
    Takes a minute or two once the templates are made. `data/sampler.json` is what `--out` should name to keep a fit.
    """
    from secure_communities.biometrics.synthetic.fit import Fit, as_rounded, fit_sampler, observe_sampled
    from secure_communities.biometrics.synthetic.resemblance import compare_observations, observe_set, pool
    from secure_communities.biometrics.synthetic.sampler import MODEL, NOISE, Model, Noise

    folders = [folder_at(item) for item in real]
    sets = [observe_set(labelled_set(folder, ppi or 500.0, cache).templates) for folder, ppi in folders]
    observed = pool(sets)
    if not len(observed.turn) or not len(observed.impostor):
        raise click.ClickException("the real images hold no two fingers with two impressions each that can be aligned")

    def tell(name: str, distance: float) -> None:
        click.echo(f"{name}: distance {distance:.4f}", err=True)

    found = Fit(MODEL, NOISE, float("nan"), 0) if check else fit_sampler(observed, people=people, seed=seed, step=tell)
    kept = {"model": as_rounded(found.model), "noise": as_rounded(found.noise)}
    # Judged on other people than those of the fit.
    sampled = observe_sampled(3 * people, seed=seed + 1, model=Model(**kept["model"]), noise=Noise(**kept["noise"]))
    report = kept | {
        "fitted_on": [f"{folder.name}@{ppi or 500:g}" for folder, ppi in folders],
        "people": people,
        "seed": seed,
        "trials": found.trials,
        "compared": compare_observations(observed, sampled),
    }
    if out is not None:
        out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    if picture is not None:
        from secure_communities.biometrics.synthetic.histograms import draw_resemblance

        draw_resemblance(picture, observed, sampled)
    if as_json:
        click.echo(json.dumps(report))
    else:
        _print(report)


def _print(report: Mapping[str, Any]) -> None:
    for part in ("model", "noise"):
        click.echo(f"{part}: " + ", ".join(f"{name} {value:g}" for name, value in report[part].items()))
    for name, row in report["compared"].items():
        click.echo(f"{name}: Kolmogorov-Smirnov {row['kolmogorov_smirnov']:.3f}, n {row['n'][0]} and {row['n'][1]}")
        for who in ("real", "sampled"):
            click.echo(f"  {who:8}" + "".join(f" {value:8.3f}" for value in row[who]))
