# SPDX-License-Identifier: Apache-2.0
"""Emergency access: open one record for an hour, read it, and have somebody else look at it afterwards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from secure_communities.identify.emergency import rules, services
from secure_communities.identify.emergency.models import EmergencyAccess
from secure_communities.identify.emergency.rules import Outcome
from secure_communities.identify.intake import services as intake
from secure_communities.identify.intake.booking import Booking, read_booking
from secure_communities.identify.intake.models import Submission
from secure_communities.interchange.itl import CodecError
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.keys.services import KeyDestroyed
from secure_communities.platform.refusals import Refusal
from secure_communities.web.forms.emergency import OpenForm, ReviewForm
from secure_communities.web.presenters import submission
from secure_communities.web.presenters.sight import Sight
from secure_communities.web.views import frame

SIGHT = Sight(person=True)  # as booked; no prints, no immigration side, no messages
OWN_COLUMNS = (
    {"key": "number", "title": "Record", "mono": True},
    {"key": "opened", "title": "Opened"},
    {"key": "state", "title": "Now"},
    {"key": "review", "title": "Review"},
)
REVIEW_COLUMNS = (
    {"key": "number", "title": "Record", "mono": True},
    {"key": "who", "title": "Opened by"},
    {"key": "opened", "title": "Opened"},
    {"key": "due", "title": "Review due"},
)


@require_http_methods(["GET", "POST"])
@frame.staff_page
def opening(request: HttpRequest) -> HttpResponse:
    """The form that opens a record, and one's own emergencies so far."""
    form = OpenForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            made = services.open_record(
                control_number=form.cleaned_data["number"],
                user=request.user,
                reason=form.cleaned_data["reason"],
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("web:emergency-record", made.pk)
    page = Paginator(services.of(request.user), frame.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "columns": OWN_COLUMNS, "rows": [_own(one) for one in page], "page": page}
    return frame.show(request, "web/emergency.html", context, status=422 if form.errors else 200)


@require_safe
@frame.staff_page
def record(request: HttpRequest, emergency_id: int) -> HttpResponse:
    """The record as booked, while the access runs."""
    try:
        opened = services.read(emergency_id=emergency_id, user=request.user, at=clock.now())
    except Refusal as refusal:
        return frame.refuse(request, 403, "This record is not open to you", str(refusal))
    access = EmergencyAccess.objects.get(pk=emergency_id)
    booking = _booking(opened)
    context = {
        "bar": submission.identity_bar(opened, booking, SIGHT, clock=None),
        "until": access.ends_at,
        "booking_rows": submission.booking_rows(booking) if booking else None,
        "charge_rows": submission.charge_rows(booking) if booking else None,
        "charge_columns": submission.CHARGE_COLUMNS,
    }
    return frame.show(request, "web/emergency_record.html", context)


@require_safe
@frame.staff_page
def reviews(request: HttpRequest) -> HttpResponse:
    """What waits for a review, the oldest first; what is overdue is marked."""
    now = clock.now()
    page = Paginator(services.to_review(request.user), frame.PAGE_SIZE).get_page(request.GET.get("page"))
    rows = []
    for one in page:
        due, where = rules.review_due(one.opened_at), reverse("web:emergency-review", args=[one.pk])
        overdue_since = {"text": "Overdue", "tone": "late", "note": f"since {due:%b %d %H:%M} UTC"}
        rows.append(
            {
                "number": {"text": one.submission.control_number, "href": where},
                "who": {"text": one.user.display_name, "note": one.user.agency.name},
                "opened": one.opened_at,
                "due": overdue_since if due < now else due,
                "late": due < now,
            }
        )
    overdue = services.to_review(request.user).filter(opened_at__lt=now - rules.REVIEW_WITHIN).count()
    context = {"rows": rows, "columns": REVIEW_COLUMNS, "page": page, "overdue": overdue}
    return frame.show(request, "web/emergency_reviews.html", context)


@require_http_methods(["GET", "POST"])
@frame.staff_page
def review(request: HttpRequest, emergency_id: int) -> HttpResponse:
    """One access with its reason; the reviewer says what was found."""
    access = EmergencyAccess.objects.select_related("user__agency", "submission__data_key", "reviewed_by").get(
        pk=emergency_id
    )
    require(request.user, Permission.EMERGENCY_REVIEW, access)
    form = ReviewForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            services.review(
                emergency_id=emergency_id,
                reviewer=request.user,
                outcome=Outcome(form.cleaned_data["outcome"]),
                finding=form.cleaned_data["finding"],
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Your review is recorded.")
            return redirect("web:emergency-reviews")
    context = {"form": form, "rows": _facts(access), "reviewed": access.reviewed_at is not None}
    return frame.show(request, "web/emergency_review.html", context, status=422 if form.errors else 200)


def _facts(access: EmergencyAccess) -> list[dict[str, Any]]:
    try:
        reason = services.reason_of(access)
    except KeyDestroyed:
        reason = "The record was expunged; the reason went with it."
    return [
        {"term": "Record", "value": access.submission.control_number, "mono": True},
        {"term": "Opened by", "value": f"{access.user.display_name}, {access.user.agency.name}"},
        {"term": "Opened", "at": access.opened_at},
        {"term": "Ended", "at": access.ends_at},
        {"term": "Reason given", "value": reason},
        {"term": "Review due", "at": rules.review_due(access.opened_at)},
    ]


def _own(one: EmergencyAccess) -> dict[str, Any]:
    running = rules.runs(opened_at=one.opened_at, ends_at=one.ends_at, at=clock.now())
    number = one.submission.control_number
    words = {"": "Not yet", Outcome.JUSTIFIED: "Justified", Outcome.NOT_JUSTIFIED: "Not justified"}
    return {
        "number": {"text": number, "href": reverse("web:emergency-record", args=[one.pk])} if running else number,
        "opened": one.opened_at,
        "state": f"Open until {one.ends_at:%H:%M} UTC" if running else "Over",
        "review": {
            "text": words[one.outcome],
            "note": f"by {one.reviewed_by.display_name}" if one.reviewed_by else "",
        },
    }


def _booking(opened: Submission) -> Booking | None:
    try:
        return read_booking(intake.transaction_of(opened))
    except (CodecError, ValueError):
        return None
