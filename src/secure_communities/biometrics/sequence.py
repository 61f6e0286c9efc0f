# SPDX-License-Identifier: Apache-2.0
"""Are the fingers of a card where it says they are? Rolled against plain, ten by ten, and each kind against itself.

In: templates by claimed finger, rolled and plain; out: Sequence, findings with the fingers concerned and how sure they
are. Nothing is ever put right here, and weak evidence says nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.comparison import compare_features
from secure_communities.biometrics.descriptor import Features, features
from secure_communities.biometrics.template import Template, TenPrint

Matrix = NDArray[np.float64]


class Fault(StrEnum):
    """What can be wrong with the order of a card."""

    REPEATED = "one finger repeated"
    HANDS_SWAPPED = "hands swapped"
    FINGERS_SWAPPED = "fingers swapped"
    STRANGER = "plain prints of nobody on the card"


@dataclass(frozen=True, slots=True)
class SequenceFault:
    """One fault. `pairs`: (finger of one print, finger of the other) as the card claims them; `surprise`: how far the
    weakest pair stands out, in spreads of what different fingers of the card reach."""

    fault: Fault
    pairs: tuple[tuple[int, int], ...]
    surprise: float
    sentence: str


@dataclass(frozen=True, slots=True)
class CardSequence:
    """The faults of a card, and what they rest on: `matrix` has a row for each of `rolled`, a column for each of
    `plain` (claimed fingers), in spreads above what different fingers reach; `agreeing`: fingers whose rolled and plain
    prints match each other."""

    faults: tuple[SequenceFault, ...]
    rolled: tuple[int, ...]
    plain: tuple[int, ...]
    matrix: Matrix
    agreeing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Yardstick:
    """Median and spread of the log-odds of different fingers' scores: of this card's own where it has enough."""

    middle: float
    spread: float

    @classmethod
    def of(cls, scores: Matrix) -> _Yardstick:
        """From a score matrix: what is left without the best cell of every row and column. The spread is taken from the
        80th percentile, which one finger repeated over the whole card does not reach."""
        if scores.size < p.SEQUENCE_CELLS:
            return cls(p.SEQUENCE_MIDDLE, p.SEQUENCE_SPREAD)
        rest = (scores < scores.max(axis=1)[:, None]) & (scores < scores.max(axis=0)[None, :])
        if rest.sum() < p.SEQUENCE_CELLS / 2:
            return cls(p.SEQUENCE_MIDDLE, p.SEQUENCE_SPREAD)
        middle, high = np.percentile(log_odds(scores[rest]), [50, 80])
        return cls(float(middle), max(float(high - middle) / 0.84, 0.7 * p.SEQUENCE_SPREAD))

    def __call__(self, scores: Matrix) -> Matrix:
        result: Matrix = (log_odds(scores) - self.middle) / self.spread
        return result


def log_odds(scores: Matrix) -> Matrix:
    """Scores on a scale without ends, on which those of different fingers spread nearly normally."""
    inside = np.clip(scores, 0.01, 0.99)
    odds: Matrix = np.log(inside / (1 - inside))
    return odds


class Comparer:
    """Scores of pairs of templates. Each template is described once, and each pair compared once, for as long as this
    object lives: a caller who looks at one card in several orders keeps it."""

    def __init__(self) -> None:
        self._described: dict[Template, Features] = {}
        self._scores: dict[tuple[Template, Template], float] = {}

    def __call__(self, one: Template, other: Template) -> float:
        """Score 0–1 of two fingers."""
        pair = (one, other)
        if pair not in self._scores:
            for template in pair:
                if template not in self._described:
                    self._described[template] = features(template)
            self._scores[pair] = compare_features(self._described[one], self._described[other])[0]
        return self._scores[pair]


@dataclass(frozen=True, slots=True)
class _Prints:
    """Prints of one kind, with their fingers in order."""

    fingers: tuple[int, ...]
    templates: tuple[Template, ...]

    @classmethod
    def of(cls, prints: TenPrint) -> _Prints:
        fingers = tuple(sorted(prints))
        return cls(fingers, tuple(prints[finger] for finger in fingers))

    def against(self, other: _Prints, score: Comparer) -> Matrix:
        scores = [[score(one, two) for two in other.templates] for one in self.templates]
        return np.array(scores, np.float64).reshape(len(self.fingers), len(other.fingers))

    def among_themselves(self, score: Comparer) -> Matrix:
        """Symmetric; nothing on the diagonal."""
        scores = np.zeros((len(self.fingers), len(self.fingers)))
        for i, j in combinations(range(len(self.fingers)), 2):
            scores[i, j] = scores[j, i] = score(self.templates[i], self.templates[j])
        return scores


def check_sequence(rolled: TenPrint, plain: TenPrint, *, comparer: Comparer | None = None) -> CardSequence:
    """Compare every rolled print with every plain one, and the prints of each kind among themselves."""
    score = comparer or Comparer()
    rows, columns = _Prints.of(rolled), _Prints.of(plain)
    scores = rows.against(columns, score)
    yardstick = _Yardstick.of(scores)
    matrix = yardstick(scores)
    own = [yardstick(kind.among_themselves(score)) for kind in (rows, columns)]
    # A card whose rolled prints repeat one finger has too few different cells left to judge the plain ones by.
    faults = _repeats(own[0], rows.fingers, matrix, columns.fingers, "rolled") or _repeats(
        own[1], columns.fingers, matrix.T, rows.fingers, "plain"
    )
    repeated = {finger for fault in faults for pair in fault.pairs for finger in pair}
    diagonal = {
        finger: float(matrix[rows.fingers.index(finger), columns.fingers.index(finger)])
        for finger in set(rows.fingers) & set(columns.fingers)
    }
    agreeing = tuple(sorted(finger for finger, value in diagonal.items() if value >= p.SEQUENCE_LINK))
    links = _links(matrix, rows.fingers, columns.fingers, diagonal)
    # A single link is believed only on a card whose other fingers agree.
    sure = max(p.SEQUENCE_SURE, _least_match(matrix)) if len(agreeing) >= p.FEWEST_AGREEING else math.inf
    faults += _swaps([link for link in links if not {link[0], link[1]} & repeated], sure=sure)
    if not faults:
        faults += _strangers(diagonal, rows, columns, agreeing)
    return CardSequence(tuple(faults), rows.fingers, columns.fingers, matrix, agreeing)


def _repeats(
    own: Matrix, fingers: tuple[int, ...], matrix: Matrix, others: tuple[int, ...], kind: str
) -> list[SequenceFault]:
    """Prints of one kind that are of one finger, in groups.

    That they match each other must be beyond doubt, or likely and borne out: by a third print that matches both, or by
    the other kind, where the print that is out of place matches the other's partner rather than its own."""

    least = _least_match(matrix)

    def with_other_kind(index: int, finger: int) -> float:
        return float(matrix[index, others.index(finger)]) if finger in others else 0.0

    same = []
    for i, j in combinations(range(len(fingers)), 2):
        match = float(own[i, j])
        home_i, away_i = with_other_kind(i, fingers[i]), with_other_kind(i, fingers[j])
        home_j, away_j = with_other_kind(j, fingers[j]), with_other_kind(j, fingers[i])
        # One of the two has moved while the other stayed; prints that changed places have both moved.
        moved = max(min(away_i - max(home_i, 0), home_j), min(away_j - max(home_j, 0), home_i))
        third = max((min(own[i, k], own[j, k]) for k in range(len(fingers)) if k not in (i, j)), default=0.0)
        moved_too = min(match, moved) >= p.SEQUENCE_LIKELY and match + moved >= 2 * p.SEQUENCE_LINK
        beyond_doubt = match >= p.SEQUENCE_SURE or min(match, float(third)) >= p.SEQUENCE_LINK
        if match >= least and (beyond_doubt or moved_too) and not _merely_alike(match, matrix[i], matrix[j], least):
            same.append((fingers[i], fingers[j], match))
    faults = []
    for group in _groups([(a, b) for a, b, _ in same]):
        pairs = tuple((a, b) for a, b, _ in same if a in group)
        sentence = f"the {kind} prints {_listed(sorted(group))} are of one finger"
        weakest = round(min(match for a, _, match in same if a in group), 1)
        faults.append(SequenceFault(Fault.REPEATED, pairs, weakest, sentence))
    return faults


def _least_match(matrix: Matrix) -> float:
    """Two prints of one finger match about as well as the card's other matches do."""
    usual = float(np.median(matrix[linear_sum_assignment(-matrix)])) if matrix.size else 0.0
    return max(p.SEQUENCE_LIKELY, p.SEQUENCE_USUAL * usual)


def _merely_alike(match: float, one: Matrix, other: Matrix, least: float) -> bool:
    """Whether the other kind tells two prints apart that match each other; `one` and `other` are their rows.

    Two prints of one finger match the same print of the other kind. These are of two if each has a partner of its own
    that the other does not match, or if one has a partner to which the other is a stranger."""
    if not one.size:
        return False
    a, b = int(one.argmax()), int(other.argmax())
    apart = min(one[a] - other[a], other[b] - one[b]) >= p.SEQUENCE_GAIN
    best, echo = (one[a], other[a]) if one[a] >= other[b] else (other[b], one[b])
    return bool(apart or (best >= p.SEQUENCE_LINK and echo < least and match < 2 * p.SEQUENCE_SURE))


def _groups(pairs: Sequence[tuple[int, int]]) -> list[set[int]]:
    groups: list[set[int]] = []
    for pair in pairs:
        joined = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if group not in joined] + [set(pair).union(*joined)]
    return groups


def _links(
    matrix: Matrix, rows: tuple[int, ...], columns: tuple[int, ...], diagonal: Mapping[int, float]
) -> list[tuple[int, int, float]]:
    """Pairs of unlike fingers in the best assignment that match, while neither matches its own partner."""
    links = {}
    for i, j in zip(*linear_sum_assignment(-matrix), strict=True):
        match, claimed = float(matrix[i, j]), max(diagonal.get(rows[i], 0.0), diagonal.get(columns[j], 0.0), 0.0)
        if rows[i] != columns[j]:
            links[rows[i]] = (columns[j], match, match - claimed)

    def holds(row: int, column: int, match: float, gain: float) -> bool:
        if match >= p.SEQUENCE_LINK and gain >= p.SEQUENCE_GAIN:
            return True
        back = links.get(column)  # two prints that have changed places speak for each other
        if back is None or back[0] != row:
            return False
        return min(match, back[1]) >= p.SEQUENCE_LIKELY and gain + back[2] >= 2 * p.SEQUENCE_GAIN

    return [(row, column, match) for row, (column, match, gain) in links.items() if holds(row, column, match, gain)]


def _swaps(links: Sequence[tuple[int, int, float]], *, sure: float) -> list[SequenceFault]:
    """Faults of two links or more, or of a single one that is beyond doubt; told apart by whether they cross hands."""
    crossing = [link for link in links if _hand(link[0]) != _hand(link[1])]
    within = [link for link in links if _hand(link[0]) == _hand(link[1])]
    faults = []
    for fault, group in ((Fault.HANDS_SWAPPED, crossing), (Fault.FINGERS_SWAPPED, within)):
        if not group or (len(group) == 1 and group[0][2] < sure):
            continue
        told = ", ".join(f"rolled {row} is plain {column}" for row, column, _ in group)
        kind = fault if len(group) > 1 else Fault.FINGERS_SWAPPED
        pairs = tuple((row, column) for row, column, _ in group)
        faults.append(SequenceFault(kind, pairs, round(min(link[2] for link in group), 1), f"{kind}: {told}"))
    return faults


def _strangers(
    diagonal: Mapping[int, float], rows: _Prints, columns: _Prints, agreeing: tuple[int, ...]
) -> list[SequenceFault]:
    """A slap whose fingers, rich in minutiae, match their partners no better than strangers do, while other fingers of
    the card match well. Said of a slap as a whole only: a single print that matches nothing may just be a bad one."""
    counts = [dict(zip(kind.fingers, map(len, kind.templates), strict=True)) for kind in (rows, columns)]
    faults = []
    for slap in ((2, 3, 4, 5), (7, 8, 9, 10)):
        rich = [one for one in slap if one in diagonal and min(count[one] for count in counts) >= p.STRANGER_MINUTIAE]
        if len(rich) < p.FEWEST_STRANGERS:
            continue
        others = [diagonal[finger] for finger in agreeing if finger not in slap]
        mean = sum(diagonal[finger] for finger in rich) / len(rich)
        if len(others) >= p.FEWEST_AGREEING and mean < p.SEQUENCE_NOTHING * sum(others) / len(others):
            sentence = f"the plain prints {_listed(rich)} match none of the rolled prints"
            faults.append(SequenceFault(Fault.STRANGER, tuple((one, one) for one in rich), round(mean, 1), sentence))
    return faults


_RIGHT: Final = frozenset(range(1, 6))


def _hand(finger: int) -> str:
    return "right" if finger in _RIGHT else "left"


def _listed(fingers: Sequence[int]) -> str:
    return ", ".join(map(str, fingers[:-1])) + f" and {fingers[-1]}" if len(fingers) > 1 else str(fingers[0])
