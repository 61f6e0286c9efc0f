# SPDX-License-Identifier: Apache-2.0
"""An agency's bookings and answers in plain words: what each means, and what it does not mean.

In: what the agency has anyway (its own file, the answers that left). Out: words, tones, rows. Nothing here looks at
the immigration side's state, so that nothing can tell of a candidate that nobody has confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from secure_communities.identify.intake.states import Criminal, Intake
from secure_communities.identify.responses.rules import NOTICE_WITHIN, MessageKind
from secure_communities.interchange.itl import Transaction
from secure_communities.interchange.messages import CombinedResponse, MessageError

NOT_A_MATCH = (
    "A match is not a statement of guilt.",
    "A match is not a statement of unlawful presence.",
    "A match by itself says nothing about citizenship; what an officer determined is said above.",
    "It is not a detainer, and no request to hold anybody.",
)
NO_LONGER = "Nobody may be held a minute longer because of this answer, or because an answer is still to come."

COLUMNS: Sequence[dict[str, Any]] = (
    {"key": "booking", "title": "Booking", "mono": True},
    {"key": "agency", "title": "Submitted by"},
    {"key": "received", "title": "Received"},
    {"key": "criminal", "title": "Criminal answer"},
    {"key": "second", "title": "Second answer"},
)


@dataclass(frozen=True, slots=True)
class Words:
    """One answer in plain words."""

    title: str
    lane: str
    says: tuple[str, ...]
    means: tuple[str, ...]
    means_not: tuple[str, ...]


def criminal_state(intake: str, criminal: str, kinds: frozenset[str]) -> tuple[str, str]:
    """Where the criminal answer stands."""
    if intake == Intake.REFUSED:
        return "File refused: mend and send again", "late"
    if MessageKind.FIRST in kinds:
        return "Answer ready", "good"
    if criminal == Criminal.ANSWERED:
        return "Done; this type takes no answer", "neutral"
    return "Received, being worked on", "working"


def second_state(
    *, intake: str, kinds: frozenset[str], takes: bool, received_at: datetime, now: datetime
) -> dict[str, Any]:
    """Where the second answer stands, as a cell: from what left and from the time alone."""
    if intake == Intake.REFUSED:
        return {"text": "None: the file was refused", "tone": "neutral"}
    if MessageKind.SECOND in kinds:
        return {"text": "Answer ready", "tone": "good"}
    if MessageKind.PENDING in kinds:
        return {"text": "Still being worked on", "tone": "attention"}
    if MessageKind.NO_MATCH in kinds:
        return {"text": "No record was found", "tone": "neutral"}
    if not takes:
        return {"text": "Your agency takes none", "tone": "neutral"}
    due = received_at + NOTICE_WITHIN
    if now < due:
        return {"clock": {"due": due, "started": received_at, "now": now, "label": "If one is due, by"}}
    return {"text": "None has come", "tone": "neutral"}


def row(submission: Any, *, href: str, kinds: frozenset[str], takes: bool, now: datetime) -> dict[str, Any]:
    """One booking in the list."""
    words, tone = criminal_state(submission.intake_state, submission.criminal_state, kinds)
    return {
        "booking": {"text": submission.tcn, "href": href, "note": submission.control_number},
        "agency": {"text": submission.originator.agency.name, "note": submission.originator.ori},
        "received": {"at": submission.received_at},
        "criminal": {"text": words, "tone": tone},
        "second": second_state(
            intake=submission.intake_state, kinds=kinds, takes=takes, received_at=submission.received_at, now=now
        ),
        "late": submission.intake_state == Intake.REFUSED,
    }


def overtaken(message: Any, ready: Sequence[Any]) -> str:
    """Why an answer is no longer the last word, or nothing."""
    if any(one.kind == message.kind and one.version > message.version for one in ready):
        return "A corrected answer replaces this one. Use the corrected one only."
    if message.kind == MessageKind.PENDING and any(one.kind == MessageKind.SECOND for one in ready):
        return "The answer that this notice announced has come."
    return ""


def explain(kind: str, answer: Transaction | None) -> Words:
    """An answer in plain words. `answer` None: it could not be read; then only what its kind says."""
    return _EXPLAINED[MessageKind(kind)](answer)


def _first(answer: Transaction | None) -> Words:
    found, number = _field(answer, "2.059"), _field(answer, "2.014")
    says: tuple[str, ...] = ("Your criminal answer is in the file.",)
    means: tuple[str, ...] = ()
    not_so: tuple[str, ...] = ()
    if found == "I":
        says = ("The fingerprints are those of a person with a criminal history record.",)
        means = (f"The record's number is {number}." if number else "The record's number stands in the file.",)
        not_so = ("It is not a statement that the person is guilty of what the person is held for.",
                  "It is not a warrant; warrants are checked elsewhere.")  # fmt: skip
    elif found == "N":
        says = ("No criminal history record was found for these fingerprints.",)
        means = ("The name, the birth date and the charges had no part in this search; only fingerprints did.",)
        not_so = ("It does not say that the person was never arrested or convicted: records can be missing.",)
    return Words(
        "Criminal answer", "criminal", says, means, (*not_so, "It says nothing about immigration or citizenship.")
    )


def _error(answer: Transaction | None) -> Words:
    return Words(
        "Your file could not be searched", "criminal",
        ("Something in the file is wrong or missing. The file below names it.",),
        ("Mend the file and send it again under a new control number.",
         "Until then no register has been searched."),
        ("It is not an answer about the person.",),
    )  # fmt: skip


def _no_match(answer: Transaction | None) -> Words:
    return Words(
        "No record in the immigration register", "immigration",
        ("The immigration register was searched, and no record was confirmed to be this person's.",),
        ("Nothing follows from this, and there is nothing to do.",),
        ("It is not a statement about citizenship or immigration status. Many people are in no such register.",),
    )  # fmt: skip


def _pending(answer: Transaction | None) -> Words:
    return Words(
        "The second answer is still being worked on", "immigration",
        ("The fingerprints match a record of the immigration register; two examiners confirmed it.",
         "What the record means is still being researched. An officer's answer follows by itself."),
        ("Very many people are in this register: visitors, applicants, lawful residents, people who became citizens.",
         NO_LONGER),
        (*NOT_A_MATCH[:2], "A match by itself says nothing about citizenship.", NOT_A_MATCH[3]),
    )  # fmt: skip


def _second(answer: Transaction | None) -> Words:
    says: tuple[str, ...] = (
        "The fingerprints match a record of the immigration register; two examiners confirmed it.",
    )
    try:
        text = (_field(answer, "2.075") or "").replace("\r\n", "\n")
        combined = CombinedResponse.decode(text)
    except MessageError:
        combined = None
    if combined is not None and combined.answer is not None:
        says += (combined.answer.status_sentence,)
    else:
        says += ("The officer's answer is in the file.",)
    return Words(
        "Second answer", "immigration", says,
        ("An authorised officer signed this answer. If it is found to be wrong, a corrected one follows by itself.",
         NO_LONGER),
        NOT_A_MATCH,
    )  # fmt: skip


_EXPLAINED: Mapping[MessageKind, Callable[[Transaction | None], Words]] = {
    MessageKind.FIRST: _first,
    MessageKind.ERROR: _error,
    MessageKind.NO_MATCH: _no_match,
    MessageKind.PENDING: _pending,
    MessageKind.SECOND: _second,
}


def _field(answer: Transaction | None, tag: str) -> str | None:
    if answer is None:
        return None
    records = answer.of_type(2)
    return records[0].text(tag) if records else None
