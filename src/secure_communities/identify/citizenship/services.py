# SPDX-License-Identifier: Apache-2.0
"""Record claims, open the signs that code finds in them, let supervisor and counsel conclude, stop adverse paths."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from secure_communities.identify.citizenship import rules, selectors
from secure_communities.identify.citizenship.models import Claim, Clearance, Conclusion, Indicium, Source
from secure_communities.identify.examination.models import Examination
from secure_communities.identify.galleries.models import Register, RegisterSubject
from secure_communities.identify.intake import services as intake
from secure_communities.identify.intake.booking import read_booking
from secure_communities.identify.intake.models import Submission
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.events import services as events
from secure_communities.platform.events.services import actor_name
from secure_communities.platform.keys import services as keys
from secure_communities.platform.worklists import services as worklists
from secure_communities.platform.worklists.rules import FIRST
from secure_communities.policy import citizenship as policy
from secure_communities.policy.citizenship import Fact, FactKind, Path, Standing
from secure_communities.policy.clocks import ClockName, standard
from secure_communities.policy.determination import Determination

WORKLIST = "citizenship"
CODE = "system:citizenship"

KINDS: dict[Source, FactKind] = {
    Source.SUBMISSION_POB: FactKind.BIRTHPLACE,
    Source.SUBMISSION_CTZ: FactKind.CITIZENSHIP,
    Source.OWN_STATEMENT: FactKind.OWN_STATEMENT,
    Source.PARENT: FactKind.CITIZEN_PARENT,
    Source.PASSPORT: FactKind.PASSPORT,
    Source.NATURALISATION: FactKind.NATURALISATION,
    Source.BIRTH_RECORD: FactKind.BIRTH_RECORD,
    Source.DETERMINATION: FactKind.DETERMINATION,
    Source.OTHER: FactKind.OTHER,
}
# What people record by hand; the others come from the file or from a signature.
_NOT_BY_HAND = (Source.SUBMISSION_POB, Source.SUBMISSION_CTZ, Source.DETERMINATION)
BY_HAND = tuple(one for one in Source if one not in _NOT_BY_HAND)
_BY_KIND = {kind: source for source, kind in KINDS.items()}


class CitizenshipRefused(Exception):
    """The step cannot be taken, and why, in a sentence for the person who tried."""


class PathBlocked(CitizenshipRefused):
    """An adverse path is blocked. The text names the safeguard of each reason."""

    def __init__(self, reasons: Iterable[policy.Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ".join(str(one) for one in self.reasons))


# -- claims and signs ----------------------------------------------------------------------------------------------


@transaction.atomic
def record_claim(*, submission_id: int, source: Source, value: str, provenance: str, by: Any, at: datetime) -> Claim:
    """Add what a source says about citizenship. `value`: a country or place code, `US` for the United States.

    Raises access.NotAllowed or CitizenshipRefused. A sign of citizenship in it is opened in the same transaction.
    """
    submission = intake.locked(submission_id)
    access.require(by, Permission.CITIZENSHIP_CLAIM, at=at)
    if source not in BY_HAND:
        raise CitizenshipRefused("(S2) This source is read from the file or a signature; nobody enters it by hand.")
    if not value.strip() or not provenance.strip():
        raise CitizenshipRefused("(S2) A claim states what is claimed and where that stands or who said it.")
    claim = _claim(submission, source, value.strip().upper()[:40], provenance.strip()[:500], by=by, at=at)
    fact = Fact(KINDS[source], value, provenance.strip()[:200], f"claim {claim.version}")
    _open(submission, [fact], claim=claim, at=at)
    return claim


@transaction.atomic
def look_into_booking(*, submission_id: int, at: datetime) -> None:
    """Record what the booking says, and open the signs in it. Called when a match is confirmed; safe to repeat."""
    submission = intake.locked(submission_id)
    for fact in rules.facts_of_booking(read_booking(intake.transaction_of(submission))):
        _look_into(submission, fact, at=at)


@transaction.atomic
def look_into(*, submission_id: int, facts: Iterable[Fact], at: datetime) -> None:
    """Record the facts of evidence that bear on citizenship and open the signs among them. Safe to repeat."""
    submission = intake.locked(submission_id)
    for fact in facts:
        _look_into(submission, fact, at=at)


@transaction.atomic
def note_determination(
    *, submission_id: int, determination_id: int, code: Determination, signer: Any, at: datetime
) -> None:
    """A determination that the person is or may be a citizen is a claim and a sign of its own (S3)."""
    if code not in (Determination.USC_CONFIRMED, Determination.USC_INDICIA):
        return
    submission = intake.locked(submission_id)
    source, record = f"determination {code.replace('_', ' ')}", f"determination {determination_id}"
    claim = _claim(submission, Source.DETERMINATION, "US", source, by=signer, at=at)
    _open(submission, [Fact(FactKind.DETERMINATION, "US", source, record)], claim=claim, at=at)


def _look_into(submission: Submission, fact: Fact, *, at: datetime) -> None:
    """A fact becomes a claim once, however often it is seen."""
    source = _BY_KIND[fact.kind]
    known = {
        (one.source, said["value"], said["provenance"], said["record"])
        for one, said in selectors.said_by(submission, source=source)
    }
    claim = None
    if (source.value, fact.value, fact.source, fact.record) not in known:
        claim = _claim(submission, source, fact.value, fact.source, record=fact.record, by=CODE, at=at)
    _open(submission, [fact], claim=claim, at=at)


def _claim(
    submission: Submission, source: Source, value: str, provenance: str, *, by: Any, at: datetime, record: str = ""
) -> Claim:
    said = {"value": value, "provenance": provenance, "record": record}
    claim = Claim.objects.create(
        submission=submission,
        subject=_subject(submission),
        version=submission.citizenship_claims.count() + 1,
        source=source,
        sealed=keys.seal_json(submission.data_key, said, context=selectors.CLAIM),
        recorded_by=actor_name(by),
        recorded_at=at,
    )
    _note(submission, "citizenship:claim-recorded", actor=by, at=at, data={"claim": claim.pk, "source": source})
    return claim


def _subject(submission: Submission) -> RegisterSubject | None:
    """The record two examiners confirmed, if they did."""
    found = Examination.objects.filter(submission=submission, register=Register.IMMIGRATION, finding="confirmed")
    examination = found.select_related("confirmed__subject").first()
    return examination.confirmed.subject if examination and examination.confirmed else None


def _open(submission: Submission, facts: Iterable[Fact], *, claim: Claim | None, at: datetime) -> None:
    for one in policy.indicia(facts):
        mark = keys.blind_index(
            "|".join((one.code, one.fact.value, one.fact.source, one.fact.record)), context=selectors.INDICIUM
        )
        if submission.indicia.filter(mark=mark).exists():
            continue
        detail = {"why": one.why, "source": one.fact.source, "record": one.fact.record, "value": one.fact.value}
        indicium = Indicium.objects.create(
            submission=submission,
            subject=_subject(submission),
            claim=claim,
            code=one.code,
            sealed=keys.seal_json(submission.data_key, detail, context=selectors.INDICIUM),
            mark=mark,
            opened_at=at,
            due_at=standard(ClockName.CITIZENSHIP_REVIEW, on=at.date()).due(at),
        )
        _note(
            submission, "citizenship:indicium-opened", actor=CODE, at=at,
            data={"indicium": indicium.pk, "code": one.code},
        )  # fmt: skip
        worklists.open_item(
            worklist=WORKLIST,
            about=("submission", submission.pk),
            title=f"Possible citizen: {submission.control_number}",
            order_reason="(S3) a possible citizen comes before everything else",
            correlation=submission.control_number,
            at=at,
            order_class=FIRST,
            clock=ClockName.CITIZENSHIP_REVIEW,
            clock_started_at=at,
        )


# -- conclusions ---------------------------------------------------------------------------------------------------


@transaction.atomic
def conclude(
    *, indicium_id: int, reviewer: Any, capacity: Role, conclusion: Conclusion, reason: str, at: datetime
) -> Standing:
    """One reviewer's conclusion. Clearing takes both, supervisor and counsel, two people; either one confirms (S2).

    Raises access.NotAllowed or CitizenshipRefused; the database refuses the same.
    """
    indicium = Indicium.objects.select_related("submission__data_key").get(pk=indicium_id)
    submission = intake.locked(indicium.submission_id)
    given = access.require(reviewer, Permission.CITIZENSHIP_CONCLUDE, at=at)
    if capacity not in given.roles:
        raise CitizenshipRefused("(S2) You do not hold the role in which you would conclude.")
    if not reason.strip():
        raise CitizenshipRefused("(S2) State in words why the sign holds or does not hold.")
    before = selectors.standing(indicium)
    if before is not Standing.OPEN and not (before is Standing.CLEARED and conclusion is Conclusion.CONFIRMED):
        raise CitizenshipRefused(f"(S2) This sign is {before.value} already; a new claim opens a new one.")
    same = indicium.clearances.filter(conclusion=conclusion)
    if same.filter(reviewer=reviewer).exists():
        raise CitizenshipRefused("(S2) You have concluded already: the other of the two, another person, must now.")
    if same.filter(capacity=capacity).exists():
        raise CitizenshipRefused("(S2) Somebody in this role has concluded already: the other role must now.")
    Clearance.objects.create(
        indicium=indicium, reviewer=reviewer, capacity=capacity, conclusion=conclusion, concluded_at=at,
        sealed_reason=keys.seal(submission.data_key, reason.strip().encode(), context=selectors.REASON),
    )  # fmt: skip
    after = selectors.standing(indicium)
    kind = {
        Standing.OPEN: "citizenship:cleared-by-one",
        Standing.CLEARED: "citizenship:cleared",
        Standing.CONFIRMED: "citizenship:confirmed",
    }[after]
    _note(submission, kind, actor=reviewer, at=at, data={"indicium": indicium.pk, "capacity": capacity})
    if Standing.OPEN not in selectors.standings(submission):
        worklists.close_item(
            worklist=WORKLIST, about=("submission", submission.pk), reason=f"citizenship {after.value}", at=at
        )
    return after


def read(*, submission: Submission, reader: Any, purpose: str, at: datetime) -> None:
    """Log that somebody reads the claims of a submission, and refuse who may not or says no purpose (S23)."""
    access.require(reader, Permission.CITIZENSHIP_VIEW, at=at)
    if not purpose.strip():
        raise CitizenshipRefused("(S23) Say for what purpose you read what is on record about citizenship.")
    events.append(
        kind="citizenship:read", actor=reader, about=("submission", submission.pk),
        correlation=submission.control_number, purpose=purpose, at=at,
    )  # fmt: skip


# -- the block -----------------------------------------------------------------------------------------------------


def require_open(
    path: Path,
    submission: Submission,
    *,
    determination: Determination | None = None,
    conviction_proven: bool = False,
    approved: bool = False,
) -> None:
    """Raise PathBlocked unless nothing about citizenship or status stands in the way. Call inside the transaction
    that acts: it takes turns with whoever raises a sign. Without `determination`, the one in force counts."""
    with transaction.atomic():
        selectors.lock(submission)
        code = determination or selectors.determination_in_force(submission)
        reasons = policy.blocked(
            path, standings=selectors.standings(submission), determination=code,
            conviction_proven=conviction_proven, approved=approved,
        )  # fmt: skip
    if reasons:
        raise PathBlocked(reasons)


def _note(
    submission: Submission, kind: str, *, actor: Any, at: datetime, data: dict[str, Any], reason: str = ""
) -> None:
    events.append(
        kind=kind, actor=actor, about=("submission", submission.pk), correlation=submission.control_number, at=at,
        data=data, reason=reason,
    )  # fmt: skip
