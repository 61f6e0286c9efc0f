# SPDX-License-Identifier: Apache-2.0
"""A charge before a person: open it for a purpose, confirm its code, or say that it cannot be told (S18, S23).

In: a charge of a case. Out: its words and code as submitted, opened and logged; the work on it opened and closed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from secure_communities.identify.intake.reading import NotFound
from secure_communities.identify.people import reading as people
from secure_communities.identify.records import selectors as records
from secure_communities.identify.records import services as recording
from secure_communities.identify.records.models import Charge
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.events import services as events
from secure_communities.platform.worklists.services import close_item, open_item
from secure_communities.prioritize.facts import selectors
from secure_communities.prioritize.facts.models import UntoldCode
from secure_communities.prioritize.facts.vocabulary import UntoldReason
from secure_communities.prioritize.facts.worklists import CONFIRMATION


@dataclass(frozen=True, slots=True)
class OpenedCharge:
    """A charge that somebody opened, with the words and the code as submitted."""

    charge: Charge
    literal: str = field(repr=False)
    submitted_code: str | None


def open_charge(charge_id: int, *, reader: Any, purpose: str, at: datetime) -> OpenedCharge:
    """A charge of a case; the reading is logged in the same breath.

    Specialists open the charges of every case, officers those of the cases they may open, and of a protected person
    only who is entitled to (S19). Raises PurposeMissing, access.NotAllowed, NotFound or KeyDestroyed.
    """
    stated = people.stated_purpose(purpose)
    charge = Charge.objects.select_related("arrest__record__subject").filter(pk=charge_id).first()
    found = list(_cases(charge)) if charge is not None else []
    if charge is None or not found:
        raise NotFound("There is no such charge of a case.")
    if not access.may(reader, Permission.CHARGE_CONFIRM, at=at):
        access.require(reader, Permission.OUTCOME_ASK, at=at)
        _require_a_case(reader, found, at=at)
    literal, submitted = records.words_of(charge)
    events.append(
        kind="charge:read", actor=reader, about=("register_subject", charge.arrest.record.subject_id), purpose=stated,
        correlation=charge.arrest.correlation, at=at, data={"charge": charge.pk},
    )  # fmt: skip
    return OpenedCharge(charge, literal, submitted)


def _cases(charge: Charge) -> Any:
    found = selectors.cases_of(charge.arrest.record.subject_id).select_related("submission__originator__agency")
    return found.defer("submission__content")


def _require_a_case(reader: Any, cases: list[StatusQuery], *, at: datetime) -> None:
    answers = [access.may(reader, Permission.ASSESSMENT_VIEW, one.submission.originator, at=at) for one in cases]
    if not any(answers):
        raise access.NotAllowed(Permission.ASSESSMENT_VIEW, getattr(answers[0], "why", ""))
    if people.sees_protected(reader, at=at):
        return
    if any(selectors.protected(one) for one in cases):
        raise access.NotAllowed(Permission.PERSON_PROTECTED, "The record may be of a protected person (S19).")


@transaction.atomic
def confirm(*, charge: Charge, code: str, by: Any, at: datetime) -> Charge:
    """A person states the code, having read the words; the work on it is done. See `confirm_charge_code`."""
    done = recording.confirm_charge_code(charge=charge, code=code, confirmed_by=by, at=at)
    close(charge.pk, reason="confirmed", at=at, by=by)
    return done


@transaction.atomic
def cannot_tell(*, charge: Charge, reason: UntoldReason, by: Any, at: datetime) -> UntoldCode:
    """A person read the charge and cannot tell its code. The charge stays unconfirmed, and a level provisional."""
    access.require(by, Permission.CHARGE_CONFIRM, at=at)
    row = UntoldCode.objects.create(charge=charge, reason=UntoldReason(reason), read_by=by, read_at=at)
    events.append(
        kind="charge:untold", actor=by, about=("register_subject", charge.arrest.record.subject_id),
        correlation=charge.arrest.correlation, at=at, data={"charge": charge.pk, "reason": row.reason},
    )  # fmt: skip
    close(charge.pk, reason="cannot be told", at=at, by=by)
    return row


def open_items(*, query: StatusQuery, at: datetime) -> None:
    """One item for each charge of a case whose code is open; those that are open already stay as they are."""
    for one in selectors.unconfirmed(query):
        open_for(one, at=at)


def open_for(charge: Charge, *, at: datetime) -> None:
    """The item of one charge, unless it is open."""
    open_item(
        worklist=CONFIRMATION, about=("charge", charge.pk), correlation=charge.arrest.correlation, at=at,
        title=f"Charge {charge.sequence} of {charge.arrest.correlation}",
        order_reason="The submitted code is not confirmed" if charge.code else "The charge has no code",
    )  # fmt: skip


def close_of_no_case(subjects: Iterable[int], *, at: datetime) -> None:
    """Close the items on charges of register subjects who are no referred case's person any more."""
    for subject in subjects:
        if not selectors.cases_of(subject).filter(referrals__isnull=False).exists():
            for charge in selectors.on_the_list(subject):
                close(charge, reason="of no case any more", at=at, by=None)


def close(charge_id: int, *, reason: str, at: datetime, by: Any) -> None:
    """Close the work on a charge, if it is open."""
    close_item(worklist=CONFIRMATION, about=("charge", charge_id), reason=reason, at=at, by=by)
