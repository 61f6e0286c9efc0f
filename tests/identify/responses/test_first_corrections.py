# SPDX-License-Identifier: Apache-2.0
"""A first response that was wrong is superseded, on a lead examiner's finding, with notice to whoever had it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from secure_communities.identify.intake.models import Submission
from secure_communities.identify.responses import corrections, services
from secure_communities.identify.responses.corrections import CorrectionRefused
from secure_communities.identify.responses.models import FirstCorrection, Message
from secure_communities.interchange import files, itl
from secure_communities.interchange.files import Form
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from tests.identify import builders as a
from tests.platform.builders import a_user

pytestmark = pytest.mark.django_db


def an_identified_submission(**options: Any) -> tuple[Submission, str]:
    subject = a.a_criminal_subject()
    return a.search_criminal(a.an_accepted_submission(**options)), subject.number


def correct(
    submission: Submission, number: str | None, *, by: Any = None, reason: str = "The cores differ."
) -> Message:
    return corrections.correct_first(
        control_number=submission.control_number, examiner=by or a_user(Role.LEAD_EXAMINER), subject_number=number,
        reason=reason, at=a.AT,
    )  # fmt: skip


@pytest.mark.parametrize("form", Form)
def test_a_wrong_identification_is_taken_back_by_a_superseding_answer(form: Form) -> None:
    submission, _ = an_identified_submission(form=form)
    old = submission.messages.get(kind="first")
    new = correct(submission, None)
    answer = files.read(services.content_of(new)).of_type(2)[0]
    assert answer.text("2.059") == "N"
    assert f"REPLACES {old.tcn}" in " ".join("".join(items[0] for items in answer.values("2.060")).split())
    assert a.fresh(submission).criminal_ident is False
    assert (new.version, new.state) == (2, "ready")


def test_a_missed_identification_is_given_after_all() -> None:
    submission = a.search_criminal(a.an_accepted_submission())
    subject = a.a_criminal_subject(person=2)
    answer = itl.parse(services.content_of(correct(submission, subject.number))).of_type(2)[0]
    assert (answer.text("2.059"), answer.text("2.014")) == ("I", subject.number)


def test_what_follows_repeats_the_corrected_finding() -> None:
    a.a_criminal_subject()
    query = a.a_confirmed_match()
    correct(query.submission, None)
    a.a_determination(query)
    second = query.submission.messages.get(kind="second")
    assert itl.parse(services.content_of(second)).of_type(2)[0].text("2.059") == "N"


def test_what_is_refused() -> None:
    submission, number = an_identified_submission()
    for wrong, reason, why in (
        (number, "Same.", "says this already"),
        ("999999999", "Another.", "no record of that number"),
        (None, " ", "what you saw"),
    ):
        with pytest.raises(CorrectionRefused, match=why):
            correct(submission, wrong, reason=reason)
    waiting = a.an_accepted_submission(submission.originator, person=3)
    with pytest.raises(CorrectionRefused, match="No first response"):
        correct(waiting, None)


@pytest.mark.parametrize("role", [Role.EXAMINER, Role.AUTHORISED_OFFICER, Role.ADMINISTRATOR])
def test_only_a_lead_examiner_corrects(role: Role) -> None:
    submission, _ = an_identified_submission()
    with pytest.raises(NotAllowed):
        correct(submission, None, by=a_user(role))
    with pytest.raises(IntegrityError, match="lead examiner"), transaction.atomic():
        FirstCorrection.objects.create(
            submission=submission, version=2, examiner=a_user(role), sealed_reason=bytes(40), corrected_at=a.AT
        )


def test_the_database_refuses_a_second_first_response_without_a_finding_and_keeps_the_finding() -> None:
    submission, _ = an_identified_submission()
    with pytest.raises(IntegrityError, match="finding alone"), transaction.atomic():
        Message.objects.create(
            submission=submission, kind="first", version=2, sender="ZZFBI0001", recipient="ZZTX00101", tcn="X",
            media_type="x", content=b"x", state="ready", created_at=a.AT, ready_at=a.AT,
        )  # fmt: skip
    correct(submission, None)
    for attempt in (FirstCorrection.objects.all().delete, lambda: FirstCorrection.objects.update(version=3)):
        with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
            attempt()
