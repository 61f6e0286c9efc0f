# SPDX-License-Identifier: Apache-2.0
"""Queues and levers over HTTP: the own office in its order, one case at a time; a lever tried before it is set."""

from __future__ import annotations

import pytest

from secure_communities.platform.access.roles import Role
from secure_communities.platform.agencies.vocabulary import AgencyKind
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.prioritize.queues import services
from secure_communities.prioritize.queues.models import LeverChange
from tests.api.callers import Person
from tests.platform.builders import a_user, an_agency
from tests.prioritize import cases

pytestmark = pytest.mark.django_db

LEVER = {"lever": "STEP_HOURS", "value": 12, "reason": "Reviewed with the offices."}


def placed(query):
    cases.an_office(query)
    cases.assess(query)
    item = services.place_case(query=query, at=cases.AT)
    assert item is not None
    return item


def test_a_queue_is_read_in_its_order_with_level_clock_and_waiting_as_reasons() -> None:
    graver, other = cases.a_referred_case(1), cases.a_referred_case(2)
    for query, code in ((graver, "1201"), (other, "5499")):
        cases.confirm_all(query, code)
    items = [placed(other), placed(graver)]
    officer = Person(cases.an_officer(graver))
    found = officer.get("/queue").json()
    assert [one["query"] for one in found] == [graver.pk, other.pk]
    assert (found[0]["answer"], found[0]["basis"]) == ("LEVEL_1", "CHARGED")
    assert "clock ends" in found[0]["reason"] and "waiting since" in found[0]["reason"]
    assert found[0]["due_at"] and found[0]["waiting_since"] and not found[0]["held"]
    assert [one["query"] for one in officer.get(f"/queue?after={found[0]['item']}").json()] == [other.pk]
    assert officer.get(f"/queue?after={items[0].pk + 999}").status_code == 404


def test_counts_never_come_without_their_basis() -> None:
    query = cases.a_referred_case()
    cases.confirm_all(query, "1201")
    placed(query)
    found = Person(cases.an_officer(query)).get("/queue-counts").json()
    assert found == [{"answer": "LEVEL_1", "basis": "CHARGED", "cases": 1, "provisional": 0}]


def test_a_case_is_taken_and_concluded_by_its_holder_alone() -> None:
    query = cases.a_referred_case()
    item = placed(query)
    officer, colleague = Person(cases.an_officer(query)), Person(cases.an_officer(query))
    taken = officer.post("/queue/next", {}).json()
    assert (taken["item"], taken["mine"], taken["held"]) == (item.pk, True, True)
    assert colleague.post("/queue/next", {}).status_code == 204
    assert not colleague.get("/queue").json()[0]["mine"]
    done = f"/queue/{item.pk}/conclusion"
    assert colleague.post(done, {"outcome": "ACTED"}).status_code == 409
    assert officer.post(done, {"outcome": "LATER"}).status_code == 422
    assert officer.post(done, {"outcome": "NO_ACTION"}).status_code == 204
    assert WorkItem.objects.get(pk=item.pk).closed_reason == "NO_ACTION"
    assert officer.post(done, {"outcome": "NO_ACTION"}).status_code == 409


def test_another_offices_queue_is_neither_read_nor_reached_by_number() -> None:
    item = placed(cases.a_referred_case())
    stranger = Person(a_user(Role.FIELD_OFFICER, agency=an_agency(AgencyKind.FIELD_OFFICE)))
    assert stranger.get("/queue").json() == []
    assert stranger.get(f"/queue?after={item.pk}").status_code == 404
    assert stranger.post("/queue/next", {}).status_code == 204
    assert stranger.post(f"/queue/{item.pk}/conclusion", {"outcome": "ACTED"}).status_code == 403
    assert Person(a_user(Role.AUDITOR)).get("/queue").status_code == 403


def test_a_lever_is_tried_then_set_and_what_was_set_is_read_with_its_reason() -> None:
    placed(cases.a_referred_case())
    manager = Person(a_user(Role.PROGRAMME_MANAGER))
    tried = manager.post("/levers", LEVER).json()
    assert (tried["dry_run"], tried["before"], tried["after"], tried["change"]) == (True, 24, 12, None)
    assert not LeverChange.objects.exists()
    done = manager.post("/levers", {**LEVER, "dryRun": False}).json()
    assert done["change"] == LeverChange.objects.get().pk
    now = {one["lever"]: one["value"] for one in manager.get("/levers").json()}
    assert now == {
        "STEP_HOURS": 12, "CLOCK_CAP_HOURS": 24, "UNDECIDED_BEHIND_PERCENT": 50, "ITEMS_PER_OFFICER": 5
    }  # fmt: skip
    [change] = manager.get("/lever-changes").json()
    assert (change["value"], change["reason"]) == (12, LEVER["reason"])
    assert manager.get(f"/lever-changes?after={change['id']}").json() == []


@pytest.mark.parametrize("dry", [True, False])
def test_a_lever_out_of_its_bounds_is_refused_in_words_tried_or_set(dry: bool) -> None:
    manager = Person(a_user(Role.PROGRAMME_MANAGER))
    answer = manager.post("/levers", {**LEVER, "value": 99, "dryRun": dry})
    assert (answer.status_code, "lies between 1 and 72" in answer.json()["detail"]) == (409, True)


def test_who_sees_levers_does_not_set_them() -> None:
    for role in (Role.FIELD_OFFICER, Role.AUDITOR, Role.SUPPORT_SUPERVISOR):
        reader = Person(a_user(role))
        assert reader.get("/levers").status_code == 200
        for dry in (True, False):
            assert reader.post("/levers", {**LEVER, "dryRun": dry}).status_code == 403
    assert Person(a_user(Role.EXAMINER)).get("/levers").status_code == 403
