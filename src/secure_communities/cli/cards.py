# SPDX-License-Identifier: Apache-2.0
"""Two cards compared finger by finger: what each finger says, what they say together, and why a decision would fall so.

In: two transaction files (modelled on ANSI/NIST-ITL). Out: text, JSON, a sheet with a picture for each finger. Exit
codes: 1 no finger in common, 2 unreadable.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from secure_communities.cli.fingers import NO_TEMPLATE, UNREADABLE, leave, progress

if TYPE_CHECKING:
    from secure_communities.biometrics.template import Template

FINGERPRINTS = frozenset({4, 14})
NATIVE_PPI = 500.0
NAMES = (
    "right thumb", "right index", "right middle", "right ring", "right little",
    "left thumb", "left index", "left middle", "left ring", "left little",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """The usable fingers of a file, their pixels at 500 ppi, and why others are not usable."""

    name: str
    fingers: dict[int, Template]
    pixels: dict[int, Any]
    refused: dict[int, str]


def is_transaction(path: Path) -> bool:
    """Whether the file begins as a transaction does: with the length of its Type-1 record."""
    with path.open("rb") as file:
        return re.match(rb"1\.0*1:", file.read(8)) is not None


def read_card(path: Path) -> Card:
    """The rolled (or single) prints of fingers 1–10 in a file. Exits with code 2 where the file cannot be read."""
    from secure_communities.biometrics.extraction import NoTemplate, extract
    from secure_communities.biometrics.image import resample
    from secure_communities.interchange import files
    from secure_communities.interchange.images import ImageRefused, decode_server
    from secure_communities.interchange.itl import CodecError

    try:
        views = [one for one in files.read(path.read_bytes()).images() if one.type in FINGERPRINTS]
    except (CodecError, OSError) as error:
        leave(UNREADABLE, f"{path}: {error}")
    card = Card(path.name, {}, {}, {})
    single = [one for one in views if len(one.positions) == 1 and one.positions[0] in range(1, 11)]
    with progress(single, f"Extracting {path.name}") as items:
        for view in items:
            finger, ppi = view.positions[0], view.ppi or NATIVE_PPI
            try:
                pixels = decode_server().decode(
                    view.data, view.compression, width=view.width or None, height=view.height or None, bits=view.bits
                ).pixels  # fmt: skip
                card.fingers[finger] = extract(pixels, ppi=ppi, position=finger)
                card.pixels[finger] = resample(pixels, ppi)
            except (ImageRefused, NoTemplate) as error:
                card.refused[finger] = str(error)
    return card


def compare_cards(a: Path, b: Path, *, picture: Path | None, as_json: bool) -> None:
    """Compare every finger that both files have with the same finger, and sum the evidence."""
    from secure_communities.biometrics.decision import decide
    from secure_communities.biometrics.decision import explain as explain_decision
    from secure_communities.biometrics.explain import explain
    from secure_communities.biometrics.fusion import compare_tenprints, fuse
    from secure_communities.biometrics.search import Hit

    cards = read_card(a), read_card(b)
    scores = compare_tenprints(cards[0].fingers, cards[1].fingers)
    for card in cards:
        for finger, reason in card.refused.items():
            click.echo(f"{card.name}: {NAMES[finger - 1]} not used: {reason}", err=True)
    if not scores:
        leave(NO_TEMPLATE, f"{a} and {b} have no usable finger in common")
    fused = fuse(scores)
    hit = Hit(0, fused.total, {finger: one.score for finger, one in scores.items()}, fused.contributions)
    usable = len(cards[0].fingers)
    decision = decide([hit], fingers=usable)
    why = explain_decision(decision, fingers=usable)
    found = {finger: explain(cards[0].fingers[finger], cards[1].fingers[finger]) for finger in scores}
    if picture is not None:
        _draw(cards, found, fused.contributions, [f"{decision.outcome.value}: {why[0]}", *why[1:]], picture)
    if as_json:
        fingers = [
            {"finger": finger, "name": NAMES[finger - 1], "contribution": round(fused.contributions[finger], 3),
             "minutiae": [one.probe_count, one.candidate_count], "quality": [one.probe_quality, one.candidate_quality],
             **found[finger].to_data()}
            for finger, one in scores.items()
        ]  # fmt: skip
        refused = {card.name: {str(finger): reason for finger, reason in card.refused.items()} for card in cards}
        click.echo(
            json.dumps({
                "log10_likelihood_ratio": round(fused.total, 3), "outcome": decision.outcome.value, "why": list(why),
                "policy": decision.policy_version, "false_match_rate": decision.false_match_rate,
                "fingers": fingers, "refused": refused,
            })
        )  # fmt: skip
        return
    click.echo(f"{'finger':14} {'score':>7} {'pairs':>6} {'bans':>7}")
    for finger, one in scores.items():
        pairs, bans = len(found[finger].pairs), fused.contributions[finger]
        click.echo(f"{NAMES[finger - 1]:14} {one.score:7.4f} {pairs:6} {bans:+7.2f}")
    click.echo(f"{'together':14} {'':14} {fused.total:+7.2f}")
    click.echo(f"{decision.outcome.value.replace('_', ' ')}")
    click.echo("\n".join(why))


def _draw(
    cards: tuple[Card, Card], found: dict[int, Any], contributions: dict[int, float], why: list[str], path: Path
) -> None:
    from secure_communities.biometrics.picture import Side, draw_comparison, draw_sheet

    drawn = []
    for finger, each in found.items():
        probe, candidate = (
            Side(card.fingers[finger], f"{card.name}: {NAMES[finger - 1]}", card.pixels[finger]) for card in cards
        )
        words = f"score {each.score:.4f}, {len(each.pairs)} pairs: {contributions[finger]:+.2f} bans"
        drawn.append(draw_comparison(probe, candidate, each, caption=[words], height=560, alone=False))
    try:
        draw_sheet(drawn, title=f"{cards[0].name} against {cards[1].name}", lines=why).save(path, "PNG")
    except OSError as error:
        leave(UNREADABLE, f"{path} cannot be written: {error}")
