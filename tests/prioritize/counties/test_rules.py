# SPDX-License-Identifier: Apache-2.0
"""One county month by month: what the register says, who submits, how ready it is, and what that makes it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.platform.agencies.rules import Entry
from secure_communities.platform.agencies.vocabulary import Consent, Exit
from secure_communities.prioritize.counties import rules
from secure_communities.prioritize.counties.rules import Kind, Said, Term


def month(text: str) -> int:
    return rules.month_number(date.fromisoformat(f"{text}-01"))


NOW = month("2026-11")


def entry(
    begin: str, end: str = "", consent: Consent = Consent.AGREED, left: Exit | None = None, number: int = 1
) -> Entry:
    return Entry(
        number, of_one_ori=False, starts_on=date.fromisoformat(begin), ends_on=date.fromisoformat(end) if end else None,
        consent=consent, exit=left,
    )  # fmt: skip


def term(begin: str, end: str = "", *sent: str) -> Term:
    return Term(
        date.fromisoformat(begin), date.fromisoformat(end) if end else None, frozenset(month(one) for one in sent)
    )


def in_words(steps: rules.Steps) -> list[tuple[str, Said]]:
    return [(rules.month_name(when), Said(words)) for when, words in steps]


def test_the_register_says_in_a_month_what_it_says_on_the_months_last_day():
    found = rules.said([entry("2020-03-31"), entry("2019-05-02", "2019-07-31", left=Exit.EXPIRED, number=2)])
    assert in_words(found) == [("2019-05", Said.AGREED), ("2019-07", Said.ENDED), ("2020-03", Said.AGREED)]


def test_an_entry_that_follows_another_on_the_same_day_is_no_gap():
    found = rules.said([
        entry("2019-05-02", "2021-07-01", left=Exit.SUPERSEDED), entry("2021-07-01", number=2)
    ])  # fmt: skip
    assert in_words(found) == [("2019-05", Said.AGREED)]


def test_a_county_that_left_objects_or_waits_says_so():
    assert in_words(rules.said([entry("2019-05-02", "2021-09-15", left=Exit.WITHDREW)]))[-1] == (
        "2021-09",
        Said.WITHDREW,
    )
    assert in_words(rules.said([entry("2019-05-02", consent=Consent.OBJECTED)])) == [("2019-05", Said.OBJECTED)]
    assert in_words(rules.said([entry("2019-05-02", consent=Consent.PENDING)])) == [("2019-05", Said.PENDING)]


def test_oris_count_in_every_month_of_which_they_are_in_force_on_a_day():
    found = rules.oris(
        [term("2026-05-31"), term("2026-06-01", "2026-08-01"), term("2026-06-01", "2026-08-02")], now=NOW
    )
    in_force = {name: rules.at(found, month(name)) for name in ("2026-04", "2026-05", "2026-06", "2026-07", "2026-08")}
    assert in_force == {"2026-04": None, "2026-05": (0, 1), "2026-06": (0, 3), "2026-07": (0, 3), "2026-08": (0, 2)}
    assert rules.at(found, month("2026-09")) == (0, 1)


def test_an_ori_counts_as_submitting_in_the_months_in_which_it_did_and_no_others():
    found = rules.oris(
        [term("2026-01-01", "", "2026-03", "2026-04", "2026-11"), term("2026-01-01", "", "2026-04")], now=NOW
    )
    assert [rules.at(found, month(f"2026-{one:02}")) for one in (2, 3, 4, 5, 10, 11)] == [
        (0, 2), (1, 2), (2, 2), (0, 2), (0, 2), (1, 2),
    ]  # fmt: skip


def test_nothing_is_said_of_oris_in_months_to_come():
    found = rules.oris([term("2026-01-01", "", "2026-11"), term("2027-05-01")], now=NOW)
    assert max(step[0] for step in found) <= NOW


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.frozensets(st.integers(0, 40))), max_size=5))
def test_counts_of_oris_are_those_of_counting_one_by_one(drawn):
    terms = [
        Term(
            date(2024 + begin // 12, begin % 12 + 1, 5), date(2024 + end // 12, end % 12 + 1, 9),
            frozenset(month("2024-01") + one for one in sent),
        )
        for begin, end, sent in drawn
    ]  # fmt: skip
    found = rules.oris(terms, now=NOW)
    for at in range(month("2024-01"), NOW + 1):
        in_force = [
            one for one in terms
            if one.starts_on < one.ends_on
            and rules.month_number(one.starts_on) <= at <= rules.month_number(one.ends_on)
        ]  # fmt: skip
        assert (rules.at(found, at) or (0, 0)) == (sum(at in one.sent for one in in_force), len(in_force))


def test_readiness_is_the_mean_of_five_inputs_of_which_one_not_known_adds_nothing():
    found = rules.ready([
        ("STAFF_TRAINED", 1.0, date(2026, 1, 5)), ("LIVESCAN_READY", 0.5, date(2026, 3, 1)),
        ("STAFF_TRAINED", 0.5, date(2026, 3, 9)),
    ])  # fmt: skip
    assert [rules.at(found, month(f"2026-{one:02}")) for one in (1, 2, 3)] == [(1, 20, 1), (1, 20, 1), (1, 20, 2)]
    full = rules.ready([(str(name), 1.0, date(2026, 1, 1)) for name in rules.READINESS])
    assert full == ((month("2026-01"), 4, 100, 5),)


@pytest.mark.parametrize(
    ("register", "submitted", "in_force", "planned", "to_come", "expected"),
    [
        (Said.AGREED, 3, 3, True, False, Kind.ALL),
        (Said.AGREED, 2, 4, False, False, Kind.MOST),
        (Said.AGREED, 1, 3, False, False, Kind.FEW),
        (Said.AGREED, 0, 3, True, False, Kind.SILENT),
        (Said.AGREED, 0, 0, False, False, Kind.SILENT),
        (Said.AGREED, 3, 3, False, True, Kind.AGREED),
        (Said.WITHDREW, 1, 1, True, False, Kind.OUT),
        (Said.OBJECTED, 0, 1, False, True, Kind.OUT),
        (Said.NOTHING, 1, 2, True, False, Kind.BESIDE),
        (Said.ENDED, 1, 2, False, True, Kind.NONE),
        (Said.PENDING, 0, 2, True, True, Kind.PLANNED),
        (Said.NOTHING, 0, 2, False, False, Kind.NONE),
    ],
)
def test_what_a_county_is_follows_the_register_then_who_submits_then_the_plan(
    register, submitted, in_force, planned, to_come, expected
):
    assert rules.kind(register, submitted=submitted, in_force=in_force, planned=planned, to_come=to_come) is expected


def test_a_county_goes_from_planned_to_taking_part_to_submitting_and_nobody_knows_what_comes():
    one = rules.county(
        "48201", "Harris County", entries=(entry("2026-09-10"),), measures=(), planned=month("2026-07"), now=NOW,
        terms=(Term(date(2018, 1, 1), None, frozenset({month("2026-10")}), sends=True),),
    )  # fmt: skip
    found = {name: rules.kind_in(one, month(name)) for name in
             ("2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11", "2026-12", "2030-01")}  # fmt: skip
    assert list(found.values()) == [
        Kind.NONE, Kind.PLANNED, Kind.PLANNED, Kind.SILENT, Kind.ALL, Kind.ALL, Kind.AGREED, Kind.AGREED
    ]  # fmt: skip


def test_the_timeline_runs_from_the_first_entry_or_booking_to_the_last_planned_month():
    quiet = rules.timeline([], now=NOW)
    assert (quiet.first, quiet.last) == (NOW - 11, NOW)
    one = rules.county(
        "48201", "", entries=(entry("2019-05-02"),), terms=(term("2001-01-01", "", "2018-12"),), measures=(),
        planned=month("2028-01"), now=NOW,
    )  # fmt: skip
    found = rules.timeline([one], now=NOW)
    assert (rules.month_name(found.first), rules.month_name(found.last)) == ("2018-12", "2028-01")


def test_a_slip_in_a_date_does_not_draw_two_thousand_years():
    said = rules.said([entry("0206-12-01", "9999-12-31", left=Exit.EXPIRED)])
    found = rules.timeline([rules.County("48001", "A", said)], now=NOW)
    assert (found.first, found.last) == (NOW - rules.MONTHS_BACK, NOW + rules.MONTHS_AHEAD)
    assert found.counties[0].said == said
