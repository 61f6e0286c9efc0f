# SPDX-License-Identifier: Apache-2.0
"""HIT, POSSIBLE or NO_HIT, with the false-match rate that the zone stands for, by number of fingers compared.

In: hits of a search; out: a Decision, and the reasons for it in words. Evidence is counted in bans (log10 of a
likelihood ratio). The zones are versioned data, written by `./run biometrics calibrate`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.evidence import BadCalibration, calibration_data
from secure_communities.biometrics.search import Hit
from secure_communities.biometrics.template import FINGERS


class Outcome(StrEnum):
    """HIT may be answered without a person where the law of the register allows it; POSSIBLE waits for an examiner."""

    HIT = "HIT"
    POSSIBLE = "POSSIBLE"
    NO_HIT = "NO_HIT"


@dataclass(frozen=True, slots=True)
class Zone:
    """Evidence (bans) from which a candidate is a HIT, or POSSIBLE, at one number of fingers; None: never."""

    hit: float | None
    possible: float | None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A version of the decision policy: zones by number of fingers, rates per comparison of two people.

    `support` is the evidence (bans) from which a single finger speaks for the match by itself; `dependence` is what
    fusing took for the correlation of fingers of one capture. Raises BadCalibration.
    """

    version: str
    hit_rate: float
    possible_rate: float
    support: float
    zones: Mapping[int, Zone]
    dependence: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.hit_rate < self.possible_rate < 1:
            raise BadCalibration(
                f"the rate of HIT ({self.hit_rate}) must be below that of POSSIBLE ({self.possible_rate}), both 0–1"
            )
        if not (math.isfinite(self.support) and self.support > 0 and 0 <= self.dependence < 1):
            raise BadCalibration(
                "the evidence from which a finger speaks for the match must be above 0 bans, the dependence 0–1"
            )
        for fingers, zone in self.zones.items():
            if fingers not in FINGERS:
                raise BadCalibration(f"a zone is given for {fingers} fingers; people have 1 to 10")
            if not all(each is None or math.isfinite(each) for each in (zone.hit, zone.possible)):
                raise BadCalibration(f"the zone of {fingers} fingers is not made of numbers")
            if zone.hit is not None and (zone.possible is None or zone.possible >= zone.hit):
                raise BadCalibration(f"the zone of {fingers} fingers is upside down: POSSIBLE must begin below HIT")

    def zone(self, hit: Hit, *, fingers: int) -> Zone:
        """The zone a candidate is judged by: of the fingers really compared, when the probe had this many."""
        return self.zones.get(min(fingers, len(hit.fingers)), Zone(None, None))

    def outcome(self, hit: Hit, *, fingers: int) -> Outcome:
        """Where one candidate falls, taken by itself."""
        zone = self.zone(hit, fingers=fingers)
        if zone.hit is not None and hit.score >= zone.hit and len(self.supporting(hit)) >= self.needed(hit):
            return Outcome.HIT
        if zone.possible is not None and hit.score >= zone.possible:
            return Outcome.POSSIBLE
        return Outcome.NO_HIT

    def supporting(self, hit: Hit) -> list[int]:
        """The fingers that speak for the match each by itself: before they are discounted for their company."""
        least = self.support / (1 + self.dependence * (len(hit.contributions) - 1))
        return [finger for finger, bans in sorted(hit.contributions.items()) if bans >= least]

    def needed(self, hit: Hit) -> int:
        """How many must: with fewer, the file may mix two people, which is for an examiner to see."""
        return max(p.FEWEST_SUPPORTING, math.ceil(p.SUPPORTING_SHARE * len(hit.fingers)))

    def to_data(self) -> dict[str, Any]:
        """Plain values, for the calibration file."""
        return {
            "version": self.version,
            "hit_rate": self.hit_rate,
            "possible_rate": self.possible_rate,
            "support": self.support,
            "dependence": self.dependence,
            "zones": {str(n): {"hit": zone.hit, "possible": zone.possible} for n, zone in sorted(self.zones.items())},
        }

    @classmethod
    def from_data(cls, data: Any) -> Thresholds:
        """Read what to_data wrote; further keys are left alone. Raises BadCalibration."""
        try:
            zones = {int(n): Zone(_number(zone["hit"]), _number(zone["possible"])) for n, zone in data["zones"].items()}
            hit_rate, possible_rate, support = (float(data[name]) for name in ("hit_rate", "possible_rate", "support"))
            dependence = float(data["dependence"])
            version = str(data["version"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadCalibration(f"the zones cannot be read: {error!r}") from error
        return cls(version, hit_rate, possible_rate, support, zones, dependence)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


@dataclass(frozen=True, slots=True)
class Decision:
    """Outcome of a search, the candidates behind it (best first), the rate of the zone, the version that decided.

    `false_match_rate` is the chance that two different people reach the zone, per comparison: of the HIT zone for a
    HIT, else of the POSSIBLE zone. `register_rate` gives that of a whole search.
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


def register_rate(rate: float, subjects: int) -> float:
    """The chance that somebody among so many different people reaches a zone of this rate in one search."""
    return -math.expm1(subjects * math.log1p(-rate))


def explain_hit(hit: Hit, *, fingers: int, thresholds: Thresholds | None = None) -> tuple[str, ...]:
    """What the fingers of one candidate say and where that falls, in sentences."""
    policy = thresholds or current_thresholds()
    zone, outcome, supporting = policy.zone(hit, fingers=fingers), policy.outcome(hit, fingers=fingers), []
    supporting = policy.supporting(hit)
    against = [finger for finger, bans in sorted(hit.contributions.items()) if bans < 0]
    other = [finger for finger in sorted(hit.contributions) if finger not in supporting and finger not in against]
    said = [
        f"{_fingers(len(hit.fingers))} compared, of {fingers} usable in the search; together {hit.score:+.1f} bans: "
        f"{_odds(hit.score)}."
    ]
    said += [
        f"{_list(which, hit)} {verb}."
        for which, verb in (
            (supporting, f"for the match, each by itself worth {policy.support:+.1f} bans or more"),
            (against, "against it"),
            (other, "for it, but too little to count alone"),
        )
        if which
    ]
    if zone.possible is None:
        return (*said, f"{_fingers(len(hit.fingers))} can never be a match under policy {policy.version}.")
    if hit.score < zone.possible:
        return (
            *said,
            f"No match: {zone.possible:+.1f} bans are needed for POSSIBLE with {_fingers(len(hit.fingers))}.",
        )
    if zone.hit is None:
        return (*said, f"POSSIBLE and not HIT: {_fingers(len(hit.fingers))} alone is never enough for HIT.")
    if outcome is Outcome.HIT:
        return (*said, f"In the zone of HIT, which begins at {zone.hit:+.1f} bans with {_fingers(len(hit.fingers))}.")
    if hit.score < zone.hit:
        return (*said, f"POSSIBLE and not HIT: {zone.hit:+.1f} bans are needed for HIT.")
    few = (
        f"{len(supporting)} of {len(hit.fingers)} fingers speak for the match by themselves, {policy.needed(hit)} must"
    )
    return (*said, f"POSSIBLE and not HIT: {few}; the prints may be of two people.")


def explain(decision: Decision, *, fingers: int, thresholds: Thresholds | None = None) -> tuple[str, ...]:
    """Why a decision fell where it did: its best candidate, and what else kept it from being a HIT."""
    policy = thresholds or current_thresholds()
    rate = f"Two different people reach this zone in {decision.false_match_rate:g} of comparisons."
    if not decision.candidates:
        return ("No candidate reached the evidence needed for POSSIBLE.",)
    said = explain_hit(decision.candidates[0], fingers=fingers, thresholds=policy)
    sure = [hit for hit in decision.candidates if policy.outcome(hit, fingers=fingers) is Outcome.HIT]
    if decision.outcome is not Outcome.HIT and sure:
        said += (
            f"{len(sure)} candidates are in the zone of HIT and contradict each other: POSSIBLE, for an examiner."
            if len(sure) > 1
            else "A candidate in the zone of HIT is not the best one: POSSIBLE, for an examiner.",
        )
    return (*said, rate)


def _fingers(number: int) -> str:
    return "1 finger" if number == 1 else f"{number} fingers"


def _list(which: Sequence[int], hit: Hit) -> str:
    return ", ".join(f"{_NAMES[finger - 1]} {hit.contributions[finger]:+.1f}" for finger in which)


def _odds(bans: float) -> str:
    told = "1" if abs(bans) < 0.05 else f"10^{abs(bans):.1f}"
    kind = "the same person than of two" if bans >= 0 else "two people than of the same"
    return f"such prints are {told} times as probable of {kind}"


_NAMES = tuple(
    f"{hand} {name}" for hand in ("right", "left") for name in ("thumb", "index", "middle", "ring", "little")
)


@cache
def current_thresholds() -> Thresholds:
    """The zones shipped with this version."""
    return Thresholds.from_data(calibration_data())
