# SPDX-License-Identifier: Apache-2.0
"""Local switches change what they say and are logged (S24, S5); coverage is what really submits (S10)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from secure_communities.identify.records import services as records
from secure_communities.identify.records.rules import ArrestFacts, ChargeFacts, DispositionKind
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.agencies import services as agencies
from secure_communities.platform.events.models import Event
from secure_communities.platform.refusals import Refusal
from secure_communities.policy.local import Switch, detainer_refusal
from secure_communities.policy.priority import rule_set
from secure_communities.prioritize.deployment import selectors, services
from secure_communities.prioritize.deployment.models import Readiness, SwitchSetting
from secure_communities.prioritize.deployment.serious import serious_bookings
from secure_communities.prioritize.facts.selectors import gather
from secure_communities.prioritize.rollout import selectors as rollout
from secure_communities.prioritize.rollout.parameters import Parameters, Risk
from tests.identify.builders import AT, a_criminal_subject, a_jail, a_submission
from tests.platform.builders import a_county, a_participation, a_state, a_user, an_administrator, an_ori
from tests.prioritize.cases import a_referred_case, becomes, confirm

pytestmark = pytest.mark.django_db

TODAY = AT.date()
WHO_PEOPLE_ARE = [
    "foreign_born", "FOREIGN_BORN_SHARE", "ethnicity", "language", "migration", "nationality", "religion", "race",
]  # fmt: skip


def set_to(on, switch=Switch.NO_DETAINER_ON_MINOR_TRAFFIC_BEFORE_CONVICTION, **more):
    given = {"starts_on": TODAY, "citation": "Sample ordinance 12", "at": AT, **more}
    given.setdefault("by", a_user(Role.PROGRAMME_MANAGER))
    return services.set_switch(county=a_county(), switch=switch, on=on, **given)


def ready(name="STAFF_TRAINED", value=0.5, low=0.4, high=0.6):
    return services.note_readiness(
        county=a_county(), name=name, value=value, low=low, high=high, source="State bureau", as_of=TODAY, at=AT,
        by=a_user(Role.PROGRAMME_MANAGER),
    )  # fmt: skip


def covered():
    [state] = selectors.coverage(since=AT - timedelta(days=30), until=AT + timedelta(days=1))
    return state


def refused(query, on=TODAY):
    """What the switches in force say of a detainer on the case."""
    facts = gather(query, at=AT, rule_set=rule_set("SC-2009"))
    return detainer_refusal(selectors.switches_of(query.submission.originator.county, on=on), facts)


def test_a_switch_refuses_a_detainer_on_minor_traffic_until_it_is_turned_off_again():
    query = a_referred_case()
    confirm(query, "5499")
    assert refused(query) is None
    set_to(True)
    assert "minor traffic" in refused(query)
    set_to(False, starts_on=TODAY + timedelta(days=3))
    assert "minor traffic" in refused(query, TODAY + timedelta(days=2))
    assert refused(query, TODAY + timedelta(days=3)) is None


@pytest.mark.parametrize("switch", Switch)
def test_each_switch_changes_something_and_its_change_is_logged(switch):
    query = a_referred_case()
    confirm(query, "5499")
    set_to(True, switch)
    assert refused(query)
    becomes(query, DispositionKind.CONVICTED, sentence_months=1)
    assert refused(query) is None
    event = Event.objects.get(kind="jurisdiction:switch-set")
    assert (event.data["switch"], event.reason) == (switch, "Sample ordinance 12")


def test_a_switch_is_not_set_in_the_past_without_a_ground_or_by_others():
    with pytest.raises(Refusal, match="today on"):
        set_to(True, starts_on=TODAY - timedelta(days=1))
    with pytest.raises(NotAllowed):
        set_to(True, by=a_user(Role.FIELD_SUPERVISOR))
    with pytest.raises(Refusal, match="Cite"):
        set_to(True, citation=" ")


@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE deployment_switchsetting SET "on" = false',
        "DELETE FROM deployment_switchsetting",
        "UPDATE deployment_readiness SET value = 1",
        "TRUNCATE deployment_readiness",
    ],
)
def test_the_database_keeps_what_was_set(statement):
    set_to(True)
    ready()
    with pytest.raises(DatabaseError, match="S24"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
    assert SwitchSetting.objects.get().on


@pytest.mark.parametrize("name", WHO_PEOPLE_ARE)
def test_who_lives_somewhere_never_weighs(name):
    with pytest.raises(Refusal):
        ready(name)
    with pytest.raises(DatabaseError, match="an_input_is_of_the_closed_list"), transaction.atomic():
        Readiness.objects.create(
            county=a_county(), name=name[:24], value=0.5, low=0, high=1, source="x", as_of=TODAY, noted_at=AT,
            noted_by=a_user(Role.PROGRAMME_MANAGER),
        )  # fmt: skip


def test_a_share_outside_its_interval_is_refused():
    with pytest.raises(Refusal, match="between 0 and 1"):
        ready(value=0.7)


def test_the_ranking_shows_every_input_with_its_source_and_interval():
    query = a_referred_case()
    confirm(query, "1201")
    ready()
    [only] = selectors.ranking(at=AT).order
    assert only.jurisdiction == "48201"
    found = {one.name: one for one in selectors.measures(at=AT)["48201"]}
    assert (found["SERIOUS_BOOKINGS"].value, found["STAFF_TRAINED"].source) == (1, "State bureau")
    assert found["SERIOUS_BOOKINGS"].low < 1 < found["SERIOUS_BOOKINGS"].high


def test_a_booking_counts_whoever_was_booked_and_whether_or_not_its_code_was_confirmed():
    """Only charges of people who matched are confirmed: counting those alone would rank places by immigration."""
    a_jail()
    subject = a_criminal_subject()
    for number, code in enumerate(("1201", "2301", "3601"), start=1):
        facts = ArrestFacts(f"C{number}", "ZZTX00101", TODAY, (ChargeFacts("As written", code=code),))
        records.record_arrest(subject=subject, facts=facts, at=AT, actor="system:test")
    assert serious_bookings(as_of=TODAY) == {"ZZTX00101": 1}
    assert not serious_bookings(as_of=TODAY + timedelta(days=365))


def test_the_ranking_and_the_planner_count_the_same_bookings():
    confirm(a_referred_case(), "1201")
    [ranked] = [one for one in selectors.measures(at=AT)["48201"] if one.name == "SERIOUS_BOOKINGS"]
    assert ranked.value == serious_bookings(as_of=TODAY)["ZZTX00101"] == 1
    inputs = rollout.inputs(Parameters("2026-11", 12, 1.0), as_of=TODAY)
    assert {one.fips: one.serious for one in inputs.counties if one.places} == {
        fips: one.value for fips, one in selectors.serious_measures(on=TODAY).items()
    }
    assert inputs.risk == Risk("SERIOUS_BOOKINGS", ranked.source, ranked.as_of.isoformat())


def test_activating_a_county_that_does_not_submit_leaves_coverage_as_it_was():
    a_submission(a_jail())
    other = a_county("48113")
    an_ori("ZZTX00102", county=other)
    before = covered()
    assert (before.oris, before.submitting, before.submissions) == (2, 1, 1)
    a_participation(other)
    assert covered() == before


def test_a_county_counts_once_it_really_submits():
    jail = a_jail()
    assert covered().submitting == 0
    a_submission(jail)
    state = covered()
    only = state.parts[0].parts[0]
    assert (state.share, only.code, only.submissions) == (1.0, "ZZTX00101", 1)


def test_a_state_that_sends_first_arrests_only_is_shown_with_less():
    state = a_state(nff=True)
    a_submission(a_jail())
    assert "coverage is reduced" in covered().reduced
    agencies.set_nff_forwarding(state=state, forward_subsequent=True, reason="Agreed", by=an_administrator(), at=AT)
    assert covered().reduced == ""
