# SPDX-License-Identifier: Apache-2.0
"""One piece of work, one owner (S20)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from secure_communities.platform.worklists import selectors, services
from secure_communities.platform.worklists.models import WorkItem
from tests.platform.builders import a_user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def an_item(number: int = 1, *, due: int = 60) -> WorkItem:
    return services.open_item(
        worklist="research", about=("query", number), title=f"Research {number}", order_reason="due first",
        correlation="SC-X", at=AT, due_at=AT + timedelta(minutes=due),
    )  # fmt: skip


def test_the_same_open_work_is_opened_once() -> None:
    assert an_item() == an_item()
    services.close_item(worklist="research", about=("query", 1), reason="done", at=AT)
    assert an_item().closed_at is None
    assert WorkItem.objects.count() == 2


def test_two_people_cannot_hold_the_same_item() -> None:
    item, one, other = an_item(), a_user(), a_user()
    services.claim(item_id=item.pk, user=one, at=AT)
    with pytest.raises(services.ItemTaken, match="is with"):
        services.claim(item_id=item.pk, user=other, at=AT)
    services.release(item_id=item.pk, user=other)
    with pytest.raises(services.ItemTaken):
        services.claim(item_id=item.pk, user=other, at=AT)
    services.release(item_id=item.pk, user=one)
    services.claim(item_id=item.pk, user=other, at=AT)


def test_an_expired_lease_is_free_to_take() -> None:
    item, one, other = an_item(), a_user(), a_user()
    services.claim(item_id=item.pk, user=one, at=AT)
    later = AT + services.LEASE
    assert list(selectors.free_for(other, ["research"], at=later)) == [item]
    assert services.claim(item_id=item.pk, user=other, at=later).claimed_by == other


def test_the_one_due_first_comes_first() -> None:
    late, soon = an_item(1, due=90), an_item(2, due=30)
    assert list(selectors.open_items(["research"])) == [soon, late]


def test_closed_work_cannot_be_claimed() -> None:
    item = an_item()
    services.close_item(worklist="research", about=("query", 1), reason="done", at=AT)
    with pytest.raises(services.ItemClosed):
        services.claim(item_id=item.pk, user=a_user(), at=AT)
