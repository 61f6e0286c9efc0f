# SPDX-License-Identifier: Apache-2.0
"""My work: everything that waits for the signed-in person, by kind, due first."""

from __future__ import annotations

from datetime import timedelta
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
from secure_communities.web.presenters import lists, messages
from secure_communities.web.views import examination, frame, research

EXAMINERS = {Role.EXAMINER, Role.LEAD_EXAMINER}
CENTRE = {Role.SUPPORT_SPECIALIST, Role.AUTHORISED_OFFICER, Role.SUPPORT_SUPERVISOR}
MOST = 20  # rows of a kind; the lists have them all
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
    """Sections by kind of work; a kind without work is said kindly, a kind of others is left out."""
    roles = frame.roles_of(request)
    sections: list[dict[str, Any]] = []
    if roles & EXAMINERS:
        compared = examination.rows_of(examination.waiting(request)[: MOST + 1])
        sections.append(
            _section(
                "Comparisons", lists.EXAMINATION_COLUMNS, compared, "No comparison waits for you.", "web:examination"
            )
        )
    if roles & CENTRE:
        queries = research.rows_of(request, research.waiting(request)[: MOST + 1])
        sections.append(
            _section("Status queries", lists.QUERY_COLUMNS, queries, "No query waits for you.", "web:research")
        )
    if Role.BOOKING_OFFICER in roles:
        sections += _booking_desk(request)
    waiting = sum(len(section["rows"]) for section in sections)
    return frame.show(request, "web/my_work.html", {"sections": sections, "waiting": waiting})


def _section(title: str, columns: Any, rows: list[dict[str, Any]], empty: str, more: str = "") -> dict[str, Any]:
    return {
        "title": title, "columns": columns, "rows": rows[:MOST], "empty": empty,
        "count": f"{MOST}+" if len(rows) > MOST else len(rows),
        "more": reverse(more) if more and len(rows) > MOST else "",
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
