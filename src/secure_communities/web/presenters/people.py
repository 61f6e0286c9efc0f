# SPDX-License-Identifier: Apache-2.0
"""A person's record in words: purposes by role, the identity bar, tables of records, claims, links, the timeline.

In: selectors' shapes. Out: contexts of the components. What is withheld has no content here to show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from secure_communities.identify.people.models import Change, LinkRule, SourceRecord
from secure_communities.identify.people.reading import PersonPurpose
from secure_communities.identify.people.search import Found
from secure_communities.identify.people.selectors import Held, Picture
from secure_communities.linkage.weighing import Weighing, Word
from secure_communities.platform.access.roles import Role
from secure_communities.platform.events import registry
from secure_communities.platform.events.models import Event

PURPOSES: Mapping[Role, tuple[PersonPurpose, ...]] = {
    Role.SUPPORT_SPECIALIST: (PersonPurpose.RESEARCH, PersonPurpose.LINKAGE),
    Role.AUTHORISED_OFFICER: (PersonPurpose.DETERMINATION,),
    Role.SUPPORT_SUPERVISOR: (PersonPurpose.LINKAGE, PersonPurpose.RESEARCH, PersonPurpose.DETERMINATION),
    Role.FIELD_OFFICER: (PersonPurpose.REFERRAL,),
    Role.FIELD_SUPERVISOR: (PersonPurpose.REFERRAL,),
    Role.COUNSEL: (PersonPurpose.COUNSEL,),
    Role.REDRESS_OFFICER: (PersonPurpose.REDRESS,),
    Role.AUDITOR: (PersonPurpose.OVERSIGHT,),
}
KINDS = {
    "CRIMINAL": "Criminal history register",
    "IMMIGRATION": "Immigration history register",
    "SUBMISSION": "Booking",
    "EVIDENCE": "Evidence",
}
BASES = {
    "FIRST_SEEN": "First record of its source",
    "SAME_SOURCE": "Another version of the same record",
    "ENROLMENT": "Opened from this booking's prints",
    "CONFIRMED_PRINT": "Prints confirmed",
    "MERGE": "Merged by two members of staff",
    "SPLIT": "Split by two members of staff",
    "UNDO": "A change was taken back",
}
HIDDEN = {
    "withheld": "Withheld: the record may be a protected person's, and your role is not entitled to it.",
    "expunged": "Expunged: its key was destroyed, and nobody can read it again.",
}
TONES = {Word.LIKELY: "attention", Word.POSSIBLE: "working", Word.UNLIKELY: "neutral"}
STATES = {
    "open": ("Waits for a supervisor", "working"), "approved": ("Approved", "good"), "refused": ("Refused", "neutral"),
    "withdrawn": ("Withdrawn", "neutral"), "undone": ("Undone", "attention"),
}  # fmt: skip

RECORD_COLUMNS = (
    {"key": "source", "title": "Source"},
    {"key": "names", "title": "Names it gives"},
    {"key": "born", "title": "Birth date"},
    {"key": "retrieved", "title": "Retrieved"},
    {"key": "why", "title": "Why it is this person's"},
)
CLAIM_COLUMNS = (
    {"key": "value", "title": "What is said"},
    {"key": "kind", "title": "Of what"},
    {"key": "sources", "title": "By which source"},
)
CHANGE_COLUMNS = (
    {"key": "what", "title": "Change"},
    {"key": "state", "title": "State"},
    {"key": "proposed", "title": "Proposed"},
    {"key": "why", "title": "Why"},
    {"key": "decided", "title": "Decided"},
)
RULE_COLUMNS = (
    {"key": "rule", "title": "Rule"},
    {"key": "records", "title": "Records"},
    {"key": "by", "title": "Set"},
    {"key": "why", "title": "Why"},
    {"key": "state", "title": "State"},
)
STEP_COLUMNS = (
    {"key": "what", "title": "Compared"},
    {"key": "how", "title": "How they agree"},
    {"key": "weight", "title": "Weight, bits", "numeric": True},
    {"key": "total", "title": "Sum so far", "numeric": True},
)
SIDES = (
    ("names", "Names"),
    ("birth_dates", "Birth dates"),
    ("sex", "Sex"),
    ("places", "Places of birth"),
    ("numbers", "Numbers"),
)
SIDE_COLUMNS = (
    {"key": "what", "title": "Fact"},
    {"key": "first", "title": "First record"},
    {"key": "second", "title": "Second record"},
)


def purposes_of(roles: Iterable[Role]) -> list[PersonPurpose]:
    """The purposes for which somebody with these roles may open a person, the role's usual one first."""
    return list(dict.fromkeys(purpose for role in sorted(roles) for purpose in PURPOSES.get(role, ())))


def source_words(record: SourceRecord) -> str:
    """A record as its source names it."""
    version = f", version {record.version}" if record.version > 1 else ""
    return f"{KINDS[record.kind]} {record.reference}{version}"


def identity_bar(picture: Picture) -> dict[str, Any]:
    """The head of the page."""
    first = next((one.said for one in picture.held if one.said), None) or {}
    tags = [{"text": f"{len(picture.held)} record{'s' * (len(picture.held) != 1)}", "tone": "neutral"}]
    if picture.person.merged_into:
        tags.append({"text": f"Merged into {picture.person.merged_into.number}", "tone": "attention"})
    if picture.withheld:
        tags.append({"text": "A record is withheld", "tone": "attention"})
    if any(one.kind == "MUST_NOT_LINK" and one.withdrawn_at is None for one in picture.rules):
        tags.append({"text": "Kept apart from another person", "tone": "attention"})
    return {
        "title": picture.name or picture.person.number,
        "kind": "Person",
        "tags": tags,
        "facts": [
            {"term": "Number", "value": picture.person.number, "mono": True},
            {"term": "Birth date", "value": ", ".join(first.get("birth_dates", ()))},
            {"term": "Sex", "value": first.get("sex", "")},
            {"term": "Known since", "at": picture.person.created_at},
        ],
    }


def record_rows(held: Iterable[Held], *, bookings: bool, purpose: str) -> list[dict[str, Any]]:
    """The records, each with its provenance. `bookings`: whether the reader may open a booking from here."""
    rows = []
    for one in held:
        record, assignment = one.record, one.assignment
        said = one.said or {}
        source: dict[str, Any] = {"text": record.reference, "note": KINDS[record.kind]}
        if record.submission_id and bookings:
            source["href"] = f"{reverse('web:submission', args=[record.reference])}?purpose={purpose}"
        rows.append(
            {
                "source": source,
                "names": HIDDEN[one.hidden] if one.hidden else " · ".join(said.get("names", ())),
                "born": ", ".join(said.get("birth_dates", ())),
                "retrieved": {"at": record.retrieved_at, "style": "day", "note": f"version {record.version}"},
                "why": {"text": BASES[assignment.basis], "note": by_words(assignment.assigned_by, assignment.reason)},
            }
        )
    return rows


def by_words(actor: str, reason: str) -> str:
    """The member of staff who did it, and why; nothing where the system did, whose ground says all."""
    kind, _, name = actor.partition(":")
    return f"{name}: {reason}" if kind == "user" else ""


def claim_rows(picture: Picture) -> list[dict[str, Any]]:
    """Every claim with its sources; several of one kind stand side by side."""
    return [
        {"value": one.value, "kind": one.title, "sources": "; ".join(source_words(record) for record in one.sources)}
        for one in picture.claims
    ]


def change_words(change: Change) -> str:
    """A change as a sentence."""
    if change.kind == "MERGE" and change.other is not None:
        return f"The records of {change.other.number} become {change.person.number}’s"
    if change.kind == "SPLIT":
        return f"{len(change.records)} of {change.person.number}’s records become somebody else’s"
    return f"{change.undoes.kind.capitalize() if change.undoes else 'Change'} {change.undoes_id} is taken back"


def change_rows(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Changes, newest first."""
    return [
        {
            "what": {"text": change_words(one), "href": reverse("web:person-change", args=[one.pk])},
            "state": {"text": STATES[one.state][0], "tone": STATES[one.state][1]},
            "proposed": {"at": one.proposed_at, "note": one.proposed_by.get_username()},
            "why": one.rationale,
            "decided": {"at": one.decided_at, "note": f"{one.decided_by}: {one.decision_reason}"}
            if one.decided_at
            else None,
        }
        for one in changes
    ]


def rule_rows(rules: Iterable[LinkRule], mine: Iterable[int]) -> list[dict[str, Any]]:
    """Link rules: the record of another person is named by its kind alone."""
    own = set(mine)
    return [
        {
            "rule": {"text": f"{one.pk}: {'keeps apart' if one.kind == 'MUST_NOT_LINK' else 'holds together'}"},
            "records": " and ".join(
                source_words(record) if record.pk in own else f"another person’s record {record.pk}"
                for record in (one.first, one.second)
            ),
            "by": {"at": one.set_at, "note": one.set_by.get_username()},
            "why": one.rationale,
            "state": {"text": "Withdrawn", "tone": "neutral"}
            if one.withdrawn_at
            else {"text": "In force", "tone": "good"},
        }
        for one in rules
    ]


def timeline(events: Iterable[Event]) -> list[dict[str, Any]]:
    """The events for the timeline component, newest first, with when they were recorded."""
    items = []
    for event in events:
        kind = registry.kind(event.kind)
        who, _, name = event.actor.partition(":")
        items.append(
            {
                "at": event.occurred_at, "recorded_at": event.recorded_at, "title": kind.title, "lane": kind.lane.value,
                "tone": kind.tone.value, "actor": name, "actor_kind": "person" if who == "user" else "machine",
                "detail": event.data.get("summary", ""),
            }
        )  # fmt: skip
    return items


def subjects_of(events: Iterable[Event]) -> list[str]:
    """What the events speak of (the part of a kind before the colon), for the filter."""
    return sorted({event.kind.partition(":")[0] for event in events})


def step_rows(weighing: Weighing) -> list[dict[str, Any]]:
    """The waterfall as a table: the same numbers that the order of the list follows."""
    return [
        {"what": one.title, "how": one.words, "weight": f"{one.weight:+.1f}", "total": f"{one.total:+.1f}"}
        for one in weighing.steps
    ]


def bars(weighing: Weighing) -> list[dict[str, Any]]:
    """The waterfall as bars: for each step where it begins and how long it is, in the chart's units."""
    reach = max([10.0, *(abs(one.total) for one in weighing.steps), *(abs(one.weight) for one in weighing.steps)])
    drawn, before = [], 0.0
    for one in weighing.steps:
        low, high = sorted((before, one.total))
        drawn.append(
            {
                "title": one.title, "words": one.words, "weight": f"{one.weight:+.1f}",
                "x": round(150 + 150 * low / reach, 1), "width": max(round(150 * (high - low) / reach, 1), 1.0),
                "for": one.weight >= 0,
            }
        )  # fmt: skip
        before = one.total
    return drawn


def weighing_item(weighing: Weighing) -> dict[str, Any]:
    """What the waterfall component shows: one function for the list, the pair and the style guide."""
    return {
        "word": weighing.word.value,
        "tone": TONES[weighing.word],
        "twins": weighing.twins,
        "rows": step_rows(weighing),
        "bars": bars(weighing),
        "total": f"{weighing.total:+.1f}",
        "unadjusted": f"{weighing.unadjusted:+.1f}",
        "model": weighing.model,
    }


def found_item(found: Found, *, purpose: str) -> dict[str, Any]:
    """One person to look at, with the word and the reasons."""
    return {
        "title": next(iter(found.said.get("names", ())), found.person.number),
        "number": found.person.number,
        "href": f"{reverse('web:person', args=[found.person.number])}?purpose={purpose}",
        "born": ", ".join(found.said.get("birth_dates", ())),
        "source": source_words(found.record),
        "others": " · ".join(list(found.said.get("names", ()))[1:]),
        **weighing_item(found.weighing),
    }


def side_rows(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Two records side by side."""
    facts = (
        ("names", "Names"),
        ("birth_dates", "Birth dates"),
        ("sex", "Sex"),
        ("places", "Places of birth"),
        ("numbers", "Numbers"),
    )
    return [
        {"what": title, "first": _joined(first.get(key)), "second": _joined(second.get(key))} for key, title in facts
    ]


def _joined(value: Any) -> str:
    return value if isinstance(value, str) else " · ".join(value or ())
