# SPDX-License-Identifier: Apache-2.0
"""Work items as rows, tiles and the head of a page. In: items, holders at hand. Out: contexts of components."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from secure_communities.platform.ui.clocks import words
from secure_communities.platform.worklists import registry, rules
from secure_communities.platform.worklists.vocabulary import NoteKind

NOTES = {
    NoteKind.NOTE: "Note",
    NoteKind.HAND_OVER: "Handed over",
    NoteKind.ESCALATION: "Called the supervisor",
    NoteKind.ANSWER: "Supervisor's answer",
}


def columns(*, sort: Mapping[str, Mapping[str, str]] | None = None, manage: bool = True) -> list[dict[str, Any]]:
    """The columns of a list of work; with links to sort by where given."""
    shown: list[dict[str, Any]] = [
        {"key": "title", "title": "Work"},
        {"key": "place", "title": "Why here"},
        {"key": "opened", "title": "Waiting since"},
        {"key": "holder", "title": "With"},
        {"key": "clock", "title": "Due"},
    ]
    for column in shown:
        link = (sort or {}).get(column["key"])
        if link:
            column |= {"sort_url": link["url"], "sorted": link.get("sorted")}
    return [*shown, *([{"key": "manage", "title": "Colleagues"}] if manage else [])]


def address_of(item: Any) -> str:
    """The page of what an item is about, with the purpose it is opened for from here."""
    listed = registry.find(item.worklist)
    if listed is None:
        return page_of(item)
    where = reverse(listed.page, args=[item.about_id])
    return f"{where}?purpose={listed.purpose}" if listed.purpose else where


def page_of(item: Any) -> str:
    """The item's own page: notes, hand-over, calls."""
    return reverse("web:work-item", args=[item.pk])


def title_of(item: Any) -> str:
    """The name of the item's list."""
    listed = registry.find(item.worklist)
    return listed.title if listed else item.worklist


def row(item: Any, *, reader: Any, now: datetime) -> dict[str, Any]:
    """One item: what it is, why it stands where it stands, with whom, until when."""
    first = item.order_class == rules.FIRST
    called = call_of(item)
    return {
        "title": {"text": item.title, "href": address_of(item), "note": title_of(item)},
        "place": {"text": "First of all", "tone": "attention", "note": item.order_reason}
        if first
        else {"text": sentence(item.order_reason)},
        "opened": {"at": item.opened_at, "note": f"{words(now - item.opened_at)} ago"},
        "holder": holder(item, reader=reader, now=now),
        "clock": {"clock": clock(item, now=now)},
        "manage": {"text": "Notes and hand-over", "href": page_of(item), "note": called},
        "late": item.due_at < now,
    }


def sentence(text: str) -> str:
    """A reason as it begins a line."""
    return text[:1].upper() + text[1:]


def call_of(item: Any) -> str:
    """Whether the supervisor was called, in words."""
    if not item.escalation:
        return ""
    return "Supervisor called" if item.escalation == 1 else f"Supervisor called, level {item.escalation}"


def holder(item: Any, *, reader: Any, now: datetime) -> dict[str, Any]:
    """Who has the item, until when, and whether anything has been done with it lately."""
    listed = registry.find(item.worklist)
    alone = listed is not None and not listed.notes  # people conclude alone: who looked before them is not told (S1)
    if not rules.is_held(lease_until=item.lease_until, at=now):
        return {"text": "Nobody yet" if alone or item.claimed_by_id is None else "Free again"}
    name = "A colleague" if alone else item.claimed_by.display_name
    if item.claimed_by_id == reader.pk:
        name = "You"
    idle = now - (item.acted_at or now)
    if idle >= rules.IDLE:
        return {"text": f"{name}: no act for {words(idle)}", "tone": "attention"}
    return {"text": name, "note": f"until {item.lease_until:%H:%M} UTC"}


def clock(item: Any, *, now: datetime) -> dict[str, Any]:
    """The item's clock as the component takes it."""
    return {
        "due": item.due_at, "started": item.clock_started_at, "now": now, "stopped": item.closed_at, "label": "Due"
    }  # fmt: skip


def tiles(tally: Mapping[str, int], *, board: str, late: str = "") -> list[dict[str, Any]]:
    """Counts, each a link to the rows it counts."""

    def tile(key: str, label: str, tone: str) -> dict[str, Any]:
        return {
            "value": tally[key], "label": label, "tone": tone if tally[key] else "", "href": f"{board}?state={key}"
        }  # fmt: skip

    return [
        {"value": tally["open"], "label": "Open", "href": board},
        *([tile("first", "First of all", "attention")] if tally["first"] else []),
        tile("free", "Nobody has them", "working"),
        tile("close", "Soon late", "attention"),
        tile("late", "Late", "late"),
        tile("stuck", "Held, nothing done", "attention"),
        tile("called", "Calls to the supervisor", "attention"),
    ]


def bar(item: Any, *, reader: Any, now: datetime) -> dict[str, Any]:
    """The head of an item's own page."""
    with_whom = holder(item, reader=reader, now=now)
    tags = [{"text": call_of(item), "tone": "attention"}] if item.escalation else []
    if item.closed_at:
        tags = [{"text": f"Completed: {item.closed_reason}", "tone": "good"}]
    elif item.order_class == rules.FIRST:
        tags.insert(0, {"text": "First of all", "tone": "attention"})
    return {
        "kind": title_of(item),
        "title": item.title,
        "facts": [
            {"term": "Submission", "value": item.correlation, "mono": True},
            {"term": "Waiting since", "at": item.opened_at},
            {"term": "Why here", "value": sentence(item.order_reason)},
            {"term": "With", "value": f"{with_whom['text']} {with_whom.get('note', '')}".strip()},
        ],
        "tags": tags,
        "clock": clock(item, now=now),
    }


def notes(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What colleagues wrote, newest first."""
    return [
        {
            "at": one["at"],
            "title": NOTES[one["kind"]] + (f" to {one['handed_to'].display_name}" if one["handed_to"] else ""),
            "text": one["text"] if one["text"] is not None else "This note was expunged.",
            "author": one["author"].display_name,
            "tone": "attention" if one["kind"] is NoteKind.ESCALATION else "neutral",
        }
        for one in reversed(found)
    ]
