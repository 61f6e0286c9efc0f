# SPDX-License-Identifier: Apache-2.0
"""The live list of submissions and the life of one submission."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from secure_communities.identify.examination import selectors as comparisons
from secure_communities.identify.galleries.models import Register
from secure_communities.identify.intake import services as intake
from secure_communities.identify.intake.booking import Booking, read_booking
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.intake.reading import ReadPurpose
from secure_communities.identify.responses import services as responses
from secure_communities.identify.responses.documents import ALSO_XML
from secure_communities.identify.responses.rules import TO_THE_AGENCY, MessageState
from secure_communities.interchange.files import suffix_of
from secure_communities.interchange.itl import CodecError
from secure_communities.platform import clock
from secure_communities.platform.access.policy import POLICY, Permission
from secure_communities.web.forms.reading import SubmissionFilter
from secure_communities.web.presenters import evidence, fingers, lanes, lists, messages, submission
from secure_communities.web.presenters.sight import SIGHTS, WORDS, Sight, knows_immigration
from secure_communities.web.views import frame, life, paging, priority_page, queries

SEEN = "X-Seen"


@require_safe
@frame.staff_page
def listing(request: HttpRequest) -> HttpResponse:
    """The list: tiles, filter, rows. A script asks for the same address every three seconds; nothing new is 204."""
    frame.require(request, Permission.SUBMISSION_VIEW)
    now, immigration = clock.now(), knows_immigration(frame.roles_of(request))
    asked = queries.Asked.of(request.GET, immigration=immigration, now=now)
    form = SubmissionFilter(asked.values, states=queries.choices(immigration=immigration))
    found = queries.submissions(request.user, asked, now=now)
    part = paging.part(queries.with_rows(found), order=asked.order, query=request.GET, size=frame.PAGE_SIZE)
    here = reverse("web:submissions")
    context = {
        "request": request,
        "part": part,
        "counted": (counted := paging.counted(found)),
        "columns": lists.submission_columns(immigration=immigration, sort=asked.sort_link(here)),
        "rows": [
            lists.submission_row(
                one, href=reverse("web:submission", args=[one.control_number]), immigration=immigration, now=now
            )
            for one in part.rows
        ],
        "tiles": lists.tiles(queries.tally(request.user, immigration=immigration, now=now), address=here),
        "filters": {
            "form": form, "action": here, "count": counted, "noun": "submissions",
            "chips": asked.chips(here, immigration=immigration), "clear_url": here, "hidden": asked.hidden(),
        },
        "address": request.get_full_path(),
    }  # fmt: skip
    live = render_to_string("web/submissions_live.html", context)
    context["seen"] = hashlib.sha256(f"{context['tiles']}{live}".encode()).hexdigest()[:16]
    if request.headers.get(SEEN) == context["seen"]:
        return HttpResponse(status=204)
    context["live"] = live
    template = "web/submissions_part.html" if frame.ASKED_BY_SCRIPT in request.headers else "web/submissions.html"
    return frame.show(request, template, context)


@require_safe
@frame.staff_page
def detail(request: HttpRequest, control_number: str) -> HttpResponse:
    """The life of one submission, as far as the purpose of the reading goes."""
    opened, purpose = frame.open_record(request, control_number)
    sight, now = SIGHTS[purpose], clock.now()
    story = life.of(opened, blind=comparisons.still_blind(request.user, opened, at=now))
    token = frame.page_token(request, submission=opened.control_number, purpose=purpose.value)
    booking = _booking(opened) if sight.person else None
    clocks = life.clocks(opened, sight, now=now)
    running = next((one for one in clocks if not one["stopped"]), None)
    shown = _messages(opened, sight, token)
    context = {
        "trail": [{"title": "Submissions", "href": reverse("web:submissions")}, {"title": opened.control_number}],
        "bar": submission.identity_bar(opened, booking, sight, clock=running),
        "origin": lanes.origin(story),
        "lanes": lanes.lanes(story, sight),
        "timeline": lanes.timeline(story, sight, life.names_of(story.events)),
        "clocks": clocks,
        "findings": submission.finding_rows(opened.findings),
        "finding_columns": submission.FINDING_COLUMNS,
        "fingers": _card(opened, token) if sight.prints else None,
        "purpose_words": WORDS[purpose],
        "booking_rows": submission.booking_rows(booking) if booking else None,
        "charge_rows": submission.charge_rows(booking) if booking else None,
        "charge_columns": submission.CHARGE_COLUMNS,
        "messages_shown": shown,
        "speaks_of_a_match": sight.immigration or any(one["lane"] == "immigration" for one in shown),
        "file_url": _file_url(opened, token) if sight.person else "",
        "query_url": _query_url(opened, purpose),
        "priority_url": priority_page.link(request.user, getattr(opened, "query", None), opened),
        "deliveries_url": _deliveries_url(request, opened),
        "evidence": evidence.cards(comparisons.evidence_of(opened)) if sight.evidence else [],
        "evidence_columns": evidence.COLUMNS,
    }  # fmt: skip
    return frame.show(request, "web/submission.html", context)


def _booking(opened: Submission) -> Booking | None:
    """What the file says of the person; None where it cannot be read so far."""
    try:
        return read_booking(intake.transaction_of(opened))
    except (CodecError, ValueError):
        return None


def _card(opened: Submission, token: str) -> list[dict[str, Any]] | None:
    """The ten fingers with images and minutiae, when the file was fit for search."""
    tenprint = intake.probe_of(opened, Register.CRIMINAL)
    if tenprint is None:
        return None

    def address(position: int, **more: str) -> str:
        where = reverse("web:finger", args=[opened.control_number, position])
        return f"{where}?{urlencode({'view': token, **more})}"

    return fingers.card(
        tenprint, image=lambda position: address(position, size="small"), larger=lambda position: address(position)
    )


def _messages(opened: Submission, sight: Sight, token: str) -> list[dict[str, Any]]:
    """The messages this purpose includes, newest first. What is held back is not the agency's yet."""
    shown = []
    for message in opened.messages.order_by("-id"):
        to_agency = message.kind in TO_THE_AGENCY
        if not (sight.answers if to_agency else sight.centre):
            continue
        if message.state == MessageState.HELD and not sight.immigration:
            continue
        message.submission = opened  # its data key is at hand
        held = message.state == MessageState.HELD  # written only when it leaves
        where = reverse("web:message", args=[opened.control_number, message.tcn])
        printed = reverse("web:response-pdf", args=[opened.control_number, message.tcn])
        shown.append(
            messages.viewer(
                kind=message.kind, state=message.state, at=message.ready_at, tcn=message.tcn,
                sender=message.sender, recipient=message.recipient,
                text=messages.HELD if held else messages.text_of(responses.content_of(message), message.media_type),
                download_url="" if held else f"{where}?{urlencode({'view': token})}",
                pdf_url="" if held else f"{printed}?{urlencode({'view': token})}",
                xml_url=f"{where}?{urlencode({'view': token, 'form': 'xml'})}" if message.kind in ALSO_XML else "",
                extension=suffix_of(message.media_type),
            )
        )  # fmt: skip
    return shown


def _file_url(opened: Submission, token: str) -> str:
    where = reverse("web:submission-file", args=[opened.control_number])
    return f"{where}?{urlencode({'view': token})}"


def _deliveries_url(request: HttpRequest, opened: Submission) -> str:
    """The deliveries of this submission's answers, for those who may see what arrived."""
    if not frame.roles_of(request) & POLICY[Permission.DELIVERY_VIEW].roles.keys():
        return ""
    return f"{reverse('web:deliveries')}?{urlencode({'number': opened.control_number})}"


def _query_url(opened: Submission, purpose: ReadPurpose) -> str:
    query = getattr(opened, "query", None)
    if query is None or not SIGHTS[purpose].centre:
        return ""
    return f"{reverse('web:query', args=[query.pk])}?{urlencode({'purpose': purpose.value})}"
