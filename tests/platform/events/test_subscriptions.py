# SPDX-License-Identifier: Apache-2.0
"""Whoever subscribes to a kind of event is queued with it, or not at all."""

import pytest
from django.db import transaction

from secure_communities.platform.events import registry, subscriptions
from secure_communities.platform.events.models import Event
from secure_communities.platform.events.services import append

KIND = "referral:made"


class Task:
    def __init__(self, fails: bool = False) -> None:
        self.events: list[int] = []
        self.fails = fails

    def defer(self, *, event_id: int) -> None:
        if self.fails:
            raise ConnectionError("no room in the queue")
        self.events.append(event_id)


@pytest.fixture(autouse=True)
def nobody_subscribed(monkeypatch):
    monkeypatch.setattr(subscriptions, "_SUBSCRIBERS", {})


def test_a_subscriber_is_queued_with_the_event_that_it_asked_for(db):
    task = Task()
    subscriptions.subscribe(task, KIND)
    subscriptions.subscribe(task, KIND)
    event = append(kind=KIND, actor="system:test", about=("referral", 1))
    append(kind="referral:no-office", actor="system:test", about=("query", 1))
    assert task.events == [event.pk]


def test_an_event_whose_subscriber_cannot_be_queued_does_not_stand(db):
    subscriptions.subscribe(Task(fails=True), KIND)
    with pytest.raises(ConnectionError), transaction.atomic():
        append(kind=KIND, actor="system:test", about=("referral", 1))
    assert not Event.objects.filter(kind=KIND).exists()


def test_nobody_subscribes_to_a_kind_that_is_not_registered():
    with pytest.raises(registry.UnknownKind):
        subscriptions.subscribe(Task(), "referral:imagined")
