# SPDX-License-Identifier: Apache-2.0
"""How records become facts. Pure: literal tables from the identification side's codes to the rules' own.

In: a charge with its outcomes, a determination's code, the standings of signs of citizenship. Out: `ChargeFact`,
`Standing`. Nothing is filled in: what a record does not say stays None, with the reason on record.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from secure_communities.policy.citizenship import Standing as Sign
from secure_communities.policy.determination import ADVERSE, Determination
from secure_communities.policy.priority import ChargeFact, Outcome, Standing


@dataclass(frozen=True, slots=True)
class Reported:
    """One outcome as a source reported it."""

    kind: str
    decided_on: date | None
    sentence_months: int | None
    maximum_months: int | None
    source: str
    recorded_on: date


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A charge of a criminal record. `outcomes`: the latest first. `asked_on`: when somebody last asked again.

    `this_booking`: the charge of the booking that the case began with, known to be pending when it was booked.
    """

    pk: int
    code: str | None
    code_source: str
    unknown_reason: str
    issuing_state: str
    offence_date: date | None
    recorded_on: date
    this_booking: bool
    outcomes: tuple[Reported, ...] = ()
    asked_on: date | None = None


STANDINGS: Final[Mapping[Determination, Standing]] = {
    Determination.USC_CONFIRMED: Standing.CITIZEN,
    Determination.USC_INDICIA: Standing.CITIZENSHIP_OPEN,
    Determination.PROTECTED_1367: Standing.PROTECTED,
    **dict.fromkeys(ADVERSE, Standing.SUBJECT),
}


def standing(determination: str | None, signs: Collection[Sign]) -> Standing:
    """Whether the rules apply (S2 first). A determination that finds nothing adverse leaves nothing to prioritise."""
    if Sign.CONFIRMED in signs:
        return Standing.CITIZEN
    if Sign.OPEN in signs:
        return Standing.CITIZENSHIP_OPEN
    if determination is None:
        return Standing.NOT_REMOVABLE
    return STANDINGS.get(Determination(determination), Standing.NOT_REMOVABLE)


def charge_fact(charge: OnRecord, *, as_of: date, fresh_days: int) -> ChargeFact:
    """A charge as the rules see it. An outcome is fresh if it was reported, or asked for again, lately enough."""
    latest = charge.outcomes[0] if charge.outcomes else None
    outcome = Outcome(latest.kind) if latest else Outcome.PENDING if charge.this_booking else None
    heard = [latest.recorded_on if latest else charge.recorded_on, *([charge.asked_on] if charge.asked_on else [])]
    convicted = latest is not None and outcome is Outcome.CONVICTED
    return ChargeFact(
        reference=f"charge:{charge.pk}",
        code=charge.code,
        code_unknown_because=charge.unknown_reason,
        code_confirmed=charge.code_source == "HUMAN_CONFIRMED",
        issuing_state=charge.issuing_state,
        offence_date=charge.offence_date,
        outcome=outcome,
        outcome_date=latest.decided_on if latest else None,
        outcome_fresh=(as_of - max(heard)).days <= fresh_days,
        sentence_months=latest.sentence_months if latest and convicted else None,
        maximum_months=next((one.maximum_months for one in charge.outcomes if one.maximum_months is not None), None),
        source=latest.source if latest else "",
    )
