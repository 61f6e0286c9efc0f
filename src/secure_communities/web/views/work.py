# SPDX-License-Identifier: Apache-2.0
"""My work: what the signed-in person holds, what to take next and why it is first, and the booking desk's two lists."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from secure_communities.identify.intake import selectors
from secure_communities.identify.intake.states import Intake
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import TO_THE_AGENCY, MessageState
from secure_communities.platform import clock
from secure_communities.platform.access.roles import Role
from secure_communities.platform.worklists import offers, registry
from secure_communities.platform.worklists import selectors as worklists
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.platform.worklists.selectors import Concern
from secure_communities.web.presenters import messages
from secure_communities.web.presenters import work as presented
from secure_communities.web.views import frame

MOST = 20  # rows of a booking desk's list
AHEAD = 10  # items that may be taken next, as far as they are shown
LOOKED_AT = 60  # items looked through for those
REFUSED_COLUMNS = (
    {"key": "number", "title": "Control number", "mono": True},
    {"key": "received", "title": "Received"},
    {"key": "why", "title": "Why it was refused"},
)
ANSWER_COLUMNS = (
    {"key": "number", "title": "Submission", "mono": True},
    {"key": "answer", "title": "Answer"},
    {"key": "ready", "title": "Ready since"},
)


@require_safe
@frame.staff_page
def mine(request: HttpRequest) -> HttpResponse:
    """What I hold, what waits that I may take, calls to me; a kind without work is said kindly."""
    now, reader = clock.now(), request.user
    lists, supervised = offers.lists_of(reader, at=now), offers.supervised_by(reader, at=now)
    held = list(worklists.held_by(reader, at=now)) if lists else []
    ahead = _ahead(reader, lists, now) if lists else []
    sections = _booking_desk(request) if Role.BOOKING_OFFICER in frame.roles_of(request) else []
    calls = worklists.tally(supervised, reader=reader, at=now) if supervised else {}
    context = {
        "works": bool(lists),
        "held": [presented.row(one, reader=reader, now=now) for one in held],
        "ahead": [presented.row(one, reader=reader, now=now) for one in ahead],
        "columns": presented.columns(),
        "lists": _buttons(lists, ahead),
        "supervises": bool(supervised),
        "calls": presented.tiles(calls, board=reverse("web:worklists")) if supervised else [],
        "trouble": sum(calls.get(concern.value, 0) for concern in (Concern.CALLED, Concern.LATE)),
        "sections": sections,
        "waiting": len(held) + len(ahead) + sum(len(section["rows"]) for section in sections),
        "nothing": not (lists or supervised or sections),
    }
    return frame.show(request, "web/my_work.html", context)


def _ahead(reader: Any, lists: list[str], now: datetime) -> list[WorkItem]:
    """The first items that are free and that this reader may take, in the order they are served."""
    free = (
        offers.free(lists, at=now).filter(offers.of_own_office(reader, lists)).select_related("claimed_by")[:LOOKED_AT]
    )
    found: list[WorkItem] = []
    for item in free:
        if offers.may_take(reader, item, at=now):
            found.append(item)
        if len(found) == AHEAD:
            break
    return found


def _buttons(lists: list[str], ahead: list[WorkItem]) -> list[dict[str, str]]:
    """For somebody with several lists of work waiting: one button each, beside that of all."""
    waiting = {item.worklist for item in ahead}
    return [
        {"name": name, "title": registry.worklist(name).title} for name in lists if name in waiting and len(waiting) > 1
    ]


def _section(title: str, columns: Any, rows: list[dict[str, Any]], empty: str) -> dict[str, Any]:
    return {
        "title": title, "columns": columns, "rows": rows[:MOST], "empty": empty,
        "count": f"{MOST}+" if len(rows) > MOST else len(rows),
    }  # fmt: skip


def _booking_desk(request: HttpRequest) -> list[dict[str, Any]]:
    """For a booking officer: files refused since yesterday, and answers nobody has fetched."""
    now = clock.now()
    own = selectors.visible_to(request.user, at=now).defer("content")
    refused = own.filter(intake_state=Intake.REFUSED, received_at__gte=now - timedelta(days=1))[: MOST + 1]
    ready = (
        Message.objects.filter(submission__in=own.values("pk"), state=MessageState.READY, kind__in=TO_THE_AGENCY)
        .select_related("submission")
        .defer("content", "submission__content")
        .order_by("ready_at")[: MOST + 1]
    )

    def link(control_number: str) -> dict[str, str]:
        return {"text": control_number, "href": reverse("web:submission", args=[control_number])}

    return [
        _section(
            "Files to mend and send again", REFUSED_COLUMNS,
            [
                {
                    "number": link(one.control_number),
                    "received": {"at": one.received_at},
                    "why": {"text": one.findings[0]["message"] if one.findings else "",
                            "note": f"and {len(one.findings) - 1} more" if len(one.findings) > 1 else ""},
                    "late": True,
                }
                for one in refused
            ],
            "No file of your agency was refused since yesterday.",
        ),
        _section(
            "Answers ready to be fetched", ANSWER_COLUMNS,
            [
                {
                    "number": link(one.submission.control_number),
                    "answer": messages.TITLES[one.kind][0],
                    "ready": {"at": one.ready_at},
                }
                for one in ready
            ],
            "Every answer has been fetched.",
        ),
    ]  # fmt: skip
