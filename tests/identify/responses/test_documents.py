# SPDX-License-Identifier: Apache-2.0
"""Each message as a PDF: it says what the message says, in plain words, and never more."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from secure_communities.identify.responses import documents, services, wording
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import MessageKind
from secure_communities.interchange.files import Form
from secure_communities.interchange.itl import Finding
from secure_communities.interchange.messages import BANNER, DetainerRule, Determination, sentence
from secure_communities.platform.documents import DocumentFailed
from tests.identify import builders as a

pytestmark = pytest.mark.django_db


def text_of(message: Message) -> str:
    reader = PdfReader(BytesIO(documents.pdf_of(message)))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def the_message(submission, kind: MessageKind, version: int = 1) -> Message:
    return submission.messages.get(kind=kind, version=version)


@pytest.mark.parametrize("form", list(Form))
def test_the_first_response_says_the_finding_and_prints_the_rap_sheet(form: Form) -> None:
    a.a_criminal_subject(2)
    submission = a.search_criminal(a.an_accepted_submission(person=2, fields={"2.070": "Y"}, form=form))
    said = text_of(the_message(submission, MessageKind.FIRST))
    assert "Identified" in said and "not a statement of guilt" in said
    assert submission.tcn in said and "SYNTH,ALEX QUILL" in said
    assert "CRIMINAL HISTORY RECORD UCN S0000001Z" in said


def test_a_first_response_without_a_match_says_so() -> None:
    submission = a.search_criminal(a.an_accepted_submission())
    said = text_of(the_message(submission, MessageKind.FIRST))
    assert "Not identified" in said and "under number" not in said


def test_an_error_response_lists_all_eleven_findings() -> None:
    submission = a.a_submission()
    findings = [
        Finding("E0002", message=f"finding number {one} of a <script> that is no name", record=1, tag="2.018")
        for one in range(1, 12)
    ]
    said = text_of(services.answer_refused(submission, findings, at=a.AT))
    assert "11 things to mend" in said
    assert all(f"finding number {one} of a" in said for one in range(1, 12))


def test_a_no_match_notice_says_only_that() -> None:
    submission = a.search_immigration(a.search_criminal(a.an_accepted_submission()))
    said = text_of(the_message(submission, MessageKind.NO_MATCH))
    assert "No record found" in said and "not a statement about citizenship or immigration status" in said
    assert "The record that matched" not in said


def test_the_second_response_says_the_determination_and_replaces_the_pending_notice() -> None:
    query = a.a_confirmed_match()
    services.answer_pending(query, at=a.AT)
    submission = query.submission
    pending = text_of(the_message(submission, MessageKind.PENDING))
    assert "The answer is pending" in pending and "SAMPLEHIDDEN, VIOLETTA" in pending
    assert "replaces" not in pending
    a.a_determination(query)
    said = text_of(the_message(submission, MessageKind.SECOND))
    assert sentence(Determination.NONIMM_OVERSTAY) in said and "NONIMM_OVERSTAY" in said
    assert wording.MEANS[DetainerRule.AFTER_OFFICER_REVIEW][0] in said
    assert "not a detainer" in said and "Sample Person" in said
    assert f"the notice that the answer is pending, control number {pending_tcn(submission)}" in said


def pending_tcn(submission) -> str:
    return str(the_message(submission, MessageKind.PENDING).tcn)


def test_the_agencys_page_has_neither_evidence_nor_confidence_and_the_officers_has_both() -> None:
    submission = a.a_determination(a.a_confirmed_match()).query.submission
    theirs = text_of(the_message(submission, MessageKind.SECOND))
    full = text_of(the_message(submission, MessageKind.SUPPORT_RESPONSE))
    for word in ("Evidence relied on", "Confidence", "Two records agree", "ENCOUNTERS"):
        assert word in full and word not in theirs


@pytest.mark.parametrize("protected", ["VAWA", None])
def test_of_a_protected_person_the_page_tells_nothing(protected) -> None:
    query = a.a_confirmed_match(protected_class=protected)
    services.answer_pending(query, at=a.AT)
    a.a_determination(query)
    for kind in (MessageKind.PENDING, MessageKind.SECOND):
        said = text_of(the_message(query.submission, kind))
        for hidden in ("SAMPLEHIDDEN", "VIOLETTA", "1988", "9000000001", "OVERSTAY", "Sample Person", "TRAVEL"):
            assert hidden not in said, (kind, hidden)
    assert "No statement is made in answer to this query." in said


def test_query_and_receipt_are_pages_for_staff() -> None:
    query = a.a_confirmed_match()
    asked = text_of(the_message(query.submission, MessageKind.QUERY))
    receipt = text_of(the_message(query.submission, MessageKind.ACKNOWLEDGEMENT))
    assert "1 April 1990" in asked and "Charge UNKNOWN" in asked and query.reference in asked
    assert "Received, not answered" in receipt and "19:30 UTC" in receipt


def test_the_same_message_gives_the_same_bytes_whenever_it_is_asked(monkeypatch) -> None:
    message = the_message(a.search_criminal(a.an_accepted_submission()), MessageKind.FIRST)
    once = documents.pdf_of(message)
    services.mark_delivered(message.pk, by="api", at=a.AT + timedelta(days=3))
    message.refresh_from_db()
    assert documents.pdf_of(message) == once
    assert PdfReader(BytesIO(once)).metadata.creation_date == message.ready_at


def test_a_held_message_has_no_page_and_an_unreadable_one_says_so(monkeypatch) -> None:
    examined = a.a_confirmed_match(answered=False)
    services.answer_pending(examined, at=a.AT)
    with pytest.raises(LookupError):
        documents.pdf_of(the_message(examined.submission, MessageKind.PENDING))
    query = the_message(examined.submission, MessageKind.QUERY)
    monkeypatch.setattr(services, "content_of", lambda message: b"\xff")
    with pytest.raises(DocumentFailed, match="cannot be read"):
        documents.pdf_of(query)


def test_every_kind_of_message_has_a_page_and_every_determination_its_words() -> None:
    for kind in MessageKind:
        assert "#head[" in documents.template(kind)
        assert kind in documents.DESCRIPTIONS and kind in documents.TITLES
    for determination in Determination:
        assert wording.means(determination)
    assert BANNER  # its three statements stand on every page that speaks of a match
    for kind in (MessageKind.PENDING, MessageKind.SECOND, MessageKind.QUERY, MessageKind.SUPPORT_RESPONSE):
        assert "#not-a-statement" in documents.template(kind)
