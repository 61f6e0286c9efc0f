# SPDX-License-Identifier: Apache-2.0
"""The planner in front of people: tried without effect, kept, approved by another, compared, taken along."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from secure_communities.platform.access.roles import Role
from secure_communities.prioritize.rollout import parameters
from secure_communities.prioritize.rollout.models import PlanApproval, RolloutPlan
from secure_communities.web.presenters import planner as shown
from tests.platform.builders import a_county, a_manager, a_user, an_ori
from tests.prioritize import plans

pytestmark = pytest.mark.django_db

REQUEST = {
    "first": "2026-11", "months": "12", "effort": "1", "vendor_lead": "0", "training_months": "1",
    "effort_of_a_team": "5",
}  # fmt: skip


def trying(**more):
    return f"/planner/try/?{urlencode({**REQUEST, **more})}"


def test_a_plan_is_tried_without_effect_then_kept_and_approved_by_another(desk):
    for fips in ("48201", "48203"):
        a_county(fips)
    maker, other = a_manager(), a_manager()
    client = desk(maker)
    page = client.get(trying()).content.decode()
    assert "County 48201, TX" in page
    assert "2026-12" in page
    assert not RolloutPlan.objects.exists()
    assert client.post(trying(), {"title": " "}).status_code == 422
    answer = client.post(trying(), {"title": "Winter"})
    [plan] = RolloutPlan.objects.all()
    assert answer.headers["Location"] == f"/planner/plans/{plan.pk}/"
    own = client.get(answer.headers["Location"]).content.decode()
    risk = "Serious bookings as the live ranking counts them: bookings of the last 365 days, as of 2026-11-22."
    assert risk in page and risk in own
    assert "another programme manager approves it" in own
    assert client.post(answer.headers["Location"], {"reason": "Mine"}).status_code == 403
    colleague = desk(other)
    assert colleague.post(answer.headers["Location"], {"reason": ""}).status_code == 422
    assert colleague.post(answer.headers["Location"], {"reason": "It fits"}).status_code == 302
    assert PlanApproval.objects.get().plan == plan
    assert colleague.post(answer.headers["Location"], {"reason": "Again"}).status_code == 409


def test_a_date_that_cannot_be_kept_is_a_sentence_with_the_county_by_name(desk):
    an_ori("ZZTX00101", county=a_county("48201"))
    page = desk(a_manager()).get(trying(effort="0.1", must_by="48201 2026-11")).content.decode()
    assert "County 48201, TX must be on line by 2026-11, but it needs 2.0" in page


def test_what_cannot_be_read_or_planned_is_said_at_the_form(desk):
    a_county("48201")
    client = desk(a_manager())
    for more, status, words in (
        ({"must_by": "48201 soon"}, 422, "is no month"),
        ({"months": "73"}, 422, "72"),
        ({"agreements": "ZZ 2027-01"}, 409, "ZZ is no state"),
        ({"first": "2019-01"}, 409, "before the month of the data"),
    ):
        answer = client.get(trying(**more))
        assert (answer.status_code, words in answer.content.decode()) == (status, True)


def test_a_plan_is_compared_with_the_approved_one(desk):
    manager = a_manager()
    plans.approved(plans.a_plan(), by=manager)
    page = desk(manager).get(trying(must_by="48205 2026-11")).content.decode()
    assert "Against the approved plan" in page
    assert "3 counties have another month" in page


def test_the_form_begins_with_the_request_of_a_former_plan(desk):
    plan = plans.a_plan(asked=parameters.Parameters("2026-11", 12, 1.0, must_by={"48205": "2026-12"}))
    page = desk(a_manager()).get(f"/planner/?from={plan.pk}").content.decode()
    assert "48205 2026-12" in page
    assert f'name="from" value="{plan.pk}"' in page


def test_the_file_has_a_row_for_each_county(desk):
    plan = plans.a_plan()
    answer = desk(a_user(Role.AUDITOR)).get(f"/planner/plans/{plan.pk}/csv/")
    rows = answer.content.decode().splitlines()
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert rows[1] == '48201,"County 48201, TX",TX,2026-11,no,,0,1'
    assert len(rows) == 4


def test_an_auditor_reads_plans_and_makes_none(desk):
    plan = plans.a_plan()
    client = desk(a_user(Role.AUDITOR))
    assert client.get(f"/planner/plans/{plan.pk}/").status_code == 200
    assert "Try a plan" not in client.get("/planner/").content.decode()
    assert client.get(trying()).status_code == 403


def test_the_chart_says_what_the_table_says():
    rows = (
        parameters.County("48001", "TX", 3, 0), parameters.County("48003", "TX", 2, 0),
        parameters.County("06001", "CA", 9, 0, since="2020-05"),
    )  # fmt: skip
    inputs = parameters.Inputs(plans.ASKED, rows, "2026-11-22")
    result = parameters.plain(parameters.solve(inputs))
    drawn, table = shown.chart(inputs, result), {one["state"]: one for one in shown.states(inputs, result)}
    assert [row["state"] for row in drawn["rows"]] == ["TX"]
    assert sum(mark["count"] for row in drawn["rows"] for mark in row["marks"]) == table["TX"]["counties"] == 2
    assert (table["TX"]["first"], table["TX"]["last"], table["CA"]["done"]) == ("2026-11", "2026-12", 1)
    tiles = {one["label"]: one["value"] for one in shown.tiles(inputs, result)}
    assert (tiles["Counties planned"], tiles["On line or agreed already"]) == (2, 1)


@pytest.mark.parametrize("number", ["²", "9" * 5_000, "-1", "999999999999999999"])
def test_a_number_that_no_plan_has_begins_an_empty_form(desk, number):
    client = desk(a_manager())
    for address in (f"/planner/?{urlencode({'from': number})}", trying(**{"from": number})):
        assert client.get(address).status_code == 200
