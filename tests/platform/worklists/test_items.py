# SPDX-License-Identifier: Apache-2.0
"""One piece of work, one owner (S20): claiming, leases to the very moment, giving back, closing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.worklists import rules, selectors, services
from secure_communities.platform.worklists.models import WorkItem
from tests.platform.builders import AT, a_user
from tests.platform.worklists.builders import a_specialist, after, an_item, an_officer, told

pytestmark = pytest.mark.django_db
INSTANT = timedelta(microseconds=1)


def test_the_same_open_work_is_opened_once() -> None:
    assert an_item() == an_item()
    services.close_item(worklist="sample", about=("query", 1), reason="done", at=AT)
    assert an_item().closed_at is None
    assert WorkItem.objects.count() == 2


def test_two_people_cannot_hold_the_same_item() -> None:
    item, one, other = an_item(), a_specialist(), a_specialist()
    services.claim(item_id=item.pk, user=one, at=AT)
    with pytest.raises(services.ItemTaken, match="is with"):
        services.claim(item_id=item.pk, user=other, at=AT)
    services.release(item_id=item.pk, user=other, at=AT)
    with pytest.raises(services.ItemTaken):
        services.claim(item_id=item.pk, user=other, at=AT)
    services.release(item_id=item.pk, user=one, at=AT)
    services.claim(item_id=item.pk, user=other, at=AT)
    assert told(item) == ["work:claimed", "work:released", "work:claimed"]


def test_who_may_not_take_the_work_does_not_get_it_by_number_either() -> None:
    item = an_item()
    with pytest.raises(NotAllowed, match="support-centre specialist"):
        services.claim(item_id=item.pk, user=a_user(), at=AT)
    officer = an_officer()
    own = an_item(2, worklist="signing", title=f"Sign the draft by {officer.pk}")
    with pytest.raises(NotAllowed, match="another officer must sign"):
        services.claim(item_id=own.pk, user=officer, at=AT)


def test_a_hold_ends_at_the_very_moment_its_lease_does_and_not_before() -> None:
    item, one, other = an_item(), a_specialist(), a_specialist()
    services.claim(item_id=item.pk, user=one, at=AT)
    end = AT + services.LEASE
    with pytest.raises(services.ItemTaken):
        services.claim(item_id=item.pk, user=other, at=end - INSTANT)
    assert list(selectors.free_for(other, ["sample"], at=end - INSTANT)) == []
    assert list(selectors.free_for(other, ["sample"], at=end)) == [item]
    assert services.claim(item_id=item.pk, user=other, at=end).claimed_by == other
    assert told(item) == ["work:claimed", "work:lapsed", "work:claimed"]


def test_whose_browser_crashed_may_take_the_work_up_again_if_nobody_else_did() -> None:
    item, one = an_item(), a_specialist()
    services.claim(item_id=item.pk, user=one, at=AT)
    with pytest.raises(services.NotHeld, match="ran out"):
        services.renew(item_id=item.pk, user=one, at=AT + services.LEASE)
    again = services.claim(item_id=item.pk, user=one, at=AT + services.LEASE)
    assert again.claimed_at == AT + services.LEASE


def test_a_renewal_after_somebody_else_took_the_item_is_refused_and_takes_nothing_away() -> None:
    item, one, other = an_item(), a_specialist(), a_specialist()
    services.claim(item_id=item.pk, user=one, at=AT)
    services.claim(item_id=item.pk, user=other, at=after(31))
    with pytest.raises(services.NotHeld, match="no longer yours"):
        services.renew(item_id=item.pk, user=one, at=after(32))
    with pytest.raises(services.ItemTaken):
        services.claim(item_id=item.pk, user=one, at=after(32))
    assert services.claimed_by(item_id=item.pk) == other.pk


def test_an_open_page_keeps_its_item_but_not_all_night() -> None:
    item, one = an_item(), a_specialist()
    services.claim(item_id=item.pk, user=one, at=AT)
    minutes, until = 5, AT
    while True:
        try:
            until = services.renew(item_id=item.pk, user=one, at=after(minutes)).lease_until or AT
        except services.NotHeld:
            break
        minutes += 5
    assert until == AT + rules.UNATTENDED and minutes == 120


def test_an_act_renews_in_full_and_a_page_never_shortens() -> None:
    item, one = an_item(), a_specialist()
    services.claim(item_id=item.pk, user=one, at=AT)
    assert services.claim(item_id=item.pk, user=one, at=after(20)).lease_until == after(50)
    assert services.renew(item_id=item.pk, user=one, at=after(21)).lease_until == after(50)
    assert services.renew(item_id=item.pk, user=one, at=after(45)).lease_until == after(55)
    assert told(item) == ["work:claimed"]


def test_closed_work_cannot_be_claimed_renewed_or_closed_again() -> None:
    item, one = an_item(), a_specialist()
    services.claim(item_id=item.pk, user=one, at=AT)
    services.close_item(worklist="sample", about=("query", 1), reason="done", at=after(1), by=one)
    services.close_item(worklist="sample", about=("query", 1), reason="again", at=after(2))
    with pytest.raises(services.ItemClosed):
        services.claim(item_id=item.pk, user=one, at=after(3))
    with pytest.raises(services.ItemClosed):
        services.renew(item_id=item.pk, user=one, at=after(3))
    services.release(item_id=item.pk, user=one, at=after(3))
    item.refresh_from_db()
    assert (item.closed_at, item.closed_reason, item.closed_by, item.claimed_by) == (after(1), "done", one, None)


def test_a_part_that_is_done_puts_the_item_back_for_the_next_person() -> None:
    item, one, other = an_item(), a_specialist(), a_specialist()
    services.claim(item_id=item.pk, user=one, at=AT)
    services.put_back(worklist="sample", about=("query", 1), user=other, at=AT)
    assert services.claimed_by(item_id=item.pk) == one.pk
    services.put_back(worklist="sample", about=("query", 1), user=one, at=AT)
    assert services.claimed_by(item_id=item.pk) is None


def test_an_item_takes_the_clock_of_its_list_and_a_returned_one_keeps_the_start_it_had() -> None:
    item = an_item()
    assert (item.clock, item.clock_started_at, item.due_at) == ("determination", AT, after(240))
    returned = an_item(2, due=100)
    assert returned.clock_started_at == after(100 - 240)
    overdue = an_item(3, due=-30)
    assert overdue.clock_started_at < overdue.due_at < overdue.opened_at
