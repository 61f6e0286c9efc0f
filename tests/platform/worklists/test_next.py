# SPDX-License-Identifier: Apache-2.0
"""Taking the next item: the first one this person may take, never the same for two people."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from secure_communities.platform.accounts.models import User
from secure_communities.platform.worklists import services
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.platform.worklists.rules import FIRST
from tests.platform.builders import AT, a_user
from tests.platform.worklists.builders import a_specialist, after, an_item, an_officer


@pytest.mark.django_db
def test_a_possible_citizen_is_served_before_everything_though_it_came_last() -> None:
    an_item(1, due=5)
    citizen = an_item(2, due=600, order_class=FIRST, order_reason="possible citizen in custody", at=AT)
    assert services.next_item(user=a_specialist(), at=AT) == citizen


@pytest.mark.django_db
def test_what_a_person_may_not_take_is_stepped_over_and_left_for_others() -> None:
    officer, colleague = an_officer(), an_officer()
    own = an_item(1, worklist="signing", title=f"Sign the draft by {officer.pk}", due=10)
    other = an_item(2, worklist="signing", title=f"Sign the draft by {colleague.pk}", due=20)
    research = an_item(3, due=1)
    assert services.next_item(user=officer, at=AT) == other
    assert services.next_item(user=officer, at=AT) is None
    assert services.next_item(user=colleague, at=AT) == own
    assert services.next_item(user=a_specialist(), at=AT) == research
    assert services.next_item(user=a_user(), at=AT) is None


@pytest.mark.django_db
def test_only_the_lists_that_were_asked_for_are_served() -> None:
    an_item(1)
    assert services.next_item(user=a_specialist(), at=AT, worklists=["signing"]) is None


@pytest.mark.django_db
def test_an_item_whose_holder_was_killed_is_served_again_when_the_lease_has_run_out() -> None:
    killed, other = a_specialist(), a_specialist()
    item = services.next_item(user=killed, at=AT) or an_item(1)
    services.claim(item_id=item.pk, user=killed, at=AT)
    assert services.next_item(user=other, at=AT + services.LEASE - timedelta(seconds=1)) is None
    assert services.next_item(user=other, at=AT + services.LEASE) == item


@pytest.mark.django_db
def test_nobody_hoards() -> None:
    for number in range(services.MOST_AT_ONCE + 1):
        an_item(number)
    one = a_specialist()
    for _ in range(services.MOST_AT_ONCE):
        assert services.next_item(user=one, at=AT)
    with pytest.raises(services.WorkRefused, match="give one back"):
        services.next_item(user=one, at=AT)
    assert services.next_item(user=one, at=after(31))


@pytest.mark.django_db
def test_the_search_for_the_next_item_goes_on_behind_many_that_cannot_be_taken() -> None:
    officer = an_officer()
    for number in range(services.LOOKED_AT + 5):
        an_item(number, worklist="signing", title=f"Sign the draft by {officer.pk}", due=number + 1)
    last = an_item(999, worklist="signing", title="Sign the draft by 0", due=999)
    assert services.next_item(user=officer, at=AT) == last


@pytest.mark.django_db(transaction=True)
def test_eight_people_asking_at_the_same_moment_each_get_another_item() -> None:
    people = [a_specialist() for _ in range(8)]
    for number in range(20):
        an_item(number, due=number + 1)
    gate = Barrier(len(people))

    def take(user: User) -> list[int]:
        try:
            gate.wait()
            taken = [services.next_item(user=user, at=AT) for _ in range(4)]
            return [item.pk for item in taken if item]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        got = list(pool.map(take, people))
    counted = Counter(number for items in got for number in items)
    assert set(counted.values()) == {1} and len(counted) == 20
    holders = dict(WorkItem.objects.values_list("pk", "claimed_by"))
    assert all(holders[number] == user.pk for user, items in zip(people, got, strict=True) for number in items)
