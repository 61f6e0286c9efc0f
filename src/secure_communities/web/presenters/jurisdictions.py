# SPDX-License-Identifier: Apache-2.0
"""A jurisdiction in words: names of the inputs, and what is about to be recorded, as rows to check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from secure_communities.planning.ranking import Input
from secure_communities.platform.agencies.models import County, Participation
from secure_communities.policy.local import DOCUMENTED, Switch
from secure_communities.prioritize.deployment.models import SwitchSetting

INPUTS: Final[Mapping[Input, str]] = {
    Input.SERIOUS_BOOKINGS: "Serious bookings", Input.STATE_BUREAU_READY: "State bureau ready",
    Input.LIVESCAN_READY: "Livescan ready", Input.MESSAGE_SWITCH_READY: "Message switch ready",
    Input.STAFF_TRAINED: "Staff trained", Input.AGREEMENT_STAGE: "Agreement",
}  # fmt: skip
Rows = list[dict[str, Any]]


def name_of(county: County) -> str:
    """A county with its state."""
    return f"{county.name}, {county.state.name} ({county.fips})"


def in_words(code: str) -> str:
    """A code of a closed list for people."""
    return code.replace("_", " ").capitalize()


def day(one: date) -> str:
    """A day for people."""
    return f"{one:%b} {one.day}, {one.year}"


def switch_rows(county: County, given: Mapping[str, Any], *, is_on: bool, later: Iterable[SwitchSetting]) -> Rows:
    """A switch about to be set, with what it changes and what is set for later already."""
    after = ", ".join(f"{'on' if one.on else 'off'} from {day(one.starts_on)}" for one in later)
    return [
        {"term": "Jurisdiction", "value": name_of(county)},
        {"term": "Switch", "value": in_words(given["switch"])},
        {"term": "While it is on", "value": DOCUMENTED[Switch(given["switch"])]},
        {"term": "Today it is", "value": "on" if is_on else "off"},
        {"term": "You set it", "value": "on" if given["on"] == "yes" else "off"},
        {"term": "From", "value": day(given["starts_on"])},
        *([{"term": "Set for later already", "value": after}] if after else []),
        {"term": "Ground", "value": given["citation"]},
    ]


def readiness_rows(county: County, given: Mapping[str, Any], *, before: str) -> Rows:
    """A measure about to be noted."""
    return [
        {"term": "Jurisdiction", "value": name_of(county)},
        {"term": "What", "value": INPUTS[Input(given["name"])]},
        {"term": "Known so far", "value": before or "nothing"},
        {"term": "You note", "value": f"{given['value']:g} % ({given['low']:g} to {given['high']:g} %)"},
        {"term": "Source", "value": given["source"]},
        {"term": "As of", "value": day(given["as_of"])},
    ]


def entry_rows(county: County, given: Mapping[str, Any], *, whose: str) -> Rows:
    """An entry of the register about to be made."""
    return [
        {"term": "Jurisdiction", "value": name_of(county)},
        {"term": "Whose", "value": whose},
        {"term": "Purpose", "value": in_words(given["purpose"])},
        {"term": "Legal basis", "value": in_words(given["legal_basis"])},
        {"term": "Ground", "value": given["citation"]},
        {"term": "Consent", "value": in_words(given["consent"])},
        {"term": "Agreed on", "value": day(given["agreement_date"])},
        {"term": "In force from", "value": day(given["starts_on"])},
        {"term": "Why", "value": given["reason"]},
    ]


def end_rows(county: County, given: Mapping[str, Any], *, entry: Participation) -> Rows:
    """An entry about to end."""
    whose = entry.originating_agency.ori if entry.originating_agency else "The whole county"
    return [
        {"term": "Jurisdiction", "value": name_of(county)},
        {"term": "Whose", "value": whose},
        {"term": "Purpose", "value": in_words(entry.purpose)},
        {"term": "Ground", "value": entry.citation},
        {"term": "In force from", "value": day(entry.starts_on)},
        {"term": "Ends on", "value": day(given["ends_on"])},
        {"term": "How it ends", "value": in_words(given["exit_kind"])},
        {"term": "Why", "value": given["reason"]},
    ]
