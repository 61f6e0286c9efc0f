# SPDX-License-Identifier: Apache-2.0
"""`./run linkage`: measure the search for people on an invented register, count weights anew, weigh two records.

In: seeds and sizes. Out: figures on the screen or as JSON; a model file. Needs no database and reads nobody's record.
"""

from __future__ import annotations

import json
import os
import platform
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from secure_communities.linkage import evaluation, learning, model, synthetic, weighing
from secure_communities.linkage.features import features_of

BAR = 0.98


@click.group()
def linkage() -> None:
    """Find the same person under another spelling: measure it, and count the weights."""


@linkage.command()
@click.option("--people", default=synthetic.EVALUATION.people, show_default=True, help="Size of the register.")
@click.option("--queries", default=2_000, show_default=True, help="How many questions are asked.")
@click.option("--seed", default=synthetic.EVALUATION.seed, show_default=True, help="Held out: not that of learning.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def evaluate(people: int, queries: int, seed: int, as_json: bool) -> None:
    """Recall at 20, by kind and number of errors, and times; exit code 1 below 98 %."""
    recipe = replace(synthetic.EVALUATION, people=people, seed=seed)
    found = evaluation.evaluate(recipe, queries=queries, progress=lambda text: click.echo(text, err=True))
    found |= {"machine": platform.processor() or platform.machine(), "cores": os.cpu_count(), "bar": BAR}
    click.echo(json.dumps(found, indent=2) if as_json else in_words(found))
    if found["recall_at_20"] < BAR:
        raise SystemExit(1)


def in_words(found: dict[str, Any]) -> str:
    """The figures as a person reads them."""
    lines = [
        f"{found['people']:,} people, {found['queries']:,} questions, model {found['model']}",
        f"among the first 20: {found['recall_at_20']:.2%}   first: {found['recall_at_1']:.2%}   "
        f"reached by keys: {found['reached_by_blocking']:.2%}",
        f"a question takes {found['milliseconds']['p50']} ms (p50), {found['milliseconds']['p95']} ms (p95)",
    ]
    lines += [
        f"  {number} errors: {one['recall']:.2%} of {one['queries']}" for number, one in found["by_errors"].items()
    ]
    lines += [f"  {kind:24} {one['recall']:.2%} of {one['queries']}" for kind, one in found["by_kind"].items()]
    return "\n".join(lines)


@linkage.command()
@click.option("--date", required=True, help="The day that stands in the model's name, YYYY-MM-DD.")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of the file.")
@click.option("--pairs", default=40_000, show_default=True)
@click.option("--randoms", default=400_000, show_default=True)
def learn(date: str, into: Path, pairs: int, randoms: int) -> None:
    """Count weights on synthetic pairs into a new model file. It is in force once `model.CURRENT` names it."""
    content = learning.learn(pairs=pairs, randoms=randoms)
    name = f"people-{date}-{model.digest(content)}"
    into.mkdir(parents=True, exist_ok=True)
    (into / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")
    click.echo(name)


@linkage.command()
@click.argument("first_name")
@click.argument("second_name")
@click.option("--born", nargs=2, default=("", ""), help="The two birth dates, YYYY-MM-DD or YYYY.")
def weigh(first_name: str, second_name: str, born: tuple[str, str]) -> None:
    """Weigh two invented names, SURNAME,GIVEN each, and show the steps."""
    first, second = (
        features_of({"names": [name], "birth_dates": [date] if date else []})
        for name, date in zip((first_name, second_name), born, strict=True)
    )
    found = weighing.weigh(first, second)
    for step in found.steps:
        click.echo(f"{step.title:22} {step.words:52} {step.weight:+6.1f} {step.total:+7.1f}")
    click.echo(f"{found.word}{', may be twins' if found.twins else ''} ({found.total:+.1f} bits, {found.model})")
