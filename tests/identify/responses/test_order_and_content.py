# SPDX-License-Identifier: Apache-2.0
"""What goes out, in which order, to whom."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from secure_communities.identify.galleries.models import Register, RegisterSubject
from secure_communities.identify.intake.states import Criminal, Immigration
from secure_communities.identify.responses import selectors, services
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import MessageKind, MessageState
from secure_communities.interchange import itl, profiles
from secure_communities.interchange.messages import CombinedResponse, ImmigrationQuery, carries_banner
from secure_communities.platform.agencies.vocabulary import IdrDelivery
from tests.identify import builders as a

pytestmark = pytest.mark.django_db


def message(submission, kind: MessageKind) -> Message:
    return Message.objects.select_related("submission__data_key").get(submission=submission, kind=kind)


def parsed(submission, kind: MessageKind) -> itl.Transaction:
    return itl.parse(services.content_of(message(submission, kind)))


def text_of(answer: itl.Transaction) -> str:
    return (answer.of_type(2)[0].text("2.075") or "").replace("\r\n", "\n")


def test_a_hit_is_answered_alone_with_the_number_of_the_record() -> None:
    subject = a.a_criminal_subject()
    submission = a.search_criminal(a.an_accepted_submission(fields={"2.070": "Y"}))
    answer = parsed(submission, MessageKind.FIRST)
    record = answer.of_type(2)[0]
    assert (answer.tot, answer.tcr, answer.ori, answer.dai) == ("SRE", submission.tcn, "ZZFBI0001", "ZZTX00101")
    assert (record.text("2.059"), record.text("2.014")) == ("I", subject.number)
    assert "SYNTHETIC" in (record.text("2.075") or "")
    assert not list(profiles.validate(answer, profiles.profile_for(answer), received_on=a.AT.date()))


def test_no_hit_is_answered_non_ident_and_enrolled_when_retention_is_asked() -> None:
    submission = a.search_criminal(a.an_accepted_submission(person=5))
    record = parsed(submission, MessageKind.FIRST).of_type(2)[0]
    assert record.text("2.059") == "N"
    subject = RegisterSubject.objects.get(register=Register.CRIMINAL)
    assert record.text("2.014") == subject.number
    again = a.search_criminal(a.an_accepted_submission(submission.originator, person=5))
    assert parsed(again, MessageKind.FIRST).of_type(2)[0].text("2.059") == "I"
    assert RegisterSubject.objects.filter(register=Register.CRIMINAL).count() == 1


def test_without_retention_nothing_is_enrolled() -> None:
    a.search_criminal(a.an_accepted_submission(fields={"2.005": "N"}))
    assert not RegisterSubject.objects.filter(register=Register.CRIMINAL).exists()


def test_a_submission_that_takes_no_answer_gets_none() -> None:
    submission = a.search_criminal(a.an_accepted_submission(tot="CNA"))
    assert submission.criminal_state == Criminal.ANSWERED
    assert not submission.messages.exists()


def test_searching_twice_answers_once() -> None:
    submission = a.an_accepted_submission()
    a.search_criminal(submission)
    a.search_criminal(submission)
    assert Message.objects.filter(kind=MessageKind.FIRST).count() == 1


def test_the_second_response_waits_for_the_first_and_both_leave_in_order() -> None:
    query = a.a_confirmed_match(answered=False)
    a.a_determination(query)
    held = message(query.submission, MessageKind.SECOND)
    assert held.state == MessageState.HELD and held.content is None
    assert not selectors.ready_for_agency(query.submission).exists()
    submission = a.search_criminal(query.submission)
    kinds = [one.kind for one in selectors.ready_for_agency(submission)]
    assert kinds == [MessageKind.FIRST, MessageKind.SECOND]


@pytest.mark.parametrize("answered", [True, False], ids=["answered before", "answered after"])
@pytest.mark.parametrize("known", [True, False], ids=["ident", "non-ident"])
def test_the_second_response_never_contradicts_the_first(known: bool, answered: bool) -> None:
    if known:
        a.a_criminal_subject()
    query = a.a_confirmed_match(answered=answered)
    a.a_determination(query)
    if not answered:
        a.search_criminal(query.submission)
    findings = {
        parsed(query.submission, kind).of_type(2)[0].text("2.059") for kind in (MessageKind.FIRST, MessageKind.SECOND)
    }
    assert findings == {"I" if known else "N"}


def test_the_database_does_not_let_a_notice_leave_before_the_first_response() -> None:
    query = a.a_confirmed_match(answered=False)
    a.a_determination(query)
    held = message(query.submission, MessageKind.SECOND)
    held.state, held.ready_at, held.content = MessageState.READY, a.AT, b"x"
    with pytest.raises(IntegrityError, match="first response leaves first"), transaction.atomic():
        held.save()


def test_the_second_response_carries_match_and_determination_under_the_same_reference() -> None:
    query = a.a_confirmed_match()
    a.a_determination(query)
    answer = parsed(query.submission, MessageKind.SECOND)
    assert answer.tcr == query.submission.tcn
    assert answer.tcn != parsed(query.submission, MessageKind.FIRST).tcn
    both = CombinedResponse.decode(text_of(answer))
    assert both.tcn == query.submission.tcn
    assert both.answer is not None and both.answer.determination == "NONIMM_OVERSTAY"
    assert both.data.fin == query.subject.number
    assert carries_banner(text_of(answer))
    assert a.fresh(query.submission).immigration_state == Immigration.ANSWERED


def test_a_no_match_goes_only_to_those_who_take_it_and_says_only_that() -> None:
    a.an_immigration_subject(person=99)
    takes = a.search_criminal(a.an_accepted_submission(a.a_jail("ZZTX00101")))
    a.search_immigration(takes)
    answer = parsed(takes, MessageKind.NO_MATCH)
    assert "NOT A STATEMENT ABOUT CITIZENSHIP" in " ".join(items[0] for items in answer.of_type(2)[0].values("2.060"))
    assert carries_banner(text_of(answer))


@pytest.mark.parametrize("delivery", [IdrDelivery.NONE, IdrDelivery.MATCH_ONLY])
def test_others_get_no_notice_of_a_no_match(delivery: IdrDelivery) -> None:
    a.an_immigration_subject(person=99)
    submission = a.search_criminal(a.an_accepted_submission(a.a_jail(delivery=delivery)))
    a.search_immigration(submission)
    assert not Message.objects.filter(kind=MessageKind.NO_MATCH).exists()


def test_an_agency_that_takes_nothing_gets_no_second_response_but_the_determination_stands() -> None:
    query = a.a_confirmed_match(jail=a.a_jail(delivery=IdrDelivery.NONE))
    a.a_determination(query)
    assert not Message.objects.filter(kind=MessageKind.SECOND).exists()
    assert Message.objects.filter(kind=MessageKind.SUPPORT_RESPONSE).exists()


def test_a_late_determination_is_preceded_by_a_pending_notice_once() -> None:
    from secure_communities.identify.research import services as research

    query = a.a_confirmed_match()
    research.give_pending_notice(query_id=query.pk, at=a.AT)
    assert not Message.objects.filter(kind=MessageKind.PENDING).exists()
    for _ in range(2):
        research.give_pending_notice(query_id=query.pk, at=query.due_at)
    pending = CombinedResponse.decode(text_of(parsed(query.submission, MessageKind.PENDING)))
    assert pending.pending
    a.a_determination(query)
    assert Message.objects.filter(kind=MessageKind.SECOND).count() == 1


def test_a_message_never_changes_and_is_never_deleted() -> None:
    submission = a.search_criminal(a.an_accepted_submission())
    for attempt in (
        message(submission, MessageKind.FIRST).delete,
        lambda: Message.objects.update(content=b"forged"),
        lambda: Message.objects.update(recipient="ZZTX00102"),
    ):
        with pytest.raises(Exception, match=r"never (changes|deleted)"), transaction.atomic():
            attempt()


WORDS = {"2.047": [["20261120", "NCIC 1203 ROBBERY 1203"]]}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [(WORDS, ("0399", True)), ({**WORDS, "2.900": [["1", "2303"]]}, ("2303", False))],
    ids=["tempting words stay UNKNOWN", "a submitted code is used"],
)
def test_a_charge_code_is_submitted_or_unknown(fields, expected) -> None:
    a.an_immigration_subject()
    assert offence_of(a.search_immigration(a.an_accepted_submission(fields=fields))) == expected


def offence_of(submission) -> tuple[str, bool]:
    from secure_communities.identify.examination.models import Examination
    from secure_communities.identify.research.models import StatusQuery

    compared = Examination.objects.get(submission=submission, register=Register.IMMIGRATION)
    a.identify(compared)
    a.identify(compared)
    query = StatusQuery.objects.get(submission=submission)
    sent = ImmigrationQuery.decode(services.content_of(message(query.submission, MessageKind.QUERY)).decode())
    return sent.offence, sent.charge_unknown
