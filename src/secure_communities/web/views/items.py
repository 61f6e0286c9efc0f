# SPDX-License-Identifier: Apache-2.0
"""One item of work: take it, keep it, give it back, write a note, hand it over, call the supervisor, answer the call.

Every act is a form that works without script. `beat` is what an open page asks every minute, to keep its item.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import NotAllowed, Refused
from secure_communities.platform.accounts.models import User
from secure_communities.platform.worklists import handling, offers, registry, rules, selectors, services
from secure_communities.platform.worklists.errors import WorkRefused
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.web.forms.work import AnswerForm, EscalationForm, HandOverForm, NoteForm
from secure_communities.web.presenters import work as presented
from secure_communities.web.views import frame

SAID = {
    "take": "The work is yours.",
    "keep": "The work stays yours.",
    "give-back": "The work is free for your colleagues.",
    "note": "Your note is kept.",
    "hand-over": "The work is with your colleague.",
    "escalate": "The supervisor sees your call.",
    "answer": "Your answer is kept, and the call is closed.",
}


def _item(item_id: int) -> WorkItem:
    return get_object_or_404(WorkItem.objects.select_related("claimed_by", "handed_by"), pk=item_id)


@require_safe
@frame.staff_page
def detail(request: HttpRequest, item_id: int) -> HttpResponse:
    """The item's own page."""
    return _page(request, _item(item_id))


def _page(
    request: HttpRequest, item: WorkItem, *, bound: Form | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    now, reader = clock.now(), request.user
    listed = registry.worklist(item.worklist)
    if item.worklist not in offers.visible_to(reader, at=now):
        raise NotAllowed(listed.permission, "Your roles do not work on this worklist.")
    if not offers.sees(reader, item):
        raise NotAllowed(listed.permission, offers.OTHERS)
    mine = item.claimed_by_id == reader.pk and rules.is_held(lease_until=item.lease_until, at=now)
    supervises = handling.supervises(reader, item, at=now)
    closed = item.closed_at is not None
    taking = None if closed or mine else offers.may_take(reader, item, at=now)
    held = rules.is_held(lease_until=item.lease_until, at=now)

    def form(kind: type[Form], shown: bool, **options: Any) -> Form | None:
        if not shown or closed:
            return None
        return bound if isinstance(bound, kind) else kind(**options)

    context = {
        "trail": [{"title": "Worklists", "href": reverse("web:worklists")}, {"title": item.title}],
        "item": item,
        "bar": presented.bar(item, reader=reader, now=now),
        "about": presented.address_of(item),
        "refusal": refusal,
        "mine": mine,
        "take": bool(taking) and not held,
        "why_not": taking.why if isinstance(taking, Refused) else "",
        "notes": presented.notes(handling.read_notes(item, reader=reader, at=now)),
        "notes_allowed": listed.notes,
        "note_form": form(NoteForm, listed.notes),
        "hand_over_form": form(
            HandOverForm, mine or supervises,
            **({"colleagues": selectors.colleagues(item, at=now)} if mine or supervises else {}),
        ),
        "escalation_form": form(EscalationForm, not supervises),
        "answer_form": form(AnswerForm, supervises and item.escalation > 0),
    }  # fmt: skip
    return frame.show(request, "web/work_item.html", context, status=status)


@require_POST
@frame.staff_page
def act(request: HttpRequest, item_id: int, act: str) -> HttpResponse:
    """One act on the item. A refusal of the mechanism is said on the item's page, with what was written kept."""
    if act not in SAID:
        raise Http404(act)
    item, now, reader = _item(item_id), clock.now(), request.user
    bound: Form | None = None
    try:
        if act in ("take", "keep"):
            services.claim(item_id=item.pk, user=reader, at=now)
        elif act == "give-back":
            services.release(item_id=item.pk, user=reader, at=now)
        else:
            bound = _bound(request, item, act)
            if not bound.is_valid():
                return _page(request, item, bound=bound, status=422)
            _write(item, act, bound, by=reader)
    except WorkRefused as error:
        return _page(request, _item(item_id), bound=bound, refusal=str(error), status=409)
    messages.success(request, SAID[act])
    return redirect(presented.address_of(item) if act == "take" else reverse("web:work-item", args=[item.pk]))


def _bound(request: HttpRequest, item: WorkItem, act: str) -> Form:
    if act == "hand-over":
        return HandOverForm(request.POST, colleagues=selectors.colleagues(item, at=clock.now()))
    kinds: dict[str, type[Form]] = {"note": NoteForm, "escalate": EscalationForm, "answer": AnswerForm}
    return kinds[act](request.POST)


def _write(item: WorkItem, act: str, form: Form, *, by: Any) -> None:
    text, now = form.cleaned_data["text"], clock.now()
    if act == "hand-over":
        to = User.objects.get(pk=form.cleaned_data["to"])
        handling.hand_over(item_id=item.pk, giver=by, to=to, text=text, at=now)
        return
    acts: dict[str, Callable[[], None]] = {
        "note": lambda: handling.add_note(item_id=item.pk, author=by, text=text, at=now),
        "escalate": lambda: handling.escalate(item_id=item.pk, by=by, reason=text, at=now),
        "answer": lambda: handling.answer_escalation(item_id=item.pk, supervisor=by, text=text, at=now),
    }
    acts[act]()


@require_POST
@frame.staff_page
def beat(request: HttpRequest, item_id: int) -> HttpResponse:
    """Keep the item of an open page a little longer, and say so; or say that it is no longer the reader's."""
    lost = ""
    try:
        services.renew(item_id=item_id, user=request.user, at=clock.now())
    except WorkRefused as error:
        lost = str(error)
    return frame.show(request, "web/held.html", {"held": held(request, _item(item_id), lost=lost)})


def held(request: HttpRequest, item: WorkItem | None, *, lost: str = "") -> dict[str, Any] | None:
    """What `web/held.html` says on the page of something that is worked on; None where nothing is open."""
    if item is None or (item.closed_at and not lost):
        return None
    now = clock.now()
    running = rules.is_held(lease_until=item.lease_until, at=now)
    return {
        "item": item,
        "page": presented.page_of(item),
        "mine": running and item.claimed_by_id == request.user.pk,
        "with": item.claimed_by.display_name if running and item.claimed_by else "",
        "until": item.lease_until,
        "lost": lost,
    }


@require_POST
@frame.staff_page
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the first item the reader may take, of one list or of all, and open it."""
    named = request.POST.get("list", "")
    lists = offers.lists_of(request.user, at=clock.now(), among=[named] if named else None)
    if not lists:
        raise NotAllowed(Permission.WORK_SUPERVISE, "Your roles take no work from this worklist.")
    try:
        item = services.next_item(user=request.user, at=clock.now(), worklists=lists)
    except WorkRefused as error:
        messages.warning(request, str(error))
        return redirect("web:my-work")
    if item is None:
        messages.info(request, "Nothing waits that you could take now.")
        return redirect("web:my-work")
    messages.success(request, f"Yours now, first because: {item.order_reason}.")
    return redirect(presented.address_of(item))
