# SPDX-License-Identifier: Apache-2.0
"""Who gets which notice: every combination of preference and capability, through the real services; and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from secure_communities.identify.responses import jobs, services
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import MessageKind, MessageState
from secure_communities.platform import clock
from secure_communities.platform.agencies import services as agencies
from secure_communities.platform.agencies.vocabulary import Channel, IdrDelivery
from secure_communities.platform.delivery.models import Delivery
from secure_communities.platform.events.models import Event
from tests.identify import builders as a
from tests.platform.builders import an_administrator

pytestmark = pytest.mark.django_db
NONE, MATCH, BOTH = IdrDelivery.NONE, IdrDelivery.MATCH_ONLY, IdrDelivery.NO_MATCH_AND_MATCH
CAPABLE = [(True, True), (True, False), (False, True), (False, False)]


def a_jail_that_takes(delivery: IdrDelivery, *, state: bool, ori: bool):
    jail = a.a_jail()
    agencies.set_delivery_preference(
        ori=jail, idr_delivery=delivery, state_capable=state, ori_capable=ori, channel=Channel.API,
        starts_on=a.AT.date(), reason="Sample", by=an_administrator(), at=a.AT,
    )  # fmt: skip
    return jail


def kinds() -> set[str]:
    return set(Message.objects.exclude(state=MessageState.HELD).values_list("kind", flat=True))


@pytest.mark.parametrize("delivery", [NONE, MATCH, BOTH])
@pytest.mark.parametrize(("state", "ori"), CAPABLE, ids=["both", "state only", "ORI only", "neither"])
@pytest.mark.parametrize("matched", [True, False], ids=["match", "no match"])
def test_a_notice_goes_exactly_to_those_who_take_it_and_can(
    delivery: IdrDelivery, state: bool, ori: bool, matched: bool
) -> None:
    jail = a_jail_that_takes(delivery, state=state, ori=ori)
    if matched:
        a.a_determination(a.a_confirmed_match(jail=jail))
        notice = MessageKind.SECOND
    else:
        a.an_immigration_subject(person=99)
        a.search_immigration(a.search_criminal(a.an_accepted_submission(jail)))
        notice = MessageKind.NO_MATCH
    taken = state and ori and (delivery is BOTH or (delivery is MATCH and matched))
    assert (notice in kinds()) is taken
    assert MessageKind.FIRST in kinds()  # the criminal answer goes out whatever the preference says
    assert Delivery.objects.count() == 1 + taken
    assert Event.objects.filter(kind="response:withheld").exists() is not taken


def test_a_state_that_keeps_later_arrests_to_itself_has_them_not_searched_and_so_no_notice() -> None:
    jail = a.a_jail()
    jail.county.state.nff = True
    jail.county.state.save()
    a.a_criminal_subject()
    submission = a.search_criminal(a.an_accepted_submission(jail, fields={"2.015": "ZZ00000001"}))
    assert kinds() == {MessageKind.FIRST}
    assert submission.immigration_state == "not_searched"


@pytest.fixture
def an_hour(settings) -> timedelta:
    settings.NO_MATCH_NOTICE_MINUTES = 60
    return timedelta(minutes=60)


def test_a_notice_of_no_match_leaves_an_hour_after_the_booking_whatever_was_found(
    an_hour: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    a.an_immigration_subject(person=1)
    jail = a.a_jail()
    nothing = a.search_immigration(a.search_criminal(a.an_accepted_submission(jail, person=7)))
    candidate = a.search_immigration(a.search_criminal(a.an_accepted_submission(jail, person=1)))
    assert candidate.immigration_state == "examiner"
    compared = a.Examination.objects.get(submission=candidate, register="immigration")
    a.exclude(compared)
    a.exclude(compared)
    for submission in (nothing, candidate):
        services.release(submission.pk, at=a.AT + an_hour - timedelta(seconds=1))
    assert kinds() == {MessageKind.FIRST}
    monkeypatch.setattr(clock, "now", lambda: a.AT + an_hour + jobs.OVERDUE)
    for submission in (nothing, candidate):
        jobs.release_follow_ups.func(submission_id=submission.pk)
    assert list(Message.objects.filter(kind=MessageKind.NO_MATCH).values_list("state", flat=True)) == [
        MessageState.READY,
        MessageState.READY,
    ]


def test_the_second_response_does_not_wait_for_that_hour(an_hour: timedelta) -> None:
    a.a_determination(a.a_confirmed_match())
    assert MessageKind.SECOND in kinds()
