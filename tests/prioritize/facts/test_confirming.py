# SPDX-License-Identifier: Apache-2.0
"""S18: a person confirms each charge, or says that its code cannot be told; the work on it opens and closes."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from secure_communities.identify.people.reading import PersonPurpose
from secure_communities.identify.records import services as records
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.events.models import Event
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.prioritize.facts import confirming, jobs
from secure_communities.prioritize.facts.models import UntoldCode
from secure_communities.prioritize.facts.vocabulary import UntoldReason
from secure_communities.prioritize.facts.worklists import CONFIRMATION
from tests.identify.builders import AT, a_specialist
from tests.platform.builders import a_user
from tests.prioritize import cases as p

pytestmark = pytest.mark.django_db


def open_work() -> int:
    return WorkItem.objects.filter(worklist=CONFIRMATION, closed_at=None).count()


def test_s18_charges_of_a_referred_case_wait_for_a_person_until_each_is_confirmed() -> None:
    query = p.a_referred_case()
    made = Event.objects.get(kind="referral:made")
    for _ in range(2):  # a job that runs twice opens nothing twice
        jobs.open_confirmations(made.pk)
    waiting = open_work()
    assert waiting > 0
    charge, who = p.the_charge(query), a_specialist()
    confirming.confirm(charge=charge, code="1206", by=who, at=AT)
    assert open_work() == waiting - 1
    jobs.open_confirmations(made.pk)
    jobs.close_confirmation(Event.objects.get(kind="record:charge-confirmed").pk)
    assert open_work() == waiting - 1


def test_s18_a_code_confirmed_by_another_door_closes_the_work_too() -> None:
    query = p.a_referred_case()
    jobs.open_confirmations(Event.objects.get(kind="referral:made").pk)
    before = open_work()
    records.confirm_charge_code(charge=p.the_charge(query), code="1206", confirmed_by=a_specialist(), at=AT)
    jobs.close_confirmation(Event.objects.get(kind="record:charge-confirmed").pk)
    assert open_work() == before - 1


def test_s18_a_code_that_cannot_be_told_leaves_the_charge_unconfirmed_for_good() -> None:
    query = p.a_referred_case()
    charge = p.the_charge(query)
    with pytest.raises(NotAllowed):
        confirming.cannot_tell(
            charge=charge, reason=UntoldReason.WORDS_UNCLEAR, by=p.an_officer(query), at=AT
        )  # fmt: skip
    row = confirming.cannot_tell(charge=charge, reason=UntoldReason.WORDS_UNCLEAR, by=a_specialist(), at=AT)
    charge.refresh_from_db()
    assert charge.code_source != "HUMAN_CONFIRMED"
    for change in (lambda: UntoldCode.objects.filter(pk=row.pk).update(reason="NO_WORDS"), row.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_s23_opening_a_charge_is_logged_with_its_purpose_and_others_are_kept_out() -> None:
    query = p.a_referred_case()
    charge = p.the_charge(query)
    for stranger in (a_user(Role.EXAMINER), a_user(Role.FIELD_OFFICER)):
        with pytest.raises(NotAllowed):
            confirming.open_charge(charge.pk, reader=stranger, purpose=PersonPurpose.REFERRAL, at=AT)
    assert not Event.objects.filter(kind="charge:read").exists()
    confirming.open_charge(charge.pk, reader=a_specialist(), purpose=PersonPurpose.RESEARCH, at=AT)
    assert Event.objects.get(kind="charge:read").purpose == "research"
