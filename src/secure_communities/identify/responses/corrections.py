# SPDX-License-Identifier: Apache-2.0
"""Correct a first response: a lead examiner compared again, and a superseding answer goes to whoever had the old one.

The record itself is not moved here: what was enrolled under the wrong number is for the people's records to mend.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from secure_communities.identify.galleries.models import Register, RegisterSubject
from secure_communities.identify.intake import services as intake
from secure_communities.identify.intake.booking import read_booking
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.records import selectors as records
from secure_communities.identify.responses import composition, services
from secure_communities.identify.responses.models import FirstCorrection, Message
from secure_communities.identify.responses.rules import MessageKind
from secure_communities.interchange import files
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.events import services as events
from secure_communities.platform.keys import services as keys

REASON = "responses.first_correction"


class CorrectionRefused(Exception):
    """The first response cannot be corrected so, and why, in a sentence for the examiner."""


@transaction.atomic
def correct_first(
    *, control_number: str, examiner: Any, subject_number: str | None, reason: str, at: datetime
) -> Message:
    """Send a superseding first response: identified as `subject_number`, or not identified where that is None.

    Raises access.NotAllowed or CorrectionRefused; the database refuses a second version without this row.
    """
    access.require(examiner, Permission.FIRST_RESPONSE_CORRECT, at=at)
    submission = intake.locked(Submission.objects.values_list("pk", flat=True).get(control_number=control_number))
    before = submission.messages.filter(kind=MessageKind.FIRST).order_by("-version").first()
    subject = _subject(subject_number)
    _refuse(submission, before, subject, reason)
    version = before.version + 1 if before else 2
    FirstCorrection.objects.create(
        submission=submission, version=version, subject=subject, examiner=examiner, corrected_at=at,
        sealed_reason=keys.seal(submission.data_key, reason.strip().encode(), context=REASON),
    )  # fmt: skip
    submission.criminal_ident = subject is not None
    submission.save(update_fields=["criminal_ident"])
    events.append(
        kind="response:first-corrected", actor=examiner, about=("submission", submission.pk),
        correlation=submission.control_number, at=at, data={"version": version, "identified": subject is not None},
    )  # fmt: skip
    request = intake.transaction_of(submission)
    wanted = subject is not None and read_booking(request).rap_sheet_wanted
    tcn = services.new_tcn(submission, MessageKind.FIRST, version)
    answer = composition.first(
        request, tcn=tcn, ident=subject is not None, subject=subject, at=at,
        rap_sheet=records.rap_sheet(subject, at=at) if wanted and subject else None,
        supersedes=before.tcn if before else "",
    )  # fmt: skip
    return services.keep(submission, MessageKind.FIRST, answer, tcn=tcn, event="response:first", at=at, version=version)


def _subject(number: str | None) -> RegisterSubject | None:
    if number is None:
        return None
    subject = RegisterSubject.objects.filter(register=Register.CRIMINAL, number=number).first()
    if subject is None:
        raise CorrectionRefused("There is no record of that number in the criminal register.")
    return subject


def _refuse(submission: Submission, before: Message | None, subject: RegisterSubject | None, reason: str) -> None:
    if not reason.strip():
        raise CorrectionRefused("Say in your own words what you saw when you compared again.")
    if before is None:
        raise CorrectionRefused("No first response has left yet that could be corrected.")
    answered = files.read(services.content_of(before)).of_type(2)[0]
    said = answered.text("2.014") if answered.text("2.059") == "I" else None
    if said == (subject.number if subject else None):
        raise CorrectionRefused("The first response says this already: there is nothing to correct.")
