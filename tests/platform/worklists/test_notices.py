# SPDX-License-Identifier: Apache-2.0
"""Every moment of a clock is announced once, at its time, also after an outage."""

from __future__ import annotations

from datetime import datetime

import pytest
from procrastinate.contrib.django import app

from secure_communities.platform import clock
from secure_communities.platform.events.models import Event
from secure_communities.platform.worklists import notices, services
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.platform.worklists.rules import FIRST
from secure_communities.policy.clocks import ClockName
from tests.platform.builders import AT
from tests.platform.worklists.builders import after, an_item, told

pytestmark = pytest.mark.django_db


def watch(at: datetime) -> None:
    for item_id in notices.due_for_notice(at=at):
        notices.announce(item_id=item_id, at=at)


def test_each_moment_is_announced_once_and_not_before_its_time() -> None:
    item = an_item()  # due in 240 minutes
    for minute in (0, 119, 120, 121, 180, 216, 239, 240, 241, 359, 360, 361, 999):
        watch(after(minute))
    found = Event.objects.filter(about_type="work").order_by("id")
    assert [(one.kind, one.occurred_at, one.data.get("part") or one.data.get("level")) for one in found] == [
        ("work:warning", after(120), 0.5), ("work:warning", after(180), 0.75), ("work:warning", after(216), 0.9),
        ("work:late", after(240), 1.0), ("work:escalated", after(240), 1), ("work:escalated", after(360), 2),
    ]  # fmt: skip
    item.refresh_from_db()
    assert item.next_notice_at is None and item.escalation == 2


def test_after_an_outage_one_warning_stands_for_those_missed_and_nothing_else_is_left_out() -> None:
    item = an_item()
    watch(after(1000))
    watch(after(1000))
    assert told(item) == ["work:warning", "work:late", "work:escalated", "work:escalated"]


def test_two_watchers_at_once_announce_once() -> None:
    item = an_item()
    numbers = notices.due_for_notice(at=after(120))
    assert numbers == [item.pk]
    assert notices.announce(item_id=item.pk, at=after(120))
    assert notices.announce(item_id=item.pk, at=after(120)) == []


def test_completed_work_is_silent() -> None:
    item = an_item()
    services.close_item(worklist="sample", about=("query", 1), reason="done", at=after(1))
    watch(after(999))
    assert told(item) == []


def test_a_possible_citizen_is_escalated_at_the_set_times() -> None:
    """S3: half an hour without an end, then at the hour, at an hour and a half, at two."""
    item = an_item(order_class=FIRST, clock=ClockName.CITIZENSHIP_REVIEW, order_reason="possible citizen in custody")
    for minute in range(0, 200, 5):
        watch(after(minute))
    calls = Event.objects.filter(kind="work:escalated", about_id=str(item.pk)).order_by("id")
    assert [(one.occurred_at, one.data["level"], one.reason) for one in calls] == [
        (after(30), 1, "CLOCK"), (after(60), 2, "CLOCK"), (after(90), 3, "CLOCK"), (after(120), 4, "CLOCK"),
    ]  # fmt: skip


def test_work_that_becomes_a_citizens_moves_to_the_front_and_runs_by_the_shorter_clock() -> None:
    first, item = an_item(1, due=10), an_item(2)
    services.reorder(
        worklist="sample", about=("query", 2), order_class=FIRST, order_reason="born in the United States",
        actor="system:test", at=after(5), clock=ClockName.CITIZENSHIP_REVIEW,
    )  # fmt: skip
    item.refresh_from_db()
    assert (item.due_at, item.next_notice_at, item.order_class) == (after(60), after(15), FIRST)
    assert item.order_key < WorkItem.objects.get(pk=first.pk).order_key
    assert told(item) == ["work:reordered"]
    services.reorder(
        worklist="sample", about=("query", 77), order_class=1, order_reason="nothing open", actor="system:test", at=AT
    )


def test_the_job_goes_on_when_one_clock_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = an_item(1), an_item(2)
    WorkItem.objects.filter(pk=bad.pk).update(clock_version=99)
    monkeypatch.setattr(clock, "now", lambda: after(130))
    task = app.tasks["secure_communities.platform.worklists.jobs.announce_clocks"]
    task(timestamp=0)
    assert told(good) == ["work:warning"] and told(bad) == []
