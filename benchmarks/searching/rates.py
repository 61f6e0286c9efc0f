# SPDX-License-Identifier: Apache-2.0
"""How often the right person is found and a wrong one reported, with limits at 95 %.

In: a backend and probes with their rows (or none). Out: counts and shares.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from scipy.stats import binomtest

from secure_communities.biometrics.decision import Outcome, current_thresholds
from secure_communities.biometrics.search import Hit
from secure_communities.biometrics.template import TenPrint

TOGETHER = 16


class Backend(Protocol):
    """What the rates are measured of."""

    def search_many(self, probes: Sequence[TenPrint], *, limit: int) -> list[list[Hit]]: ...


def share(successes: int, trials: int) -> dict[str, Any]:
    """A share with its exact (Clopper–Pearson) limits at 95 %."""
    if not trials:
        return {"of": 0, "share": None, "limits": None}
    limits = binomtest(successes, trials).proportion_ci(0.95, method="exact")
    return {
        "count": successes,
        "of": trials,
        "share": successes / trials,
        "limits": [round(float(limits.low), 6), round(float(limits.high), 6)],
    }


@dataclass(slots=True)
class Tally:
    """What searches of one kind gave."""

    searches: int = 0
    first: int = 0  # the right row was the first hit
    found: int = 0  # … and in the HIT zone
    possible: int = 0  # … or at least in the POSSIBLE zone
    compared: int = 0  # the right row came through the first stage
    false_hits: int = 0  # searches with another row in the HIT zone
    false_possible: int = 0
    best_other: list[float] = field(default_factory=list)  # evidence of the best wrong row, by search
    mates: list[float] = field(default_factory=list)  # evidence of the right row, −99 where it was not compared

    def take(self, hits: list[Hit], row: int | None, *, fingers: int) -> None:
        """Count one search. Only rows up to the first few can be in a zone: hits come best first."""
        policy = current_thresholds()
        outcomes = [(hit.row, policy.outcome(hit, fingers=fingers)) for hit in hits[:10]]
        self.searches += 1
        self.false_hits += any(outcome is Outcome.HIT and at != row for at, outcome in outcomes)
        self.false_possible += any(outcome is not Outcome.NO_HIT and at != row for at, outcome in outcomes)
        self.best_other.append(next((hit.score for hit in hits if hit.row != row), -99.0))
        if row is None:
            return
        mate = next((hit for hit in hits if hit.row == row), None)
        self.compared += mate is not None
        self.mates.append(-99.0 if mate is None else mate.score)
        if outcomes and outcomes[0][0] == row:
            self.first += 1
            self.found += outcomes[0][1] is Outcome.HIT
            self.possible += outcomes[0][1] is not Outcome.NO_HIT


def measure(
    backend: Backend, probes: Iterable[tuple[TenPrint, int | None]], *, fingers: int, limit: int = 1000
) -> Tally:
    """Search for all probes, some together."""
    tally, rest = Tally(), iter(probes)
    while batch := list(islice(rest, TOGETHER)):
        for hits, (_, row) in zip(backend.search_many([probe for probe, _ in batch], limit=limit), batch, strict=True):
            tally.take(hits, row, fingers=fingers)
    return tally


def report(mated: Tally, others: Tally) -> dict[str, Any]:
    """Shares of both kinds. `recall_at_one_in_a_thousand` uses the threshold these very non-mated searches give."""
    worst = sorted(others.best_other, reverse=True)
    allowed = worst[min(len(worst) // 1000, len(worst) - 1)] if worst else 0.0
    above = sum(score > allowed for score in mated.mates)
    return {
        "recall": share(mated.found, mated.searches),
        "recall_with_possible": share(mated.possible, mated.searches),
        "mate_first": share(mated.first, mated.searches),
        "through_first_stage": share(mated.compared, mated.searches),
        "false_hits": share(others.false_hits, others.searches),
        "false_possible": share(others.false_possible, others.searches),
        "false_hits_beside_mates": share(mated.false_hits, mated.searches),
        "recall_at_one_in_a_thousand": share(above, mated.searches),
        "bans": {
            "lowest_mate": min(mated.mates, default=None),
            "highest_other": worst[0] if worst else None,
            "at_one_in_a_thousand": allowed,
        },
    }
