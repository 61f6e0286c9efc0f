# SPDX-License-Identifier: Apache-2.0
"""What staff use to see which responses arrived, to begin a delivery again, and to test an address."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from secure_communities.api.authentication import staff
from secure_communities.api.casework import Line, Number
from secure_communities.api.errors import Problem
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.delivery import addresses, services
from secure_communities.platform.delivery.models import Delivery, DeliveryAddress
from secure_communities.platform.delivery.rules import sentence_of
from secure_communities.platform.delivery.states import Delivery as State

router = Router(tags=["Deliveries"], auth=staff)
MOST = 100


class AttemptOut(Schema):
    """One attempt: a code, never what the other side wrote."""

    number: int
    at: datetime
    milliseconds: int
    channel: str
    outcome: str
    code: str
    status: int | None


class DeliveryOut(Schema):
    """One message to one recipient on one channel."""

    id: int
    control_number: str
    recipient: str
    channel: str
    state: str
    created_at: datetime
    next_try_at: datetime | None
    ended_at: datetime | None
    code: str


class DeliveryDetailOut(DeliveryOut):
    """With every attempt."""

    attempts: list[AttemptOut]


class ReplayIn(Schema):
    """Why a delivery is begun again."""

    reason: Line


class TestOut(Schema):
    """What came of a test message."""

    outcome: str
    code: str
    status: int | None
    sentence: str


@router.get("/deliveries", response={200: list[DeliveryOut], 403: Problem})
def list_deliveries(
    request: HttpRequest, state: State | None = None, after: Annotated[int | None, Field(ge=0, lt=2**63)] = None
) -> list[dict[str, Any]]:
    """Up to 100 deliveries, newest first; `after` is the id of the last one of the page before."""
    require(request.user, Permission.DELIVERY_VIEW)
    rows = Delivery.objects.select_related("recipient").order_by("-id")
    if state is not None:
        rows = rows.filter(state=state)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return [_out(one) for one in rows[:MOST]]


@router.get("/deliveries/{delivery_id}", response={200: DeliveryDetailOut, 403: Problem, 404: Problem})
def delivery(request: HttpRequest, delivery_id: Number) -> dict[str, Any]:
    """One delivery with its attempts, oldest first."""
    require(request.user, Permission.DELIVERY_VIEW)
    found = Delivery.objects.select_related("recipient").get(pk=delivery_id)
    return {**_out(found), "attempts": list(found.attempts.order_by("number"))}


@router.post("/deliveries/{delivery_id}/replay", response={200: DeliveryOut, 403: Problem, 404: Problem, 409: Problem})
def replay(request: HttpRequest, delivery_id: Number, payload: ReplayIn) -> dict[str, Any]:
    """Begin a delivery again that was given up or has arrived (operators, support-centre supervisors)."""
    return _out(services.replay(delivery_id=delivery_id, reason=payload.reason, by=request.user, at=clock.now()))


@router.post("/delivery-addresses/{address_id}/test", response={200: TestOut, 403: Problem, 404: Problem, 409: Problem})
def test_address(request: HttpRequest, address_id: Number) -> dict[str, Any]:
    """Send a `ping`, which holds nothing, to an address in force (programme managers, administrators)."""
    require(request.user, Permission.DELIVERY_ADDRESS_KEEP)
    address = DeliveryAddress.objects.select_related("originating_agency").get(pk=address_id)
    result = addresses.try_address(address=address, by=request.user, now=clock.now)
    return {
        "outcome": result.outcome, "code": result.code, "status": result.status, "sentence": sentence_of(result.code),
    }  # fmt: skip


def _out(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.pk,
        "control_number": one.stream,
        "recipient": one.recipient.ori,
        "channel": one.channel,
        "state": one.state,
        "created_at": one.created_at,
        "next_try_at": one.next_try_at,
        "ended_at": one.ended_at,
        "code": one.last_code,
    }
