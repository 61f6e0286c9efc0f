# SPDX-License-Identifier: Apache-2.0
"""Plans of the roll-out over HTTP: read, tried without effect, kept, approved by another."""

from __future__ import annotations

import pytest

from secure_communities.platform.access.roles import Role
from secure_communities.prioritize.rollout.models import RolloutPlan
from tests.api.callers import Person
from tests.platform.builders import a_county, a_manager, a_user
from tests.prioritize import plans

pytestmark = pytest.mark.django_db

ASKED = {"title": "Winter", "first": "2026-11", "months": 12, "effort": 1.0}


def test_plans_are_read_newest_first_and_one_with_its_counties_and_a_link_to_its_file() -> None:
    first, second = plans.a_plan(), plans.a_plan()
    plans.approved(first)
    reader = Person(a_user(Role.AUDITOR))
    found = reader.get("/rollout-plans").json()
    assert [one["id"] for one in found] == [second.pk, first.pk]
    assert found[0]["approved_by"] is None and found[1]["approved_by"]
    assert [one["id"] for one in reader.get(f"/rollout-plans?after={second.pk}").json()] == [first.pk]
    whole = reader.get(f"/rollout-plans/{first.pk}").json()
    assert whole["risk"] == {
        "name": "SERIOUS_BOOKINGS", "source": "bookings of the last 365 days", "as_of": "2026-11-22"
    }  # fmt: skip
    assert whole["stands"] is True and whole["inputs_hash"] == first.inputs_hash
    assert [(one["fips"], one["month"]) for one in whole["counties"]] == [
        ("48201", "2026-11"), ("48203", "2026-12"), ("48205", "2027-01")
    ]  # fmt: skip
    assert reader.client.get(whole["csv"]).headers["Content-Type"].startswith("text/csv")
    assert reader.get("/rollout-plans/999999").status_code == 404


def test_a_plan_is_tried_kept_and_approved_by_another_manager() -> None:
    a_county("48201")
    maker, other = Person(a_manager()), Person(a_manager())
    tried = maker.post("/rollout-plans", {**ASKED, "must_by": {"48201": "2026-12"}}).json()
    assert (tried["dry_run"], tried["plan"], tried["problems"]) == (True, None, [])
    assert not RolloutPlan.objects.exists()
    kept = maker.post("/rollout-plans", {**ASKED, "blackouts": {"*": ["2026-11"]}, "dryRun": False}).json()
    assert RolloutPlan.objects.get().result["starts"] == {"48201": 1}
    assert kept["covered"] == RolloutPlan.objects.get().covered
    approval = f"/rollout-plans/{kept['plan']}/approval"
    assert maker.post(approval, {"reason": "Mine"}).status_code == 403
    assert other.post(approval, {"reason": "It fits"}).json()["plan"] == kept["plan"]
    assert other.post(approval, {"reason": "Again"}).status_code == 409


def test_what_cannot_be_planned_is_refused_in_words() -> None:
    a_county("48201")
    manager = Person(a_manager())
    for more, status in (
        ({"agreements": {"ZZ": "2027-01"}}, 409), ({"first": "2019-01"}, 409), ({"months": 73}, 422),
        ({"must_by": {"48201": "soon"}}, 422), ({"effort": -1}, 422), ({"replans": 999_999}, 404),
        ({"title": " "}, 409),
    ):  # fmt: skip
        assert manager.post("/rollout-plans", {**ASKED, "dryRun": False, **more}).status_code == status, more
    assert not RolloutPlan.objects.exists()


def test_nobody_but_a_programme_manager_plans() -> None:
    plan = plans.a_plan()
    for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.FIELD_SUPERVISOR):
        person = Person(a_user(role))
        assert person.get("/rollout-plans").status_code == (200 if role is Role.AUDITOR else 403)
        assert person.post("/rollout-plans", ASKED).status_code == 403
        assert person.post(f"/rollout-plans/{plan.pk}/approval", {"reason": "Yes"}).status_code == 403
