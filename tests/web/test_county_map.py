# SPDX-License-Identifier: Apache-2.0
"""The county map: what its page and its figures say, who may read them, and what it answers to what makes no sense."""

from __future__ import annotations

import json
from datetime import date

import pytest

from secure_communities.platform.access.roles import Role
from secure_communities.platform.agencies.models import County
from secure_communities.prioritize.counties import selectors
from secure_communities.prioritize.deployment import services as deployment
from secure_communities.web.presenters import county_map as shown
from tests.identify.builders import AT, a_jail, a_submission
from tests.platform.builders import a_county, a_manager, a_participation, a_state, a_user
from tests.prioritize import plans

pytestmark = pytest.mark.django_db

FIGURES = "/map/counties.json"


@pytest.fixture
def client(desk):
    return desk(a_manager())


def text(client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def count(page: str, key: str) -> int:
    return int(page.split(f'data-count="{key}">')[1].split("<")[0])


def test_the_page_says_of_a_county_what_the_register_bookings_and_the_plan_say(client):
    a_submission(a_jail())
    plan = plans.approved(plans.a_plan()).plan
    page = text(client, "/map/")
    assert "/jurisdictions/48201/" in page
    assert "Takes part, every ORI submitted" in page
    assert "1 of 1" in page
    assert plan.title in page
    assert (count(page, "all"), count(page, "silent")) == (1, 0)


def test_a_county_that_takes_part_and_submits_nothing_is_not_covered(client):
    a_jail()
    page = text(client, "/map/?month=2026-10")
    assert (count(page, "all"), count(page, "silent")) == (0, 1)
    assert "0 of 1" in page


def test_an_earlier_and_a_later_month_show_what_held_then_and_what_is_planned(client):
    a_participation(a_county("48201"), starts_on=date(2026, 6, 15))
    plans.approved(plans.a_plan())
    assert count(text(client, "/map/?month=2026-05"), "none") == 3
    assert count(text(client, "/map/?month=2026-06"), "silent") == 1
    later = text(client, "/map/?month=2026-12")
    assert (count(later, "agreed"), count(later, "planned")) == (1, 2)
    assert "not known yet" in later


def test_another_plan_may_be_chosen_by_its_number(client):
    first = plans.a_plan("48201")
    plans.approved(plans.a_plan("48201", "48203"))
    assert "48203" in text(client, "/map/?sort=-planned")
    assert count(text(client, f"/map/?plan={first.pk}&month=2026-11"), "planned") == 1


def test_every_number_of_the_legend_opens_its_rows(client):
    a_jail()
    a_county("48203")
    page = text(client, "/map/?kind=silent&month=2026-10")
    assert "/jurisdictions/48201/" in page
    assert "/jurisdictions/48203/" not in page
    assert "/jurisdictions/48203/" in text(client, "/map/?kind=unknown")


def test_readiness_is_the_share_that_was_noted(client):
    a_county("48203")
    deployment.note_readiness(
        county=a_county(), name="STAFF_TRAINED", value=0.9, low=0.8, high=1, source="State bureau", as_of=AT.date(),
        by=a_manager(), at=AT,
    )  # fmt: skip
    page = text(client, "/map/?show=ready&kind=level-0")
    assert "18 %" in page
    assert "1 of 5 known" in page
    assert (count(page, "level-0"), count(page, "unknown")) == (1, 1)


def test_rows_are_sorted_by_a_column_in_both_directions_and_by_state(client):
    for fips in ("48201", "48203"):
        a_county(fips)
    County.objects.create(fips="06001", name="Alameda County", state=a_state("CA", fips="06"))
    first = text(client, "/map/?sort=county")
    assert first.index("/06001/") < first.index("/48201/") < first.index("/48203/")
    assert 'aria-sort="ascending"' in first
    last = text(client, "/map/?sort=-county")
    assert last.index("/48203/") < last.index("/48201/") < last.index("/06001/")
    assert "/06001/" not in text(client, "/map/?state=48")
    assert text(client, "/map/?sort=nothing")


def test_counties_without_an_outline_are_counted_and_listed(client):
    County.objects.create(fips="09110", name="Capitol Planning Region", state=a_state("CT", fips="09"))
    assert "1 counties of the register" in text(client, "/map/")
    page = text(client, "/map/?kind=no-shape")
    assert "/jurisdictions/09110/" in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("month=2031-01", "no figures of that month"), ("month=13", "no figures of that month"),
        ("month=%00", "no figures of that month"), ("plan=999", "There is no such plan"),
        ("plan=%00", "There is no such plan"), ("plan=99999999999999999999", "There is no such plan"),
        ("plan=%C2%B2", "There is no such plan"), ("state=ZZ", "no such state"), ("kind=%00", "Choose which counties"),
        ("show=x", "Choose one of the two"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said_at_its_field_and_the_usual_is_shown(client, query, words):
    a_county()
    page = text(client, f"/map/?{query}", 422)
    assert words in page
    assert "/jurisdictions/48201/" in page


def test_odd_pages_and_orders_do_no_harm(client):
    a_county()
    for query in ("page=x", "page=-1", "page=%00", "sort=%00", "sort=--county"):
        assert "/jurisdictions/48201/" in text(client, f"/map/?{query}")


def test_the_figures_hold_every_month_of_every_county(client):
    a_submission(a_jail())
    plans.approved(plans.a_plan())
    found = json.loads(text(client, FIGURES))
    assert found["fips"] == ["48201", "48203", "48205"]
    assert found["first"] == "2020-01"
    at = found["fips"].index("48201")
    assert found["said"][at] == [0, 1]
    assert found["oris"][at][-3:] == [found["now"], 1, 1]
    assert len(found["planned"]) == len(found["names"]) == 3


def test_the_figures_colour_a_month_as_the_table_says_it(client):
    a_submission(a_jail())
    plans.approved(plans.a_plan())
    timeline, states = selectors.timeline(plan=None, at=AT), {"48": "Texas"}
    found = shown.payload(timeline, states)
    for month in range(found["months"]):
        for row, steps in zip(shown.rows(timeline, timeline.first + month, states), found["kind"], strict=True):
            held = [steps[at + 1] for at in range(0, len(steps), 2) if steps[at] <= month]
            assert (found["kinds"][held[-1]] if held else "none") == row.kind


def test_figures_that_have_not_changed_are_not_sent_again(client):
    a_jail()
    first = client.get(FIGURES)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = client.get(FIGURES, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    a_county("48203")
    changed = client.get(FIGURES, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("plan", ["999", "x", "%00", "99999999999999999999"])
def test_figures_of_a_plan_that_is_not_there_are_refused_in_words(client, plan):
    answer = client.get(f"{FIGURES}?plan={plan}")
    assert answer.status_code == 404
    assert "no such plan" in answer.json()["error"]


@pytest.mark.parametrize("address", ["/map/", FIGURES])
def test_managers_and_auditors_alone_come_in(desk, address):
    assert desk(a_user(Role.AUDITOR)).get(address).status_code == 200
    assert desk(a_user(Role.EXAMINER)).get(address).status_code == 403
    assert desk(a_user(Role.PROGRAMME_MANAGER)).post(address).status_code == 405


def test_where_later_arrests_are_not_searched_the_count_says_so(client):
    state = a_state(nff=True)
    a_submission(a_jail())
    assert "first arrests only" in text(client, "/map/")
    assert json.loads(text(client, FIGURES))["reduced"] == ["48"]
    state.forward_subsequent = True
    state.save()
    assert "first arrests only" not in text(client, "/map/")
