# SPDX-License-Identifier: Apache-2.0
"""A charge in words: what was submitted, what stands, what its words could mean. Nothing is decided here.

In: an opened charge. Out: summary rows, the choices of its form, tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from secure_communities.identify.records.models import Charge, Disposition
from secure_communities.identify.records.rules import DispositionKind, UnknownReason
from secure_communities.policy.offences import offence
from secure_communities.policy.offences.crosswalk import Suggestion, suggest
from secure_communities.prioritize.facts.confirming import OpenedCharge
from secure_communities.prioritize.facts.models import OutcomeCheck, UntoldCode
from secure_communities.prioritize.facts.vocabulary import UNTOLD, UntoldReason
from secure_communities.web.forms.charges import KINDS

UNKNOWN: Mapping[str, str] = {
    UnknownReason.NOT_SUBMITTED: "none was submitted",
    UnknownReason.FILLER: "0399 was submitted, which stands for none known",
    UnknownReason.NOT_IN_CATALOGUE: "the catalogue does not have what was submitted",
    UnknownReason.STATUS_NOT_OFFENCE: "what was submitted describes a person's standing, not an offence",
    UnknownReason.NO_CHARGE: "there is no charge",
}
OUTCOME_COLUMNS = (
    {"key": "kind", "title": "Outcome"},
    {"key": "day", "title": "Decided on"},
    {"key": "sentence", "title": "Sentence, months", "numeric": True},
    {"key": "maximum", "title": "Maximum, months", "numeric": True},
    {"key": "source", "title": "Reported by"},
    {"key": "at", "title": "Recorded"},
)
READ_COLUMNS = (
    {"key": "what", "title": "What was done"},
    {"key": "who", "title": "By"},
    {"key": "at", "title": "When"},
)


def title_of(charge: Charge) -> str:
    """How a charge is called without its words."""
    return f"Charge {charge.sequence} of {charge.arrest.correlation}"


def rows(opened: OpenedCharge) -> list[dict[str, Any]]:
    """What was submitted, and the code that stands."""
    charge = opened.charge
    return [
        {"term": "Words as submitted", "value": opened.literal or "None"},
        {"term": "Code as submitted", "value": opened.submitted_code or "None"},
        {"term": "Issued in", "value": charge.issuing_state or "Not reported"},
        {"term": "Offence date", "value": charge.offence_date.isoformat() if charge.offence_date else "Not reported"},
        {"term": "Code that stands", "value": _standing(charge)},
    ]


def _standing(charge: Charge) -> str:
    found = offence(charge.code)
    if found is None:
        return f"Unknown: {UNKNOWN.get(charge.unknown_reason, charge.unknown_reason)}"
    how = f"confirmed by {charge.confirmed_by}" if charge.confirmed_by else "as submitted; nobody confirmed it"
    return f"{found.code} {found.description} ({how})"


def suggestions(opened: OpenedCharge) -> list[tuple[str, str]]:
    """The choices that the words suggest, each with its reason; none is chosen beforehand."""
    found = suggest(opened.literal, submitted=opened.submitted_code, state=opened.charge.issuing_state)
    return [(one.offence.code, _choice(one)) for one in found]


def _choice(one: Suggestion) -> str:
    return f"{one.offence.code} {one.offence.description}. {one.because}"


def outcome_rows(found: Iterable[Disposition]) -> list[dict[str, Any]]:
    """Every outcome that was reported, the latest first: the first one stands."""
    return [
        {
            "kind": KINDS[DispositionKind(one.kind)],
            "day": one.decided_on.isoformat() if one.decided_on else "Not reported",
            "sentence": one.sentence_months if one.sentence_months is not None else "Not reported",
            "maximum": one.maximum_months if one.maximum_months is not None else "Not reported",
            "source": one.source, "at": {"at": one.recorded_at},
        }
        for one in found
    ]  # fmt: skip


def read_rows(untold: Iterable[UntoldCode], asked: Iterable[OutcomeCheck]) -> list[dict[str, Any]]:
    """What people did about the charge beside confirming it, the latest first."""
    done = [
        (one.read_at, f"Cannot be told: {UNTOLD[UntoldReason(one.reason)].lower()}", one.read_by) for one in untold
    ] + [(one.checked_at, f"Asked again, nothing new: {one.source}", one.checked_by) for one in asked]
    done.sort(key=lambda each: each[0], reverse=True)
    return [{"what": what, "who": str(who), "at": {"at": at}} for at, what, who in done]
