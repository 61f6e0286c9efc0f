# SPDX-License-Identifier: Apache-2.0
"""Confirmed prints join the records they are of, by themselves; a must-not-link rule beats even them.

Events here are about the person and carry no control number: an agency reads its booking's timeline, and a join
would tell it of a match before its answer does.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from secure_communities.identify.examination.models import Examination
from secure_communities.identify.examination.rules import Finding
from secure_communities.identify.galleries.models import Register, RegisterSubject
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.people import link_rules, moving, registration
from secure_communities.identify.people.models import LinkRule, Person
from secure_communities.identify.people.registration import PeopleRefused
from secure_communities.identify.people.vocabulary import Basis
from secure_communities.platform.events import services as events
from secure_communities.platform.worklists import services as worklists

ACTOR = "system:people"
CONFLICTS = "people.conflict"  # a confirmed print that a rule contradicts


def link_later(submission: Submission, subject: RegisterSubject) -> None:
    """Queue `link_confirmed`: whatever goes wrong there never holds up an answer."""
    from secure_communities.identify.people.jobs import link_confirmed_prints

    link_confirmed_prints.defer(submission_id=submission.pk, subject_id=subject.pk)


@transaction.atomic
def link_confirmed(*, submission: Submission, subject: RegisterSubject, at: datetime) -> Person | None:
    """Join the booking's and the register's record: their prints were confirmed to be one person's.

    Returns the person, or None where a must-not-link rule keeps the two apart: then people are told to look.
    Raises PeopleRefused where nothing was confirmed. Safe to repeat.
    """
    basis = _confirmed(submission, subject)
    booked = registration.register_submission(submission, at=at, actor=ACTOR)
    held = registration.register_subject(subject, at=at, actor=ACTOR)
    people = moving.lock(registration.people_of([booked, held]).values())
    if len(people) == 1:
        return people[0]
    lead, other = sorted(people, key=lambda one: (one.created_at, one.number))
    if rule := link_rules.rule_between(moving.records_of(lead), moving.records_of(other)):
        _block(rule, lead, submission, at=at)
        return None
    reason = "Opened from the prints of this booking" if basis is Basis.ENROLMENT else "Prints confirmed"
    moving.move(moving.records_of(other), to=lead, basis=basis, by=ACTOR, reason=reason, at=at, prints_of=submission)
    moving.close(other, into=lead)
    events.append(
        kind="person:linked", actor=ACTOR, about=("person", lead.pk), at=at,
        data={"submission": submission.pk, "from": str(other.pk), "basis": basis,
              "summary": f"{other.number} joined to {lead.number}"},
    )  # fmt: skip
    return lead


def _confirmed(submission: Submission, subject: RegisterSubject) -> Basis:
    if subject.register == Register.CRIMINAL:
        if submission.criminal_ident:
            return Basis.CONFIRMED_PRINT
        if submission.retain:
            return Basis.ENROLMENT
    elif Examination.objects.filter(
        submission=submission, register=Register.IMMIGRATION, finding=Finding.CONFIRMED, confirmed__subject=subject
    ).exists():
        return Basis.CONFIRMED_PRINT
    raise PeopleRefused(f"No confirmed prints join {submission.control_number} and {subject.number}.")


def _block(rule: LinkRule, lead: Person, submission: Submission, *, at: datetime) -> None:
    events.append(
        kind="person:link-blocked", actor=ACTOR, about=("person", lead.pk),
        at=at, data={"submission": submission.pk, "rule": rule.pk,
                     "summary": f"Rule {rule.pk} keeps the records apart"},
    )  # fmt: skip
    worklists.open_item(
        worklist=CONFLICTS, about=("submission", submission.control_number),
        title=f"Prints of {submission.control_number} contradict link rule {rule.pk}", order_reason="oldest first",
        correlation=submission.control_number, at=at,
    )  # fmt: skip
