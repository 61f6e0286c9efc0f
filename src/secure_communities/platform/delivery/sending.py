# SPDX-License-Identifier: Apache-2.0
"""One attempt from beginning to end: whose turn it is, the bytes, the channel, the result. No transaction is held
open while the other side is spoken to.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from secure_communities.platform.agencies.vocabulary import Channel
from secure_communities.platform.delivery import parcels, selectors, services
from secure_communities.platform.delivery.channels import folder, mail, webhook
from secure_communities.platform.delivery.models import Delivery
from secure_communities.platform.delivery.rules import Outcome, Result

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
TURN_SECONDS = 30.0  # a pump gives its place to others after so long


def relay() -> mail.Relay | None:
    """The operator's mail relay, as the environment names it."""
    if not settings.DELIVERY_SMTP:
        return None
    return mail.Relay(
        settings.DELIVERY_SMTP,
        settings.DELIVERY_SMTP_FROM,
        settings.DELIVERY_SMTP_USER,
        settings.DELIVERY_SMTP_PASSWORD,
        demand_tls=not settings.DELIVERY_ALLOW_PRIVATE,
    )


def attempt(delivery_id: int, *, now: Clock) -> Result | None:
    """Try once. None when it was not its turn. Our own errors are results too: they are tried again."""
    delivery = services.begin(delivery_id, at=now())
    if delivery is None or delivery.started_at is None:
        return None
    target = ""
    try:
        target, result = _send(delivery, at=now())
    except Exception:
        log.exception("delivery %s could not be attempted", delivery.pk)
        result = Result(Outcome.FAILED, "unexpected")
    services.finish(delivery.pk, started_at=delivery.started_at, result=result, target=target, at=now())
    return result


def _send(delivery: Delivery, *, at: datetime) -> tuple[str, Result]:
    try:
        parcel = parcels.source(delivery.source).parcel(delivery.reference)
    except LookupError:
        log.exception("the message of delivery %s cannot be read", delivery.pk)
        return "", Result(Outcome.REFUSED, "source_error")
    if delivery.channel == Channel.DIRECTORY:
        return f"folders/{parcel.recipient}/out", folder.send(parcel, root=settings.VAR / "folders")
    address = selectors.address_of(delivery.recipient, delivery.channel, at=at)
    if address is None:
        return "", Result(Outcome.REFUSED, "no_address")
    if delivery.channel == Channel.SMTP:
        return address.target, mail.send(parcel, to=address.target, relay=relay(), at=at)
    secrets = selectors.secrets_of(delivery.recipient, at=at)
    allow_private = settings.DELIVERY_ALLOW_PRIVATE
    return address.target, webhook.send(
        parcel, address=address.target, keys=secrets, at=at, allow_private=allow_private
    )


def pump(recipient_id: int, channel: str, *, urgent: bool, now: Clock, seconds: float = TURN_SECONDS) -> bool:
    """Send what is due for one recipient on one channel; True when something is left that is due.

    It ends when the recipient fails: the others of that recipient would most likely fail as well, and have their time.
    """
    until = time.monotonic() + seconds
    tried: set[int] = set()
    while time.monotonic() < until:
        due = selectors.due_for(recipient_id, channel, urgent=urgent, at=now()).exclude(pk__in=tried)
        number = due.values_list("pk", flat=True).first()
        if number is None:
            return False
        tried.add(number)
        result = attempt(number, now=now)
        if result is not None and result.outcome is Outcome.FAILED:
            break
    return selectors.due_for(recipient_id, channel, urgent=urgent, at=now()).exists()
