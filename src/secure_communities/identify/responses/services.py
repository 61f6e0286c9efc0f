# SPDX-License-Identifier: Apache-2.0
"""Answer each turn of a submission's life; release what waited; deliver."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from secure_communities.identify.galleries import services as galleries
from secure_communities.identify.galleries.models import Register, RegisterSubject, Source
from secure_communities.identify.intake import services as intake
from secure_communities.identify.intake.booking import Booking, read_booking
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.intake.states import Criminal, Immigration, Move
from secure_communities.identify.people import prints as people
from secure_communities.identify.records import selectors as records
from secure_communities.identify.records import services as record_services
from secure_communities.identify.responses import composition, rules, selectors
from secure_communities.identify.responses.models import Acknowledgement, Message
from secure_communities.identify.responses.rules import MessageKind, MessageState
from secure_communities.interchange import files
from secure_communities.interchange.files import Form
from secure_communities.interchange.itl import CodecError, Finding, Header, Transaction
from secure_communities.platform import institution
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.agencies import selectors as agencies
from secure_communities.platform.agencies.vocabulary import Channel
from secure_communities.platform.delivery import services as delivery
from secure_communities.platform.events import services as events
from secure_communities.platform.keys import services as keys

if TYPE_CHECKING:
    from secure_communities.identify.research.models import Determination, StatusQuery

CONTENT = "responses.content"
SOURCE = "response"
TEXT = "text/plain; charset=utf-8"
IMMEDIATELY = frozenset({MessageKind.QUERY, MessageKind.ACKNOWLEDGEMENT, MessageKind.SUPPORT_RESPONSE})


def answer_refused(submission: Submission, findings: Sequence[Finding], *, at: datetime) -> Message:
    """The one answer to a file that cannot be searched: an ERRT with every finding (at most 11 are named)."""
    tcn = new_tcn(submission, MessageKind.ERROR)
    answer = composition.error(_readable(intake.content_of(submission)), tcn=tcn, findings=findings, at=at)
    return keep(submission, MessageKind.ERROR, answer, tcn=tcn, event="response:error", at=at)


def _readable(content: bytes) -> Transaction | Header:
    """The request as far as it can be read: whole, else its header, which was readable when it was taken in."""
    try:
        return files.read(content)
    except CodecError:
        return files.read_header(content) or Header()


def answer_criminal(submission: Submission, *, subject: RegisterSubject | None, at: datetime) -> None:
    """The first response: ident or non-ident, the rap sheet when asked for, the record enrolled or updated (RET=Y).

    What waited on the immigration side is released behind it, by a job. The submission's row is locked by the caller.
    """
    request = intake.transaction_of(submission)
    booking = read_booking(request)
    ident = subject is not None
    rap_sheet = records.rap_sheet(subject, at=at) if subject is not None and booking.rap_sheet_wanted else None
    if submission.retain:
        subject = _retain(submission, booking, subject, at=at)
    submission.criminal_ident = ident
    submission.save(update_fields=["criminal_ident"])
    intake.move_criminal(submission, Move.ANSWER)
    if subject is not None:
        people.link_later(submission, subject)
    if submission.transaction_type in rules.ANSWERED_TYPES:
        tcn = new_tcn(submission, MessageKind.FIRST)
        answer = composition.first(request, tcn=tcn, ident=ident, subject=subject, rap_sheet=rap_sheet, at=at)
        keep(submission, MessageKind.FIRST, answer, tcn=tcn, event="response:first", at=at)
    else:
        _note(submission, "response:none-due", at=at, reason=submission.transaction_type)
    if submission.messages.filter(state=MessageState.HELD).exists():
        from secure_communities.identify.responses.jobs import release_follow_ups

        # In a job of the other side: whatever goes wrong there never holds up the criminal answer.
        release_follow_ups.defer(submission_id=submission.pk)


def _retain(
    submission: Submission, booking: Booking, subject: RegisterSubject | None, *, at: datetime
) -> RegisterSubject:
    tenprint = intake.probe_of(submission, Register.CRIMINAL) or {}
    actor = "system:criminal"
    if subject is None:
        subject = galleries.enrol(
            register=Register.CRIMINAL, source=Source.BOOKING, tenprint=tenprint, actor=actor,
            correlation=submission.control_number, at=at,
        )  # fmt: skip
        record_services.open_criminal_record(
            subject=subject, demographics=composition.demographics(booking), at=at, actor=actor
        )
    else:
        if galleries.add_prints(subject, tenprint, {}):
            from secure_communities.identify.galleries.jobs import refresh_gallery_row

            refresh_gallery_row.defer(subject_id=subject.pk)
        events.append(
            kind="register:updated", actor=actor, about=("register_subject", subject.pk),
            correlation=submission.control_number, at=at,
        )  # fmt: skip
    record_services.record_arrest(subject=subject, facts=composition.arrest(submission, booking), at=at, actor=actor)
    return subject


def answer_no_match(submission: Submission, *, at: datetime) -> None:
    """Nothing was found, or nothing was confirmed: a notice to those who take it, saying only that."""
    if _agency_takes(submission, matched=False, at=at):
        _follow_up(submission, MessageKind.NO_MATCH, at=at)


def send_query(query: StatusQuery, *, at: datetime) -> None:
    """The immigration alien query (IAQ) to the support centre."""
    submission, subject = query.submission, query.subject
    text = composition.query(submission, _booking(submission), subject, reference=query.reference, at=at)
    _keep_text(submission, MessageKind.QUERY, text, to_centre=True, at=at)


def acknowledge_query(query: StatusQuery, *, at: datetime) -> None:
    """The support centre's immediate, automatic acknowledgement."""
    text = composition.acknowledgement(query.submission, reference=query.reference, due_at=query.due_at, at=at)
    _keep_text(query.submission, MessageKind.ACKNOWLEDGEMENT, text, to_centre=False, at=at)


def answer_pending(query: StatusQuery, *, at: datetime) -> None:
    """The target time passed: the match data with `IAR:PENDING`; the answer follows as a supplement."""
    if _agency_takes(query.submission, matched=True, at=at):
        _follow_up(query.submission, MessageKind.PENDING, at=at)


def answer_determined(determination: Determination, *, at: datetime) -> None:
    """The support centre's response (IAR) and, joined to the match data, the second response to the jail."""
    submission, version = determination.query.submission, determination.version
    text = composition.support_response(submission, determination, at=at)
    _keep_text(submission, MessageKind.SUPPORT_RESPONSE, text, to_centre=False, version=version, at=at)
    submission.refresh_from_db(fields=["immigration_state"])
    if submission.immigration_state == Immigration.DETERMINED:
        intake.move_immigration(submission, Move.ANSWER, at=at)
    # A correction goes to whoever was told before, whatever the agency would take today.
    told = submission.messages.filter(kind=MessageKind.SECOND, version__lt=version).exists()
    if told or _agency_takes(submission, matched=True, at=at):
        _follow_up(submission, MessageKind.SECOND, version=version, at=at)


# -- keeping and releasing -----------------------------------------------------------------------------------------


def _request(submission: Submission) -> Transaction:
    return intake.transaction_of(submission)


def _booking(submission: Submission) -> Booking:
    return read_booking(_request(submission))


def _agency_takes(submission: Submission, *, matched: bool, at: datetime) -> bool:
    """Whether the agency takes this notice; if not, that is noted with its reason."""
    if submission.transaction_type not in rules.ANSWERED_TYPES:
        reason, sentence = "NO_ANSWER_TYPE", "this type of submission takes no answer"
    else:
        taken = agencies.receives_immigration_response(submission.originator, matched=matched, on=at.date())
        if taken:
            return True
        reason, sentence = taken.reason_code, taken.sentence
    _note(submission, "response:withheld", at=at, reason=reason, data={"summary": sentence})
    return False


def new_tcn(submission: Submission, kind: MessageKind, version: int = 1) -> str:
    """Our own control number of an answer, the same however often it is composed: `SYN-<control>-<kind><version>`."""
    letters = {"first": "F", "error": "E", "no_match": "N", "pending": "P", "second": "S"}
    return f"SYN-{submission.control_number[3:]}-{letters[kind]}{version}"


def _first_left(submission: Submission) -> bool:
    return submission.criminal_state == Criminal.ANSWERED


def keep(
    submission: Submission, kind: MessageKind, answer: Transaction, *, tcn: str, event: str, at: datetime,
    version: int = 1,
) -> Message:  # fmt: skip
    """Keep an answer that leaves at once: the first response or an error response."""
    message, new = Message.objects.get_or_create(
        submission=submission,
        kind=kind,
        version=version,
        defaults={
            **_envelope(submission, tcn=tcn, at=at),
            "content": _sealed(submission, answer),
            "state": MessageState.READY,
            "ready_at": at,
        },
    )
    if new:
        _note(submission, event, at=at, data={"message": message.pk, "tcn": tcn, "version": version})
        _deliver_later(message)
    return message


FOLLOW_UP_EVENTS = {
    MessageKind.NO_MATCH: "response:no-match",
    MessageKind.PENDING: "response:pending",
    MessageKind.SECOND: "response:second",
}


def _follow_up(submission: Submission, kind: MessageKind, *, at: datetime, version: int = 1) -> None:
    """A message that follows the first response: composed and let go once that has left, until then held empty.

    It repeats the finding of the criminal register (2.059), which is not known before.
    """
    submission = intake.locked(submission.pk)  # its criminal side as it stands now, not as it was read earlier
    tcn = new_tcn(submission, kind, version)
    message, new = Message.objects.get_or_create(
        submission=submission,
        kind=kind,
        version=version,
        defaults={**_envelope(submission, tcn=tcn, at=at), "content": None, "state": MessageState.HELD},
    )
    if not new:
        return
    _note(submission, FOLLOW_UP_EVENTS[kind], at=at, data={"message": message.pk, "tcn": tcn, "version": version})
    if not _first_left(submission):
        _note(submission, "response:held", at=at, data={"message": message.pk})
    elif at < leaves_at(submission, kind):
        _note(submission, "response:timed", at=at, data={"message": message.pk})
        from secure_communities.identify.responses.jobs import release_follow_ups

        release_follow_ups.configure(schedule_at=leaves_at(submission, kind)).defer(submission_id=submission.pk)
    else:
        _let_go(submission, message, at=at)


def leaves_at(submission: Submission, kind: str) -> datetime:
    """Before when a follow-up never leaves: a notice of no match waits its time, the same for every booking.

    Without it an agency that takes both notices would read a missing one as a candidate that nobody has confirmed.
    """
    wait = settings.NO_MATCH_NOTICE_MINUTES if kind == MessageKind.NO_MATCH else 0
    return submission.received_at + timedelta(minutes=wait)


@transaction.atomic
def release(submission_id: int, *, at: datetime) -> None:
    """Let go what waited for the first response, in the order in which it fell due. Safe to repeat."""
    submission = intake.locked(submission_id)
    if _first_left(submission):
        for message in submission.messages.filter(state=MessageState.HELD).order_by("id"):
            if at >= leaves_at(submission, message.kind):
                _let_go(submission, message, at=at)


def _let_go(submission: Submission, message: Message, *, at: datetime) -> None:
    request, ident = _request(submission), bool(submission.criminal_ident)
    if message.kind == MessageKind.NO_MATCH:
        answer = composition.no_match(request, tcn=message.tcn, ident=ident, at=at)
    else:
        query = submission.query
        determination = query.determinations.filter(version=message.version).first()
        answer = composition.second(
            request, tcn=message.tcn, ident=ident, subject=query.subject, at=at,
            determination=determination if message.kind == MessageKind.SECOND else None,
            supersedes=selectors.replaced_by(message),
        )  # fmt: skip
    message.content, message.state, message.ready_at = _sealed(submission, answer), MessageState.READY, at
    message.save(update_fields=["content", "state", "ready_at"])
    _deliver_later(message)


def _envelope(submission: Submission, *, tcn: str, at: datetime) -> dict[str, Any]:
    return {
        "sender": institution.CRIMINAL_REGISTER,
        "recipient": submission.originator.ori,
        "tcn": tcn,
        "media_type": Form(submission.form).media_type,  # answered in the form it came in
        "created_at": at,
    }


def _sealed(submission: Submission, answer: Transaction) -> bytes:
    return keys.seal(submission.data_key, files.write(answer, Form(submission.form)), context=CONTENT)


def _keep_text(
    submission: Submission, kind: MessageKind, text: str, *, to_centre: bool, at: datetime, version: int = 1
) -> Message:
    """Messages to and from the support centre: text, delivered where the centre works, which is this system."""
    ours, centre = institution.IMMIGRATION_REGISTER, institution.SUPPORT_CENTRE
    message, _ = Message.objects.get_or_create(
        submission=submission,
        kind=kind,
        version=version,
        defaults={
            "sender": ours if to_centre else centre,
            "recipient": centre if to_centre else ours,
            "tcn": f"SYN-{submission.control_number[3:]}-{kind.value[0].upper()}T{version}",
            "media_type": TEXT,
            "content": keys.seal(submission.data_key, text.encode(), context=CONTENT),
            "state": MessageState.DELIVERED,
            "created_at": at,
            "ready_at": at,
            "delivered_at": at,
            "delivered_by": "internal",
        },
    )
    return message


def _note(
    submission: Submission, kind: str, *, at: datetime, reason: str = "", data: dict[str, Any] | None = None
) -> None:
    events.append(
        kind=kind, actor="system:responses", about=("submission", submission.pk),
        correlation=submission.control_number, at=at, reason=reason, data=data,
    )  # fmt: skip


def _deliver_later(message: Message) -> None:
    """Into the outbox, in the transaction that made the message ready."""
    assert message.ready_at is not None  # noqa: S101  # the callers just set it
    submission = message.submission
    delivery.post(
        source=SOURCE, reference=message.pk, recipient=submission.originator, stream=submission.control_number,
        urgent=message.kind not in rules.FOLLOW_THE_FIRST, at=message.ready_at,
    )  # fmt: skip


def content_of(message: Message) -> bytes:
    """A message as it goes out. A held message has no content yet: LookupError."""
    if message.content is None:
        raise LookupError(f"{message} is held until the first response leaves")
    return keys.unseal(message.submission.data_key, message.content, context=CONTENT)


@transaction.atomic
def collected(message: Message, *, channel: Channel, code: str = "collected", at: datetime) -> None:
    """Note that the agency fetched a message (API) or acknowledged it (PORTAL), whatever way it was meant to take."""
    submission = message.submission
    delivery.collected(
        source=SOURCE, reference=message.pk, recipient=submission.originator, stream=submission.control_number,
        urgent=message.kind not in rules.FOLLOW_THE_FIRST, channel=channel, code=code, at=at,
    )  # fmt: skip


@transaction.atomic
def acknowledge(message_id: int, *, by: Any, at: datetime) -> Message:
    """An officer of the agency acknowledges a response: from now on the agency has it. Repeats change nothing.

    Raises NotAllowed, or LookupError where there is no such response for the agency.
    """
    message = selectors.for_agency(message_id)
    require(by, Permission.RESPONSE_ACKNOWLEDGE, message.submission.originator, at=at)
    _, new = Acknowledgement.objects.get_or_create(message=message, by=by, defaults={"at": at})
    if new:
        events.append(
            kind="response:acknowledged", actor=by, about=("submission", message.submission_id),
            correlation=message.submission.control_number, at=at,
            data={"message": message.pk, "kind": message.kind, "version": message.version, "summary": message.kind},
        )  # fmt: skip
        collected(message, channel=Channel.PORTAL, code="acknowledged", at=at)
    return message


@transaction.atomic
def mark_delivered(message_id: int, *, by: str, at: datetime) -> None:
    """Note that the agency has a message, by the channel named. Called by the outbox; repeats do no harm."""
    message = Message.objects.select_for_update(of=("self",)).select_related("submission").get(pk=message_id)
    if message.state != MessageState.READY:
        return
    message.state, message.delivered_at, message.delivered_by = MessageState.DELIVERED, at, by
    message.save(update_fields=["state", "delivered_at", "delivered_by"])
    events.append(
        kind="response:delivered", actor="system:delivery", about=("submission", message.submission_id),
        correlation=message.submission.control_number, at=at,
        data={"message": message.pk, "kind": message.kind, "by": by, "summary": f"{message.kind} by {by}"},
    )  # fmt: skip
