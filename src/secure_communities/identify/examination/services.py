# SPDX-License-Identifier: Apache-2.0
"""Search a side, put candidates before examiners, record their decisions, act on what they amount to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from secrets import SystemRandom
from typing import Any

from django.db import transaction

from secure_communities.biometrics.decision import Outcome
from secure_communities.identify.examination import rules, selectors
from secure_communities.identify.examination.effort import NOT_SAID, Effort
from secure_communities.identify.examination.models import (
    LOOK_RATIONALE,
    RATIONALE,
    Candidate,
    Decision,
    Examination,
    FirstLook,
)
from secure_communities.identify.examination.rules import Finding, Opinion, Verdict
from secure_communities.identify.galleries import services as galleries
from secure_communities.identify.galleries.models import Register
from secure_communities.identify.galleries.services import SearchResult
from secure_communities.identify.intake import services as intake
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.intake.states import Criminal, Immigration, Intake, Move
from secure_communities.identify.people import prints as people
from secure_communities.identify.research import services as research
from secure_communities.identify.responses import services as responses
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.agencies import selectors as agencies
from secure_communities.platform.agencies.vocabulary import Purpose
from secure_communities.platform.events import services as events
from secure_communities.platform.keys import services as keys
from secure_communities.platform.worklists import services as worklists
from secure_communities.policy.clocks import ClockName, standard

WORKLIST = {Register.CRIMINAL: "examination.criminal", Register.IMMIGRATION: "examination.immigration"}
REQUIRED = {Register.CRIMINAL: 1, Register.IMMIGRATION: 2}  # examiners who must identify the same candidate (S1)
MOVES = {Outcome.HIT: Move.HIT, Outcome.POSSIBLE: Move.POSSIBLE, Outcome.NO_HIT: Move.NO_HIT}


class DecisionRefused(Exception):
    """The decision cannot be taken, and why, in a sentence for the examiner."""


class NotAccepted(Exception):
    """The submission's acceptance cannot be seen yet."""


def search(submission_id: int, register: Register, *, now: Callable[[], datetime]) -> None:
    """Search one register with one submission and record what it means for that side. Safe to repeat."""
    submission = Submission.objects.select_related("originator", "data_key").get(pk=submission_id)
    if submission.intake_state == Intake.RECEIVED:  # queued before its acceptance was committed: the job comes again
        raise NotAccepted(f"{submission.control_number} is not accepted yet")
    probe = intake.probe_of(submission, register)
    if probe is None or not _waiting(submission, register) or _no_longer_eligible(submission, register, at=now()):
        return
    result = galleries.search(register, probe)
    with transaction.atomic():
        submission, at = intake.locked(submission_id), now()
        if not _waiting(submission, register) or _no_longer_eligible(submission, register, at=at):
            return
        _note_search(submission, register, result, fingers=len(probe), at=at)
        move = MOVES[result.decision.outcome]
        if register == Register.CRIMINAL:
            _settle_criminal(submission, move, result, at=at)
        else:
            intake.move_immigration(submission, move, at=at)
            if move is Move.NO_HIT:
                _immigration_ended(submission, at=at)
            else:
                _open(submission, register, result, at=at)


def _no_longer_eligible(submission: Submission, register: Register, *, at: datetime) -> bool:
    """S9 once more, at the search: a participation may have ended while the probe waited. Ends that side if so."""
    if register == Register.CRIMINAL:
        return False
    purpose, day = Purpose(submission.purpose), submission.received_at.date()
    if agencies.participation_for(submission.originator, purpose=purpose, on=day) is not None:
        return False
    with transaction.atomic():
        submission = intake.locked(submission.pk)
        if _waiting(submission, register):
            intake.move_immigration(submission, Move.NOT_ELIGIBLE, at=at)
            events.append(
                kind="immigration:not-searched", actor="system:immigration", about=("submission", submission.pk),
                correlation=submission.control_number, at=at, reason="PARTICIPATION_ENDED",
                data={"summary": "Participation on record ended before the search"},
            )  # fmt: skip
    return True


def _waiting(submission: Submission, register: Register) -> bool:
    if register == Register.CRIMINAL:
        return submission.criminal_state == Criminal.WAITING
    return submission.immigration_state == Immigration.WAITING


def _by_position(values: Mapping[int, float]) -> dict[str, float]:
    return {str(position): float(value) for position, value in sorted(values.items())}


def _note_search(
    submission: Submission, register: Register, result: SearchResult, *, fingers: int, at: datetime
) -> None:
    decision = result.decision
    data: dict[str, Any] = {
        "outcome": decision.outcome.value,
        "fingers": fingers,
        "subjects": result.searched,
        "candidates": len(result.candidates),
        "false_match_rate": decision.false_match_rate,
        "policy": decision.policy_version,
        "summary": f"{result.searched:,} subjects searched: {decision.outcome.value.replace('_', ' ').lower()}",
    }
    if decision.outcome is Outcome.HIT and register == Register.CRIMINAL:  # answered without a comparison by people
        hit = decision.candidates[0]
        data |= {
            "score": float(hit.score),
            "finger_scores": _by_position(hit.fingers),
            "contributions": _by_position(hit.contributions),
        }
    events.append(
        kind=f"{register.value}:searched", actor=f"system:{register.value}", about=("submission", submission.pk),
        correlation=submission.control_number, at=at, data=data,
    )  # fmt: skip


def _settle_criminal(submission: Submission, move: Move, result: SearchResult, *, at: datetime) -> None:
    intake.move_criminal(submission, move)
    if move is Move.POSSIBLE:
        _open(submission, Register.CRIMINAL, result, at=at)
        return
    subject = result.candidates[0][0] if move is Move.HIT else None
    _note_criminal(submission, subject is not None, actor="system:criminal", at=at)
    responses.answer_criminal(submission, subject=subject, at=at)


def _note_criminal(submission: Submission, identified: bool, *, actor: Any, at: datetime) -> None:
    events.append(
        kind="criminal:identified" if identified else "criminal:not-identified", actor=actor,
        about=("submission", submission.pk), correlation=submission.control_number, at=at,
    )  # fmt: skip


def _immigration_ended(submission: Submission, *, at: datetime) -> None:
    responses.answer_no_match(submission, at=at)


def _open(submission: Submission, register: Register, result: SearchResult, *, at: datetime) -> Examination:
    due_at = standard(ClockName.EXAMINATION, on=at.date()).due(at)
    examination = Examination.objects.create(submission=submission, register=register, opened_at=at, due_at=due_at)
    candidates = [
        Candidate(
            examination=examination,
            subject=subject,
            rank=rank,
            score=float(hit.score),
            finger_scores=_by_position(hit.fingers),
            contributions=_by_position(hit.contributions),
            policy_version=result.decision.policy_version,
        )
        for rank, (subject, hit) in enumerate(result.candidates, start=1)
    ]
    SystemRandom().shuffle(candidates)  # their numbers stand in addresses, and must not tell the rank
    Candidate.objects.bulk_create(candidates)
    worklists.open_item(
        worklist=WORKLIST[register],
        about=("examination", examination.pk),
        title=f"Compare {submission.control_number} with {len(result.candidates)} candidate(s)",
        order_reason="due first",
        correlation=submission.control_number,
        at=at,
        due_at=examination.due_at,
    )
    events.append(
        kind=f"{register.value}:examination-opened", actor=f"system:{register.value}",
        about=("submission", submission.pk), correlation=submission.control_number, at=at,
        data={"examination": examination.pk, "candidates": len(result.candidates)},
    )  # fmt: skip
    return examination


@transaction.atomic
def decide(
    *, examination_id: int, examiner: Any, verdict: Verdict, candidate_id: int | None, rationale: str, at: datetime,
    effort: Effort = NOT_SAID,
) -> rules.Resolution:  # fmt: skip
    """Record one examiner's decision and act on what the decisions now amount to.

    `effort`: what the browser says of the work. Raises access.NotAllowed for the wrong role, DecisionRefused when it
    was decided already, makes no sense, or a lead has not looked first.
    """
    examination = _locked(examination_id)
    register = Register(examination.register)
    lead = examination.finding == Finding.LEAD_NEEDED
    access.require(examiner, permission_to_decide(examination), examination, at=at)
    _refuse_nonsense(examination, examiner, verdict, candidate_id, rationale)
    if lead and not examination.first_looks.filter(examiner=examiner).exists():
        raise DecisionRefused("Look for yourself first: record what you see before you read what the others said.")
    submission = intake.locked(examination.submission_id)
    decision = Decision.objects.create(
        examination=examination, examiner=examiner, verdict=verdict, candidate_id=candidate_id,
        sealed_rationale=_sealed(submission, rationale, RATIONALE), lead=lead, decided_at=at,
    )  # fmt: skip
    events.append(
        kind=f"{register.value}:decision", actor=examiner, about=("submission", submission.pk),
        correlation=submission.control_number, at=at,
        data={
            "examination": examination.pk, "decision": decision.pk, "verdict": verdict, "lead": lead,
            "candidate": candidate_id, **selectors.work_of(examination, examiner, until=at), **effort.to_data(),
        },
    )  # fmt: skip
    worklists.put_back(worklist=WORKLIST[register], about=("examination", examination.pk), user=examiner, at=at)
    resolution = rules.resolve(opinions_of(examination), required=REQUIRED[register])
    _act(examination, submission, register, resolution, examiner=examiner, at=at)
    return resolution


@transaction.atomic
def look(
    *, examination_id: int, examiner: Any, verdict: Verdict, candidate_id: int | None, rationale: str, at: datetime,
    effort: Effort = NOT_SAID,
) -> FirstLook:  # fmt: skip
    """Record what a lead examiner sees in a disputed comparison, before the lead may read what the others said.

    It decides nothing. Raises access.NotAllowed, or DecisionRefused when there is no dispute or it was done already.
    """
    examination = _locked(examination_id)
    access.require(examiner, Permission.EXAMINATION_LEAD, examination, at=at)
    _refuse_nonsense(examination, examiner, verdict, candidate_id, rationale)
    if examination.finding != Finding.LEAD_NEEDED:
        raise DecisionRefused("Nothing is disputed here: record your conclusion.")
    if examination.first_looks.filter(examiner=examiner).exists():
        raise DecisionRefused("Your first look is recorded and stays as it is. Now conclude.")
    submission = intake.locked(examination.submission_id)
    made = FirstLook.objects.create(
        examination=examination, examiner=examiner, verdict=verdict, candidate_id=candidate_id,
        sealed_rationale=_sealed(submission, rationale, LOOK_RATIONALE), looked_at=at,
    )  # fmt: skip
    events.append(
        kind=f"{examination.register}:first-look", actor=examiner, about=("submission", submission.pk),
        correlation=submission.control_number, at=at,
        data={
            "examination": examination.pk, "verdict": verdict, "candidate": candidate_id,
            **selectors.work_of(examination, examiner, until=at), **effort.to_data(),
        },
    )  # fmt: skip
    return made


def _locked(examination_id: int) -> Examination:
    return Examination.objects.select_for_update().select_related("submission").get(pk=examination_id)


def _sealed(submission: Submission, rationale: str, context: str) -> bytes:
    return keys.seal(submission.data_key, rationale.strip().encode(), context=context)


def permission_to_decide(examination: Examination) -> Permission:
    """What somebody needs who decides the comparison as it stands."""
    if examination.finding == Finding.LEAD_NEEDED:
        return Permission.EXAMINATION_LEAD
    criminal = examination.register == Register.CRIMINAL
    return Permission.CRIMINAL_CANDIDATE_DECIDE if criminal else Permission.EXAMINATION_DECIDE


def opinions_of(examination: Examination) -> list[Opinion]:
    """The decisions of an examination as the rules read them."""
    return [
        Opinion(one.examiner_id, Verdict(one.verdict), one.candidate_id, one.lead)
        for one in examination.decisions.order_by("id")
    ]


def _refuse_nonsense(
    examination: Examination, examiner: Any, verdict: Verdict, candidate_id: int | None, rationale: str
) -> None:
    if examination.closed_at:
        raise DecisionRefused(
            f"This comparison was closed at {examination.closed_at:%H:%M} UTC. Nothing is left to decide."
        )
    if examination.decisions.filter(examiner=examiner).exists():
        raise DecisionRefused("You decided this comparison already; another examiner must take it now.")
    if not rationale.strip():
        raise DecisionRefused("Say in your own words what you saw: a decision needs its rationale.")
    if (verdict is Verdict.IDENTIFICATION) != (candidate_id is not None):
        raise DecisionRefused("An identification names one candidate; an exclusion or inconclusive names none.")
    if candidate_id is not None and not examination.candidates.filter(pk=candidate_id).exists():
        raise DecisionRefused("That candidate does not belong to this comparison.")


def _act(
    examination: Examination, submission: Submission, register: Register, resolution: rules.Resolution, *,
    examiner: Any, at: datetime,
) -> None:  # fmt: skip
    finding = resolution.finding
    if finding is Finding.OPEN:
        return
    examination.finding = finding
    examination.confirmed_id = resolution.candidate
    examination.closed_at = None if finding is Finding.LEAD_NEEDED else at
    examination.save(update_fields=["finding", "confirmed", "closed_at"])
    if finding is Finding.LEAD_NEEDED:
        events.append(
            kind=f"{register.value}:lead-needed", actor="system:examination", about=("submission", submission.pk),
            correlation=submission.control_number, at=at,
        )  # fmt: skip
        return
    worklists.close_item(worklist=WORKLIST[register], about=("examination", examination.pk), reason=finding, at=at)
    subject = examination.confirmed.subject if examination.confirmed else None
    if register == Register.CRIMINAL:
        intake.move_criminal(submission, Move.CONFIRM if subject else Move.REJECT)
        _note_criminal(submission, subject is not None, actor=examiner, at=at)
        responses.answer_criminal(submission, subject=subject, at=at)
        return
    move = {Finding.CONFIRMED: Move.CONFIRM, Finding.REJECTED: Move.REJECT}.get(finding, Move.LEAVE_OPEN)
    intake.move_immigration(submission, move, at=at)
    events.append(
        kind=f"immigration:{finding.value}", actor="system:examination", about=("submission", submission.pk),
        correlation=submission.control_number, at=at, data={"examination": examination.pk},
    )  # fmt: skip
    if subject is None:
        _immigration_ended(submission, at=at)
    else:
        research.open_query(examination=examination, at=at)
        people.link_later(submission, subject)
