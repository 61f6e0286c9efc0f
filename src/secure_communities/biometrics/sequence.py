# SPDX-License-Identifier: Apache-2.0
"""Are the fingers of a card where it says they are? Rolled against plain, ten by ten, and each kind against itself.

In: templates by claimed finger, rolled and plain; out: Sequence, findings with the fingers concerned and how sure they
are. Nothing is ever put right here, and weak evidence says nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.comparison import compare_features
from secure_communities.biometrics.descriptor import Features, features
from secure_communities.biometrics.template import TenPrint

Matrix = NDArray[np.float64]


class Fault(StrEnum):
    """What can be wrong with the order of a card."""

    REPEATED = "one finger repeated"
    HANDS_SWAPPED = "hands swapped"
    FINGERS_SWAPPED = "fingers swapped"
    STRANGER = "plain prints of nobody on the card"


@dataclass(frozen=True, slots=True)
class SequenceFault:
    """One fault. `pairs`: (finger of one print, finger of the other) as the card claims them; `margin`: how many times
    the score that tells one finger from another the weakest of these pairs reached."""

    fault: Fault
    pairs: tuple[tuple[int, int], ...]
    margin: float
    sentence: str


@dataclass(frozen=True, slots=True)
class CardSequence:
    """The faults of a card, and the scores they rest on: `matrix` has a row for each of `rolled`, a column for each of
    `plain` (claimed fingers); `agreeing`: fingers whose rolled and plain prints match each other."""

    faults: tuple[SequenceFault, ...]
    rolled: tuple[int, ...]
    plain: tuple[int, ...]
    matrix: Matrix
    agreeing: tuple[int, ...]


def check_sequence(rolled: TenPrint, plain: TenPrint) -> CardSequence:
    """Compare every rolled print with every plain one, and the prints of each kind among themselves (190 comparisons,
    under 0.1 s)."""
    described = [{finger: features(prints[finger]) for finger in sorted(prints)} for prints in (rolled, plain)]
    rows, columns = described
    matrix = np.array([[_score(row, column) for column in columns.values()] for row in rows.values()])
    matrix = matrix.reshape(len(rows), len(columns))
    repeats = [*_repeats(rows, "rolled"), *_repeats(columns, "plain")]
    repeated = {finger for fault in repeats for pair in fault.pairs for finger in pair}
    links = _links(matrix, tuple(rows), tuple(columns))
    agreeing = tuple(sorted(row for row, column, _ in links if row == column))
    faults = [*repeats, *_swaps([link for link in links if not {link[0], link[1]} & repeated])]
    if not faults:
        faults += _strangers(matrix, rows, columns, agreeing)
    return CardSequence(tuple(faults), tuple(rows), tuple(columns), matrix, agreeing)


def _score(one: Features, other: Features) -> float:
    return compare_features(one, other)[0]


def _repeats(prints: Mapping[int, Features], kind: str) -> list[SequenceFault]:
    """Prints of one kind that are prints of one finger, gathered into groups."""
    fingers = list(prints)
    same = [
        (a, b, score)
        for index, a in enumerate(fingers)
        for b in fingers[index + 1 :]
        if (score := _score(prints[a], prints[b])) >= p.SAME_FINGER_REPEATED
    ]
    groups: list[set[int]] = []
    for a, b, _ in same:
        joined = [group for group in groups if group & {a, b}]
        groups = [group for group in groups if group not in joined] + [set().union({a, b}, *joined)]
    faults = []
    for group in groups:
        pairs = tuple((a, b) for a, b, _ in same if a in group)
        margin = min(score for a, _, score in same if a in group) / p.SAME_FINGER
        sentence = f"the {kind} prints {_listed(sorted(group))} are all of one finger"
        faults.append(SequenceFault(Fault.REPEATED, pairs, round(margin, 2), sentence))
    return faults


def _links(matrix: Matrix, rows: tuple[int, ...], columns: tuple[int, ...]) -> list[tuple[int, int, float]]:
    """The pairs of the best assignment that are surely one finger: above the limit, and far above what else stands in
    their row and column."""
    if not matrix.size:
        return []
    links = []
    for i, j in zip(*linear_sum_assignment(-matrix), strict=True):
        score = float(matrix[i, j])
        others = np.concatenate([np.delete(matrix[i], j), np.delete(matrix[:, j], i)])
        rival = float(others.max()) if others.size else 0.0
        if score >= p.SAME_FINGER and score >= p.SEQUENCE_DOMINANCE * rival:
            links.append((rows[i], columns[j], score))
    return links


def _swaps(links: Sequence[tuple[int, int, float]]) -> list[SequenceFault]:
    """Links between unlike fingers, told apart by whether they cross from hand to hand."""
    crossing = [link for link in links if link[0] != link[1] and _hand(link[0]) != _hand(link[1])]
    within = [link for link in links if link[0] != link[1] and _hand(link[0]) == _hand(link[1])]
    faults = []
    for fault, group in ((Fault.HANDS_SWAPPED, crossing), (Fault.FINGERS_SWAPPED, within)):
        if not group:
            continue
        pairs = tuple((row, column) for row, column, _ in group)
        told = ", ".join(f"rolled {row} is plain {column}" for row, column in pairs)
        kind = fault if fault is not Fault.HANDS_SWAPPED or len(group) > 1 else Fault.FINGERS_SWAPPED
        margin = min(score for _, _, score in group) / p.SAME_FINGER
        faults.append(SequenceFault(kind, pairs, round(margin, 2), f"{kind}: {told}"))
    return faults


def _strangers(
    matrix: Matrix, rows: Mapping[int, Features], columns: Mapping[int, Features], agreeing: tuple[int, ...]
) -> list[SequenceFault]:
    """Plain prints, rich in minutiae, that match nothing at all, though other fingers of the card match well.

    One such print may be a bad one: said only of FEWEST_STRANGERS or more of one hand."""
    if len(agreeing) < p.FEWEST_AGREEING:
        return []
    fingers = list(columns)
    rich = [
        finger
        for finger in set(fingers) & set(rows)
        if min(len(columns[finger]), len(rows[finger])) >= p.STRANGER_MINUTIAE
    ]
    alone = [f for f in rich if matrix[:, fingers.index(f)].max() < p.DIFFERENT_FINGERS]
    faults = []
    for hand in ("right", "left"):
        group = sorted(finger for finger in alone if _hand(finger) == hand)
        if len(group) >= p.FEWEST_STRANGERS:
            worst = max(float(matrix[:, fingers.index(finger)].max()) for finger in group)
            sentence = f"the plain prints {_listed(group)} match none of the rolled prints"
            pairs = tuple((finger, finger) for finger in group)
            margin = round(p.DIFFERENT_FINGERS / max(worst, 1e-3), 2)
            faults.append(SequenceFault(Fault.STRANGER, pairs, margin, sentence))
    return faults


_RIGHT: Final = frozenset(range(1, 6))


def _hand(finger: int) -> str:
    return "right" if finger in _RIGHT else "left"


def _listed(fingers: Sequence[int]) -> str:
    return ", ".join(map(str, fingers[:-1])) + f" and {fingers[-1]}" if len(fingers) > 1 else str(fingers[0])
