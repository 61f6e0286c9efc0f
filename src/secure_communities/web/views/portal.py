# SPDX-License-Identifier: Apache-2.0
"""The agency portal: a jail's own bookings, its answers in plain words, files, and receipt. Nothing beyond its copy."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages as notices
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from secure_communities.identify.intake import reading
from secure_communities.identify.intake import selectors as intake
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.intake.reading import ReadPurpose
from secure_communities.identify.responses import selectors, services
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import ANSWERED_TYPES, TO_THE_AGENCY, MessageState
from secure_communities.interchange import files
from secure_communities.interchange.itl import CodecError, Transaction
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import may, require
from secure_communities.platform.agencies import selectors as agencies
from secure_communities.platform.agencies.vocabulary import Channel
from secure_communities.web.forms.deliveries import BookingFilter
from secure_communities.web.presenters import messages, portal
from secure_communities.web.views import frame, paging

ORDER = paging.Order("received_at", descending=True)


@require_safe
@frame.staff_page
def listing(request: HttpRequest) -> HttpResponse:
    """The bookings of the reader's agency (or state), newest first, each with its state in plain words."""
    now = clock.now()
    own = agencies.originators_in_scope(request.user, Permission.PORTAL_VIEW, at=now)
    number = request.GET.get("number", "").replace("\0", "").strip()[:40]
    found = intake.visible_to(request.user, at=now).filter(originator__in=own.values("pk"))
    if number:
        found = found.filter(tcn__icontains=number) | found.filter(control_number__icontains=number)
    left = Message.objects.filter(kind__in=TO_THE_AGENCY).exclude(state=MessageState.HELD).only("submission_id", "kind")
    part = paging.part(
        found.prefetch_related(Prefetch("messages", queryset=left, to_attr="left")),
        order=ORDER, query=request.GET, size=frame.PAGE_SIZE,
    )  # fmt: skip
    takes: dict[int, bool] = {}
    rows = [
        portal.row(
            one, href=reverse("web:portal-booking", args=[one.control_number]),
            kinds=frozenset(message.kind for message in one.left), takes=_takes(one, takes), now=now,
        )
        for one in part.rows
    ]  # fmt: skip
    here, counted = reverse("web:portal"), paging.counted(found)
    context = {
        "columns": portal.COLUMNS,
        "rows": rows,
        "part": part,
        "counted": counted,
        "filters": {
            "form": BookingFilter({"number": number}), "action": here, "count": counted, "noun": "bookings",
            "chips": [{"text": f"Number: {number}", "remove_url": here}] if number else [], "hidden": [],
        },
    }  # fmt: skip
    return frame.show(request, "web/portal.html", context)


def _takes(submission: Submission, known: dict[int, bool]) -> bool:
    """Whether the agency takes notices of the immigration side at all, and this type of submission has answers."""
    ori = submission.originator
    if ori.pk not in known:
        known[ori.pk] = bool(agencies.receives_immigration_response(ori, matched=True, on=clock.now().date()))
    return known[ori.pk] and submission.transaction_type in ANSWERED_TYPES


def _own(request: HttpRequest, control_number: str) -> Submission:
    """Open one of the agency's own bookings; the reading is logged."""
    opened = reading.open_submission(
        control_number, reader=request.user, purpose=ReadPurpose.OWN_SUBMISSION, at=clock.now()
    )
    require(request.user, Permission.PORTAL_VIEW, opened.originator)
    return opened


@require_safe
@frame.staff_page
def booking(request: HttpRequest, control_number: str) -> HttpResponse:
    """One booking: where it stands, and each answer with what it means and what it does not mean."""
    opened, now = _own(request, control_number), clock.now()
    ready = list(selectors.ready_for_agency(opened).prefetch_related("acknowledgements__by"))
    kinds = frozenset(one.kind for one in ready)
    words, tone = portal.criminal_state(opened.intake_state, opened.criminal_state, kinds)
    second = portal.second_state(
        intake=opened.intake_state, kinds=kinds, takes=_takes(opened, {}), received_at=opened.received_at, now=now
    )
    acknowledges = bool(may(request.user, Permission.RESPONSE_ACKNOWLEDGE, opened.originator))
    token = frame.page_token(request, submission=opened.control_number, purpose=ReadPurpose.OWN_SUBMISSION)
    context = {
        "trail": [{"title": "Your bookings", "href": reverse("web:portal")}, {"title": opened.tcn}],
        "booking": opened,
        "criminal": {"text": words, "tone": tone},
        "second": second,
        "answers": [
            {**_answer(opened, one, acknowledges=acknowledges, token=token), "overtaken": portal.overtaken(one, ready)}
            for one in reversed(ready)
        ],
    }
    return frame.show(request, "web/portal_booking.html", context)


def _answer(opened: Submission, message: Message, *, acknowledges: bool, token: str) -> dict[str, Any]:
    message.submission = opened  # its data key is at hand
    content = services.content_of(message)
    where = [opened.control_number, message.tcn]
    receipts = list(message.acknowledgements.all())
    return {
        "message": message,
        "words": portal.explain(message.kind, _read(content)),
        "text": messages.text_of(content, message.media_type),
        "file_url": reverse("web:portal-file", args=where),
        "file_name": f"{message.tcn}.{files.suffix_of(message.media_type)}",
        "pdf_url": f"{reverse('web:response-pdf', args=where)}?{urlencode({'view': token})}",
        "receipts": receipts,
        "acknowledge_url": reverse("web:portal-acknowledge", args=where) if acknowledges and not receipts else "",
    }


def _read(content: bytes) -> Transaction | None:
    try:
        return files.read(content)
    except CodecError:
        return None


def _message(opened: Submission, tcn: str) -> Message:
    message = selectors.ready_for_agency(opened).filter(tcn=tcn).first()
    if message is None:
        raise Http404
    message.submission = opened
    return message


@require_safe
@frame.staff_page
def file(request: HttpRequest, control_number: str, tcn: str) -> HttpResponse:
    """One answer as its file, for the booking system. An officer of the agency who takes it has received it."""
    message = _message(_own(request, control_number), tcn)
    if Role.BOOKING_OFFICER in frame.roles_of(request):
        services.collected(message, channel=Channel.PORTAL, at=clock.now())
    name = f"{message.tcn}.{files.suffix_of(message.media_type)}"
    return HttpResponse(
        services.content_of(message),
        content_type=message.media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )


@require_POST
@frame.staff_page
def acknowledge(request: HttpRequest, control_number: str, tcn: str) -> HttpResponse:
    """An officer of the agency says that it has an answer: from now on it counts as delivered."""
    message = _message(_own(request, control_number), tcn)
    services.acknowledge(message.pk, by=request.user, at=clock.now())
    notices.success(request, "Thank you. Receipt was recorded under your name.")
    return redirect("web:portal-booking", control_number)
