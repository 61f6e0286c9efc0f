# SPDX-License-Identifier: Apache-2.0
"""Work of offices: nobody of another office sees it, takes it, is handed it or says anything about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.agencies.models import Agency
from secure_communities.platform.agencies.vocabulary import AgencyKind
from secure_communities.platform.worklists import handling, offers, registry, selectors, services
from secure_communities.platform.worklists.models import WorkItem
from tests.platform.builders import AT, a_user, an_agency
from tests.platform.worklists.builders import SAMPLE, after, an_item

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def of_offices() -> None:
    registry.register(replace(SAMPLE, name="of-offices", of_offices=True))


def an_office() -> Agency:
    return an_agency(AgencyKind.FIELD_OFFICE)


def work_of(office: Agency | None, number: int = 1, **fields: Any) -> WorkItem:
    return an_item(number, worklist="of-offices", office=office, **fields)


def a_worker(office: Agency | None, role: Role = Role.SUPPORT_SPECIALIST) -> Any:
    return a_user(role, agency=office)


def test_the_next_item_is_one_of_the_own_office() -> None:
    ours, theirs = an_office(), an_office()
    work_of(theirs, 1)
    mine = work_of(ours, 2, at=after(5))
    worker = a_worker(ours)
    assert services.next_item(user=worker, at=after(6)) == mine
    assert services.next_item(user=worker, at=after(7)) is None
    assert services.next_item(user=a_worker(None), at=after(7)) is None


def test_another_office_takes_and_says_nothing_by_number_either() -> None:
    item, stranger = work_of(an_office()), a_worker(an_office())
    chief = a_worker(an_office(), Role.SUPPORT_SUPERVISOR)
    for who in (stranger, chief):
        for act in (
            lambda who=who: services.claim(item_id=item.pk, user=who, at=AT),
            lambda who=who: handling.add_note(item_id=item.pk, author=who, text="Hello.", at=AT),
            lambda who=who: handling.read_notes(item, reader=who, at=AT),
            lambda who=who: handling.escalate(item_id=item.pk, by=who, reason="Why?", at=AT),
        ):
            with pytest.raises(NotAllowed, match="another office"):
                act()
    with pytest.raises(NotAllowed, match="another office"):
        handling.answer_escalation(item_id=item.pk, supervisor=chief, text="Now.", at=AT)
    own = a_worker(item.office)
    services.claim(item_id=item.pk, user=own, at=AT)
    with pytest.raises(NotAllowed, match="another office"):
        handling.hand_over(item_id=item.pk, giver=own, to=stranger, text="Yours.", at=AT)
    with pytest.raises(NotAllowed, match="another office"):
        handling.hand_over(item_id=item.pk, giver=chief, to=own, text="Yours.", at=AT)


def test_boards_counts_and_colleagues_leave_other_offices_out() -> None:
    ours, theirs = an_office(), an_office()
    mine, other = work_of(ours, 1), work_of(theirs, 2)
    worker, colleague = a_worker(ours), a_worker(ours)
    lists = ["of-offices"]
    assert list(selectors.seen_by(worker, lists)) == [mine]
    assert list(selectors.free_for(worker, lists, at=AT)) == [mine]
    assert selectors.tally(lists, reader=worker, at=AT)["open"] == 1
    assert selectors.by_list(lists, reader=worker) == {"of-offices": 1}
    assert {one.pk for one in selectors.colleagues(mine, at=AT)} == {worker.pk, colleague.pk}
    assert selectors.colleagues(other, at=AT) == []
    assert not list(selectors.concerns(lists, selectors.Concern.LATE, reader=a_worker(None), at=after(999)))


def test_work_that_names_no_office_on_such_a_list_is_nobodys() -> None:
    item = work_of(None)
    assert not offers.sees(a_worker(an_office()), item)
    with pytest.raises(NotAllowed, match="another office"):
        services.claim(item_id=item.pk, user=a_worker(an_office()), at=AT)


def test_sql_gives_no_item_to_another_office_and_moves_none() -> None:
    item, stranger = work_of(an_office()), a_worker(an_office())
    hold = {"claimed_at": AT, "acted_at": AT, "lease_until": after(30)}
    with pytest.raises(IntegrityError, match="another office"), transaction.atomic():
        WorkItem.objects.filter(pk=item.pk).update(claimed_by=stranger, **hold)
    with pytest.raises(IntegrityError, match="stays with the office"), transaction.atomic():
        WorkItem.objects.filter(pk=item.pk).update(office=stranger.agency)
    with pytest.raises(IntegrityError, match="stays with the office"), transaction.atomic():
        WorkItem.objects.filter(pk=item.pk).update(office=None)


def test_a_place_of_its_own_is_kept_and_never_the_first_class() -> None:
    office = an_office()
    early = work_of(office, 1, placed_at=after(50))
    late = work_of(office, 2, placed_at=after(10), at=after(5))
    worker = a_worker(office)
    assert [services.next_item(user=worker, at=after(6)) for _ in range(2)] == [late, early]
    assert early.order_key.startswith("1-")
