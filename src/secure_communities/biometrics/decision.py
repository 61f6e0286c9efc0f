# SPDX-License-Identifier: Apache-2.0
"""HIT, POSSIBLE or NO_HIT, with the false-match rate that the zone stands for, by number of fingers compared.

In: hits of a search; out: a Decision. The thresholds are versioned data, written by `./run biometrics calibrate`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.search import Hit


class Outcome(StrEnum):
    """HIT may be answered without a person where the law of the register allows it; POSSIBLE waits for an examiner."""

    HIT = "HIT"
    POSSIBLE = "POSSIBLE"
    NO_HIT = "NO_HIT"


class BadThresholds(ValueError):
    """The thresholds file does not make sense."""


@dataclass(frozen=True, slots=True)
class Zone:
    """Fused scores from which a candidate is a HIT, or POSSIBLE, at one number of fingers; None: never."""

    hit: float | None
    possible: float | None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A version of the decision policy: zones by number of fingers, rates per comparison of two people.

    `support` is the score from which a single finger speaks for the match.
    """

    version: str
    hit_rate: float
    possible_rate: float
    support: float
    zones: Mapping[int, Zone]

    def outcome(self, hit: Hit, *, fingers: int) -> Outcome:
        """The zone of one candidate, given that the probe had this many usable fingers."""
        zone = self.zones.get(min(fingers, len(hit.fingers)), Zone(None, None))
        if zone.hit is not None and hit.score >= zone.hit and self._supported(hit):
            return Outcome.HIT
        if zone.possible is not None and hit.score >= zone.possible:
            return Outcome.POSSIBLE
        return Outcome.NO_HIT

    def _supported(self, hit: Hit) -> bool:
        """Whether enough fingers speak for the match by themselves: a mix of two people's fingers is an examiner's."""
        supporting = sum(score >= self.support for score in hit.fingers.values())
        return supporting >= max(p.FEWEST_SUPPORTING, p.SUPPORTING_SHARE * len(hit.fingers))


@dataclass(frozen=True, slots=True)
class Decision:
    """Outcome of a search, the candidates behind it (best first), the rate of the zone, the version that decided.

    `false_match_rate` is the chance that two different people reach the zone, per comparison: of the HIT zone for a
    HIT, else of the POSSIBLE zone. Multiply by the size of the register for a whole search.
    """

    outcome: Outcome
    candidates: tuple[Hit, ...]
    false_match_rate: float
    policy_version: str


def decide(hits: Sequence[Hit], *, fingers: int, thresholds: Thresholds | None = None) -> Decision:
    """Decide a search made with `fingers` usable probe fingers.

    Each candidate is judged by the number of fingers really compared. Two candidates in the HIT zone contradict each
    other (one person filed twice, or a wrong file), and so does a better candidate that is not in it (a mixed card):
    that is POSSIBLE, for an examiner, never an automatic answer. A HIT's subject is always the first candidate.
    """
    policy = thresholds or current_thresholds()
    judged = [(policy.outcome(hit, fingers=fingers), hit) for hit in hits]
    candidates = tuple(hit for outcome, hit in judged if outcome is not Outcome.NO_HIT)
    sure = [hit for outcome, hit in judged if outcome is Outcome.HIT]
    if len(sure) == 1 and sure[0] is candidates[0]:
        outcome, rate = Outcome.HIT, policy.hit_rate
    else:
        outcome, rate = (Outcome.POSSIBLE if candidates else Outcome.NO_HIT), policy.possible_rate
    return Decision(outcome, candidates, rate, policy.version)


def read_thresholds(text: str) -> Thresholds:
    """Read a thresholds file. Raises BadThresholds."""
    try:
        data: dict[str, Any] = json.loads(text)
        zones = {
            int(fingers): Zone(_number(zone["hit"]), _number(zone["possible"]))
            for fingers, zone in data["zones"].items()
        }
        thresholds = Thresholds(
            str(data["version"]), float(data["hit_rate"]), float(data["possible_rate"]), float(data["support"]), zones
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadThresholds(f"not a thresholds file: {error!r}") from error
    if not 0 < thresholds.hit_rate < thresholds.possible_rate < 1:
        raise BadThresholds("the rate of HIT must be below that of POSSIBLE")
    for fingers, zone in zones.items():
        if not 1 <= fingers <= 10 or (zone.hit is not None and (zone.possible is None or zone.possible > zone.hit)):
            raise BadThresholds(f"the zone of {fingers} fingers is upside down or of no hand")
    return thresholds


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def write_thresholds(thresholds: Thresholds, report: Mapping[str, Any]) -> str:
    """The thresholds file, with the report of how it was made."""
    zones = {str(fingers): {"hit": zone.hit, "possible": zone.possible} for fingers, zone in thresholds.zones.items()}
    data = {
        "version": thresholds.version,
        "hit_rate": thresholds.hit_rate,
        "possible_rate": thresholds.possible_rate,
        "support": thresholds.support,
        "zones": zones,
        "report": dict(report),
    }
    return json.dumps(data, indent=1) + "\n"


@cache
def current_thresholds() -> Thresholds:
    """The thresholds shipped with this version."""
    folder = resources.files("secure_communities.biometrics") / "data"
    return read_thresholds((folder / "thresholds.json").read_text("utf-8"))
