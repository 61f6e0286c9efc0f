# SPDX-License-Identifier: Apache-2.0
"""Set local switches and note readiness, each with its event."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from secure_communities.planning.ranking import Input, InputRefused, input_named
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.agencies.models import County
from secure_communities.platform.events.services import append
from secure_communities.platform.refusals import Refusal, refusing
from secure_communities.policy.local import Switch
from secure_communities.prioritize.deployment.models import Readiness, SwitchSetting

REFUSALS = {
    "a_switch_cites_its_ground": "Cite the ordinance, resolution or directive that sets the switch.",
    "a_share_lies_in_its_interval": "A share lies between 0 and 1, and within its interval.",
    "readiness_names_its_source": "Say who reported it.",
}


@transaction.atomic
def set_switch(
    *, county: County, switch: Switch, on: bool, starts_on: date, citation: str, by: Any, at: datetime
) -> SwitchSetting:
    """Set a local switch from a day on. The past stays as it was: the day is today or later."""
    require(by, Permission.PARTICIPATION_KEEP, at=at)
    if starts_on < at.date():
        raise Refusal("A switch is set from today on, or later: what was decided under the old one stands.")
    with refusing(REFUSALS):
        row = SwitchSetting.objects.create(
            county=county, switch=Switch(switch), on=on, starts_on=starts_on, citation=citation.strip(), set_by=by,
            set_at=at,
        )  # fmt: skip
    append(
        kind="jurisdiction:switch-set", actor=by, about=("county", county.fips), at=at, reason=row.citation,
        data={"switch": row.switch, "on": on, "from": str(starts_on)},
    )  # fmt: skip
    return row


@transaction.atomic
def note_readiness(
    *, county: County, name: str, value: float, low: float, high: float, source: str, as_of: date, by: Any, at: datetime
) -> Readiness:
    """Note how ready a jurisdiction is. Any input outside the closed list is refused in a sentence."""
    require(by, Permission.PARTICIPATION_KEEP, at=at)
    try:
        known = input_named(name)
    except InputRefused as fault:
        raise Refusal(str(fault)) from None
    if known is Input.SERIOUS_BOOKINGS:
        raise Refusal("Bookings are counted from the record, not entered.")
    if as_of > at.date():
        raise Refusal("A measure is of today or of an earlier day: what is to come is not known.")
    with refusing(REFUSALS):
        row = Readiness.objects.create(
            county=county, name=known, value=value, low=low, high=high, source=source.strip(), as_of=as_of, noted_by=by,
            noted_at=at,
        )  # fmt: skip
    append(
        kind="jurisdiction:readiness-noted", actor=by, about=("county", county.fips), at=at,
        data={"input": row.name, "value": value, "as_of": str(as_of), "source": row.source},
    )  # fmt: skip
    return row
