# SPDX-License-Identifier: Apache-2.0
"""The agency portal: own bookings only, plain words, and nothing that tells of a candidate nobody has confirmed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import NOTICE_WITHIN, MessageKind
from secure_communities.interchange.messages import Determination as Code
from secure_communities.platform import clock
from secure_communities.platform.access.roles import Role
from secure_communities.platform.accounts.models import User
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.agencies.vocabulary import IdrDelivery
from secure_communities.platform.events.models import Event
from tests.identify import builders as a
from tests.platform.builders import a_user
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db


def officer_of(jail: OriginatingAgency) -> User:
    return a_user(Role.BOOKING_OFFICER, agency=jail.agency)


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def page(desk: SignedIn, submission, reader: User | None = None):
    client = desk(reader or officer_of(submission.originator))
    return client.get(reverse("web:portal-booking", args=[submission.control_number]))


def test_the_list_shows_the_own_agency_alone_and_the_bureau_its_state(desk: SignedIn) -> None:
    mine, other = a.a_submission(a.a_jail("ZZTX00101")), a.a_submission(a.a_jail("ZZTX00102", participating=False))
    seen = text_of(desk(officer_of(mine.originator)).get(reverse("web:portal")))
    assert mine.tcn in seen and other.tcn not in seen
    bureau = a_user(Role.STATE_BUREAU, agency=mine.originator.agency)
    seen = text_of(desk(bureau).get(reverse("web:portal")))
    assert mine.tcn in seen and other.tcn in seen


@pytest.mark.parametrize("role", [Role.EXAMINER, Role.SUPPORT_SPECIALIST, Role.AUDITOR, Role.OPERATOR])
def test_the_portal_is_for_agencies_and_bureaus_alone(desk: SignedIn, role: Role) -> None:
    submission = a.a_submission()
    client = desk(a_user(role))
    assert client.get(reverse("web:portal")).status_code == 403
    assert client.get(reverse("web:portal-booking", args=[submission.control_number])).status_code == 403


def test_a_booking_of_another_agency_is_refused_and_no_reading_is_logged(desk: SignedIn) -> None:
    submission = a.a_submission()
    stranger = officer_of(a.a_jail("ZZTX00102", participating=False))
    assert page(desk, submission, stranger).status_code == 403
    assert not Event.objects.filter(kind="submission:read").exists()


def test_opening_a_booking_is_logged_with_its_purpose(desk: SignedIn) -> None:
    submission = a.a_submission()
    page(desk, submission)
    assert Event.objects.get(kind="submission:read").purpose == "own_submission"


@pytest.mark.parametrize(
    ("known", "sentence"), [(True, "with a criminal history record"), (False, "No criminal history record was found")]
)
def test_the_criminal_answer_is_said_in_plain_words(desk: SignedIn, known: bool, sentence: str) -> None:
    if known:
        a.a_criminal_subject()
    submission = a.search_criminal(a.an_accepted_submission())
    seen = text_of(page(desk, submission))
    assert sentence in seen and "What it does not mean" in seen and "nothing about immigration" in seen


def test_a_candidate_that_nobody_confirmed_changes_nothing_that_an_agency_sees(desk: SignedIn) -> None:
    def seen(*, enrolled: bool) -> str:
        jail = a.a_jail("ZZTX00101" if enrolled else "ZZTX00102", participating=enrolled)
        if enrolled:
            a.an_immigration_subject()
        else:
            a.a_participation(jail)
        submission = a.search_criminal(a.an_accepted_submission(jail, fields={"2.005": "N"}))
        if enrolled:
            submission = a.search_immigration(submission)
            assert submission.immigration_state == "examiner"
        body = text_of(page(desk, submission))
        for own in (submission.tcn, submission.control_number, submission.control_number[3:], jail.agency.name):
            body = body.replace(own, "…")
        return re.sub(r"SC[- ]\S+|[A-Z]{3}[0-9]{9,}|ZZTX\d+|\d{6,}[A-Z]*\d*", "…", body)

    with_candidate, without_any = seen(enrolled=True), seen(enrolled=False)
    assert "If one is due, by" in with_candidate
    for word in ("candidate", "examiner", "match"):
        assert word not in with_candidate.lower()
    assert with_candidate == without_any


def test_the_clock_is_the_same_for_every_booking_and_its_end_says_nothing(
    desk: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = a.a_candidate_match()
    submission = a.search_criminal(compared.submission)
    reader = officer_of(submission.originator)
    assert "If one is due, by" in text_of(page(desk, submission, reader))
    monkeypatch.setattr(clock, "now", lambda: a.AT + NOTICE_WITHIN + timedelta(seconds=1))
    assert "None has come" in text_of(page(desk, submission, reader))


def test_an_agency_that_takes_no_notices_is_shown_no_clock(desk: SignedIn) -> None:
    submission = a.search_criminal(a.an_accepted_submission(a.a_jail(delivery=IdrDelivery.NONE)))
    assert "Your agency takes none" in text_of(page(desk, submission))


def test_the_second_answer_says_what_the_officer_determined_and_what_it_is_not(desk: SignedIn) -> None:
    query = a.a_confirmed_match()
    a.a_determination(query, code=Code.LPR)
    seen = text_of(page(desk, query.submission))
    assert "The person is a lawful permanent resident of the United States." in seen
    for not_so in ("guilt", "unlawful presence", "citizenship", "not a detainer"):
        assert not_so in seen


def test_of_a_protected_person_the_page_says_nothing_beyond_the_agency_copy(desk: SignedIn) -> None:
    query = a.a_confirmed_match(protected_class="VAWA")
    a.a_determination(query, code=Code.PROTECTED_1367)
    seen = text_of(page(desk, query.submission))
    assert "No statement is made in answer to this query." in seen
    for hidden in ("SAMPLEHIDDEN", "VIOLETTA", "VAWA", "1367", "protected", query.subject.number):
        assert hidden not in seen


def test_neither_evidence_nor_confidence_is_shown(desk: SignedIn) -> None:
    query = a.a_confirmed_match()
    a.a_determination(query)
    seen = text_of(page(desk, query.submission))
    for hidden in ("Two records agree", "ENCOUNTERS"):
        assert hidden not in seen


def test_receipt_is_a_person_s_act_by_post_and_counts_as_delivery(desk: SignedIn) -> None:
    submission = a.search_criminal(a.an_accepted_submission())
    message = Message.objects.get(kind=MessageKind.FIRST)
    client = desk(officer_of(submission.originator))
    where = reverse("web:portal-acknowledge", args=[submission.control_number, message.tcn])
    assert client.get(where).status_code == 405
    assert client.post(where).status_code == 302
    message.refresh_from_db()
    assert (message.state, message.delivered_by) == ("delivered", "portal")
    assert "Receipt recorded by Sample Person" in text_of(page(desk, submission))


def test_a_bureau_reads_but_does_not_acknowledge_for_the_jail(desk: SignedIn) -> None:
    submission = a.search_criminal(a.an_accepted_submission())
    message = Message.objects.get(kind=MessageKind.FIRST)
    bureau = a_user(Role.STATE_BUREAU, agency=submission.originator.agency)
    assert "We have it" not in text_of(page(desk, submission, bureau))
    client = desk(bureau)
    where = [submission.control_number, message.tcn]
    assert client.post(reverse("web:portal-acknowledge", args=where)).status_code == 403
    assert client.get(reverse("web:portal-file", args=where)).status_code == 200
    message.refresh_from_db()
    assert message.state == "ready"


def test_the_file_is_the_answer_byte_for_byte_and_a_held_one_is_not_there(desk: SignedIn) -> None:
    query = a.a_confirmed_match(answered=False)
    a.a_determination(query)
    held = Message.objects.get(kind=MessageKind.SECOND)
    client = desk(officer_of(query.submission.originator))
    assert client.get(reverse("web:portal-file", args=[query.submission.control_number, held.tcn])).status_code == 404
    asked = Message.objects.get(kind=MessageKind.QUERY)  # of the support centre, never the agency's
    assert client.get(reverse("web:portal-file", args=[query.submission.control_number, asked.tcn])).status_code == 404


def test_a_notice_that_was_overtaken_says_so(desk: SignedIn) -> None:
    from secure_communities.identify.research import services as research

    query = a.a_confirmed_match()
    research.give_pending_notice(query_id=query.pk, at=query.due_at)
    assert "Still being worked on" in text_of(page(desk, query.submission))
    a.a_determination(query)
    seen = text_of(page(desk, query.submission))
    assert "The answer that this notice announced has come." in seen


def test_the_answer_is_printed_from_the_portal_and_that_is_delivery(desk: SignedIn) -> None:
    submission = a.search_criminal(a.an_accepted_submission())
    client = desk(officer_of(submission.originator))
    html = client.get(reverse("web:portal-booking", args=[submission.control_number])).content.decode()
    printed = re.search(r'href="([^"]*/pdf/[^"]*)"', html)
    assert printed
    answer = client.get(printed[1].replace("&amp;", "&"))
    assert answer.headers["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
    assert Message.objects.get(submission=submission, kind=MessageKind.FIRST).state == "delivered"
