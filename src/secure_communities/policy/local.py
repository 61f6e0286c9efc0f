# SPDX-License-Identifier: Apache-2.0
"""Switches that a jurisdiction sets for itself (S24), and what each changes; among them the option of S5.

In: the switches in force and facts about a person. Out: the sentence that refuses a detainer, or None. A refusal here
is never outweighed by another rule; None is no permission. Draft: the options are modelled on public ones, not law.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from secure_communities.policy.priority.facts import ENDED_WITHOUT_CONVICTION, ChargeFact, Facts, Outcome


class Switch(StrEnum):
    """What a jurisdiction may decide for itself."""

    NO_DETAINER_ON_MINOR_TRAFFIC_BEFORE_CONVICTION = "NO_DETAINER_ON_MINOR_TRAFFIC_BEFORE_CONVICTION"
    NO_DETAINER_BEFORE_CONVICTION = "NO_DETAINER_BEFORE_CONVICTION"


DOCUMENTED: Final = MappingProxyType({
    Switch.NO_DETAINER_ON_MINOR_TRAFFIC_BEFORE_CONVICTION: "While nobody is convicted and the only known offences are"
    " minor traffic offences, no detainer is issued on a booking here.",
    Switch.NO_DETAINER_BEFORE_CONVICTION: "While nobody is convicted, no detainer is issued on a booking here.",
})  # fmt: skip
# The catalogue's general traffic offence. Hit and run, dangerous loads and driving under influence are not minor.
MINOR_TRAFFIC: Final = frozenset({"5499"})


def detainer_refusal(switches: Collection[Switch], facts: Facts) -> str | None:
    """Why the local switches refuse a detainer on these facts; None where they do not speak."""
    standing = [one for one in facts.charges if one.outcome not in ENDED_WITHOUT_CONVICTION]
    if any(one.outcome is Outcome.CONVICTED for one in standing):
        return None
    if Switch.NO_DETAINER_BEFORE_CONVICTION in switches:
        return "Local policy: no detainer before a conviction, and none is on record."
    if Switch.NO_DETAINER_ON_MINOR_TRAFFIC_BEFORE_CONVICTION in switches and _only_minor_traffic(standing):
        return "Local policy: no detainer on a minor traffic charge before a conviction (S5)."
    return None


def _only_minor_traffic(charges: Collection[ChargeFact]) -> bool:
    """A charge of a code that nobody confirmed is no known offence: it does not lift the option (S18)."""
    other = any(one.code not in MINOR_TRAFFIC and one.code_confirmed for one in charges)
    return not other and any(one.code in MINOR_TRAFFIC for one in charges)
