# SPDX-License-Identifier: Apache-2.0
"""Round the services: what SQL of our own role still may not do to the work of people (S20)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from secure_communities.platform.access.roles import Role
from secure_communities.platform.worklists import handling, services
from secure_communities.platform.worklists.models import WorkItem, WorkNote
from tests.platform.builders import AT, a_user
from tests.platform.worklists.builders import a_specialist, a_supervisor, after, an_item

pytestmark = pytest.mark.django_db


def held() -> WorkItem:
    return services.claim(item_id=an_item().pk, user=a_specialist(), at=AT)


def refused(item: WorkItem, match: str, **changes: Any) -> None:
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        WorkItem.objects.filter(pk=item.pk).update(**changes)


def test_a_second_holder_cannot_be_written_over_the_first() -> None:
    item, other = held(), a_specialist()
    refused(item, "S20", claimed_by=other)
    refused(item, "S20", claimed_by=other, claimed_at=after(29), acted_at=after(29), lease_until=after(59))
    refused(item, "S20", claimed_by=other, handed_by=other, claimed_at=after(1), acted_at=after(1))
    refused(item, "S20", claimed_by=other, handed_by=a_user(Role.AUDITOR), claimed_at=after(1), acted_at=after(1))
    WorkItem.objects.filter(pk=item.pk).update(
        claimed_by=other, claimed_at=after(30), acted_at=after(30), lease_until=after(60)
    )


def test_a_supervisor_may_hand_over_in_the_database_too() -> None:
    item = held()
    WorkItem.objects.filter(pk=item.pk).update(
        claimed_by=a_specialist(), handed_by=a_supervisor(), claimed_at=after(1), acted_at=after(1)
    )


def test_the_same_piece_of_work_has_no_second_open_item_for_a_second_holder() -> None:
    item = held()
    twin = WorkItem.objects.get(pk=item.pk)
    twin.pk = None
    with pytest.raises(IntegrityError, match="one_open_item"), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"lease_until": None}, "a_claim_has_a_lease"),
        ({"claimed_by": None}, "a_claim_has_a_lease"),
        ({"acted_at": None}, "a_claim_has_a_lease"),
        ({"lease_until": F("acted_at") + timedelta(hours=3)}, "a_hold_ends_soon"),
        ({"lease_until": F("claimed_at")}, "a_claim_has_a_lease"),
        ({"closed_at": AT}, "closed_work_is_held_by_nobody"),
        ({"order_class": 0}, "the_first_class_sorts_first"),
        ({"order_key": "0-0"}, "the_first_class_sorts_first"),
        ({"order_reason": ""}, "an_order_says_why"),
        ({"due_at": F("clock_started_at")}, "work_is_due_after_it_started"),
        ({"about_id": "77"}, "stays about what it was opened for"),
    ],
)
def test_half_a_hold_an_endless_one_and_a_place_without_reason_are_no_rows(changes: dict[str, Any], match: str) -> None:
    refused(held(), match, **changes)


def test_completed_work_is_neither_reopened_nor_rewritten_nor_removed() -> None:
    item = an_item()
    services.close_item(worklist="sample", about=("query", 1), reason="done", at=AT)
    refused(item, "stays as it was", closed_at=None)
    refused(item, "stays as it was", closed_reason="better")
    with pytest.raises(IntegrityError, match="kept"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM worklists_workitem WHERE id = %s", [item.pk])


def test_notes_stay_as_written() -> None:
    handling.add_note(item_id=an_item().pk, author=a_specialist(), text="Once.", at=AT)
    for attack in ("UPDATE worklists_worknote SET sealed = ''", "DELETE FROM worklists_worknote"):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attack)
    assert WorkNote.objects.count() == 1
