# SPDX-License-Identifier: Apache-2.0
"""An override that waits is an item of work: for another person of the office, until it is decided or ends."""

from __future__ import annotations

import pytest

from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.events.models import Event
from secure_communities.platform.events.subscriptions import subscribers
from secure_communities.platform.worklists import services as worklists
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.prioritize.overrides import services as overrides
from secure_communities.prioritize.reviews import jobs
from tests.platform.builders import a_user
from tests.prioritize import cases

pytestmark = pytest.mark.django_db
WHY = "The report speaks of own use alone."


def follow(kind: str) -> None:
    for event in Event.objects.filter(kind=kind):
        jobs.follow_override(event_id=event.pk)
        jobs.follow_override(event_id=event.pk)  # a job may run twice


def the_item() -> WorkItem:
    return WorkItem.objects.get(worklist="override-approval")


def test_the_job_hears_of_every_turn_of_an_override() -> None:
    assert all(jobs.follow_override in subscribers(kind) for kind in jobs.KINDS)


def test_a_proposal_opens_one_item_and_the_decision_closes_it() -> None:
    query = cases.a_case("3562")
    override = cases.a_proposal(query)
    follow("override:proposed")
    assert the_item().closed_at is None and the_item().about_id == str(override.pk)
    supervisor = cases.an_officer(query, Role.FIELD_SUPERVISOR)
    overrides.decide_override(override=override, approve=True, reason=WHY, by=supervisor, at=cases.AT)
    follow("override:approved")
    follow("override:proposed")  # late, and it opens nothing again
    assert the_item().closed_reason == "in_force"


def test_neither_the_proposer_nor_another_office_takes_it() -> None:
    query = cases.a_case("3562")
    proposer = cases.an_officer(query, Role.FIELD_SUPERVISOR)
    cases.a_proposal(query, by=proposer)
    follow("override:proposed")
    for who in (proposer, a_user(Role.FIELD_SUPERVISOR)):
        with pytest.raises(NotAllowed):
            worklists.claim(item_id=the_item().pk, user=who, at=cases.AT)
    second = cases.an_officer(query, Role.FIELD_SUPERVISOR)
    assert worklists.claim(item_id=the_item().pk, user=second, at=cases.AT).claimed_by == second


def test_the_item_says_nothing_of_the_person_and_no_level() -> None:
    query = cases.a_case("3562")
    cases.a_proposal(query)
    follow("override:proposed")
    said = f"{the_item().title} {the_item().order_reason}"
    assert "LEVEL" not in said.upper() and cases.WORDS not in said and query.reference in said
