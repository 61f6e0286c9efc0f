# SPDX-License-Identifier: Apache-2.0
"""S18: a person confirms each charge, or says that its code cannot be told; the work on it opens and closes."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from secure_communities.identify.people import prints, registration
from secure_communities.identify.people.models import Person
from secure_communities.identify.people.reading import PersonPurpose
from secure_communities.identify.records import services as records
from secure_communities.identify.records.models import Charge
from secure_communities.identify.records.rules import ArrestFacts, ChargeFacts
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.events.models import Event
from secure_communities.platform.events.subscriptions import subscribers
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.prioritize.facts import confirming, jobs
from secure_communities.prioritize.facts import selectors as facts
from secure_communities.prioritize.facts.models import UntoldCode
from secure_communities.prioritize.facts.vocabulary import UntoldReason
from secure_communities.prioritize.facts.worklists import CONFIRMATION
from tests.identify.builders import AT, a_criminal_subject, a_specialist
from tests.identify.people.builders import AT as NOON
from tests.identify.people.builders import merged, person_of, undone
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


# -- people joined and parted, and what no event told of --


def told_of(*kinds: str) -> None:
    """The job hears of every event of these kinds."""
    for event in Event.objects.filter(kind__in=kinds).order_by("pk"):
        assert jobs.open_confirmations in subscribers(event.kind)
        jobs.open_confirmations(event.pk)


def another_booking_of_somebody() -> Person:
    """Somebody in the criminal register with one charge that nobody confirmed, and no case."""
    subject = a_criminal_subject(3)
    arrest = ArrestFacts("SC-EARLIER", "ZZTX00101", AT.date(), (ChargeFacts("As written", code="2301"),))
    records.record_arrest(subject=subject, facts=arrest, at=AT, actor="system:test")
    return person_of(registration.register_subject(subject, at=NOON, actor="system:test"))


def the_person_of(query) -> Person:
    prints.link_confirmed(submission=query.submission, subject=query.subject, at=NOON)
    found = facts.person_of(query)
    assert found is not None
    return found


def waiting_for(correlation: str) -> int:
    return WorkItem.objects.filter(worklist=CONFIRMATION, correlation=correlation, closed_at=None).count()


def test_s18_charges_of_records_that_are_joined_to_a_case_wait_for_a_person_too() -> None:
    query = p.a_referred_case()
    told_of("referral:made")
    before, other = open_work(), another_booking_of_somebody()
    told_of("record:arrest-recorded")
    assert (open_work(), waiting_for("SC-EARLIER")) == (before, 0)
    change = merged(the_person_of(query), other)
    for _ in range(2):
        told_of("person:merged")
        assert (open_work(), waiting_for("SC-EARLIER")) == (before + 1, 1)
    undone(change)
    told_of("person:undone")
    assert (open_work(), waiting_for("SC-EARLIER")) == (before, 0)
    item = WorkItem.objects.get(worklist=CONFIRMATION, correlation="SC-EARLIER")
    assert item.closed_reason == "of no case any more"


def test_s18_a_later_arrest_of_a_cases_person_waits_for_a_person() -> None:
    query, other = p.a_referred_case(), another_booking_of_somebody()
    merged(the_person_of(query), other)
    told_of("person:merged")
    later = ArrestFacts("SC-LATER", "ZZTX00101", AT.date(), (ChargeFacts("As written", code="2301"),))
    subject = Charge.objects.get(arrest__correlation="SC-EARLIER").arrest.record.subject
    records.record_arrest(subject=subject, facts=later, at=AT, actor="system:test")
    told_of("record:arrest-recorded")
    assert waiting_for("SC-LATER") == 1


def test_a_case_is_found_by_every_record_that_it_is_gathered_from() -> None:
    query, other = p.a_referred_case(), another_booking_of_somebody()
    earlier = Charge.objects.get(arrest__correlation="SC-EARLIER").arrest.record.subject
    assert query not in facts.cases_of(earlier.pk)
    merged(the_person_of(query), other)
    assert earlier.pk in facts.subjects_of(query)
    for subject in facts.subjects_of(query):
        assert query in facts.cases_of(subject)


def test_s18_cases_referred_before_the_list_existed_are_put_there_batch_by_batch_and_once(monkeypatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 1)
    queued: list[int] = []
    monkeypatch.setattr(jobs.open_missing, "defer", lambda *, timestamp, after: queued.append(after))
    first, second = p.a_referred_case(1), p.a_referred_case(2)
    p.confirm_all(second, "1206")
    wanted = len(facts.unconfirmed(first)) + len(facts.unconfirmed(second))
    jobs.open_missing(0)
    assert queued == [first.pk] and open_work() == len(facts.unconfirmed(first)) > 0
    jobs.open_missing(0, after=queued.pop())
    assert queued == [second.pk] and open_work() == wanted
    item = WorkItem.objects.filter(worklist=CONFIRMATION).earliest("pk")
    jobs.open_missing(0)
    assert open_work() == wanted and WorkItem.objects.get(pk=item.pk).opened_at == item.opened_at
    jobs.open_missing(0, after=second.pk)
    assert queued == [second.pk, first.pk]


def test_what_cannot_be_told_or_is_confirmed_is_not_put_on_the_list_again() -> None:
    query = p.a_referred_case()
    told_of("referral:made")
    one, *others = p.the_charges(query)
    confirming.cannot_tell(charge=one, reason=UntoldReason.WORDS_UNCLEAR, by=a_specialist(), at=AT)
    for other in others:
        confirming.confirm(charge=other, code="1206", by=a_specialist(), at=AT)
    before = open_work()
    jobs.open_missing(0)
    assert open_work() == before
