# SPDX-License-Identifier: Apache-2.0
"""From a message that is ready to the agency that has it: in order, whole, begun again after a failure."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from secure_communities.identify.responses import jobs, services
from secure_communities.identify.responses.models import Acknowledgement, Message
from secure_communities.identify.responses.rules import MessageKind, MessageState
from secure_communities.platform import clock
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.agencies.models import DeliveryPreference
from secure_communities.platform.agencies.vocabulary import Channel
from secure_communities.platform.delivery import sending
from secure_communities.platform.delivery.models import Delivery
from secure_communities.platform.delivery.rules import Outcome
from secure_communities.platform.delivery.states import Delivery as State
from secure_communities.platform.events.models import Event
from tests.identify import builders as a
from tests.platform.builders import a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(own_var: Path, monkeypatch: pytest.MonkeyPatch):
    """A submission with both answers ready, of an agency that takes files; none is delivered yet."""
    monkeypatch.setattr(clock, "now", a.now)
    query = a.a_confirmed_match(jail=a.a_jail(channel=Channel.DIRECTORY))
    a.a_determination(query)
    assert set(states(query.submission)) == {MessageState.READY}
    return query.submission


def states(submission) -> list[str]:
    return [one.state for one in both(submission)]


def both(submission) -> list[Message]:
    wanted = (MessageKind.FIRST, MessageKind.SECOND)
    return sorted(
        Message.objects.filter(submission=submission, kind__in=wanted), key=lambda one: wanted.index(one.kind)
    )


def pump(submission, *, at=a.AT, urgent: bool | None = None) -> None:
    for criminal in (True, False) if urgent is None else (urgent,):
        sending.pump(submission.originator_id, Channel.DIRECTORY, urgent=criminal, now=lambda: at)


def test_both_answers_are_written_in_order_and_say_that_they_arrived(answered, own_var: Path) -> None:
    pump(answered, urgent=False)
    assert states(answered) == [MessageState.READY, MessageState.READY]  # the second does not go before the first
    pump(answered)
    assert states(answered) == [MessageState.DELIVERED, MessageState.DELIVERED]
    first, second = both(answered)
    out = own_var / "folders" / first.recipient / "out"
    assert {path.name for path in out.iterdir()} == {f"{first.tcn}.ebts", f"{second.tcn}.ebts"}
    assert list(Event.objects.filter(kind="response:delivered").values_list("data__kind", flat=True)) == [
        "first",
        "second",
    ]


def test_when_the_first_cannot_be_written_the_second_stays_too(
    answered, own_var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = both(answered)
    write = Path.replace

    def full_disk(self: Path, to: Path) -> Path:
        if first.tcn in self.name:
            raise OSError("no space left")
        return write(self, to)

    monkeypatch.setattr(Path, "replace", full_disk)
    pump(answered)
    assert states(answered) == [MessageState.READY, MessageState.READY]
    one, two = Delivery.objects.order_by("id")
    assert (one.state, one.last_code, two.state) == (State.RETRY, "folder_error", State.WAITING)
    with pytest.raises(IntegrityError, match="not overtaken"), transaction.atomic():
        Delivery.objects.filter(pk=two.pk).update(state="sending", started_at=a.AT, next_try_at=None)
    monkeypatch.undo()
    pump(answered, at=a.AT + timedelta(seconds=30))
    assert states(answered) == [MessageState.DELIVERED, MessageState.DELIVERED]


def test_a_message_whose_key_was_destroyed_becomes_a_dead_letter_not_a_crash(answered, monkeypatch) -> None:
    from secure_communities.platform.keys.services import destroy_data_key

    destroy_data_key(answered.data_key, reason="expunged", at=a.AT)
    pump(answered)
    assert list(Delivery.objects.values_list("state", "last_code")) == [("dead", "source_error"), ("waiting", "")]


def test_fetching_by_api_settles_what_was_offered() -> None:
    submission = a.search_criminal(a.an_accepted_submission())
    [offered] = Delivery.objects.all()
    assert (offered.channel, offered.state, offered.urgent) == (Channel.API, State.OFFERED, True)
    message = services.selectors.for_agency(offered.reference)
    for _ in range(2):
        services.collected(message, channel=Channel.API, at=a.AT)
    offered.refresh_from_db()
    assert (offered.state, offered.attempts.get().outcome) == (State.DELIVERED, Outcome.DELIVERED)
    message.refresh_from_db()
    assert (message.state, message.delivered_by) == (MessageState.DELIVERED, "api")
    assert Event.objects.filter(kind="response:delivered", correlation=submission.control_number).count() == 1


def test_an_officer_of_the_agency_acknowledges_once_and_the_message_has_arrived() -> None:
    submission = a.search_criminal(a.an_accepted_submission())
    message = Message.objects.get()
    officer = a_user(Role.BOOKING_OFFICER, agency=submission.originator.agency)
    for _ in range(2):
        services.acknowledge(message.pk, by=officer, at=a.AT)
    message.refresh_from_db()
    assert (message.state, message.delivered_by) == (MessageState.DELIVERED, "portal")
    assert not Delivery.objects.exclude(state=State.DELIVERED).exists()
    assert Event.objects.filter(kind="response:acknowledged").count() == 1


@pytest.mark.parametrize("role", [Role.BOOKING_OFFICER, Role.STATE_BUREAU, Role.OPERATOR])
def test_nobody_else_acknowledges_for_the_agency(role: Role) -> None:
    a.search_criminal(a.an_accepted_submission())
    message = Message.objects.get()
    stranger = a_user(role)
    with pytest.raises(NotAllowed):
        services.acknowledge(message.pk, by=stranger, at=a.AT)
    with pytest.raises(IntegrityError, match="of the submitting agency"), transaction.atomic():
        Acknowledgement.objects.create(message=message, by=stranger, at=a.AT)


def test_what_is_held_cannot_be_acknowledged() -> None:
    query = a.a_confirmed_match(answered=False)
    a.a_determination(query)
    officer = a_user(Role.BOOKING_OFFICER, agency=query.submission.originator.agency)
    held = Message.objects.get(kind=MessageKind.SECOND)
    with pytest.raises(LookupError):
        services.acknowledge(held.pk, by=officer, at=a.AT)
    with pytest.raises(IntegrityError, match="of the submitting agency"), transaction.atomic():
        Acknowledgement.objects.create(message=held, by=officer, at=a.AT)


def test_what_is_held_although_nothing_stands_in_its_way_is_queued_again_once(monkeypatch: pytest.MonkeyPatch) -> None:
    query = a.a_confirmed_match(answered=False)
    a.a_determination(query)
    a.examination.search(query.submission.pk, a.Register.CRIMINAL, now=a.now)

    def queued() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE queueing_lock LIKE 'release-%'")
            return int(cursor.fetchone()[0])

    monkeypatch.setattr(clock, "now", lambda: a.AT + jobs.OVERDUE - timedelta(seconds=1))
    jobs.resume_messages.func(timestamp=0)
    assert queued() == 0
    monkeypatch.setattr(clock, "now", lambda: a.AT + jobs.OVERDUE + timedelta(seconds=1))
    for _ in range(2):
        jobs.resume_messages.func(timestamp=0)
    assert queued() == 1


def test_an_agency_without_a_preference_fetches_its_answers() -> None:
    jail = a.a_jail()
    DeliveryPreference.objects.all().delete()
    a.search_criminal(a.an_accepted_submission(jail))
    assert Delivery.objects.get().channel == Channel.API
