# SPDX-License-Identifier: Apache-2.0
"""Pages that start behind a row: every row once, in both directions, whatever the address says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from secure_communities.platform.worklists.models import WorkItem
from secure_communities.web.views.paging import Order, Part, counted, part
from tests.platform.builders import AT


def some_items(minutes: list[int]) -> None:
    WorkItem.objects.bulk_create(
        WorkItem(
            worklist="sample", about_type="query", about_id=str(number), title="x", order_key=f"1-{minute:018d}",
            order_reason="due first", opened_at=AT, clock_started_at=AT, due_at=AT + timedelta(minutes=minute + 1),
        )
        for number, minute in enumerate(minutes)
    )  # fmt: skip


def page(order: Order, address: str, **options: Any) -> Part:
    query = QueryDict(address.removeprefix("?"))
    return part(WorkItem.objects.all(), order=order, query=query, timed=order.field == "due_at", **options)


class EveryRowOnce(TestCase):
    @given(
        st.lists(st.integers(0, 5), max_size=12), st.integers(1, 5), st.sampled_from(["due_at", "order_key"]),
        st.booleans(),
    )  # fmt: skip
    def test_walking_forward_and_back_shows_every_row_once(
        self, minutes: list[int], size: int, field: str, descending: bool
    ) -> None:
        some_items(minutes)
        order = Order(field, descending=descending)
        whole = list(order.applied(WorkItem.objects.all()))
        forward, shown = [], page(order, "?state=late", size=size)
        forward += shown.rows
        while shown.next:
            assert "state=late" in shown.next
            shown = page(order, shown.next, size=size)
            forward += shown.rows
        assert forward == whole
        back = list(shown.rows)
        while shown.previous:
            before = page(order, shown.previous, size=size)
            back = [row for row in before.rows if row not in back] + back
            shown = before
        assert back == whole and shown.first


@pytest.mark.django_db
@pytest.mark.parametrize(
    "place", ["", "~", "x~y", "1~", "~1", "\0~1", "9" * 70 + "~1", "1~-5", "1~99999999999999999999"]
)
def test_a_place_that_makes_no_sense_is_the_beginning(place: str) -> None:
    some_items([1, 2, 3])
    for name in ("after", "before"):
        shown = part(WorkItem.objects.all(), order=Order("due_at"), query=QueryDict(f"{name}={place}"), size=2)
        assert len(shown.rows) == 2 and shown.first


@pytest.mark.django_db
def test_rows_are_counted_up_to_a_limit() -> None:
    some_items([1, 2, 3])
    assert counted(WorkItem.objects.all()) == "3"
    assert counted(WorkItem.objects.all(), limit=2) == "more than 2"
