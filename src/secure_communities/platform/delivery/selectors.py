# SPDX-License-Identifier: Apache-2.0
"""Reads of the outbox: what is due, what stands behind what, addresses and keys in force, lists for people."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.delivery.models import PUSHED, Delivery, DeliveryAddress, SigningKey
from secure_communities.platform.delivery.rules import STALLED_AFTER, UNCOLLECTED_AFTER
from secure_communities.platform.delivery.states import Delivery as State
from secure_communities.platform.keys import services as keys

SEALED = "delivery.signing-key"


def _undelivered_before(recipient: object, stream: object, number: object) -> Q:
    return Q(recipient=recipient, stream=stream, pk__lt=number, channel__in=PUSHED) & ~Q(state=State.DELIVERED)


def stands_behind(delivery: Delivery) -> bool:
    """Whether an earlier message of the same submission has not arrived: it is never overtaken."""
    return Delivery.objects.filter(
        _undelivered_before(delivery.recipient_id, delivery.stream, delivery.pk)
    ).exists()  # fmt: skip


def behind(delivery: Delivery) -> QuerySet[Delivery]:
    """What waited for this one."""
    return Delivery.objects.filter(
        recipient=delivery.recipient_id, stream=delivery.stream, pk__gt=delivery.pk, state=State.WAITING
    )


def due(*, at: datetime) -> QuerySet[Delivery]:
    """Deliveries whose turn it is, the longest due first."""
    earlier = Delivery.objects.filter(_undelivered_before(OuterRef("recipient"), OuterRef("stream"), OuterRef("pk")))
    waiting = Delivery.objects.filter(state__in=[State.WAITING, State.RETRY], next_try_at__lte=at)
    return waiting.exclude(Exists(earlier)).order_by("next_try_at", "id")


def due_for(recipient_id: int, channel: str, *, urgent: bool, at: datetime) -> QuerySet[Delivery]:
    """What is due for one recipient on one channel."""
    return due(at=at).filter(recipient=recipient_id, channel=channel, urgent=urgent)


def stalled(*, at: datetime) -> QuerySet[Delivery]:
    """Attempts that have lost their worker."""
    return Delivery.objects.filter(state=State.SENDING, started_at__lte=at - STALLED_AFTER)


def uncollected(*, at: datetime) -> QuerySet[Delivery]:
    """Offered messages that nobody fetched for a day."""
    return Delivery.objects.filter(state=State.OFFERED, begun_at__lte=at - UNCOLLECTED_AFTER)


def address_of(recipient: OriginatingAgency | int, channel: str, *, at: datetime) -> DeliveryAddress | None:
    """Where an ORI takes what is pushed by that channel at that moment."""
    rows = DeliveryAddress.objects.filter(originating_agency=recipient, channel=channel, starts_at__lte=at)
    return rows.filter(Q(ends_at=None) | Q(ends_at__gt=at)).order_by("-starts_at").first()


def signing_keys_of(recipient: OriginatingAgency | int, *, at: datetime) -> QuerySet[SigningKey]:
    """The signing keys in force, the oldest first."""
    rows = SigningKey.objects.filter(originating_agency=recipient, starts_at__lte=at)
    return rows.filter(Q(ends_at=None) | Q(ends_at__gt=at)).select_related("data_key").order_by("starts_at", "id")


def secrets_of(recipient: OriginatingAgency | int, *, at: datetime) -> dict[str, bytes]:
    """Key id → secret of the signing keys in force."""
    return {
        key.key_id: keys.unseal(key.data_key, key.secret, context=f"{SEALED}:{key.key_id}")
        for key in signing_keys_of(recipient, at=at)
        if key.data_key.destroyed_at is None
    }


def listing(*, condition: Q | None = None) -> QuerySet[Delivery]:
    """Deliveries for lists, the newest first. Holds no personal value."""
    rows = Delivery.objects.filter(condition) if condition is not None else Delivery.objects.all()
    return rows.select_related("recipient__agency").order_by("-created_at", "-id")


def dead_letter_count() -> int:
    """How many were given up and wait for a person."""
    return Delivery.objects.filter(state=State.DEAD).count()


def addresses(*, at: datetime) -> QuerySet[DeliveryAddress]:
    """The addresses in force."""
    rows = DeliveryAddress.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at)).select_related(
        "originating_agency__agency"
    )
    return rows.order_by("originating_agency__ori", "channel")
