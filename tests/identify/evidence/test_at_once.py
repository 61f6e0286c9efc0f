# SPDX-License-Identifier: Apache-2.0
"""At the same moment, in threads with connections of their own: specialists who gather, workers that run one job."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from secure_communities.identify.evidence import services
from secure_communities.identify.evidence.ports import SourceCode
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.events.models import Event
from tests.identify.builders import AT, a_confirmed_match, a_specialist, now
from tests.identify.evidence.conftest import Put
from tests.identify.evidence.fakes import FakeSource, one_record

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 6


def together(act: Callable[[int], Any]) -> list[Any]:
    start = threading.Barrier(MANY)

    def one(number: int) -> Any:
        try:
            start.wait(10)
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


def test_specialists_who_gather_at_once_share_one_question_and_workers_answer_it_once(sources: Put) -> None:
    sources(FakeSource(SourceCode.COURT, one_record("CRT-0001")))
    with transaction.atomic():
        query = a_confirmed_match()
    services.answer(query.inquiries.get().pk, now=now)
    people = [a_specialist() for _ in range(MANY)]
    opened = together(lambda n: services.gather_again(query_id=query.pk, specialist=people[n], at=AT))
    (question,) = {one.pk for found in opened for one in found}
    together(lambda n: services.answer(question, now=now))
    assert StatusQuery.objects.get(pk=query.pk).evidence.count() == 2  # one of each attempt
    assert Event.objects.filter(kind="evidence:found").count() == 2
