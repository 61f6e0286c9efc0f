# SPDX-License-Identifier: Apache-2.0
"""At least once, in order, until it arrived or somebody sees that it did not."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction

from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.agencies.vocabulary import Channel
from secure_communities.platform.delivery import addresses, jobs, rules, selectors, sending, services
from secure_communities.platform.delivery.models import Attempt, Delivery, DeliveryAddress, Replay, SigningKey
from secure_communities.platform.delivery.receiving import Inbox, Taken, of_mail
from secure_communities.platform.delivery.signing import About, BadSignature
from secure_communities.platform.delivery.states import Delivery as State
from secure_communities.platform.events.models import Event
from secure_communities.platform.jobs import queues
from secure_communities.platform.refusals import Refusal
from secure_communities.platform.worklists import selectors as worklists
from tests.platform.builders import AT, a_manager, a_user
from tests.platform.delivery import receivers
from tests.platform.delivery.conftest import a_recipient, post, pump, takes_by

pytestmark = pytest.mark.django_db
CHANGED = (ProgrammingError, InternalError)


def fresh(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(pk=delivery.pk)


def codes(delivery: Delivery) -> list[str]:
    return list(delivery.attempts.values_list("code", flat=True))


def an_operator():
    return a_user(Role.OPERATOR)


def test_a_message_is_posted_once_signed_and_its_owner_is_told(web, source, time_) -> None:
    jail = a_recipient(Channel.WEBHOOK, web.address)
    for _ in range(2):
        [delivery] = post(jail, 0)
    pump(jail, time_)
    assert fresh(delivery).state == State.DELIVERED and source.told == [(0, "webhook")]
    [(number, about)] = web.verified(selectors.secrets_of(jail, at=AT), at=AT)
    assert (number, about) == ("SYN-0", About("first", 1, "SUB0"))
    [attempt] = delivery.attempts.all()
    assert (attempt.outcome, attempt.status, attempt.target) == ("delivered", 204, web.address)


def test_a_receiver_that_fails_then_drops_then_takes_gets_it_after_growing_waits(web, source, time_) -> None:
    jail = a_recipient(Channel.WEBHOOK, web.address)
    [delivery] = post(jail, 0)
    web.script = [receivers.answer(503), receivers.drop]
    pump(jail, time_)
    assert fresh(delivery).state == State.RETRY
    pump(jail, time_)
    assert len(web.requests) == 1  # not before its time
    time_.passes(seconds=12)
    pump(jail, time_)
    time_.passes(seconds=36)
    pump(jail, time_)
    assert codes(delivery) == ["http_error", "dropped", "ok"]
    assert len({one.headers["Idempotency-Key"] for one in web.requests}) == 1
    assert source.told == [(0, "webhook")]


def test_nothing_of_a_submission_overtakes_while_other_submissions_go_on(web, source, time_) -> None:
    jail = a_recipient(Channel.WEBHOOK, web.address)
    first, second, other = post(jail, 0, 2, 3)
    web.script = [receivers.answer(503)]
    pump(jail, time_)
    assert [fresh(one).state for one in (first, second, other)] == [State.RETRY, State.WAITING, State.DELIVERED]
    time_.passes(seconds=12)
    pump(jail, time_)
    assert [reference for reference, _ in source.told] == [3, 0, 2]


def test_a_refusal_for_good_is_a_dead_letter_that_somebody_sees_and_it_blocks_what_follows(web, source, time_) -> None:
    jail = a_recipient(Channel.WEBHOOK, web.address)
    first, second = post(jail, 0, 2)
    web.script = [receivers.answer(422)]
    pump(jail, time_)
    assert [fresh(one).state for one in (first, second)] == [State.DEAD, State.WAITING]
    [item] = worklists.open_items([services.WORKLIST])
    assert (item.about_id, item.correlation) == (str(first.pk), "SC-0")
    [event] = Event.objects.filter(kind="delivery:dead")
    assert event.data["code"] == "http_refused" and event.correlation == "SC-0"
    services.replay(delivery_id=first.pk, reason="They mended their side", by=an_operator(), at=time_())
    assert not worklists.open_items([services.WORKLIST])
    pump(jail, time_)
    assert [fresh(one).state for one in (first, second)] == [State.DELIVERED, State.DELIVERED]
    assert Replay.objects.get().after == "dead" and Event.objects.filter(kind="delivery:replayed").count() == 1


def test_a_receiver_that_is_down_all_day_is_given_up_after_24_hours(source, time_) -> None:
    jail = a_recipient(Channel.WEBHOOK, f"http://127.0.0.1:{receivers.free_port()}/")
    [delivery] = post(jail, 0)
    for _ in range(40):
        pump(jail, time_)
        if fresh(delivery).state == State.DEAD:
            break
        time_.at = fresh(delivery).next_try_at
    dead = fresh(delivery)
    assert dead.state == State.DEAD and set(codes(dead)) == {"unreachable"}
    assert timedelta(hours=20) < dead.ended_at - AT <= rules.GIVE_UP_AFTER
    assert worklists.open_items([services.WORKLIST]).count() == 1


@pytest.mark.parametrize("reason", ["", "   "])
def test_nobody_begins_a_delivery_again_without_a_reason(web, source, time_, reason: str) -> None:
    jail = a_recipient(Channel.WEBHOOK, web.address)
    [delivery] = post(jail, 0)
    pump(jail, time_)
    with pytest.raises(Refusal, match="reason"):
        services.replay(delivery_id=delivery.pk, reason=reason, by=an_operator(), at=AT)
    with pytest.raises(NotAllowed):
        services.replay(delivery_id=delivery.pk, reason="x", by=a_user(Role.EXAMINER), at=AT)


def test_what_is_under_way_is_not_begun_again(web, source, time_) -> None:
    [delivery] = post(a_recipient(Channel.WEBHOOK, web.address), 0)
    with pytest.raises(Refusal, match="waiting"):
        services.replay(delivery_id=delivery.pk, reason="Hurry", by=an_operator(), at=AT)


def test_a_dead_letter_is_begun_again_by_the_channel_the_agency_takes_now(web, source, time_, tmp_path: Path) -> None:
    jail = a_recipient(Channel.WEBHOOK)  # no address is on record
    [delivery] = post(jail, 0)
    pump(jail, time_)
    assert (fresh(delivery).state, codes(delivery)) == (State.DEAD, ["no_address"])
    takes_by(jail, Channel.DIRECTORY)
    services.replay(delivery_id=delivery.pk, reason="They take files now", by=an_operator(), at=AT)
    pump(jail, time_, Channel.DIRECTORY)
    assert (tmp_path / "folders" / "ZZTX00101" / "out" / "SYN-0.ebts").read_bytes() == b"message 0"
    assert list(delivery.attempts.values_list("channel", flat=True)) == ["WEBHOOK", "DIRECTORY"]


def test_a_worker_that_dies_in_the_middle_loses_nothing_and_a_duplicate_does_no_harm(
    web, source, time_, tmp_path: Path
) -> None:
    jail = a_recipient(Channel.WEBHOOK, web.address)
    [delivery] = post(jail, 0)
    begun = services.begin(delivery.pk, at=time_())
    assert begun is not None
    sending._send(begun, at=time_())  # it arrives, and then the worker is gone
    jobs.sweep_deliveries.func(timestamp=0)
    assert fresh(delivery).state == State.SENDING  # it may still be at work
    time_.passes(seconds=31)
    jobs.sweep_deliveries.func(timestamp=0)
    pump(jail, time_)
    assert (fresh(delivery).state, codes(delivery)) == (State.DELIVERED, ["interrupted", "ok"])
    inbox = Inbox(tmp_path / "inbox")
    taken = [inbox.take(About.decode(one.headers["SC-Message"]), one.body) for one in web.requests]
    assert taken == [Taken.NEW, Taken.REPEATED]


def test_the_result_of_an_attempt_taken_for_dead_changes_nothing_any_more(web, source, time_) -> None:
    [delivery] = post(a_recipient(Channel.WEBHOOK, web.address), 0)
    old = services.begin(delivery.pk, at=time_())
    assert old is not None and old.started_at is not None
    time_.passes(seconds=31)
    services.recover(delivery.pk, at=time_())
    new = services.begin(delivery.pk, at=time_())
    assert new is not None
    services.finish(
        delivery.pk, started_at=old.started_at, result=rules.Result(rules.Outcome.REFUSED, "http_refused"), target="",
        at=time_(),
    )  # fmt: skip
    assert fresh(delivery).state == State.SENDING and codes(delivery) == ["interrupted", "http_refused"]


def test_what_the_agency_should_fetch_and_does_not_is_reported_after_a_day_and_can_still_be_fetched(
    source, time_
) -> None:
    jail = a_recipient(Channel.API)
    [delivery] = post(jail, 0)
    time_.passes(hours=23)
    jobs.sweep_deliveries.func(timestamp=0)
    assert fresh(delivery).state == State.OFFERED
    time_.passes(hours=2)
    jobs.sweep_deliveries.func(timestamp=0)
    assert (fresh(delivery).state, fresh(delivery).last_code) == (State.DEAD, "uncollected")
    services.collected(
        source="sample", reference=0, recipient=jail, stream="SC-0", urgent=True, channel=Channel.API, at=time_()
    )
    assert fresh(delivery).state == State.DELIVERED and source.told == [(0, "api")]
    assert not worklists.open_items([services.WORKLIST])


@pytest.mark.parametrize(
    ("stage", "reply"), [("at_recipient", "451 Greylisted"), ("at_data", "452 Full"), ("at_data", "drop")]
)
def test_mail_is_sent_again_under_the_same_number_until_it_is_taken(
    post_office, source, time_, tmp_path: Path, stage: str, reply: str
) -> None:
    jail = a_recipient(Channel.SMTP, "desk@jail.example")
    [delivery] = post(jail, 0)
    setattr(post_office, stage, [reply])
    post_office.doubles = True  # and the relay hands everything over twice
    pump(jail, time_, Channel.SMTP)
    time_.passes(seconds=12)
    pump(jail, time_, Channel.SMTP)
    assert fresh(delivery).state == State.DELIVERED
    inbox = Inbox(tmp_path / "inbox")
    taken = [inbox.take(About("first", 1, "SUB0"), of_mail(raw)[1]) for _, _, raw in post_office.mails]
    assert taken[0] is Taken.NEW and set(taken[1:]) == {Taken.REPEATED}
    assert {recipients for _, recipients, _ in post_office.mails} == {("desk@jail.example",)}


def test_the_receiver_ends_with_the_same_answers_in_every_order_with_every_duplicate(tmp_path: Path) -> None:
    messages = {(kind, 1): f"message {kind}".encode() for kind in ("first", "pending", "second")}
    for number, order in enumerate(permutations(list(messages) * 2, 6)):
        if number % 6:  # each order of six, of which every sixth is another one
            continue
        inbox = Inbox(tmp_path / str(number))
        for kind, version in order:
            inbox.take(About(kind, version, "SUB/../1"), messages[kind, version])
        assert inbox.answers_to("SUB/../1") == messages
    assert {path.parent.parent for path in tmp_path.rglob("*.ebts")} == set(tmp_path.iterdir())  # nothing got outside


def test_other_bytes_under_the_same_number_are_kept_beside_it_for_people(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    about = About("second", 1, "SUB1")
    assert [inbox.take(about, content) for content in (b"one", b"two", b"one")] == [
        Taken.NEW, Taken.CONFLICT, Taken.REPEATED,
    ]  # fmt: skip
    assert inbox.answers_to("SUB1") == {("second", 1): b"one"}


def test_pumps_of_other_recipients_and_of_the_criminal_side_do_not_wait_for_a_slow_one(web, source, time_) -> None:
    slow, quick = a_recipient(Channel.WEBHOOK, web.address), a_recipient(Channel.DIRECTORY, ori="ZZTX00102")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        worker = cursor.fetchone()[0]
    for urgent in (False, True):
        for jail, channel in ((slow, Channel.WEBHOOK), (quick, Channel.DIRECTORY), (slow, Channel.WEBHOOK)):
            jobs.wake(jail.pk, channel, urgent=urgent)

    def taken(queue: str) -> str | None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT lock FROM procrastinate_fetch_job_v2(%s, %s)", [[queue], worker])
            return cursor.fetchone()[0]

    lock = "delivery-{}-{}-{}".format
    assert taken(queues.NOTICES) == lock(slow.pk, "WEBHOOK", "notice")  # it runs, and is slow
    jobs.wake(slow.pk, Channel.WEBHOOK, urgent=False)  # more for the slow one: it waits for its own turn only
    assert taken(queues.NOTICES) == lock(quick.pk, "DIRECTORY", "notice")
    assert taken(queues.NOTICES) is None
    assert taken(queues.DELIVERY) == lock(slow.pk, "WEBHOOK", "urgent")
    assert not set(queues.WORKERS["delivery"]) & set(queues.WORKERS["notices"])


@pytest.mark.django_db(transaction=True)
def test_a_receiver_that_hangs_holds_up_nobody_else(web, source, monkeypatch: pytest.MonkeyPatch) -> None:
    from secure_communities.platform import clock

    monkeypatch.setattr(sending.webhook.rules, "ATTEMPT_LIMIT", timedelta(seconds=2))
    slow, quick = a_recipient(Channel.WEBHOOK, web.address), a_recipient(Channel.DIRECTORY, ori="ZZTX00102")
    held, soon = post(slow, 0)[0], post(quick, 3)[0]
    Delivery.objects.update(next_try_at=clock.now(), begun_at=clock.now())
    web.script = [receivers.hang]
    done: dict[int, float] = {}

    def run(jail, channel) -> None:
        try:
            sending.pump(jail.pk, channel, urgent=True, now=clock.now)
            done[jail.pk] = time.monotonic()
        finally:
            connection.close()

    begun = time.monotonic()
    threads = [threading.Thread(target=run, args=one) for one in ((slow, Channel.WEBHOOK), (quick, Channel.DIRECTORY))]
    for thread in threads:
        thread.start()
        while thread is threads[0] and not web.requests and thread.is_alive():
            time.sleep(0.01)
    threads[1].join()
    assert fresh(soon).state == State.DELIVERED and fresh(held).state == State.SENDING
    threads[0].join()
    assert done[quick.pk] < done[slow.pk] and done[slow.pk] - begun < 20


# -- addresses and keys --------------------------------------------------------------------------------------------


def test_an_address_is_ended_and_another_set_and_both_stay_on_record(source) -> None:
    jail = a_recipient(Channel.SMTP, "desk@jail.example")
    later = AT + timedelta(hours=1)
    addresses.set_address(
        ori=jail, channel=Channel.SMTP, target="new@jail.example", reason="Moved", by=a_manager(), at=later
    )
    kept = list(DeliveryAddress.objects.order_by("starts_at").values_list("target", "starts_at", "ends_at"))
    assert kept == [("desk@jail.example", AT, later), ("new@jail.example", later, None)]
    assert selectors.address_of(jail, Channel.SMTP, at=AT).target == "desk@jail.example"
    for change in ({"target": "evil@jail.example"}, {"ends_at": None, "ended_by": None}):
        with pytest.raises(CHANGED, match="never edited"), transaction.atomic():
            DeliveryAddress.objects.filter(target="desk@jail.example").update(**change)
    with pytest.raises(CHANGED, match="never deleted"), transaction.atomic():
        DeliveryAddress.objects.all().delete()
    assert Event.objects.filter(kind="delivery:address-set").count() == 2


def test_only_managers_keep_addresses_and_only_good_ones(settings) -> None:
    jail = a_recipient(Channel.WEBHOOK)
    settings.DELIVERY_ALLOW_PRIVATE = False
    for target in ("http://jail.example/", "https://127.0.0.1/", "https://localhost/"):
        with pytest.raises(Refusal):
            addresses.set_address(ori=jail, channel=Channel.WEBHOOK, target=target, reason="x", by=a_manager(), at=AT)
    with pytest.raises(NotAllowed):
        addresses.set_address(
            ori=jail, channel=Channel.SMTP, target="a@jail.example", reason="x", by=an_operator(), at=AT
        )


def test_a_signing_key_changes_over_without_a_gap_and_its_end_destroys_it(web, source, time_) -> None:
    jail = a_recipient(Channel.WEBHOOK, web.address)
    old = selectors.secrets_of(jail, at=AT)
    key_id, secret = addresses.issue_signing_key(ori=jail, reason="Yearly", by=a_manager(), at=AT)
    post(jail, 0)
    pump(jail, time_)
    new = {key_id: bytes.fromhex(secret)}
    for known in (old, new):
        assert web.verified(known, at=AT)
    with pytest.raises(Refusal, match="overlap"):
        addresses.issue_signing_key(ori=jail, reason="Again", by=a_manager(), at=AT)
    assert list(selectors.secrets_of(jail, at=AT + addresses.OVERLAP)) == [key_id]
    [old_id] = old
    addresses.end_signing_key(key_id=old_id, reason="Leaked", by=a_manager(), at=AT)
    assert SigningKey.objects.get(key_id=old_id).data_key.wrapped is None
    post(jail, 3)
    pump(jail, time_)
    with pytest.raises(BadSignature):
        web.verified(old, at=AT)
    with pytest.raises(CHANGED, match="never edited or prolonged"), transaction.atomic():
        SigningKey.objects.filter(key_id=old_id).update(ends_at=None)


def test_a_test_of_an_address_sends_a_ping_that_holds_nothing(web, source, time_) -> None:
    jail = a_recipient(Channel.WEBHOOK, web.address)
    address = DeliveryAddress.objects.get()
    result = addresses.try_address(address=address, by=a_manager(), now=time_)
    assert (result.outcome, result.status) == ("delivered", 204)
    [(number, about)] = web.verified(selectors.secrets_of(jail, at=AT), at=AT)
    assert number.startswith("PING-") and about.kind == "ping" and web.requests[0].body == b""
    assert Event.objects.get(kind="delivery:address-tested").data["code"] == "ok"


# -- what the database refuses -------------------------------------------------------------------------------------


def test_history_is_kept_in_the_database_itself(web, source, time_) -> None:
    jail = a_recipient(Channel.WEBHOOK, web.address)
    [delivery] = post(jail, 0)
    pump(jail, time_)
    services.replay(delivery_id=delivery.pk, reason="Lost there", by=an_operator(), at=AT)
    for attempt in (
        lambda: Attempt.objects.update(code="better"),
        lambda: Attempt.objects.all()._raw_delete("default"),
        lambda: Replay.objects.update(reason="other"),
        lambda: Delivery.objects.update(stream="other"),
        lambda: Delivery.objects.update(reference=99),
        lambda: Delivery.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(CHANGED, match=r"keeps|kept|never deleted"), transaction.atomic():
            attempt()
