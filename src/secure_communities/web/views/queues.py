# SPDX-License-Identifier: Apache-2.0
"""The queue of the reader's own field office, in the order it is served, and the levers of that order."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import may
from secure_communities.platform.refusals import Refusal
from secure_communities.platform.worklists.errors import WorkRefused
from secure_communities.policy.priority import Basis
from secure_communities.prioritize.queues import selectors, services
from secure_communities.prioritize.queues.models import LeverChange
from secure_communities.prioritize.queues.rules import BOUNDS, words_of
from secure_communities.prioritize.queues.vocabulary import Lever, Outcome
from secure_communities.prioritize.rulesets.selectors import active_rule_set
from secure_communities.web.forms.queues import BASES, WHO, LeverForm, QueueFilter
from secure_communities.web.presenters import work as presented
from secure_communities.web.views import frame, paging

OUTCOMES = {
    Outcome.ACTED: "Acted on", Outcome.NO_ACTION: "No action taken", Outcome.PASSED_ON: "Passed on to others"
}  # fmt: skip
SHARES = (
    {"key": "officer", "title": "Officer"}, {"key": "held", "title": "Holds"},
    {"key": "share", "title": "Fair share of what is free"},
)  # fmt: skip
LEVERS = ({"key": "title", "title": "Lever"}, {"key": "value", "title": "Value"}, {"key": "bounds", "title": "Between"})
CHANGES = (
    {"key": "from", "title": "In force from"}, {"key": "lever", "title": "Lever"}, {"key": "value", "title": "Value"},
    {"key": "by", "title": "Set by"}, {"key": "reason", "title": "Reason"},
)  # fmt: skip


@require_safe
@frame.staff_page
def listing(request: HttpRequest) -> HttpResponse:
    """The open cases of the reader's own office."""
    now, here, reader = clock.now(), reverse("web:priority-queue"), request.user
    office = getattr(reader, "agency_id", None)
    waiting, active = selectors.waiting(office), active_rule_set(now)
    answers = sorted({one.answer for one in waiting})
    asked = {
        "answer": request.GET.get("answer", "") if request.GET.get("answer") in answers else "",
        "basis": request.GET.get("basis", "") if request.GET.get("basis") in list(Basis) else "",
        "state": request.GET.get("state", "") if request.GET.get("state") in WHO else "",
    }
    found = selectors.queue_of(office)
    if asked["answer"]:
        found = found.filter(queue_entry__answer=asked["answer"])
    if asked["basis"]:
        found = found.filter(queue_entry__basis=asked["basis"])
    free = Q(claimed_by=None) | Q(lease_until__lte=now)
    if asked["state"]:
        found = found.filter(free if asked["state"] == "free" else ~free)
    part = paging.part(found, order=paging.Order("order_key"), query=request.GET, size=frame.PAGE_SIZE, timed=False)
    counted = paging.counted(found)

    def without(name: str) -> str:
        query = urlencode({key: value for key, value in asked.items() if value and key != name})
        return f"{here}?{query}" if query else here

    words = {
        "answer": words_of(active, asked["answer"]) if asked["answer"] else "",
        "basis": BASES[Basis(asked["basis"])] if asked["basis"] else "",
        "state": WHO.get(asked["state"], ""),
    }
    context = {
        "request": request,
        "tiles": [
            {
                "value": one.cases, "label": f"{words_of(active, one.answer)} · {BASES[Basis(one.basis)].lower()}",
                "href": f"{here}?{urlencode({'answer': one.answer, 'basis': one.basis})}",
            }
            for one in waiting
        ],
        "filters": {
            "form": QueueFilter(asked, answers=[(one, words_of(active, one)) for one in answers]), "action": here,
            "count": counted, "noun": "cases", "clear_url": here,
            "chips": [{"text": words[key], "remove_url": without(key)} for key, value in asked.items() if value],
        },
        "columns": presented.columns(), "part": part, "counted": counted,
        "rows": [presented.row(one, reader=reader, now=now) for one in part.rows],
        "mine": [{"item": one, "page": presented.address_of(one)} for one in selectors.held_by(reader, at=now)],
        "outcomes": [(str(one), text) for one, text in OUTCOMES.items()],
        "share_columns": SHARES,
        "shares": [
            {"officer": one.officer.display_name, "held": str(one.held), "share": str(one.share)}
            for one in selectors.shares(office, at=now)
        ],
    }  # fmt: skip
    return frame.show(request, "web/priority_queue.html", context)


@require_POST
@frame.staff_page
def take(request: HttpRequest) -> HttpResponse:
    """Take the first free case of the own office, and open it."""
    frame.require(request, Permission.FIELD_WORK_TAKE)
    try:
        item = services.take_next(user=request.user, at=clock.now())
    except (Refusal, WorkRefused) as error:
        messages.warning(request, str(error))
        return redirect("web:priority-queue")
    if item is None:
        messages.info(request, "Nothing waits in your office that you could take now.")
        return redirect("web:priority-queue")
    messages.success(request, f"Yours now, first because: {item.order_reason}.")
    return redirect(presented.address_of(item))


@require_POST
@frame.staff_page
def conclude(request: HttpRequest, item_id: int) -> HttpResponse:
    """The holder says how the office dealt with the case."""
    outcome = request.POST.get("outcome", "")
    try:
        if outcome not in list(Outcome):
            raise Refusal("Choose how the case was dealt with.")
        services.conclude(item_id=item_id, outcome=Outcome(outcome), by=request.user, at=clock.now())
        messages.success(request, "The case is dealt with. Other facts about it would bring it back.")
    except (Refusal, WorkRefused) as error:
        messages.warning(request, str(error))
    return redirect("web:priority-queue")


@require_http_methods(["GET", "HEAD", "POST"])
@frame.staff_page
def levers(request: HttpRequest) -> HttpResponse:
    """The levers in force, what they were, and the form that sets one after showing what it would move."""
    now, status, moves = clock.now(), 200, None
    sets = bool(may(request.user, Permission.LEVER_SET, at=now))
    form = LeverForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        frame.require(request, Permission.LEVER_SET)
        if form.is_valid():
            lever, value = Lever(form.cleaned_data["lever"]), form.cleaned_data["value"]
            if "preview" in request.POST:
                moves = selectors.moved_by(lever, value, at=now)
            else:
                try:
                    reason = form.cleaned_data["reason"]
                    services.set_lever(lever=lever, value=value, reason=reason, by=request.user, at=now)
                    messages.success(request, "The lever is set; the open cases are put in their new order.")
                    return redirect("web:levers")
                except Refusal as error:
                    form.add_error("value", str(error))
        status = 200 if form.is_valid() else 422
    values = selectors.levers_at(now)
    changes = LeverChange.objects.select_related("set_by")[: frame.PAGE_SIZE]
    context: dict[str, Any] = {
        "columns": LEVERS, "form": form, "sets": sets, "moves": moves, "change_columns": CHANGES,
        "rows": [
            {"title": {"text": one.title, "note": one.says}, "value": str(values.value(lever)),
             "bounds": f"{one.least} and {one.most}; {one.usual} unless set"}
            for lever, one in BOUNDS.items()
        ],
        "changes": [
            {"from": {"at": one.effective_at}, "lever": BOUNDS[Lever(one.code)].title, "value": str(one.value),
             "by": one.set_by.display_name, "reason": one.reason}
            for one in changes
        ],
    }  # fmt: skip
    return frame.show(request, "web/levers.html", context, status=status)
