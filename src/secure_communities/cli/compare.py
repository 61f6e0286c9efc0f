# SPDX-License-Identifier: Apache-2.0
"""`biometrics compare`: two fingers or two cards, which minutiae were paired, what each finger says, drawn on request.

In: images, templates or transaction files. Out: text, JSON, a picture. Exit codes: 1 no template, 2 unreadable.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from secure_communities.cli.cards import compare_cards, is_transaction
from secure_communities.cli.fingers import FILE, JSON, PPI, UNREADABLE, is_template, leave, pixels_of, template_of

if TYPE_CHECKING:
    from secure_communities.biometrics.explain import Explanation


@click.command()
@click.argument("a", type=FILE)
@click.argument("b", type=FILE)
@PPI
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), help="Draw the comparison (PNG).")
@JSON
def compare(a: Path, b: Path, ppi: float, picture: Path | None, as_json: bool) -> None:
    """Compare two fingers, A and B (images, or templates written by `extract --out`), or two cards (transactions).

    Says which minutiae were paired and how the prints lie on each other; `--picture` draws both. Of two cards every
    finger that both have is compared: what each says, what they say together, and why a decision would fall so.
    """
    if picture is not None and picture.suffix.lower() != ".png":
        raise click.BadParameter("the picture is written as .png", param_hint="--picture")
    cards = is_transaction(a), is_transaction(b)
    if any(cards) and not all(cards):
        leave(UNREADABLE, f"{a if cards[0] else b} is a card of fingers and the other is not: compare two of a kind")
    if all(cards):
        compare_cards(a, b, picture=picture, as_json=as_json)
        return
    one_finger(a, b, ppi=ppi, picture=picture, as_json=as_json)


def one_finger(a: Path, b: Path, *, ppi: float, picture: Path | None, as_json: bool) -> None:
    """Compare two images or templates."""
    from secure_communities.biometrics.explain import explain

    probe, candidate = template_of(a, ppi), template_of(b, ppi)
    found = explain(probe, candidate)
    bans = _bans(found.score, probe, candidate)
    sentences = [
        f"score {found.score:.4f}: {len(found.pairs)} pairs of {len(probe)} and {len(candidate)} minutiae",
        *_sentences(found, bans),
    ]
    if picture is not None:
        from secure_communities.biometrics.picture import Side, draw_comparison

        sides = [Side(made, path.name, _drawn(path, ppi)) for path, made in ((a, probe), (b, candidate))]
        _save(draw_comparison(sides[0], sides[1], found, caption=sentences), picture)
    if as_json:
        data = {**found.to_data(), "log10_likelihood_ratio": bans, "minutiae": [len(probe), len(candidate)]}
        click.echo(json.dumps(data))
        return
    click.echo("\n".join(sentences))


def _sentences(found: Explanation, bans: float | None) -> list[str]:
    said = []
    if (lies := found.alignment) is not None:
        alike = sum(pair.same_kind for pair in found.pairs)
        said.append(
            f"B lies on A turned by {lies.turn:+.0f}°, moved by {lies.across:+.0f} and {lies.down:+.0f} px; "
            f"paired minutiae are then {lies.residual:.1f} px apart, {alike} of {len(found.pairs)} of one kind"
        )
    if bans is not None:
        said.append(f"as evidence: {bans:+.2f} bans, {in_words(bans)}")
    return said


def in_words(bans: float) -> str:
    """A log10 likelihood ratio as a sentence part that does not say more than it means."""
    times = 10 ** abs(bans)
    number = f"{times:.1f}" if times < 10 else f"{times:,.0f}"
    likelier, other = ("the same finger", "two fingers") if bans >= 0 else ("two fingers", "the same finger")
    return f"{number} times as probable if the prints are of {likelier} as if they are of {other}"


def _bans(score: float, probe: Any, candidate: Any) -> float | None:
    """The evidence of one finger by the calibration shipped; None where there is none for this version."""
    from secure_communities.biometrics import parameters as p
    from secure_communities.biometrics.evidence import BadCalibration, current_evidence

    try:
        table = current_evidence()
    except BadCalibration:
        return None
    count, quality = min(len(probe), len(candidate), p.MOST_MINUTIAE), min(probe.quality, candidate.quality)
    return round(float(table.bans_of([score], [count], [quality])[0]), 3)


def _drawn(path: Path, ppi: float) -> Any:
    from secure_communities.biometrics.image import resample

    return None if is_template(path) else resample(pixels_of(path), ppi)


def _save(image: Any, path: Path) -> None:
    try:
        image.save(path, "PNG")
    except OSError as error:
        leave(UNREADABLE, f"{path} cannot be written: {error}")
