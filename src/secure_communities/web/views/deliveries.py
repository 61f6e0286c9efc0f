# SPDX-License-Identifier: Apache-2.0
"""Which messages arrived: the list, one delivery with its attempts, dead letters begun again, addresses and keys."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notices
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.services import SOURCE
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import may
from secure_communities.platform.agencies.models import DeliveryPreference, OriginatingAgency
from secure_communities.platform.delivery import addresses, selectors, services
from secure_communities.platform.delivery.models import Delivery, DeliveryAddress
from secure_communities.platform.delivery.rules import Outcome, sentence_of
from secure_communities.platform.delivery.states import MAY_REPLAY
from secure_communities.platform.delivery.states import Delivery as State
from secure_communities.platform.refusals import Refusal
from secure_communities.web.forms.deliveries import AddressForm, DeliveryFilter, ReasonForm
from secure_communities.web.presenters import deliveries
from secure_communities.web.presenters.sight import knows_immigration
from secure_communities.web.views import frame, paging

ORDER = paging.Order("created_at", descending=True)


@require_safe
@frame.staff_page
def listing(request: HttpRequest) -> HttpResponse:
    """All deliveries, newest first, with tiles for what stands in the way."""
    frame.require(request, Permission.DELIVERY_VIEW)
    here, now = reverse("web:deliveries"), clock.now()
    number = request.GET.get("number", "").replace("\0", "").strip()[:40]
    state = request.GET.get("state", "")
    state = state if state in list(State) else ""
    condition = Q()
    if number:
        condition &= Q(stream=number) | Q(recipient__ori=number)
    if state:
        condition &= Q(state=state)
    found = selectors.listing(condition=condition)
    part = paging.part(found.annotate(tries=Count("attempts")), order=ORDER, query=request.GET, size=frame.PAGE_SIZE)
    immigration, kinds = knows_immigration(frame.roles_of(request)), _kinds(part.rows)
    counted = paging.counted(found)
    context = {
        "tiles": _tiles(here, now),
        "filters": {
            "form": DeliveryFilter({"number": number, "state": state}), "action": here, "count": counted,
            "noun": "deliveries", "chips": [], "clear_url": here, "hidden": [],
        },
        "columns": deliveries.COLUMNS,
        "rows": [
            deliveries.row(
                one, href=reverse("web:delivery", args=[one.pk]), kind=kinds.get(one.reference, ""),
                immigration=immigration,
            )
            for one in part.rows
        ],
        "part": part,
        "counted": counted,
    }  # fmt: skip
    return frame.show(request, "web/deliveries.html", context)


def _kinds(rows: Any) -> dict[int, str]:
    numbers = [one.reference for one in rows if one.source == SOURCE]
    return dict(Message.objects.filter(pk__in=numbers).values_list("pk", "kind"))


def _tiles(here: str, now: Any) -> list[dict[str, Any]]:
    open_now = Delivery.objects.exclude(state=State.DELIVERED).values_list("state").annotate(number=Count("pk"))
    counts = dict(open_now.order_by())
    dead, retry = counts.get(State.DEAD, 0), counts.get(State.RETRY, 0)
    waiting = counts.get(State.WAITING, 0) + counts.get(State.SENDING, 0)
    return [
        {"value": dead, "label": "Given up: somebody must look", "tone": "late" if dead else "",
         "href": f"{here}?state=dead"},
        {"value": retry, "label": "To be tried again", "tone": "attention" if retry else "",
         "href": f"{here}?state=retry"},
        {"value": waiting, "label": "Waiting", "href": f"{here}?state=waiting"},
        {"value": counts.get(State.OFFERED, 0), "label": "To be fetched", "href": f"{here}?state=offered"},
    ]  # fmt: skip


@require_safe
@frame.staff_page
def detail(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """One delivery: what, to whom, every attempt; and the form that begins it again."""
    return _detail(request, delivery_id, ReasonForm())


def _detail(request: HttpRequest, delivery_id: int, form: ReasonForm, *, status: int = 200) -> HttpResponse:
    frame.require(request, Permission.DELIVERY_VIEW)
    delivery = get_object_or_404(Delivery.objects.select_related("recipient__agency"), pk=delivery_id)
    immigration = knows_immigration(frame.roles_of(request))
    words, tone = deliveries.WORDS[delivery.state]
    blocked = delivery.state == State.WAITING and selectors.stands_behind(delivery)
    may_replay = delivery.state in MAY_REPLAY and bool(may(request.user, Permission.DELIVERY_REPLAY))
    context = {
        "trail": [{"title": "Deliveries", "href": reverse("web:deliveries")}, {"title": f"No. {delivery.pk}"}],
        "delivery": delivery,
        "facts": [
            {"term": "State", "value": words, "tone": tone},
            {"term": "Why", "value": sentence_of(delivery.last_code) if delivery.last_code else None},
            {"term": "Message", "value": deliveries.message_words(
                _kinds([delivery]).get(delivery.reference, ""), immigration=immigration)},
            {"term": "Submission", "value": delivery.stream, "mono": True},
            {"term": "To", "value": f"{delivery.recipient.agency.name} ({delivery.recipient.ori})"},
            {"term": "By", "value": deliveries.CHANNELS[delivery.channel]},
            {"term": "Next try", "at": delivery.next_try_at},
        ],
        "blocked": blocked,
        "attempt_columns": deliveries.ATTEMPT_COLUMNS,
        "attempts": [deliveries.attempt_row(one) for one in delivery.attempts.order_by("-number")[:100]],
        "replay_columns": deliveries.REPLAY_COLUMNS,
        "replays": [
            {"at": {"at": one.at}, "by": one.by.display_name, "reason": one.reason}
            for one in delivery.replays.select_related("by")
        ],
        "form": form if may_replay else None,
        "arrived": delivery.state == State.DELIVERED,
    }  # fmt: skip
    return frame.show(request, "web/delivery.html", context, status=status)


@require_POST
@frame.staff_page
def replay(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Begin a delivery again, with a reason."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            services.replay(
                delivery_id=delivery_id, reason=form.cleaned_data["reason"], by=request.user, at=clock.now()
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            notices.success(request, "Begun again. The first attempt is made within seconds.")
            return redirect("web:delivery", delivery_id)
    return _detail(request, delivery_id, form, status=422)


@require_safe
@frame.staff_page
def agencies_list(request: HttpRequest) -> HttpResponse:
    """Every ORI that submits, with the channel and the addresses in force."""
    frame.require(request, Permission.DELIVERY_VIEW)
    now = clock.now()
    oris = OriginatingAgency.objects.exclude(purpose="").select_related("agency").order_by("ori")
    channels = dict(DeliveryPreference.objects.in_force(now.date()).values_list("originating_agency_id", "channel"))
    held = {(one.originating_agency_id, one.channel): one.target for one in selectors.addresses(at=now)}
    keeps = bool(may(request.user, Permission.DELIVERY_ADDRESS_KEEP))
    rows = [
        {
            "ori": {"text": one.ori, "href": reverse("web:agency-addresses", args=[one.ori]) if keeps else ""},
            "agency": one.agency.name,
            "channel": deliveries.CHANNELS[channels.get(one.pk, "API")],
            "webhook": held.get((one.pk, "WEBHOOK")),
            "mail": held.get((one.pk, "SMTP")),
        }
        for one in oris
    ]
    return frame.show(request, "web/addresses.html", {"columns": deliveries.AGENCY_COLUMNS, "rows": rows})


@require_http_methods(["GET", "POST"])
@frame.staff_page
def agency_addresses(request: HttpRequest, ori: str) -> HttpResponse:
    """One ORI's addresses and signing keys: set, end, test, issue."""
    frame.require(request, Permission.DELIVERY_ADDRESS_KEEP)
    agency = get_object_or_404(OriginatingAgency.objects.select_related("agency"), ori=ori)
    act = request.POST.get("act", "")
    address_form = AddressForm(request.POST if act == "set" else None)
    reason_form = ReasonForm(request.POST if act in ("issue", "end-key", "end") else None, prefix="why")
    secret: tuple[str, str] | None = None
    acted = address_form if act == "set" else reason_form
    if request.method == "POST":
        try:
            if act == "ping" or acted.is_valid():
                secret = _act(request, agency, act, {} if act == "ping" else acted.cleaned_data)
                if secret is None:
                    return redirect("web:agency-addresses", agency.ori)
        except Refusal as refused:
            acted.add_error(None, str(refused))
    now = clock.now()
    kept = list(agency.addresses.order_by("-starts_at"))
    held = [one for one in kept if one.in_force(now)]
    signing = list(agency.signing_keys.order_by("-starts_at"))
    context = {
        "trail": [{"title": "Addresses", "href": reverse("web:addresses")}, {"title": agency.ori}],
        "agency": agency,
        "address_form": address_form,
        "reason_form": reason_form,
        "secret": secret,
        "held": held,
        "channels": deliveries.CHANNELS,
        "address_columns": deliveries.ADDRESS_COLUMNS,
        "address_rows": [deliveries.address_row(one, now=now) for one in kept],
        "key_columns": deliveries.KEY_COLUMNS,
        "key_rows": [deliveries.key_row(one, now=now) for one in signing],
        "running_keys": [one for one in signing if one.ends_at is None or now < one.ends_at],
        "may_issue": any(one.channel == "WEBHOOK" for one in held),
    }
    bad = request.method == "POST" and secret is None
    return frame.show(request, "web/agency_addresses.html", context, status=422 if bad else 200)


def _act(request: HttpRequest, agency: OriginatingAgency, act: str, given: dict[str, Any]) -> tuple[str, str] | None:
    """Do what a form asks; the id and secret of a new key, else None. Raises Refusal."""
    by, at = request.user, clock.now()
    if act == "set":
        addresses.set_address(
            ori=agency, channel=given["channel"], target=given["target"], reason=given["reason"], by=by, at=at
        )
        notices.success(request, "The address is in force. Test it before the next response goes there.")
    elif act == "issue":
        return addresses.issue_signing_key(ori=agency, reason=given["reason"], by=by, at=at)
    elif act == "end-key":
        addresses.end_signing_key(key_id=request.POST.get("key", ""), reason=given["reason"], by=by, at=at)
        notices.success(request, "The signing key is ended and destroyed.")
    else:
        address = get_object_or_404(DeliveryAddress, pk=_number(request.POST.get("address")), originating_agency=agency)
        if act == "end":
            addresses.end_address(address=address, reason=given["reason"], by=by, at=at)
            notices.success(request, "The address is ended. Nothing is sent there any more.")
        elif act == "ping":
            result = addresses.try_address(address=address, by=by, now=clock.now)
            arrived = result.outcome is Outcome.DELIVERED
            tell = notices.success if arrived else notices.error
            tell(request, f"Test of {address.target}: {sentence_of(result.code)}")
    return None


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0
