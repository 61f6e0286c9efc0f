# SPDX-License-Identifier: Apache-2.0
"""`biometrics tune`: learn how the evidence of a comparison is weighed, on fingers of our own generator alone.

In: sets to draw. Out: data/comparison.json, and error rates of each half of the fingers by the other half's weights.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from secure_communities.cli.fingers import JSON, progress

if TYPE_CHECKING:
    from secure_communities.biometrics.evaluation import Sample
    from secure_communities.biometrics.template import Template

SETS = {"ordinary": 11, "careless": 12, "reckless": 13}
"""Care with which fingers are put down → seed of the set. The reckless hardly put them down at all: small parts,
turned, dragged, wet or dry, so that weights are learned where comparisons are hard."""
RECKLESS: dict[str, Any] = {
    "turned": 0.4,
    "displaced": 0.5,
    "most_shift": 100.0,
    "dragged": 0.35,
    "drag": 5.0,
    "pressure": (0.46, 0.85),
    "moisture": 1.4,
}


@click.command()
@click.option("--fingers", type=click.IntRange(4, 10_000), default=28, show_default=True, help="Of each set.")
@click.option("--impressions", type=click.IntRange(2, 100), default=6, show_default=True, help="Of each finger.")
@click.option("--strangers", type=click.IntRange(100), default=8_000, show_default=True, help="Pairs of each set.")
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), help="Keep templates here.")
@click.option("--version", "label", required=True, help="Name of these weights.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the weights here.")
@JSON
def tune(
    *,
    fingers: int,
    impressions: int,
    strangers: int,
    cache: Path | None,
    label: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Learn the weights of a comparison's evidence on drawn fingers, and check them on fingers not learned from."""
    from secure_communities.biometrics import weighing
    from secure_communities.biometrics.leader import EXTRACTOR

    samples = [(finger, impression) for finger in range(1, fingers + 1) for impression in range(1, impressions + 1)]
    lessons = {}
    for care, seed in SETS.items():
        with progress(samples, f"Drawing {care}") as drawn:
            templates = {sample: _template(care, seed, sample, cache) for sample in drawn}
        lessons[care] = weighing.gather(templates, strangers=strangers, seed=seed)
    checked = _check(lessons)
    learned_on = {
        "sets": SETS, "fingers": fingers, "impressions": impressions, "strangers": strangers, "extractor": EXTRACTOR,
        "checked": checked,
    }  # fmt: skip
    data = weighing.to_data(weighing.learn(list(lessons.values())), version=label, learned_on=learned_on)
    text = json.dumps(data, indent=1) + "\n"
    if out is not None:
        out.write_text(text, "utf-8")
    if as_json:
        click.echo(text, nl=False)
        return
    for name, rates in checked.items():
        click.echo(f"{name:22} " + "  ".join(f"{key} {value:6.3f} %" for key, value in rates.items()))
    for name, one in data["evidence"].items():
        click.echo(f"{name:14} weight {one['weight']:+.3f}")


def _check(lessons: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Error rates in percent of either half of each set's fingers, by weights learned on the other half of all."""
    from secure_communities.biometrics import weighing
    from secure_communities.biometrics.evaluation import Evaluation, error_rates

    checked = {}
    for side in (0, 1):
        learned = weighing.learn([lesson.half(1 - side) for lesson in lessons.values()])
        for care, lesson in lessons.items():
            half = lesson.half(side)
            mates, others = weighing.log_odds(learned, half.mates), weighing.log_odds(learned, half.strangers)
            rates = error_rates(Evaluation(mates, others))
            checked[f"{care}, half {side + 1}"] = {
                key: round(100 * getattr(rates, key), 3) for key in ("eer", "fmr100", "fmr1000", "zerofmr")
            }
    return checked


def _template(care: str, seed: int, sample: Sample, cache: Path | None) -> Template | None:
    """Draw one impression and extract it, or take what was kept from the same extractor."""
    from secure_communities.biometrics.extraction import NoTemplate, extract
    from secure_communities.biometrics.leader import EXTRACTOR
    from secure_communities.biometrics.synthetic.tuning import CARES, tuning_image
    from secure_communities.biometrics.template import BadTemplate, Template

    kept = None if cache is None else cache / f"{care}-{seed}" / f"{sample[0]}_{sample[1]}.scmt"
    if kept is not None and kept.exists():
        try:
            found = Template.from_bytes(kept.read_bytes())
            if found.extractor == EXTRACTOR:
                return found
        except BadTemplate:
            pass  # made anew below
    try:
        drawn = tuning_image(seed, *sample, care=CARES.get(care) or replace(CARES["careless"], **RECKLESS))
        template = extract(drawn, ppi=500, position=0)
    except NoTemplate:
        return None
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(template.to_bytes())
    return template
