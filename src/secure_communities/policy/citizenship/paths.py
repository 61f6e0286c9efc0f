# SPDX-License-Identifier: Apache-2.0
"""What stands in the way of an adverse path, each reason with the safeguard it comes from.

In: the path, how each sign of citizenship stands, the determination. Out: reasons; none means the path is not blocked
here, never that it is allowed: what else it needs is for its own rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from secure_communities.policy.determination import DetainerRule, Determination, detainer_rule, is_adverse


class Path(StrEnum):
    """What may be done to a person."""

    ADVERSE_DETERMINATION = "ADVERSE_DETERMINATION"
    DETAINER = "DETAINER"
    CUSTODY = "CUSTODY"
    REMOVAL = "REMOVAL"


class Standing(StrEnum):
    """How a sign of citizenship stands."""

    OPEN = "open"
    CLEARED = "cleared"  # by supervisor and counsel together
    CONFIRMED = "confirmed"  # by either


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a path is blocked. `safeguard`: its number in the list S1 to S24."""

    safeguard: str
    sentence: str

    def __str__(self) -> str:
        return f"({self.safeguard}) {self.sentence}"


_NAMES = {
    Path.ADVERSE_DETERMINATION: "determination",
    Path.DETAINER: "detainer",
    Path.CUSTODY: "custody",
    Path.REMOVAL: "removal",
}


def blocked(
    path: Path,
    *,
    standings: Iterable[Standing],
    determination: Determination | None,
    conviction_proven: bool = False,
    approved: bool = False,
) -> tuple[Reason, ...]:
    """The reasons that block `path`, most serious first.

    `determination`: for ADVERSE_DETERMINATION the code proposed, else the one in force. `conviction_proven` and
    `approved` (by supervisor and counsel) matter to LPR_POSSIBLY_REMOVABLE alone.
    """
    if path is Path.ADVERSE_DETERMINATION and (determination is None or not is_adverse(determination)):
        return ()
    held = set(standings)
    reasons = []
    if Standing.CONFIRMED in held:
        reasons.append(Reason("S3", f"The person is a citizen of the United States: no {_NAMES[path]} is possible."))
    if Standing.OPEN in held:
        reasons.append(
            Reason(
                "S2",
                "There is a sign that the person is a citizen of the United States: until supervisor and counsel "
                f"together clear it, this {_NAMES[path]} is blocked.",
            )
        )
    if path is not Path.ADVERSE_DETERMINATION:
        reasons += _by_determination(determination)
    if determination is Determination.LPR_POSSIBLY_REMOVABLE:
        reasons += _by_residence(conviction_proven=conviction_proven, approved=approved)
    return tuple(reasons)


def _by_determination(code: Determination | None) -> list[Reason]:
    if code is None:
        return [Reason("S1", "No officer has signed a determination, and a match is not a status.")]
    if code is Determination.USC_CONFIRMED:
        return [Reason("S3", "An officer determined that the person is a citizen of the United States.")]
    if code is Determination.USC_INDICIA:
        return [Reason("S2", "An officer determined that there is evidence of citizenship of the United States.")]
    if code is Determination.PROTECTED_1367:
        return [Reason("S19", "Nothing may be done on this determination.")]
    if code is Determination.LPR:
        return [Reason("S16", "The person is a lawful permanent resident.")]
    if detainer_rule(code) is DetainerRule.NO:
        return [Reason("S7", f"The determination {code.replace('_', ' ')} meets no criterion.")]
    return []


def _by_residence(*, conviction_proven: bool, approved: bool) -> list[Reason]:
    reasons = []
    if not conviction_proven:
        reasons.append(
            Reason("S16", "The person is a lawful permanent resident: a charge is not enough, name the conviction.")
        )
    if not approved:
        reasons.append(
            Reason("S16", "The person is a lawful permanent resident: supervisor and counsel must both agree first.")
        )
    return reasons
