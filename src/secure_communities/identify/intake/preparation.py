# SPDX-License-Identifier: Apache-2.0
"""From a kept file to what both searches need: check the text, check the images, make the templates.

`examine` touches no database; `prepare` is the thin service around it. Either refuses with every finding at once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import DatabaseError
from django.db import transaction as database

from secure_communities.biometrics.extraction import FingerImage, NoTemplate, extract_many
from secure_communities.biometrics.template import Template
from secure_communities.identify.galleries.models import Register
from secure_communities.identify.intake import services
from secure_communities.identify.intake.booking import Booking, read_booking
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.intake.sequence import check_order
from secure_communities.identify.intake.states import Immigration, Intake, Move
from secure_communities.interchange import files, profiles
from secure_communities.interchange.images import ImageRefused, decode_server
from secure_communities.interchange.itl import CodecError, Finding, ImageView, Transaction
from secure_communities.platform import identifiers, institution
from secure_communities.platform.agencies import selectors as agencies
from secure_communities.platform.agencies.vocabulary import Purpose
from secure_communities.platform.events import services as events

log = logging.getLogger(__name__)

FINGERPRINTS = frozenset({4, 14})
ROLLED = range(1, 11)
PLAIN_THUMBS = {11: 1, 12: 6}  # a plain thumb serves when its rolled print is absent
NATIVE_PPI = 500.0
STATED_PURPOSES = {"BOOKING": Purpose.BOOKING, "SUPERVISION": Purpose.COMMUNITY_SUPERVISION}
FEWEST_FINGERS = 2


class Refused(Exception):
    """The file cannot be searched: every finding, for one ERRT."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


@dataclass(slots=True)
class Prepared:
    """What came out of a good file."""

    transaction: Transaction
    booking: Booking
    tenprint: Mapping[int, Template]
    seconds: dict[str, float] = field(default_factory=dict)


def examine(content: bytes, *, received_on: date, destination: str, purpose: Purpose) -> Prepared:
    """Parse, validate, decode, extract, look whether every finger is in its place. Raises Refused with the findings."""
    seconds: dict[str, float] = {}
    started = time.perf_counter()

    def lap(stage: str) -> None:
        nonlocal started
        seconds[stage] = round(time.perf_counter() - started, 4)
        started = time.perf_counter()

    try:
        parsed = files.read(content)
    except CodecError as error:
        raise Refused([error.finding]) from error
    check_text(parsed, received_on=received_on, destination=destination, purpose=purpose)
    lap("validate")
    images = decode_fingers(parsed)
    lap("decode")
    tenprint = extract_fingers(images)
    lap("extract")
    if faults := check_order(parsed, images, tenprint):
        raise Refused(faults)
    lap("sequence")
    return Prepared(parsed, read_booking(parsed), tenprint, seconds)


def check_text(parsed: Transaction, *, received_on: date, destination: str, purpose: Purpose) -> None:
    """The profile of its type, then the rule that only reserved identifiers are accepted. Raises Refused."""
    profile = profiles.profile_for(parsed)
    if profile is None:
        raise Refused(
            [Finding("A0004", message="1.004 TOT: not a transaction this register takes", record=0, tag="1.004")]
        )
    findings = [
        finding
        for finding in profiles.validate(parsed, profile, received_on=received_on, destination=destination)
        if not finding.tolerated
    ]
    findings = findings or [*reserved_only(parsed), *stated_purpose(parsed, purpose)]
    if findings:
        raise Refused(findings)


def reserved_only(parsed: Transaction) -> Sequence[Finding]:
    """Findings for every identifier or name outside the reserved ranges: no real person is ever taken in."""
    found = []
    for index, record in enumerate(parsed.records):
        for tag, refuse in identifiers.REFUSALS.items():
            if tag.partition(".")[0] != str(record.type):
                continue
            sentences = (refuse(items[0]) for items in record.values(tag) if items and items[0])
            found += [
                Finding("E0002", message=sentence, record=index, idc=record.idc, tag=tag)
                for sentence in sentences
                if sentence
            ]
    record = parsed.of_type(2)[0]
    marker = identifiers.refuse_marker({tag: record.text(tag) for tag in ("2.041", "2.056")})
    if marker:
        index = parsed.records.index(record)
        found.append(Finding("E0002", message=marker, record=index, idc=record.idc, tag="2.056"))
    return found


def stated_purpose(parsed: Transaction, purpose: Purpose) -> Sequence[Finding]:
    """A finding when the file states another purpose (our field 2.901) than its ORI submits for."""
    record = parsed.of_type(2)[0]
    stated = record.text("2.901")
    if not stated or STATED_PURPOSES.get(stated) is purpose:
        return []
    message = f"the file states another purpose than its ORI submits for ({purpose})"
    return [Finding("E0006", message=message, record=parsed.records.index(record), idc=record.idc, tag="2.901")]


@dataclass(frozen=True, slots=True)
class Decoded:
    """One fingerprint image, decoded, with where it stood."""

    view: ImageView
    pixels: Any
    ppi: float


def decode_fingers(parsed: Transaction) -> list[Decoded]:
    """Decode every image of the file in the disposable worker, one fresh process each. Raises Refused."""
    decoded, findings = [], []
    for view in parsed.images():
        try:
            image = decode_server().decode(
                view.data, view.compression, width=view.width or None, height=view.height or None, bits=view.bits
            )
        except ImageRefused as refusal:
            findings.append(
                Finding(refusal.code, message=refusal.reason, record=view.record, idc=view.idc, tag=f"{view.type}.999")
            )
            continue
        if view.type in FINGERPRINTS:
            # The resolution is the record's: what image headers say of it is often wrong in real files.
            decoded.append(Decoded(view, image.pixels, view.ppi or NATIVE_PPI))
    if findings:
        raise Refused(findings)
    return decoded


def extract_fingers(images: Sequence[Decoded]) -> dict[int, Template]:
    """One template a finger, from the rolled print, else from the plain thumb. Raises Refused for unusable images.

    A finger that cannot be read is declared in 2.084 AMP, not sent: an image without usable ridges is refused, so
    that the jail can take it again while the person is there (ebts 8, rows 18 and 19).
    """
    chosen: dict[int, Decoded] = {}
    for image in images:
        position = image.view.positions[0] if len(image.view.positions) == 1 else 0
        if position in ROLLED:
            chosen[position] = image
        elif position in PLAIN_THUMBS:
            chosen.setdefault(PLAIN_THUMBS[position], image)
    order = sorted(chosen)
    results = extract_many([FingerImage(chosen[one].pixels, chosen[one].ppi, one) for one in order])
    tenprint: dict[int, Template] = {}
    findings = []
    for position, result in zip(order, results, strict=True):
        if isinstance(result, NoTemplate):
            view = chosen[position].view
            code = "E0006" if result.contradicts_record else "L0008"
            findings.append(
                Finding(
                    code,
                    message=f"finger {position}: {result.reason}",
                    record=view.record,
                    idc=view.idc,
                    tag=f"{view.type}.999",
                )
            )
        else:
            tenprint[position] = result
    if findings:
        raise Refused(findings)
    if len(tenprint) < FEWEST_FINGERS:
        raise Refused(
            [Finding("L0008", message=f"{len(tenprint)} usable finger(s); at least {FEWEST_FINGERS} are needed")]
        )
    return tenprint


def prepare(submission_id: int, *, now: Callable[[], datetime]) -> None:
    """Examine one submission and queue both searches, or refuse it. Safe to repeat. Takes seconds: hence a clock."""
    from secure_communities.identify.responses import services as responses

    submission = Submission.objects.select_related("originator", "data_key").get(pk=submission_id)
    if submission.intake_state != Intake.RECEIVED:
        return
    permitted = agencies.may_submit(
        submission.originator, submission.transaction_type, on=submission.received_at.date()
    )
    try:
        if not permitted:
            raise Refused([Finding("A0004", message=permitted.sentence, record=0, tag="1.004")])
        prepared = examine(
            services.content_of(submission),
            received_on=submission.received_at.date(),
            destination=institution.CRIMINAL_REGISTER,
            purpose=Purpose(submission.purpose),
        )
    except Refused as refusal:
        with database.atomic():
            submission, at = services.locked(submission_id), now()
            if submission.intake_state == Intake.RECEIVED:
                refuse(submission, refusal.findings, at=at)
                responses.answer_refused(submission, refusal.findings, at=at)
        return
    with database.atomic():
        submission = services.locked(submission_id)
        if submission.intake_state == Intake.RECEIVED:
            accept(submission, prepared, at=now())


def refuse(submission: Submission, findings: Sequence[Finding], *, at: datetime) -> None:
    """Record why a file cannot be searched."""
    submission.findings = [
        {
            "code": one.code,
            "record": one.record,
            "idc": one.idc,
            "tag": one.tag,
            "offset": one.offset,
            "message": one.message,
        }
        for one in findings
    ]
    submission.save(update_fields=["findings"])
    services.move_intake(submission, Move.REFUSE)
    events.append(
        kind="submission:refused", actor="system:intake", about=("submission", submission.pk),
        correlation=submission.control_number, at=at,
        data={"codes": [one.code for one in findings], "summary": f"{len(findings)} finding(s)"},
    )  # fmt: skip


def accept(submission: Submission, prepared: Prepared, *, at: datetime) -> None:
    """Record what was prepared and queue both searches, in the caller's transaction."""
    from secure_communities.identify.intake.jobs import search_criminal

    submission.retain = prepared.booking.retain
    submission.timings = prepared.seconds
    submission.save(update_fields=["retain", "timings"])
    services.move_intake(submission, Move.ACCEPT)
    services.keep_probe(submission, register=Register.CRIMINAL, tenprint=prepared.tenprint, at=at)
    events.append(
        kind="submission:accepted", actor="system:intake", about=("submission", submission.pk),
        correlation=submission.control_number, at=at,
        data={
            "fingers": sorted(prepared.tenprint),
            "quality": {str(position): template.quality for position, template in prepared.tenprint.items()},
            "summary": f"{len(prepared.tenprint)} fingers, {sum(map(len, prepared.tenprint.values()))} minutiae",
        },
    )  # fmt: skip
    search_criminal.defer(submission_id=submission.pk)
    try:
        with database.atomic():
            _hand_over(submission, prepared, at=at)
    except DatabaseError:  # the criminal side goes on; the immigration side fails closed and says so
        log.exception("the immigration side of %s could not be prepared", submission.control_number)
        submission.immigration_state = Immigration.WAITING
        _not_searched(submission, reason="NOT_PREPARED", sentence="The immigration side could not be prepared", at=at)


def _hand_over(submission: Submission, prepared: Prepared, *, at: datetime) -> None:
    """Give the immigration side its probe, if participation on record allows the search (S9)."""
    from secure_communities.identify.intake.jobs import search_immigration

    eligibility = agencies.immigration_search(
        submission.originator,
        purpose=Purpose(submission.purpose),
        tot=submission.transaction_type,
        on=submission.received_at.date(),
        later_arrest=bool(prepared.booking.state_number),  # the state has this person's prints already (NFF)
    )
    if eligibility:
        services.keep_probe(submission, register=Register.IMMIGRATION, tenprint=prepared.tenprint, at=at)
        search_immigration.defer(submission_id=submission.pk)
        return
    _not_searched(submission, reason=eligibility.reason_code, sentence=eligibility.sentence, at=at)


def _not_searched(submission: Submission, *, reason: str, sentence: str, at: datetime) -> None:
    services.move_immigration(submission, Move.NOT_ELIGIBLE, at=at)
    events.append(
        kind="immigration:not-searched", actor="system:intake", about=("submission", submission.pk),
        correlation=submission.control_number, at=at, reason=reason, data={"summary": sentence},
    )  # fmt: skip
