# SPDX-License-Identifier: Apache-2.0
"""Writes of the register of addresses and signing keys: set, end, issue, change over, test.

Every row is kept: an address is ended and another one set. The database refuses any other change.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.agencies.vocabulary import Channel
from secure_communities.platform.delivery import events, parcels, selectors
from secure_communities.platform.delivery.channels import mail, webhook
from secure_communities.platform.delivery.models import DeliveryAddress, SigningKey
from secure_communities.platform.delivery.rules import Outcome, Result
from secure_communities.platform.delivery.sending import relay
from secure_communities.platform.delivery.targets import BadTarget, mailbox, web_target
from secure_communities.platform.events.services import append
from secure_communities.platform.keys import services as keys
from secure_communities.platform.refusals import Refusal, stated

OVERLAP = timedelta(days=7)  # how long the old signing key keeps signing beside the new one
SECRET_BYTES = 32
MOST_KEYS = 2


@transaction.atomic
def set_address(
    *, ori: OriginatingAgency, channel: Channel, target: str, reason: str, by: Any, at: datetime
) -> DeliveryAddress:
    """Enter where an ORI takes what is pushed by a channel; the address in force until now ends. Raises Refusal."""
    require(by, Permission.DELIVERY_ADDRESS_KEEP, at=at)
    target, why = _checked(channel, target.strip()), stated(reason)
    OriginatingAgency.objects.select_for_update().get(pk=ori.pk)
    before = DeliveryAddress.objects.filter(originating_agency=ori, channel=channel, ends_at=None).first()
    if before is not None and before.target == target:
        raise Refusal("That address is in force already.")
    if before is not None:
        _end(before, by=by, at=at)
    address = DeliveryAddress.objects.create(
        originating_agency=ori, channel=channel, target=target, starts_at=at, set_by=by
    )
    append(
        kind=events.ADDRESS_SET, actor=by, about=("ori", ori.ori), reason=why,
        data={"channel": str(channel), "target": target, "address": address.pk}, at=at,
    )  # fmt: skip
    return address


def _checked(channel: str, target: str) -> str:
    try:
        if channel == Channel.WEBHOOK:
            web_target(target, allow_private=settings.DELIVERY_ALLOW_PRIVATE)
        elif channel == Channel.SMTP:
            mailbox(target)
        else:
            raise Refusal("Only webhooks and mail have an address: files go to the agency's folder.")
    except BadTarget as refused:
        raise Refusal(str(refused)) from None
    return target


@transaction.atomic
def end_address(*, address: DeliveryAddress, reason: str, by: Any, at: datetime) -> None:
    """End an address at once: nothing is pushed there any more. Raises Refusal when it ended already."""
    require(by, Permission.DELIVERY_ADDRESS_KEEP, at=at)
    why = stated(reason)
    locked = (
        DeliveryAddress.objects.select_for_update(of=("self",)).select_related("originating_agency").get(pk=address.pk)
    )
    if locked.ends_at is not None:
        raise Refusal("That address was ended already.")
    _end(locked, by=by, at=at)
    append(
        kind=events.ADDRESS_ENDED, actor=by, about=("ori", locked.originating_agency.ori), reason=why,
        data={"channel": locked.channel, "target": locked.target, "address": locked.pk}, at=at,
    )  # fmt: skip


def _end(address: DeliveryAddress, *, by: Any, at: datetime) -> None:
    address.ends_at, address.ended_by = max(at, address.starts_at), by
    address.save(update_fields=["ends_at", "ended_by"])


@transaction.atomic
def issue_signing_key(*, ori: OriginatingAgency, reason: str, by: Any, at: datetime) -> tuple[str, str]:
    """Issue a key that signs what is posted to an ORI's webhook: its id and its secret as text, shown this once.

    A key in force goes on signing for `OVERLAP` beside it, so that the other side changes over without a gap.
    """
    require(by, Permission.DELIVERY_ADDRESS_KEEP, at=at)
    why = stated(reason)
    OriginatingAgency.objects.select_for_update().get(pk=ori.pk)
    running = list(selectors.signing_keys_of(ori, at=at))
    if len(running) >= MOST_KEYS:
        raise Refusal("Two signing keys overlap already: end one of them first.")
    for key in running:
        if key.ends_at is None:
            key.ends_at = at + OVERLAP
            key.save(update_fields=["ends_at"])
    key_id = "whk_" + base64.b32encode(secrets.token_bytes(5)).decode().lower()
    secret, data_key = secrets.token_bytes(SECRET_BYTES), keys.create_data_key(at=at)
    SigningKey.objects.create(
        originating_agency=ori, key_id=key_id, data_key=data_key, starts_at=at, issued_by=by,
        secret=keys.seal(data_key, secret, context=f"{selectors.SEALED}:{key_id}"),
    )  # fmt: skip
    append(
        kind=events.KEY_ISSUED, actor=by, about=("ori", ori.ori), reason=why,
        data={"key": key_id, "beside": [one.key_id for one in running]}, at=at,
    )  # fmt: skip
    return key_id, secret.hex()


@transaction.atomic
def end_signing_key(*, key_id: str, reason: str, by: Any, at: datetime) -> None:
    """End a signing key at once and destroy it."""
    require(by, Permission.DELIVERY_ADDRESS_KEEP, at=at)
    why = stated(reason)
    rows = SigningKey.objects.select_for_update(of=("self",)).select_related("originating_agency", "data_key")
    key = rows.filter(key_id=key_id).first()
    if key is None:
        raise Refusal("There is no signing key of that number.")
    if key.ends_at is not None and key.ends_at <= at:
        raise Refusal("That signing key ended already.")
    key.ends_at = max(at, key.starts_at)
    key.save(update_fields=["ends_at"])
    keys.destroy_data_key(key.data_key, reason="the signing key ended", at=at)
    append(
        kind=events.KEY_ENDED, actor=by, about=("ori", key.originating_agency.ori), reason=why,
        data={"key": key_id}, at=at,
    )  # fmt: skip


def try_address(*, address: DeliveryAddress, by: Any, now: Callable[[], datetime]) -> Result:
    """Send a message of kind `ping` to an address in force, which holds nothing, and say what came of it."""
    at = now()
    require(by, Permission.DELIVERY_ADDRESS_KEEP, at=at)
    if not address.in_force(at):
        raise Refusal("That address is not in force.")
    ori = address.originating_agency
    parcel = parcels.Parcel(
        number=f"PING-{at:%Y%m%d%H%M%S}-{secrets.token_hex(3)}", kind="ping", version=1, recipient=ori.ori,
        answers="", media_type="application/octet-stream", extension="bin", content=b"",
    )  # fmt: skip
    try:
        result = _ping(parcel, address, at=at)
    except Exception:
        result = Result(Outcome.FAILED, "unexpected")
    append(
        kind=events.ADDRESS_TESTED, actor=by, about=("ori", ori.ori), at=now(),
        data={"address": address.pk, "code": result.code, "status": result.status, "outcome": result.outcome.value},
    )  # fmt: skip
    return result


def _ping(parcel: parcels.Parcel, address: DeliveryAddress, *, at: datetime) -> Result:
    if address.channel == Channel.SMTP:
        return mail.send(parcel, to=address.target, relay=relay(), at=at)
    return webhook.send(
        parcel,
        address=address.target,
        keys=selectors.secrets_of(address.originating_agency, at=at),
        at=at,
        allow_private=settings.DELIVERY_ALLOW_PRIVATE,
    )
