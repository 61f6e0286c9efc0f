# SPDX-License-Identifier: Apache-2.0
"""A referred case in its office's queue: opened, moved and closed with its assessment; levers; attacks on both."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from secure_communities.identify.records.rules import DispositionKind
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.agencies.vocabulary import AgencyKind
from secure_communities.platform.events.models import Event
from secure_communities.platform.events.subscriptions import subscribers
from secure_communities.platform.refusals import Refusal
from secure_communities.platform.worklists import services as work
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.policy.priority import RuleSet, rule_set
from secure_communities.prioritize.queues import jobs, selectors, services
from secure_communities.prioritize.queues.models import LeverChange, QueueEntry
from secure_communities.prioritize.queues.selectors import WORKLIST
from secure_communities.prioritize.queues.vocabulary import Lever, Outcome
from tests.platform.builders import a_user, an_agency
from tests.prioritize import cases
from tests.prioritize.versions import a_trusted_signer, activated, loaded, shadowed

pytestmark = pytest.mark.django_db
AT = cases.AT
LATER = AT + timedelta(minutes=5)
WHY = "Reviewed with the offices."


@pytest.fixture
def query():
    made = cases.a_case()
    services.place_case(query=made, at=AT)
    return made


def the_item(query) -> WorkItem:
    return WorkItem.objects.select_related("queue_entry").get(worklist=WORKLIST, about_id=str(query.pk), closed_at=None)


def set_to(lever: Lever, value: int, by=None, **more):
    return services.set_lever(
        lever=lever, value=value, reason=WHY, by=by or a_user(Role.PROGRAMME_MANAGER), at=AT, **more
    )


def test_a_case_opens_once_for_its_office_with_the_reason_shown(query):
    services.place_case(query=query, at=LATER)
    item = the_item(query)
    assert item.office == cases.an_office(query)
    assert item.order_key.startswith("1-")
    assert "clock ends" in item.order_reason
    assert "waiting since" in item.order_reason
    entry = item.queue_entry
    current = query.current_assessments.get(rule_set="SC-2009")
    assert (entry.answer, entry.basis, entry.rank) == (current.effective_answer, current.basis, current.effective_rank)
    assert query.submission.control_number not in item.title


def test_the_job_hears_of_assessments_and_referrals_and_of_the_active_rules_alone(query):
    assert jobs.place_after in subscribers("assessment:changed")
    assert jobs.place_after in subscribers("referral:made")
    assert jobs.place_everything in subscribers("rules:activated")
    services._closed(the_item(query), "test", AT)
    for event in Event.objects.filter(kind="assessment:changed").exclude(data__rule_set="SC-2009"):
        jobs.place_after(event_id=event.pk)
    assert not WorkItem.objects.filter(worklist=WORKLIST, closed_at=None).exists()
    jobs.place_after(event_id=Event.objects.filter(kind="assessment:changed", data__rule_set="SC-2009").latest("pk").pk)
    assert the_item(query)


def test_a_dismissal_moves_a_case_back_and_never_forward(query):
    before = the_item(query).order_key
    cases.the_outcome(query, DispositionKind.DISMISSED)
    cases.assess(query)
    services.place_case(query=query, at=LATER)
    found = WorkItem.objects.filter(worklist=WORKLIST, closed_at=None).first()
    assert found is None or found.order_key >= before


def test_an_officer_takes_the_case_deals_with_it_and_other_facts_alone_bring_it_back(query):
    officer = cases.an_officer(query)
    item = services.take_next(user=officer, at=LATER)
    assert item == the_item(query)
    services.conclude(item_id=item.pk, outcome=Outcome.ACTED, by=officer, at=LATER)
    assert services.place_case(query=query, at=LATER) is None
    assert not QueueEntry.objects.exists()
    query.current_assessments.update(changed_at=LATER + timedelta(minutes=1))
    assert services.place_case(query=query, at=LATER + timedelta(minutes=2)) is not None


def test_only_the_holder_of_the_own_office_deals_with_a_case(query):
    item, holder, colleague = the_item(query), cases.an_officer(query), cases.an_officer(query)
    stranger = a_user(Role.FIELD_OFFICER, agency=an_agency(AgencyKind.FIELD_OFFICE))
    assert services.take_next(user=stranger, at=LATER) is None
    with pytest.raises(NotAllowed):
        work.claim(item_id=item.pk, user=stranger, at=LATER)
    with pytest.raises(NotAllowed):
        services.conclude(item_id=item.pk, outcome=Outcome.ACTED, by=stranger, at=LATER)
    work.claim(item_id=item.pk, user=holder, at=LATER)
    with pytest.raises(Refusal, match="take it first"):
        services.conclude(item_id=item.pk, outcome=Outcome.ACTED, by=colleague, at=LATER)
    assert the_item(query).closed_at is None
    assert not selectors.queue_of(stranger.agency_id).exists()
    assert not selectors.queue_of(None).exists()


def test_counts_keep_the_bases_apart_and_add_up_to_the_rows(query):
    office = cases.an_office(query)
    counted = selectors.waiting(office.pk)
    assert sum(one.cases for one in counted) == selectors.queue_of(office.pk).count() == 1
    assert all(one.basis for one in counted)


def test_the_free_cases_are_split_among_the_officers_of_the_office(query):
    officer = cases.an_officer(query)
    (share,) = selectors.shares(cases.an_office(query).pk, at=LATER)
    assert (share.officer, share.held, share.share) == (officer, 0, 1)


def test_a_lever_puts_the_open_work_in_another_order_and_says_so(query):
    before = the_item(query)
    assert selectors.moved_by(Lever.CLOCK_CAP_HOURS, 1, at=AT) == 1
    assert selectors.moved_by(Lever.ITEMS_PER_OFFICER, 1, at=AT) == 0
    change = set_to(Lever.CLOCK_CAP_HOURS, 1)
    jobs.put_in_order(change_id=change.pk)
    assert the_item(query).order_key < before.order_key
    told = Event.objects.get(kind="queue:reordered")
    assert told.data["moved"] == 1
    jobs.put_in_order(change_id=change.pk)
    assert Event.objects.filter(kind="queue:reordered").latest("pk").data["moved"] == 0


def test_a_later_moment_counts_from_then_on_only(query):
    set_to(Lever.STEP_HOURS, 12, effective_at=AT + timedelta(days=1))
    assert selectors.levers_at(AT).step_hours == 24
    assert selectors.levers_at(AT + timedelta(days=1)).step_hours == 12
    with pytest.raises(Refusal, match="past"):
        set_to(Lever.STEP_HOURS, 13, effective_at=AT - timedelta(days=1))


def test_the_lever_of_cases_at_once_bounds_what_one_officer_holds(query):
    set_to(Lever.ITEMS_PER_OFFICER, 1)
    officer = cases.an_officer(query)
    assert services.take_next(user=officer, at=LATER) is not None
    with pytest.raises(Refusal, match="You hold 1 cases"):
        services.take_next(user=officer, at=LATER)


def test_levers_are_set_by_few_for_a_reason_and_within_bounds():
    for role in (Role.FIELD_OFFICER, Role.SUPPORT_SUPERVISOR, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            set_to(Lever.STEP_HOURS, 12, by=a_user(role))
    for value in (0, 73):
        with pytest.raises(Refusal, match="lies between"):
            set_to(Lever.STEP_HOURS, value)
    with pytest.raises(Refusal, match="already"):
        set_to(Lever.STEP_HOURS, 24)
    with pytest.raises(Refusal, match="reason"):
        services.set_lever(lever=Lever.STEP_HOURS, value=12, reason=" ", by=a_user(Role.FIELD_SUPERVISOR), at=AT)
    assert not LeverChange.objects.exists()


def test_a_lever_is_not_set_for_another_century():
    with pytest.raises(Refusal, match="at most 90 days ahead"):
        set_to(Lever.STEP_HOURS, 12, effective_at=datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))))
    assert not LeverChange.objects.exists()


def test_sql_sets_no_lever_out_of_bounds_and_changes_none():
    row = set_to(Lever.STEP_HOURS, 12)
    values = {"effective_at": AT, "set_at": AT, "set_by": row.set_by, "reason": WHY}
    for code, value in (("STEP_HOURS", 0), ("STEP_HOURS", 73), ("CLOCK_CAP_HOURS", 169), ("SPEED", 1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            LeverChange.objects.create(code=code, value=value, **values)
    with pytest.raises(IntegrityError, match="past"), transaction.atomic():
        LeverChange.objects.create(code="STEP_HOURS", value=5, **{**values, "effective_at": AT - timedelta(days=1)})
    for act in (lambda: LeverChange.objects.update(value=5), lambda: LeverChange.objects.all().delete()):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            act()


def test_sql_puts_no_field_work_first_and_none_without_an_office(query):
    item = the_item(query)
    with pytest.raises(IntegrityError, match="S3"), transaction.atomic():
        WorkItem.objects.filter(pk=item.pk).update(order_class=0, order_key="0-000000000000000001")
    with pytest.raises(IntegrityError, match="office"), transaction.atomic():
        work.open_item(worklist=WORKLIST, about=("query", 1), title="x", order_reason="x", correlation="", at=AT)
    with pytest.raises(IntegrityError, match="own office"), transaction.atomic():
        QueueEntry.objects.filter(pk=item.pk).update(office=an_agency(AgencyKind.FIELD_OFFICE))
    with pytest.raises(IntegrityError, match="s2_no_queue"), transaction.atomic():
        QueueEntry.objects.filter(pk=item.pk).update(answer="NOT_APPLICABLE")


def test_rules_of_a_new_name_close_no_case_and_reset_no_clock_before_it_is_assessed_under_them(
    query, tmp_path, monkeypatch
):
    before = the_item(query)
    rules = RuleSet.of({**rule_set("SC-2009").document, "code": "TX-2027"})
    version = loaded(a_trusted_signer(tmp_path, monkeypatch), rules)
    activated(version, shadowed(version))
    jobs.place_everything(0)
    assert the_item(query).pk == before.pk
    cases.assessed(query, at=LATER)
    jobs.place_everything(0)
    after = the_item(query)
    assert (after.pk, after.opened_at, after.due_at) == (before.pk, before.opened_at, before.due_at)


def test_a_case_that_cannot_be_placed_does_not_stop_those_behind_it(query, monkeypatch, caplog):
    behind = cases.a_referred_case(2)
    cases.assessed(behind)
    really = services.place_case

    def place_case(*, query, at):
        if query.pk != behind.pk:
            raise ValueError("a fact that nobody foresaw")
        return really(query=query, at=at)

    referred = cases.a_referred_case(3)
    assert referred.pk > behind.pk
    monkeypatch.setattr(services, "place_case", place_case)
    monkeypatch.setattr(jobs, "BATCH", 1)
    queued = []
    monkeypatch.setattr(jobs.place_everything, "defer", lambda *, event_id, after: queued.append(after))
    after = 0
    while True:
        jobs.place_everything(0, after=after)
        if not queued:
            break
        after = queued.pop()
    assert the_item(behind)
    assert referred.reference in caplog.text
