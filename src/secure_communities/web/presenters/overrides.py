# SPDX-License-Identifier: Apache-2.0
"""An override in words. In: rows, opened words, the rules. Out: choices and summary rows. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from secure_communities.policy.priority import RuleSet
from secure_communities.prioritize.overrides.rules import REASONS, Reason
from secure_communities.prioritize.overrides.states import State

STATES: Mapping[str, tuple[str, str]] = {
    State.PROPOSED: ("Waits for another person", "working"),
    State.IN_FORCE: ("In force", "attention"),
    State.REFUSED: ("Refused", "neutral"),
    State.ENDED: ("Ended", "neutral"),
}
POINTS = (
    "Nothing changes until a supervisor other than you approves it.",
    "It ends by itself on the day you give, and at once when the case is assessed on other facts.",
    "Humanitarian and family reasons lower a place. They never raise one.",
)


def answers(rules: RuleSet) -> list[tuple[str, str]]:
    """The levels to choose from, the gravest first, each with its place."""
    levels = sorted(rules.levels, key=lambda one: one.rank)
    return [(one.code, f"{one.title} ({place} of {len(levels)})") for place, one in enumerate(levels, start=1)]


def reasons() -> list[tuple[str, str]]:
    """The reasons to choose from; those that only lower say so."""
    return [
        (code.value, ground.words if ground.may_raise else f"{ground.words} (only lowers)")
        for code, ground in REASONS.items()
    ]


def given_rows(rules: RuleSet, stands: str, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A proposal about to be sent."""
    ends = given["expires_on"]
    return [
        {"term": "The rules answer", "value": rules.title_of(stands)},
        {"term": "You propose", "value": rules.title_of(given["answer"])},
        {"term": "Reason", "value": REASONS[Reason(given["reason_code"])].words},
        {"term": "In your words", "value": given["text"]},
        {"term": "Ends after", "value": f"{ends:%b} {ends.day}, {ends.year}"},
    ]


def rows(override: Any, rules: RuleSet, *, text: str, decision: str) -> list[dict[str, Any]]:
    """One override as it stands."""
    state, tone = STATES[override.state]
    found: list[dict[str, Any]] = [
        {"term": "State", "value": state, "tone": tone},
        {"term": "The rules answer", "value": rules.title_of(override.assessment.answer)},
        {"term": "Proposed instead", "value": rules.title_of(override.answer)},
        {"term": "Reason", "value": REASONS[Reason(override.reason_code)].words},
        {"term": "In words", "value": text},
        {"term": "Proposed by", "value": override.proposed_by.display_name},
        {"term": "Proposed", "at": override.proposed_at},
        {"term": "Ends", "at": override.expires_at},
    ]
    if override.decided_at:
        found += [
            {"term": "Decided by", "value": override.decided_by.display_name},
            {"term": "Decided", "at": override.decided_at},
            {"term": "Why", "value": decision},
        ]
    if override.ended_at:
        found += [{"term": "Ended", "at": override.ended_at}, {"term": "Because", "value": override.ended_because}]
    return found
