# SPDX-License-Identifier: Apache-2.0
"""The rows behind a figure of the programme, in codes: a booking, a charge, a case or an override a row, no names.

In: what is counted, and what was asked of it. Out: `Listing`: a title, columns, the rows as a query, a row as cells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from secure_communities.oversight.programme import selectors
from secure_communities.oversight.programme.selectors import CONVICTED, OUTCOME_KNOWN, SEARCHED, SENTENCED, Asked
from secure_communities.platform.exports.tables import Cell
from secure_communities.policy.priority import RuleSet
from secure_communities.prioritize.overrides.states import State
from secure_communities.web.presenters.assessments import BASES
from secure_communities.web.presenters.lists import words_of

BOOKING = ("Booking", "Agency (ORI)", "Received (UTC)")
REASONS: Mapping[str, str] = {
    "NOT_SUBMITTED": "No code was submitted",
    "FILLER": "The filler code, which says nothing",
    "NOT_IN_CATALOGUE": "The code is not in the catalogue",
    "STATUS_NOT_OFFENCE": "The code is of a status, not an offence",
    "NO_CHARGE": "The booking names no charge",
}
STATES: Mapping[str, str] = {
    State.PROPOSED: "Proposed, undecided", State.IN_FORCE: "In force", State.REFUSED: "Refused", State.ENDED: "Ended",
}  # fmt: skip
TIMES: Mapping[str, str] = {
    "first": "From receipt to the first response",
    "determined": "From the query to the signed determination",
    "second": "From receipt to the second response",
}
CHARGES: Mapping[str, str] = {
    "charges": "All charges",
    "coded": "Charges with a code",
    "uncoded": "Charges without a code",
    "outcome": "Charges whose outcome is on record",
    "no_outcome": "Charges whose outcome is not on record",
    "convicted": "Convictions",
    "sentence": "Convictions whose sentence is on record",
}


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows to page through or to carry away. The first cell of a row is the booking's control number."""

    title: str
    columns: tuple[str, ...]
    found: QuerySet[Any]
    row: Callable[[Any], list[Cell]]


def listing(query: Mapping[str, str], asked: Asked, rules: RuleSet, *, at: datetime) -> Listing:
    """The rows of the measure named in the query; all bookings where none is."""
    measure = query.get("measure", "")
    if measure in CHARGES:
        return _charges(measure, query.get("reason", ""), asked)
    if measure == "cases":
        return _cases(query, asked, rules, at=at)
    if measure == "overrides":
        return _overrides(query.get("state_of", ""), asked, rules)
    if measure in TIMES:
        return _times(measure, asked)
    return _bookings(measure, query, asked)


def _booking(one: Any) -> list[Cell]:
    return [one.control_number, one.originator.ori, one.received_at]


def _bookings(measure: str, query: Mapping[str, str], asked: Asked) -> Listing:
    found = selectors.submissions(asked).select_related("originator").defer("content").order_by("-received_at", "-id")
    title = "Bookings received"
    if measure == "searched":
        found, title = found.filter(SEARCHED), "Bookings searched in the immigration register"
    elif measure == "matched":
        found, title = found.filter(SEARCHED, query__isnull=False), "Matches that two examiners confirmed"
    if "wave" in query:
        found = found.filter(originator__in=selectors.in_wave(query["wave"]))
        title += f", agencies that began in {query['wave']}" if query["wave"] else ", agencies not in the register"
    if query.get("ori"):
        found = found.filter(originator__ori=query["ori"])
        title += f", ORI {query['ori']}"
    return Listing(title, (*BOOKING, "Type"), found, lambda one: [*_booking(one), one.transaction_type])


def _charges(measure: str, reason: str, asked: Asked) -> Listing:
    found = selectors.charges(asked).select_related("arrest").order_by("-id")
    conditions = {
        "coded": lambda: found.filter(code__isnull=False),
        "uncoded": lambda: found.filter(code=None, **({"unknown_reason": reason} if reason in REASONS else {})),
        "outcome": lambda: found.filter(OUTCOME_KNOWN),
        "no_outcome": lambda: found.exclude(OUTCOME_KNOWN),
        "convicted": lambda: found.filter(CONVICTED),
        "sentence": lambda: found.filter(SENTENCED),
    }
    columns = ("Booking", "Agency (ORI)", "Charge", "Code", "Code from", "Outcome", "Sentence (months)")
    return Listing(
        CHARGES[measure], columns, conditions.get(measure, lambda: found)(),
        lambda one: [
            one.arrest.correlation, one.arrest.ori, one.sequence,
            one.code or REASONS.get(one.unknown_reason, one.unknown_reason),
            one.code_source.replace("_", " ").lower(), (one.outcome or "not on record").replace("_", " ").lower(),
            one.sentence,
        ],
    )  # fmt: skip


def _cases(query: Mapping[str, str], asked: Asked, rules: RuleSet, *, at: datetime) -> Listing:
    found = selectors.cases(asked, at=at).order_by("query_id")
    title = f"Cases under {rules.code}"
    if query.get("answer"):
        found = found.filter(effective_answer=query["answer"])
        title += f": {rules.title_of(query['answer'])}" if _known(rules, query["answer"]) else ""
    if query.get("basis") in BASES:
        found = found.filter(basis=query["basis"])
        title += f" · {BASES[query['basis']]}"
    if query.get("provisional"):
        found, title = found.filter(provisional=True), f"{title} · provisional"
    return Listing(
        title, (*BOOKING, "Level", "Rests on", "Provisional", "By override"), found,
        lambda one: [
            *_booking(one.query.submission), rules.title_of(one.effective_answer), BASES.get(one.basis, one.basis),
            one.provisional, one.override_id is not None,
        ],
    )  # fmt: skip


def _known(rules: RuleSet, answer: str) -> bool:
    return answer in {one.code for one in rules.levels} or answer in ("REVIEW", "INSUFFICIENT_DATA", "NOT_APPLICABLE")


def _overrides(state: str, asked: Asked, rules: RuleSet) -> Listing:
    found = selectors.overrides(asked).order_by("-id")
    title = "Overrides"
    if state in STATES:
        found, title = found.filter(state=state), f"Overrides: {STATES[state].lower()}"
    return Listing(
        title, (*BOOKING, "State", "Ground", "Proposed (UTC)", "Ends (UTC)"), found,
        lambda one: [
            *_booking(one.query.submission), STATES.get(one.state, one.state),
            one.reason_code.replace("_", " ").lower(), one.proposed_at, one.expires_at,
        ],
    )  # fmt: skip


def _times(measure: str, asked: Asked) -> Listing:
    if measure == "determined":
        found: QuerySet[Any] = selectors.determinations(asked).select_related("query__submission__originator")
    else:
        answers = selectors.first_answers if measure == "first" else selectors.second_answers
        found = answers(asked).select_related("submission__originator").defer("content", "submission__content")
    return Listing(
        f"{TIMES[measure]}, the longest first", (*BOOKING, "Took", "Seconds"), found.order_by("-took", "-id"),
        lambda one: [
            *_booking(one.query.submission if measure == "determined" else one.submission),
            words_of(one.took.total_seconds()), round(one.took.total_seconds(), 1),
        ],
    )  # fmt: skip
