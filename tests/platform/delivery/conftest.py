# SPDX-License-Identifier: Apache-2.0
"""Messages of a sample source, an agency that takes them by webhook or mail, and a clock that the test turns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from secure_communities.platform import clock
from secure_communities.platform.agencies import services as agencies
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.agencies.vocabulary import Channel, IdrDelivery
from secure_communities.platform.delivery import addresses, parcels, sending, services
from secure_communities.platform.delivery.models import Delivery
from secure_communities.platform.delivery.parcels import Parcel
from tests.platform.builders import AT, a_manager, an_administrator, an_ori
from tests.platform.delivery import receivers

KINDS = ("first", "pending", "second")


class SampleSource:
    """Message n is number n % 3 of the answers to submission n // 3."""

    def __init__(self) -> None:
        self.told: list[tuple[int, str]] = []
        self.missing: set[int] = set()

    def parcel(self, reference: int) -> Parcel:
        if reference in self.missing:
            raise LookupError("gone")
        kind = KINDS[reference % 3]
        return Parcel(
            number=f"SYN-{reference}", kind=kind, version=1, recipient="ZZTX00101", answers=f"SUB{reference // 3}",
            media_type="application/vnd.ebts", extension="ebts", content=f"message {reference}".encode(),
        )  # fmt: skip

    def delivered(self, reference: int, *, by: str, at: datetime) -> None:
        self.told.append((reference, by))


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> SampleSource:
    sample = SampleSource()
    monkeypatch.setitem(parcels._SOURCES, "sample", sample)
    return sample


class Time:
    """The clock of a test."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture
def time_(monkeypatch: pytest.MonkeyPatch) -> Time:
    moment = Time()
    monkeypatch.setattr(clock, "now", moment)
    return moment


@pytest.fixture(autouse=True)
def one_machine(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    settings.DELIVERY_ALLOW_PRIVATE = True


@pytest.fixture
def web() -> Iterator[receivers.WebReceiver]:
    with receivers.web_receiver() as receiver:
        yield receiver


@pytest.fixture
def post_office(settings: Any) -> Iterator[receivers.MailReceiver]:
    with receivers.mail_receiver() as receiver:
        settings.DELIVERY_SMTP = receiver.address
        yield receiver


def a_recipient(channel: Channel, target: str = "", *, ori: str = "ZZTX00101") -> OriginatingAgency:
    jail = an_ori(ori)
    takes_by(jail, channel)
    if target:
        addresses.set_address(ori=jail, channel=channel, target=target, reason="Sample", by=a_manager(), at=AT)
    if channel == Channel.WEBHOOK:
        addresses.issue_signing_key(ori=jail, reason="Sample", by=a_manager(), at=AT)
    return jail


def takes_by(jail: OriginatingAgency, channel: Channel) -> None:
    agencies.set_delivery_preference(
        ori=jail, idr_delivery=IdrDelivery.NO_MATCH_AND_MATCH, state_capable=True, ori_capable=True, channel=channel,
        starts_on=AT.date(), reason="Sample", by=an_administrator(), at=AT,
    )  # fmt: skip


def post(jail: OriginatingAgency, *references: int) -> list[Delivery]:
    return [
        services.post(
            source="sample", reference=one, recipient=jail, stream=f"SC-{one // 3}", urgent=one % 3 == 0, at=AT
        )
        for one in references
    ]


def pump(jail: OriginatingAgency, now: Time, channel: Channel = Channel.WEBHOOK) -> None:
    """What the jobs do: criminal answers and notices, until nothing is due."""
    for urgent in (True, False):
        while sending.pump(jail.pk, channel, urgent=urgent, now=now):
            pass
