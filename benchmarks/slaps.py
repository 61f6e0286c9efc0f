# SPDX-License-Identifier: Apache-2.0
"""How well slaps are cut into fingertips, and fingers in the wrong place found, without false alarm.

Segmentation: drawn slaps under rough conditions against the true boxes. Sequence: `--sets` cards of sampled templates,
clean and with each error put in (a fifth as many as careless as the public sets of plain prints); `--drawn` whole cards
drawn and extracted. `--card` names a transaction to look at."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.comparison import compare_features
from secure_communities.biometrics.descriptor import features
from secure_communities.biometrics.extraction import FingerImage, extract_many
from secure_communities.biometrics.plain import PLAIN, PlainImage, plain_prints
from secure_communities.biometrics.segmentation import FINGERS, Box, segment
from secure_communities.biometrics.sequence import Comparer, Fault, check_sequence, log_odds
from secure_communities.biometrics.synthetic.identity import Identity
from secure_communities.biometrics.synthetic.impression import finger_image
from secure_communities.biometrics.synthetic.sampler import NOISE, Noise, impress_tenprint, sample_tenprint
from secure_communities.biometrics.synthetic.slap import rough_conditions, slap_image
from secure_communities.biometrics.template import Template

Card = dict[int, Template]
GOOD = 0.7  # overlap of a box with the true one
OTHER_HAND = {2: 10, 3: 9, 4: 8, 5: 7, 10: 2, 9: 3, 8: 4, 7: 5}  # left to right in a slap under the other's number
SWAPPED = frozenset({Fault.HANDS_SWAPPED, Fault.FINGERS_SWAPPED})


@click.command()
@click.option("--sets", default=500, show_default=True, help="Cards of sampled templates.")
@click.option("--slaps", default=100, show_default=True, help="Hands drawn: a right, a left slap and two thumbs each.")
@click.option("--drawn", default=6, show_default=True, help="Whole cards drawn and extracted by the real extractor.")
@click.option("--seed", default=1, show_default=True)
@click.option("--card", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A transaction.")
def command(sets: int, slaps: int, drawn: int, seed: int, card: Path | None) -> dict[str, Any]:
    """Segmentation on drawn slaps, order of the fingers on sampled and drawn cards."""
    result: dict[str, Any] = {"segmentation": segmentation(slaps, seed)}
    result["yardstick"] = yardstick(sets, seed)
    result["sequence_supervised"] = sequence(sampled_cards(sets, seed, supervised(NOISE)), seed)
    result["sequence_careless"] = sequence(sampled_cards(sets // 5, seed), seed)
    result["sequence_drawn"] = sequence(drawn_cards(drawn, seed), seed)
    if card is not None:
        result["card"] = look_at(card)
    return result


def segmentation(hands: int, seed: int) -> dict[str, Any]:
    """Every finger of drawn slaps against its true box; one slap in five lacks a finger, half of those undeclared."""
    overlaps, seconds = [], []
    sides: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for hand in range(hands):
        rng = np.random.default_rng([seed, hand, 0x51A9])
        conditions = rough_conditions(rng)
        for position in (13, 14, 15):
            lost = (
                frozenset({int(rng.choice(FINGERS[position]))})
                if position != 15 and rng.random() < 0.2
                else frozenset()
            )
            said = lost if rng.random() < 0.5 else frozenset()
            slap = slap_image(Identity(70_000 + hand), position, impression=1, missing=lost, conditions=conditions)
            started = time.perf_counter()
            found = segment(slap.pixels, position=position, missing=said)
            seconds.append(time.perf_counter() - started)
            boxes = {one.finger: one.box for one in found.segments}
            if lost and not said:  # which finger is missing is a guess: what counts here is that all boxes are found
                named["right" if set(boxes) == set(slap.boxes) else "wrong"] += 1
                boxes = dict(zip(slap.boxes, (one.box for one in found.segments), strict=False))
            true = {finger: Box(*box) for finger, box in slap.boxes.items()}
            overlaps += [boxes[finger].overlap(box) if finger in boxes else 0.0 for finger, box in true.items()]
            if position != 15 and not lost:
                expected = "right" if position == 13 else "left"
                sides[{expected: "right", "unclear": "unclear"}.get(found.side.value, "wrong")] += 1
    good = sum(overlap >= GOOD for overlap in overlaps)
    return {
        "slaps": len(seconds),
        "fingers": len(overlaps),
        "good_percent": round(100 * good / max(1, len(overlaps)), 2),
        "median_overlap": round(float(np.median(overlaps)), 3),
        "lowest_percentile_overlap": round(float(np.percentile(overlaps, 1)), 3),
        "seconds_a_slap": round(float(np.mean(seconds)), 3),
        "side_told": dict(sides),
        "undeclared_missing_finger_named": dict(named),
    }


def supervised(noise: Noise) -> Noise:
    """Prints taken with an officer's hand on the finger: half of what careless fingers on a bare sensor do."""
    halved = {one.name: 0.5 * getattr(noise, one.name) for one in fields(noise) if one.name not in ("wave", "shared")}
    return replace(noise, **halved)


def sampled_cards(count: int, seed: int, noise: Noise = NOISE) -> Iterator[tuple[Card, Card, Card]]:
    """Rolled, plain and once more rolled, as templates only: no images, no extractor."""
    for number in range(count):
        rng = np.random.default_rng([seed, number, 0x5E9])
        person = sample_tenprint(rng)
        first, second, third = (impress_tenprint(person, rng, noise=noise) for _ in range(3))
        yield first, second, third


def drawn_cards(count: int, seed: int) -> Iterator[tuple[Card, Card, Card]]:
    """The same from images: rolled prints and slaps drawn, segmented and extracted."""
    for number in range(count):
        identity = Identity(80_000 + 1_000 * seed + number)
        conditions = rough_conditions(np.random.default_rng([seed, number, 0xD4A]))
        slaps = [
            PlainImage(slap_image(identity, position, impression=2, conditions=conditions).pixels, position)
            for position in (13, 14, 15)
        ]
        yield _rolled(identity, 1), dict(plain_prints(slaps, workers=1).templates), _rolled(identity, 3)


def _rolled(identity: Identity, impression: int) -> Card:
    images = [FingerImage(finger_image(identity, one, impression=impression), 500, one) for one in range(1, 11)]
    made = extract_many(images, workers=1)
    return {image.position: one for image, one in zip(images, made, strict=True) if isinstance(one, Template)}


def faulty(
    rolled: Card, plain: Card, again: Card, stranger: Card, rng: np.random.Generator
) -> dict[str, tuple[Card, Card, frozenset[Fault]]]:
    """One card with each error, and what may be said of it."""
    one, two = (int(finger) for finger in rng.choice(sorted(rolled), 2, replace=False))
    slap = FINGERS[int(rng.choice([13, 14]))]
    repeat = frozenset({Fault.REPEATED})
    copies = [again[one], rolled[one], *([plain[one]] if one in plain else [])]
    return {
        "two_rolled_swapped": (rolled | {one: rolled[two], two: rolled[one]}, plain, SWAPPED),
        "slaps_swapped": (rolled, {finger: plain[OTHER_HAND.get(finger, finger)] for finger in plain
                                   if OTHER_HAND.get(finger, finger) in plain}, SWAPPED),
        "thumbs_swapped": (rolled, plain | {a: plain[b] for a, b in ((1, 6), (6, 1)) if b in plain}, SWAPPED),
        "rolled_hands_swapped": ({(f + 4) % 10 + 1: rolled[f] for f in rolled}, plain, SWAPPED),
        "one_finger_twice": (rolled | {two: again[one]}, plain, repeat),
        "one_image_ten_times": (dict.fromkeys(rolled, rolled[one]), plain, repeat),
        "one_finger_ten_times": ({f: copies[n % len(copies)] for n, f in enumerate(rolled)}, plain, repeat),
        "slap_of_somebody_else": (rolled, plain | {f: stranger[f] for f in slap if f in stranger},
                                  frozenset({Fault.STRANGER})),
    }  # fmt: skip


def sequence(cards: Iterator[tuple[Card, Card, Card]], seed: int) -> dict[str, Any]:
    """False alarms on clean cards, and of the errors put in how many were found, and found as what they are."""
    found: Counter[str] = Counter()
    rightly: Counter[str] = Counter()
    total: Counter[str] = Counter()
    alarms: list[str] = []
    clean, seconds = 0, 0.0
    stranger: Card | None = None
    for number, (rolled, plain, again) in enumerate(cards):
        started = time.perf_counter()
        comparer = Comparer()
        faults = check_sequence(rolled, plain, comparer=comparer).faults
        seconds += time.perf_counter() - started
        clean += 1
        alarms += [fault.sentence for fault in faults]
        rng = np.random.default_rng([seed, number, 0xFA])
        other = stranger or impress_tenprint(sample_tenprint(rng), rng)
        for error, (first, second, due) in faulty(rolled, plain, again, other, rng).items():
            total[error] += 1
            said = {fault.fault for fault in check_sequence(first, second, comparer=comparer).faults}
            found[error] += bool(said)
            rightly[error] += bool(said) and said <= due
        stranger = plain
    return {
        "clean_cards": clean,
        "false_alarms": len(alarms),
        "alarms": alarms[:5],
        "seconds_a_card": round(seconds / max(1, clean), 4),
        "errors": {
            error: {"put_in": count, "found": found[error], "named_rightly": rightly[error]}
            for error, count in total.items()
        },
    }


def yardstick(sets: int, seed: int) -> dict[str, float]:
    """What SEQUENCE_MIDDLE and SEQUENCE_SPREAD should be under the comparison of today."""
    scores = []
    for rolled, plain, _ in sampled_cards(min(sets, 30), seed + 1):
        described = [{finger: features(one) for finger, one in card.items()} for card in (rolled, plain)]
        scores += [
            compare_features(a, b)[0] for f, a in described[0].items() for g, b in described[1].items() if f != g
        ]
    middle, high = np.percentile(log_odds(np.array(scores)), [50, 80])
    return {
        "middle": round(float(middle), 4),
        "spread": round(float(high - middle) / 0.84, 4),
        "middle_in_use": p.SEQUENCE_MIDDLE,
        "spread_in_use": p.SEQUENCE_SPREAD,
    }


def look_at(file: Path) -> dict[str, Any]:
    """A real card: fingertips found, rolled against plain, how many plain prints rank their own rolled print first."""
    from secure_communities.biometrics.plain import declared_missing, sender_boxes
    from secure_communities.interchange.images import decode_server
    from secure_communities.interchange.itl import parse

    parsed = parse(file.read_bytes())
    plain, rolled = [], []
    for view in parsed.images():
        position = view.positions[0] if view.type in (4, 14) and len(view.positions) == 1 else 0
        if position not in PLAIN and position not in range(1, 11):
            continue
        pixels = decode_server().decode(view.data, view.compression, width=view.width, height=view.height).pixels
        if position in PLAIN:
            plain.append(PlainImage(pixels, position, view.ppi or 500.0, sender_boxes(parsed.records[view.record])))
        else:
            rolled.append(FingerImage(pixels, view.ppi or 500.0, position))
    prints = plain_prints(plain, missing=declared_missing(parsed), workers=1)
    templates = {one.position: one for one in extract_many(rolled, workers=1) if isinstance(one, Template)}
    found = check_sequence(templates, prints.templates)
    shared = [finger for finger in found.plain if finger in found.rolled]
    firsts = [f for f in shared if found.rolled[found.matrix[:, found.plain.index(f)].argmax()] == f]
    return {
        "file": file.name,
        "fingertips": {str(one.position): [s.finger for s in one.segments] for one in prints.segmentations if one},
        "compared": len(shared),
        "own_rolled_print_first": len(firsts),
        "agreeing": list(found.agreeing),
        "faults": [fault.sentence for fault in found.faults],
        "matrix": found.matrix.round(1).tolist(),
    }
