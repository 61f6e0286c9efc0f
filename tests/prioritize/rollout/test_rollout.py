# SPDX-License-Identifier: Apache-2.0
"""Plans of the roll-out: computed from the register, kept as they were, approved by another, planned again."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from secure_communities.planning.rollout import PlanError
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.agencies.models import Participation
from secure_communities.platform.agencies.vocabulary import Consent, Exit
from secure_communities.platform.events.models import Event
from secure_communities.platform.refusals import Refusal
from secure_communities.prioritize.rollout import parameters as asked
from secure_communities.prioritize.rollout import selectors, services
from secure_communities.prioritize.rollout.models import PlanApproval, PlannedActivation, RolloutPlan
from tests.identify.builders import AT
from tests.platform.builders import a_county, a_manager, a_state, a_user, an_ori
from tests.prioritize.cases import a_referred_case, confirm

pytestmark = pytest.mark.django_db

ASKED = asked.Parameters(first="2026-11", months=12, effort=2.0)


def counties(*fips: str) -> None:
    for one in fips:
        a_county(one)


def an_entry(fips: str, starts_on: date, **fields) -> Participation:
    values = {
        "purpose": "BOOKING", "legal_basis": "MEMORANDUM", "citation": "Agreement SAMPLE-1",
        "agreement_date": starts_on, "consent": Consent.AGREED,
    }  # fmt: skip
    return Participation.objects.create(county=a_county(fips), starts_on=starts_on, **{**values, **fields})


def kept(parameters=ASKED, by=None, at=AT, **more):
    return services.keep(parameters=parameters, title="First order", by=by or a_manager(), at=at, **more)


def test_counties_with_more_serious_bookings_for_their_effort_come_first():
    rows = tuple(asked.County(f"4800{n}", "TX", serious, 1) for n, serious in ((1, 3), (3, 9), (5, 6)))
    found = asked.solve(asked.Inputs(ASKED, rows, "2026-11-22"))
    assert dict(found.starts) == {"48003": 0, "48005": 1, "48001": 2}
    assert found.covered == pytest.approx(found.bound)


def test_the_state_signs_and_its_vendor_builds_before_its_counties_come_on_line():
    rows = (asked.County("48001", "TX", 3, 0), asked.County("06001", "CA", 9, 0))
    wanted = replace(ASKED, effort=9.0, agreements={"CA": "2027-01"}, vendor_lead=3)
    assert dict(asked.solve(asked.Inputs(wanted, rows, "2026-11-22")).starts) == {"48001": 3, "06001": 5}
    running = (*rows, asked.County("48003", "TX", 1, 0, since="2020-05"))
    assert asked.solve(asked.Inputs(wanted, running, "2026-11-22")).starts["48001"] == 0  # its vendor is there


def test_a_date_that_cannot_be_kept_is_said_with_what_binds():
    rows = (asked.County("48001", "TX", 3, 4),)
    found = asked.solve(asked.Inputs(replace(ASKED, must_by={"48001": "2026-12"}), rows, "2026-11-22"))
    assert [(one.site, one.binding) for one in found.problems] == [("48001", "budget")]
    assert "2026-12" in found.problems[0].sentence


def test_a_blackout_of_all_counties_is_kept():
    rows = (asked.County("48001", "TX", 3, 0),)
    wanted = replace(ASKED, blackouts={"*": ("2026-11", "2026-12")})
    assert asked.solve(asked.Inputs(wanted, rows, "2026-11-22")).starts == {"48001": 2}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"first": "2026-13"}, "no month"),
        ({"months": 0}, "1 to 72"),
        ({"months": 5_000}, "1 to 72"),
        ({"agreements": {"ZZ": "2027-01"}}, "no state"),
        ({"must_by": {"99999": "2027-01"}}, "no county"),
        ({"must_by": {"*": "2027-01"}}, "county by county"),
        ({"first": "2020-01"}, "before the month of the data"),
        ({"first": "9999-12"}, "from 2000-01 to 2099-12"),
        ({"first": "0000-01"}, "from 2000-01 to 2099-12"),
        ({"effort": float("nan")}, "budget"),
        ({"effort": -1.0}, "budget"),
        ({"training_months": 0}, "training"),
        ({"sites": -1}, "limit"),
    ],
)
def test_what_cannot_be_planned_is_refused_in_words(more, words):
    counties("48201")
    with pytest.raises(Refusal, match=words):
        kept(replace(ASKED, **more))


def test_lines_of_codes_and_months_are_read_or_named():
    assert asked.lines("48201 2027-03\n\n* 2026-12") == [("48201", "2027-03"), ("*", "2026-12")]
    for wrong in ("48201", "48201 March", "a b c", "48201 2027-3"):
        with pytest.raises(PlanError):
            asked.lines(wrong)


def test_inputs_have_no_field_about_people_and_stored_ones_with_another_do_not_load():
    inputs = asked.Inputs(ASKED, (asked.County("48001", "TX", 3, 1),), "2026-11-22")
    assert asked.Inputs.of(inputs.canonical()) == inputs
    assert set(asdict(inputs.counties[0])) == {"fips", "state", "serious", "places", "since", "out"}
    with pytest.raises(TypeError):
        asked.Inputs.of(inputs.canonical().replace(b'"serious":3', b'"serious":3,"foreign_born":9'))


def test_the_register_says_who_is_on_line_and_who_is_not_asked_again():
    an_entry("48001", date(2020, 5, 4))
    an_entry("48003", date(2020, 5, 4), ends_on=date(2021, 1, 1), exit=Exit.WITHDREW, exit_reason="They left")
    an_entry("48005", date(2020, 5, 4), ends_on=date(2021, 1, 1), exit=Exit.EXPIRED, exit_reason="It ran out")
    an_entry("48007", date(2020, 5, 4), consent=Consent.OBJECTED)
    an_entry("48009", date(2027, 2, 1))
    found = {one.fips: (one.since, one.out) for one in selectors.inputs(ASKED, as_of=AT.date()).counties}
    assert found == {
        "48001": ("2020-05", ""), "48003": ("", "it withdrew"), "48005": ("", ""), "48007": ("", "it objects"),
        "48009": ("2027-02", ""),
    }  # fmt: skip
    plan = kept()
    rows = {one.county_id: (f"{one.month:%Y-%m}", one.done) for one in plan.activations.all()}
    assert rows == {"48001": ("2020-05", True), "48005": ("2026-11", False), "48009": ("2027-02", True)}


def test_risk_is_bookings_with_a_serious_charge_of_the_year():
    serious, minor = a_referred_case(), a_referred_case(person=2)
    confirm(serious, "1201")
    confirm(minor, "2301")
    later = selectors.inputs(ASKED, as_of=AT.date() + timedelta(days=400))
    assert not any(one.serious for one in later.counties)
    [county] = [one for one in selectors.inputs(ASKED, as_of=AT.date()).counties if one.serious]
    assert (county.fips, county.serious, county.places) == ("48201", 1, 1)


def test_a_code_left_to_a_person_is_not_counted_as_serious():
    confirm(a_referred_case(), "1313")  # simple assault: within the range of Level 1, and excepted
    assert not any(one.serious for one in selectors.inputs(ASKED, as_of=AT.date()).counties)


def test_a_plan_follows_from_its_stored_inputs_again():
    counties("48201", "48203", "48205")
    plan = kept(replace(ASKED, must_by={"48205": "2026-11"}))
    assert selectors.stands(RolloutPlan.objects.get(pk=plan.pk))
    assert plan.result["starts"]["48205"] == 0
    assert Event.objects.filter(kind="rollout:planned").count() == 1


def test_a_plan_is_approved_by_another_manager_once_and_counts_from_then():
    counties("48201")
    maker, other = a_manager(), a_manager()
    plan = kept(by=maker)
    assert selectors.approved() is None
    with pytest.raises(NotAllowed, match="another programme manager"):
        services.approve(plan=plan, reason="It fits", by=maker, at=AT)
    with pytest.raises(Refusal, match="reason"):
        services.approve(plan=plan, reason=" ", by=other, at=AT)
    services.approve(plan=plan, reason="It fits", by=other, at=AT)
    assert selectors.approved() == plan
    with pytest.raises(Refusal, match="already"):
        services.approve(plan=plan, reason="Again", by=other, at=AT)


def test_a_plan_that_misses_a_date_is_not_approved():
    an_ori("ZZTX00101", county=a_county("48201"))
    plan = kept(replace(ASKED, effort=0.5, must_by={"48201": "2026-11"}))
    with pytest.raises(Refusal, match="misses a date"):
        services.approve(plan=plan, reason="It fits", by=a_manager(), at=AT)


def test_only_a_programme_manager_plans():
    counties("48201")
    for role in (Role.AUDITOR, Role.SUPPORT_SUPERVISOR, Role.FIELD_SUPERVISOR, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            kept(by=a_user(role))


def test_a_new_plan_from_what_was_really_done():
    counties("48201", "48203", "48205")
    narrow = replace(ASKED, effort=1.0)
    first = kept(narrow)
    late = AT + timedelta(days=70)
    an_entry("48205", date(2026, 12, 10))
    second = kept(narrow, at=late, replans=first)
    before = selectors.months(selectors.inputs_of(first), first.result)
    after = selectors.months(selectors.inputs_of(second), second.result)
    assert before == {"48201": "2026-11", "48203": "2026-12", "48205": "2027-01"}
    assert after == {"48201": "2027-01", "48203": "2027-02", "48205": "2026-12"}
    assert [one.fips for one in selectors.differences(before, after)] == ["48205", "48201", "48203"]
    assert (second.replans, selectors.stands(second)) == (first, True)
    risks = [selectors.inputs_of(one).risk for one in (first, second)]
    assert [(one.name, one.as_of) for one in risks] == [
        ("SERIOUS_BOOKINGS", "2026-11-22"), ("SERIOUS_BOOKINGS", "2027-01-31")
    ]  # fmt: skip
    assert risks[0].source == risks[1].source


def test_a_plan_kept_before_its_risk_was_said_still_has_its_hash_and_its_result():
    rows = (asked.County("48001", "TX", 3, 1),)
    before = asked.Inputs(ASKED, rows, "2026-11-22")
    assert b"risk" not in before.canonical()
    assert before.hash == "49856eaf3e3038a0dbbdc94eb6a37ed34e3a3a138fe5e3a3d1e5a7d0444afa36"
    assert asked.Inputs.of(before.canonical()) == before
    said = replace(before, risk=asked.Risk("SERIOUS_BOOKINGS", "bookings of the last 365 days", "2026-11-22"))
    assert asked.Inputs.of(said.canonical()) == said and said.hash != before.hash


def test_attack_a_plan_is_changed_deleted_emptied_or_added_to():
    counties("48201", "48203")
    plan = kept()
    services.approve(plan=plan, reason="It fits", by=a_manager(), at=AT)
    PlanApproval.objects.get()
    attacks = [
        "UPDATE rollout_rolloutplan SET covered = 0",
        "DELETE FROM rollout_planapproval",
        "UPDATE rollout_plannedactivation SET month = '2027-05-01'",
        "DELETE FROM rollout_plannedactivation",
        "TRUNCATE rollout_planapproval",
        "TRUNCATE rollout_plannedactivation",
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for attack in attacks:
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attack)
    a_county("48205")
    with pytest.raises(DatabaseError, match="not added"), transaction.atomic():
        PlannedActivation.objects.create(plan=plan, county_id="48205", month=date(2026, 12, 1), done=False)


def test_attack_a_plan_is_approved_by_its_maker_beside_the_service():
    counties("48201")
    maker = a_manager()
    plan = kept(by=maker)
    with pytest.raises(DatabaseError, match="has not made it"), transaction.atomic():
        PlanApproval.objects.create(plan=plan, reason="Mine", approved_by=maker, approved_at=AT)


def test_attack_a_plan_claims_more_than_can_be():
    counties("48201")
    plan = kept()
    values = {name: getattr(plan, name) for name in ("title", "inputs", "inputs_hash", "as_of", "result", "made_by")}
    with pytest.raises(IntegrityError), transaction.atomic():
        RolloutPlan.objects.create(**values, bound=0.5, covered=0.9, made_at=AT)


def test_a_plan_whose_stored_result_does_not_follow_is_not_approved():
    a_state()
    counties("48201", "48203")
    plan = kept()
    values = {name: getattr(plan, name) for name in ("title", "inputs", "inputs_hash", "as_of", "made_by", "bound")}
    forged = RolloutPlan.objects.create(
        **values, covered=plan.covered, made_at=AT, result={**plan.result, "starts": {"48201": 3}}
    )
    with pytest.raises(Refusal, match="does not follow"):
        services.approve(plan=forged, reason="It fits", by=a_manager(), at=AT)
