# SPDX-License-Identifier: Apache-2.0
"""Post a message, record what an attempt came to, note that it was fetched, begin again what was given up."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.agencies import selectors as agencies
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.agencies.vocabulary import Channel
from secure_communities.platform.delivery import events, parcels, rules, selectors
from secure_communities.platform.delivery.models import PUSHED, Attempt, Delivery, Replay
from secure_communities.platform.delivery.rules import Outcome, Result
from secure_communities.platform.delivery.states import MAY_BEGIN, MAY_REPLAY, Step, after
from secure_communities.platform.delivery.states import Delivery as State
from secure_communities.platform.events.services import append
from secure_communities.platform.refusals import Refusal, stated
from secure_communities.platform.worklists import services as worklists

WORKLIST = "deliveries"
LOOK_WITHIN = timedelta(hours=4)
SYSTEM = "system:delivery"
Jitter = Callable[[], float]


def channel_of(recipient: OriginatingAgency, *, at: datetime) -> Channel:
    """The channel an ORI takes its answers by; without a preference on record it fetches them."""
    preference = agencies.delivery_preference(recipient, on=at.date())
    return Channel(preference.channel) if preference else Channel.API


@transaction.atomic
def post(
    *, source: str, reference: int, recipient: OriginatingAgency, stream: str, urgent: bool, at: datetime
) -> Delivery:
    """Take a message into the outbox, in the transaction that made it ready. Posting it again changes nothing."""
    channel = channel_of(recipient, at=at)
    pushed = channel in PUSHED
    delivery, new = Delivery.objects.get_or_create(
        source=source,
        reference=reference,
        recipient=recipient,
        channel=channel,
        defaults={
            "stream": stream,
            "urgent": urgent,
            "state": State.WAITING if pushed else State.OFFERED,
            "created_at": at,
            "begun_at": at,
            "next_try_at": at if pushed else None,
        },
    )
    if new and pushed:
        _wake(delivery)
    return delivery


def _wake(delivery: Delivery) -> None:
    """Let the recipient's pump run once this is committed; if that is lost, the sweep comes by in seconds."""
    from secure_communities.platform.delivery.jobs import wake

    transaction.on_commit(partial(wake, delivery.recipient_id, delivery.channel, urgent=delivery.urgent))


@transaction.atomic
def begin(delivery_id: int, *, at: datetime) -> Delivery | None:
    """Mark a delivery as being sent; None when it is not its turn: done, not due, under way, or behind another."""
    delivery = _locked(delivery_id)
    if delivery.state not in MAY_BEGIN or (delivery.next_try_at or at) > at or selectors.stands_behind(delivery):
        return None
    delivery.state, delivery.started_at, delivery.next_try_at = after(delivery.state, Step.BEGIN), at, None
    delivery.save(update_fields=["state", "started_at", "next_try_at"])
    return delivery


@transaction.atomic
def finish(
    delivery_id: int, *, started_at: datetime, result: Result, target: str, at: datetime, jitter: Jitter = random.random
) -> Delivery:
    """Record what the attempt that began at `started_at` came to, and what follows from it."""
    delivery = _locked(delivery_id)
    _note_attempt(delivery, at=started_at, until=at, result=result, target=target)
    if delivery.state != State.SENDING or delivery.started_at != started_at:
        return delivery  # it was taken for dead and begun again meanwhile: the later attempt decides
    if result.outcome is Outcome.DELIVERED:
        _settle(delivery, Step.SUCCEED, code=result.code, by=delivery.channel.lower(), at=at)
        return delivery
    delivery.failures += 1
    again = None
    if result.outcome is not Outcome.REFUSED:
        again = rules.next_try(failures=delivery.failures, begun_at=delivery.begun_at, at=at, jitter=jitter())
    if again is None:
        _bury(delivery, Step.GIVE_UP, code=result.code, at=at)
    else:
        delivery.state, delivery.started_at, delivery.next_try_at = after(delivery.state, Step.FAIL), None, again
        delivery.last_code = result.code
        delivery.save()
    return delivery


@transaction.atomic
def recover(delivery_id: int, *, at: datetime) -> None:
    """Give back a delivery whose worker died in the middle: it is sent again, whether or not it had arrived."""
    delivery = _locked(delivery_id)
    if delivery.state != State.SENDING or delivery.started_at is None:
        return
    if at < delivery.started_at + rules.STALLED_AFTER:
        return
    _note_attempt(delivery, at=delivery.started_at, until=at, result=Result(Outcome.INTERRUPTED, "interrupted"))
    delivery.state, delivery.started_at, delivery.next_try_at = after(delivery.state, Step.RECOVER), None, at
    delivery.last_code = "interrupted"
    delivery.save()
    _wake(delivery)


@transaction.atomic
def collected(
    *, source: str, reference: int, recipient: OriginatingAgency, stream: str, urgent: bool, channel: Channel,
    code: str = "collected", at: datetime,
) -> None:  # fmt: skip
    """The recipient fetched a message (API) or acknowledged it (PORTAL), whatever channel it was meant for.

    What is pushed goes on being pushed: that a person read it does not mean that the booking system has it.
    """
    same = {"source": source, "reference": reference, "recipient": recipient}
    Delivery.objects.get_or_create(
        **same, channel=channel,
        defaults={"stream": stream, "urgent": urgent, "state": State.OFFERED, "created_at": at, "begun_at": at},
    )  # fmt: skip
    offered = Delivery.objects.filter(**same, state__in=[State.OFFERED, State.DEAD]).exclude(channel__in=PUSHED)
    for delivery in offered.select_for_update(of=("self",)).select_related("recipient"):
        _note_attempt(delivery, at=at, until=at, result=Result(Outcome.DELIVERED, code))
        _settle(delivery, Step.COLLECT, code=code, by=channel.lower(), at=at)


@transaction.atomic
def lapse(delivery_id: int, *, at: datetime) -> None:
    """Nobody fetched an offered message for a day: somebody should tell the agency. It can still be fetched."""
    delivery = _locked(delivery_id)
    if delivery.state == State.OFFERED and at >= delivery.begun_at + rules.UNCOLLECTED_AFTER:
        _bury(delivery, Step.LAPSE, code="uncollected", at=at)


@transaction.atomic
def replay(*, delivery_id: int, reason: str, by: Any, at: datetime) -> Delivery:
    """Begin a delivery again: one that was given up, or one that arrived and was lost there. By the channel of today.

    Raises NotAllowed, or Refusal with the reason why it cannot.
    """
    require(by, Permission.DELIVERY_REPLAY, at=at)
    delivery = _locked(delivery_id)
    if delivery.state not in MAY_REPLAY:
        raise Refusal(f"This delivery is {delivery.state}: only one that was given up or has arrived is begun again.")
    before, channel = State(delivery.state), channel_of(delivery.recipient, at=at)
    if channel != delivery.channel and _has_another(delivery, channel):
        raise Refusal(f"The message has a delivery by {channel.lower()} already, the agency's channel of today.")
    pushed = channel in PUSHED
    if not pushed and before is State.DELIVERED:
        raise Refusal("The agency fetches its answers: it can fetch this one again at any time.")
    why = stated(reason)
    delivery.channel, delivery.state = channel, after(before, Step.REPLAY if pushed else Step.OFFER)
    delivery.begun_at, delivery.next_try_at = at, at if pushed else None
    delivery.ended_at, delivery.failures, delivery.last_code = None, 0, ""
    delivery.save()
    Replay.objects.create(delivery=delivery, by=by, at=at, reason=why[:300], after=before)
    append(
        kind=events.REPLAYED, actor=by, about=("delivery", delivery.pk), correlation=delivery.stream, reason=why,
        data={"source": delivery.source, "reference": delivery.reference, "channel": channel.value, "after": before},
        at=at,
    )  # fmt: skip
    worklists.close_item(worklist=WORKLIST, about=("delivery", delivery.pk), reason="replayed", at=at)
    if pushed:
        _wake(delivery)
    return delivery


def _has_another(delivery: Delivery, channel: Channel) -> bool:
    same = Delivery.objects.filter(
        source=delivery.source, reference=delivery.reference, recipient=delivery.recipient, channel=channel
    )
    return same.exclude(pk=delivery.pk).exists()


def _locked(delivery_id: int) -> Delivery:
    return Delivery.objects.select_for_update(of=("self",)).select_related("recipient").get(pk=delivery_id)


def _note_attempt(delivery: Delivery, *, at: datetime, until: datetime, result: Result, target: str = "") -> None:
    last = delivery.attempts.order_by("-number").values_list("number", flat=True).first()
    Attempt.objects.create(
        delivery=delivery,
        number=(last or 0) + 1,
        at=at,
        milliseconds=max(0, round((until - at).total_seconds() * 1000)),
        channel=delivery.channel,
        outcome=result.outcome,
        code=result.code,
        status=result.status,
        target=target,
    )


def _settle(delivery: Delivery, step: Step, *, code: str, by: str, at: datetime) -> None:
    delivery.state, delivery.ended_at, delivery.last_code = after(delivery.state, step), at, code
    delivery.started_at = delivery.next_try_at = None
    delivery.save()
    parcels.source(delivery.source).delivered(delivery.reference, by=by, at=at)
    worklists.close_item(worklist=WORKLIST, about=("delivery", delivery.pk), reason="delivered", at=at)
    for follower in selectors.behind(delivery):
        _wake(follower)


def _bury(delivery: Delivery, step: Step, *, code: str, at: datetime) -> None:
    """A dead letter: the log says so, and an item on the operators' list, so that somebody looks."""
    delivery.state, delivery.ended_at, delivery.last_code = after(delivery.state, step), at, code
    delivery.started_at = delivery.next_try_at = None
    delivery.save()
    append(
        kind=events.DEAD, actor=SYSTEM, about=("delivery", delivery.pk), correlation=delivery.stream,
        data={"source": delivery.source, "reference": delivery.reference, "recipient": delivery.recipient.ori,
              "channel": delivery.channel, "code": code, "summary": f"by {delivery.channel.lower()}: {code}"},
        at=at,
    )  # fmt: skip
    worklists.open_item(
        worklist=WORKLIST,
        about=("delivery", delivery.pk),
        title=f"Undelivered: {delivery.recipient.ori} by {delivery.channel.lower()}",
        order_reason="A response that did not reach its agency",
        correlation=delivery.stream,
        at=at,
        due_at=at + LOOK_WITHIN,
    )
