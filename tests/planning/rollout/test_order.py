# SPDX-License-Identifier: Apache-2.0
"""A plan keeps budgets, dates and precedence, and is close to the best there is."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_communities.planning.rollout import Capacity, Group, PlanError, Site, plan, staffing, upper_bound
from secure_communities.planning.rollout.order import coverage


def month_of_2009(month: int) -> str:
    return f"2009-{month + 1:02d}"


@st.composite
def tasks(draw, most: int = 12, months: int = 6):
    count = draw(st.integers(1, most))
    sites = [
        Site(
            f"S{n}", draw(st.integers(0, 20)), draw(st.integers(1, 5)), draw(st.sampled_from(["X", "Y"])),
            draw(st.integers(0, 3)), draw(st.none() | st.integers(0, months - 1)),
            frozenset(draw(st.sets(st.integers(0, months - 1), max_size=2))),
            tuple(f"S{k}" for k in draw(st.sets(st.integers(0, n - 1), max_size=2)) if n) if n else (),
        )
        for n in range(count)
    ]  # fmt: skip
    budget = tuple(float(draw(st.integers(0, 8))) for _ in range(months))
    limit = draw(st.none() | st.just(tuple(draw(st.integers(0, 4)) for _ in range(months))))
    return sites, Capacity(budget, limit, {"X": Group("X", draw(st.integers(0, 2)), draw(st.integers(0, 2)))})


@settings(max_examples=300, deadline=None)
@given(tasks())
def test_a_plan_keeps_every_rule(task):
    sites, capacity = task
    made = plan(sites, capacity)
    known = {site.code: site for site in sites}
    total = 0.0
    for month, more in enumerate(capacity.effort):
        total += more
        so_far = [known[code] for code, at in made.starts.items() if at <= month]
        assert sum(site.effort for site in so_far) <= total + 1e-6
        if capacity.sites:
            assert sum(at == month for at in made.starts.values()) <= capacity.sites[month]
    for code, at in made.starts.items():
        site = known[code]
        assert at >= capacity.opens(site)
        assert at not in site.blackouts
        assert all(made.starts.get(before, 99) <= at for before in site.after)
    late = {site.code for site in sites if site.must_by is not None and made.starts.get(site.code, 99) > site.must_by}
    assert late == {problem.site for problem in made.problems}
    assert made.covered <= made.bound + 1e-9
    assert plan(list(reversed(sites)), capacity).starts == made.starts


@settings(max_examples=60, deadline=None)
@given(tasks(most=5, months=3))
def test_no_order_at_all_exceeds_the_bound(task):
    sites, capacity = task
    bound = upper_bound(sites, capacity)
    for months in product(range(4), repeat=len(sites)):
        starts = {site.code: at for site, at in zip(sites, months, strict=True) if at < 3}
        spent = [sum(s.effort for s in sites if starts.get(s.code, 9) <= m) for m in range(3)]
        allowed = all(used <= sum(capacity.effort[: m + 1]) for m, used in enumerate(spent)) and all(
            starts[s.code] >= capacity.opens(s) for s in sites if s.code in starts
        )
        if capacity.sites and any(list(starts.values()).count(m) > capacity.sites[m] for m in range(3)):
            allowed = False
        if allowed:
            assert coverage(sites, starts, 3) <= bound + 1e-9


def test_the_most_risk_for_its_effort_comes_first():
    sites = [Site("BIG", 50, 10), Site("DENSE", 20, 2), Site("POOR", 1, 2)]
    made = plan(sites, Capacity((2.0, 5.0, 5.0)))
    assert made.starts == {"DENSE": 0, "BIG": 2}
    assert made.left_out == ("POOR",)


def test_a_dated_site_is_kept_although_others_are_denser():
    sites = [Site("DATED", 1, 4, must_by=1), *(Site(f"D{n}", 50, 1) for n in range(8))]
    made = plan(sites, Capacity((2.0, 2.0, 4.0)))
    assert made.starts["DATED"] == 1
    assert not made.problems


def test_what_a_dated_site_waits_for_is_brought_forward():
    sites = [Site("FIRST", 0, 1), Site("DATED", 5, 1, must_by=1, after=("FIRST",)), Site("RICH", 99, 2)]
    made = plan(sites, Capacity((1.0, 1.0, 2.0)))
    assert made.starts == {"FIRST": 0, "DATED": 1, "RICH": 2}


def test_what_cannot_be_done_is_explained_with_dates():
    groups = {"Texas": Group("Texas", 4, 2)}
    sites = [
        Site("Harris", 10, 1, "Texas", must_by=2),
        Site("Dallas", 10, 30, must_by=3),
        Site("Cook", 10, 1, must_by=1, blackouts=frozenset({0, 1})),
    ]
    made = plan(sites, Capacity((1.0,) * 8, groups=groups), name=month_of_2009)
    assert [problem.sentence for problem in made.problems] == [
        "Cook must be on line by 2009-02, but every month from 2009-01 is blacked out for it.",
        "Harris must be on line by 2009-03, but Texas signs in 2009-05 and its vendor needs 2 months: 2009-07 at the "
        "earliest.",
        "Dallas must be on line by 2009-04, but it needs 30.0 and 4.0 of the budget is left by 2009-04.",
    ]  # fmt: skip


def test_teams_bind_where_the_budget_does_not():
    sites = [Site(f"S{n}", 1, 1, must_by=0) for n in range(3)]
    made = plan(sites, Capacity((9.0, 9.0), (2, 2)), name=month_of_2009)
    [problem] = made.problems
    assert problem.binding == "teams"


def test_replanning_keeps_the_past_and_plans_the_rest():
    sites = [Site("A", 5), Site("B", 9), Site("C", 1)]
    again = plan(sites, Capacity((1.0,) * 4), done={"C": 0}, now=1)
    assert again.starts == {"C": 0, "B": 1, "A": 2}


@pytest.mark.parametrize(
    ("sites", "why"),
    [
        ([Site("A", 1, 0)], "effort is above 0"),
        ([Site("A", -1)], "risk 0 or more"),
        ([Site("A", 1), Site("A", 1)], "given twice"),
        ([Site("A", 1, after=("B",))], "not among the sites"),
        ([Site("A", 1, after=("B",)), Site("B", 1, after=("A",))], "in a circle: A → B → A"),
    ],
)
def test_input_that_could_never_be_planned_is_refused_in_words(sites, why):
    with pytest.raises(PlanError, match=why):
        plan(sites, Capacity((1.0,)))


def test_staffing_counts_training_before_and_teams_in_each_month():
    rows = staffing([Site("A", 3, 30), Site("B", 1, 10)], {"A": 2, "B": 2}, months=3, training_months=2)
    assert [(row.in_training, row.sites, row.teams) for row in rows] == [(2, 0, 1), (2, 0, 1), (0, 2, 2)]
    assert rows[-1].risk_covered == 1.0
