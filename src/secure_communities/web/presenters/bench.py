# SPDX-License-Identifier: Apache-2.0
"""The workbench of a comparison: its keys, the strip of fingers, the pairs as numbers, scores after the decision.

The table of keys is the only one: the page prints it in its help, and the viewer's script reads it from there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from secure_communities.identify.examination.disclosure import OpinionRead, PairsRead, ScoresRead
from secure_communities.platform.ui.minutiae import FINGERS

# key as the browser names it, how a person reads it, the act in the viewer, what it does
KEYS: tuple[tuple[str, str, str, str], ...] = (
    ("1", "1 … 9, 0", "finger", "Show finger 1 to 10"),
    ("n", "N", "next", "Next finger"),
    ("p", "P", "previous", "Previous finger"),
    ("+", "+", "zoom-in", "Closer"),
    ("-", "-", "zoom-out", "Further away"),
    ("ArrowLeft", "Arrow keys", "pan", "Move the prints (when they have the focus)"),
    ("r", "R", "turn", "Turn clockwise, by 2 degrees"),
    ("R", "Shift + R", "turn-back", "Turn counter-clockwise"),
    ("f", "F", "fit", "Show the whole print again"),
    ("l", "L", "lock", "Move both sides together, or one alone"),
    ("s", "S", "side", "With one side alone: change the side"),
    ("c", "C", "contrast-up", "More contrast"),
    ("C", "Shift + C", "contrast-down", "Less contrast"),
    ("b", "B", "brightness-up", "Brighter"),
    ("B", "Shift + B", "brightness-down", "Darker"),
    ("i", "I", "invert", "Ridges white on black, and back"),
    ("m", "M", "marks", "Show or hide the minutiae"),
    ("e", "E", "pairs", "Show or hide which minutiae the engine paired"),
    (".", ".", "pair-next", "Go to the next pair"),
    (",", ",", "pair-back", "Go to the pair before"),
    ("a", "A", "align", "With pairs shown: lay the candidate as the engine does"),
    ("d", "D", "decide", "Go to the conclusion"),
    ("?", "?", "help", "This help"),
)
SCORE_COLUMNS = (
    {"key": "finger", "title": "Finger"},
    {"key": "score", "title": "Score, 0 to 1", "numeric": True},
    {"key": "bans", "title": "Evidence, bans", "numeric": True},
)


def keys() -> list[dict[str, str]]:
    """The table of keys for the help."""
    return [{"key": key, "shown": shown, "act": act, "words": words} for key, shown, act, words in KEYS]


def strip(probe: Collection[int], candidate: Collection[int]) -> list[dict[str, Any]]:
    """Ten fingers with what there is to compare, in the order of the hand."""
    return [
        {
            "position": position,
            "name": name,
            "both": position in probe and position in candidate,
            "note": _note(position in probe, position in candidate),
        }
        for position, name in FINGERS.items()
        if position in probe or position in candidate
    ]


def _note(probe: bool, candidate: bool) -> str:
    return "" if probe and candidate else "probe only" if probe else "candidate only"


def pairs(found: PairsRead) -> dict[str, Any]:
    """Pairs of one finger as places in the images, strongest first, and how the candidate lies on the probe. No score.

    `pairs`: [[x, y of the probe, x, y of the candidate]] in px; `lie`: degrees counter-clockwise as seen, px, or None.
    """
    lie = found.alignment
    return {
        "pairs": [list(one) for one in found.places],
        "lie": lie and {"turn": round(lie.turn, 1), "across": round(lie.across, 1), "down": round(lie.down, 1)},
    }


def opinions(found: Iterable[OpinionRead], own: OpinionRead) -> list[dict[str, Any]]:
    """What was said of a disputed comparison, the reader's own first look last."""
    told = [{"title": f"{'Lead examiner' if one.lead else 'Examiner'} {one.place}", **_opinion(one)} for one in found]
    return [*told, {"title": "Your own first look", **_opinion(own)}]


def _opinion(one: OpinionRead) -> dict[str, str]:
    verdict = one.verdict.value.capitalize()
    return {"verdict": f"{verdict}: candidate {one.letter}" if one.letter else verdict, "rationale": one.rationale}


def scores(found: Iterable[ScoresRead]) -> list[dict[str, Any]]:
    """One card a candidate, in the machine's order."""
    return [
        {
            "title": f"Candidate {one.letter}: rank {one.evidence.rank}",
            "rows": [
                {
                    "finger": FINGERS.get(finger, str(finger)),
                    "score": f"{one.evidence.hit.fingers[finger]:.3f}",
                    "bans": _bans(one.evidence.hit.contributions, finger),
                }
                for finger in sorted(one.evidence.hit.fingers)
            ],
            "sum": f"{one.evidence.hit.score:.2f} bans in all · policy {one.evidence.policy_version}",
        }
        for one in found
    ]


def _bans(contributions: Mapping[int, float], finger: int) -> str:
    return f"{contributions[finger]:+.2f}" if finger in contributions else ""
