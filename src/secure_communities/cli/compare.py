# SPDX-License-Identifier: Apache-2.0
"""`biometrics compare`: two fingers, which minutiae were paired, drawn side by side.

In: two images or templates. Out: a sentence, JSON, a picture. Exit codes: 1 no template, 2 unreadable.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from secure_communities.cli.fingers import FILE, JSON, PPI, template_of


@click.command()
@click.argument("a", type=FILE)
@click.argument("b", type=FILE)
@PPI
@JSON
def compare(a: Path, b: Path, ppi: float, as_json: bool) -> None:
    """Compare two fingers, A and B: images, or templates written by `extract --out`."""
    from secure_communities.biometrics.comparison import compare as compare_templates

    probe, candidate = template_of(a, ppi), template_of(b, ppi)
    found = compare_templates(probe, candidate)
    if as_json:
        counts = [len(probe), len(candidate)]
        click.echo(json.dumps({"score": round(found.score, 6), "pairs": found.pairs, "minutiae": counts}))
        return
    click.echo(f"score {found.score:.4f}: {len(found.pairs)} pairs of {len(probe)} and {len(candidate)} minutiae")
