# SPDX-License-Identifier: Apache-2.0
"""The staffing simulation: it agrees with the formula, serves everybody, and runs through the real services alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from benchmarks import worklist_staffing as simulation
from benchmarks.worklist_desk import Database
from benchmarks.worklist_staffing import Memory, Staffing, by_formula, erlang_c, simulate, staffing
from secure_communities.platform.worklists import registry, services
from secure_communities.platform.worklists.models import WorkItem
from tests.platform.builders import a_user


def test_the_formula_agrees_with_one_server_and_with_a_published_value() -> None:
    assert erlang_c(1, 0.7) == pytest.approx(0.7)
    assert erlang_c(10, 8) == pytest.approx(0.409, abs=0.001)  # Erlang C table, 8 Erlangs, 10 servers


def test_flat_arrivals_take_as_long_as_the_formula_says() -> None:
    found = simulate(Memory(), Staffing((23,) * 3, (60,) * 3), days=40, warm_up=4, flat=True)
    said = by_formula(23)
    signing = simulation.MINUTES[simulation.SIGNING]
    assert found["p50_minutes"] == pytest.approx(said["p50_minutes"] + signing, rel=0.15)
    assert found["p95_minutes"] == pytest.approx(said["p95_minutes"] + signing, rel=0.15)


def test_too_few_people_miss_the_target_and_a_possible_citizen_still_comes_first() -> None:
    found = simulate(Memory(), staffing(19, 5), days=5)
    assert found["p95_minutes"] > simulation.TARGET / timedelta(minutes=1)
    assert found["possible_citizens_p95_minutes"] < 60 and found["unanswered"] == 0


def test_people_are_shared_out_as_the_work_arrives() -> None:
    shared = staffing(21, 5)
    assert sum(shared.specialists) == 63 and shared.specialists[0] > shared.specialists[1]


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(registry, "_LISTS", {})
    yield


@pytest.mark.django_db
def test_the_services_serve_as_the_simulation_in_memory_does(lists: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "MINUTES", {simulation.RESEARCH: 45.0, simulation.SIGNING: 10.0})
    a_user(username="administrator.one")
    staffed = Staffing((3, 2, 3), (2, 1, 2))
    options = {"days": 1, "warm_up": 0, "per_day": 60}
    desk = Database(run="test")
    found = simulate(desk, staffed, **options)
    assert found == simulate(Memory(), staffed, **options)
    assert found["unanswered"] == 0 and desk.calls["act"] > 0
    assert not WorkItem.objects.filter(closed_at=None).exists()
    assert timedelta(minutes=45) > services.LEASE
