# SPDX-License-Identifier: Apache-2.0
"""Receive files, move submissions through their states, keep and discard probes."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from secure_communities.biometrics.template import Template
from secure_communities.identify.galleries.models import Register
from secure_communities.identify.intake import states, tenprints
from secure_communities.identify.intake.models import Channel, Probe, RefusedInput, Submission
from secure_communities.interchange import files
from secure_communities.interchange.files import Form
from secure_communities.interchange.itl import CodecError, Finding, Header, Transaction
from secure_communities.interchange.responses import error_response
from secure_communities.platform import identifiers, institution
from secure_communities.platform.agencies import selectors as agencies
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.events import services as events
from secure_communities.platform.keys import services as keys

TYPE = re.compile(r"[A-Z0-9]{1,5}")
UNREADABLE_TYPE = "?"  # stands for a 1.004 that is no type at all: nobody may submit it, which the ERRT then says
CONTENT = "intake.content"
TENPRINT = "intake.tenprint"
ERROR_RESPONSE = "intake.error_response"
# An error response is never answered, least of all with another one: that would be a loop (ebts 8, row 24).
RESPONSE_TYPES = frozenset({"SRE", "ERRT", "ERRL", "ERRI", "ERRA", "ERRB", "ERRR", "RPISR", "SRT", "SRB", "TPRR"})


class TransportRefusal(Exception):
    """No answer can be addressed: refused where it came in (HTTP 4xx, reject folder), never with an invented TCR."""

    def __init__(self, code: str, reason: str, *, status: int = 400, refused: RefusedInput | None = None) -> None:
        super().__init__(f"{code}: {reason}")
        self.code, self.reason, self.status, self.refused = code, reason, status, refused


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the presenter is told: the submission, and whether it was known already."""

    submission: Submission
    repeated: bool


def new_control_number() -> str:
    """A control number nobody can guess: `SC-` and 16 letters and digits (80 bits)."""
    alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    return "SC-" + "".join(secrets.choice(alphabet) for _ in range(16))


def receive(
    *, content: bytes, channel: Channel, presented_by: OriginatingAgency | None, actor: Any, at: datetime
) -> Receipt:
    """Keep one file and queue it. `presented_by` is the ORI whose key presented it; None for an operator's hand.

    Raises TransportRefusal when no answer can be addressed, the presenter may not use the ORI inside, or the
    control number stands for other content already.
    """
    digest = hashlib.sha256(content).digest()
    header = files.read_header(content)
    try:
        if header is None:
            raise _unreadable(content)
        header, originator = _address(header, presented_by)
    except Unaddressable as fault:
        raise refuse_at_the_door(
            content=content, channel=channel, actor=actor, at=at, code=fault.code, reason=fault.reason,
            status=fault.status, header=header if fault.answerable else None,
        ) from None  # fmt: skip
    tcn = header.tcn or ""
    known = Submission.objects.filter(originator=originator, tcn=tcn).first()
    if known is None:
        try:
            with transaction.atomic():
                return Receipt(
                    _keep(content, digest, header, originator=originator, channel=channel, actor=actor, at=at), False
                )
        except IntegrityError:  # the same control number arrived twice at once: the first one stands
            known = Submission.objects.get(originator=originator, tcn=tcn)
    if bytes(known.sha256) == digest:
        events.append(
            kind="submission:repeated", actor=actor, about=("submission", known.pk),
            correlation=known.control_number, at=at, data={"channel": channel},
        )  # fmt: skip
        return Receipt(known, True)
    events.append(
        kind="submission:conflicting", actor=actor, about=("submission", known.pk),
        correlation=known.control_number, at=at, data={"channel": channel, "sha256": digest.hex()},
    )  # fmt: skip
    raise refuse_at_the_door(
        content=content, channel=channel, actor=actor, at=at, code="H0002", status=409, header=header,
        reason="1.009 TCN: this control number was used before with other content; use a new one for new content",
    )  # fmt: skip


@dataclass(slots=True)
class Unaddressable(Exception):
    """Why no submission may be made of a file; `answerable`: an ERRT may be addressed to the ORI it names."""

    code: str
    reason: str
    status: int
    answerable: bool = False


def _unreadable(content: bytes) -> Unaddressable:
    """What to say of a file of which not even the header can be read; of XML, what its reader says."""
    if files.form_of(content) is Form.XML:
        try:
            files.read(content)
        except CodecError as error:
            return Unaddressable(error.code, error.message, 400)
    return Unaddressable("E0004", "this is no ANSI/NIST-ITL transaction: it does not begin with field 1.001", 400)


def _address(header: Header, presented_by: OriginatingAgency | None) -> tuple[Header, OriginatingAgency]:
    """The header, whole enough to be answered, and the ORI it speaks for. Raises Unaddressable."""
    if not (header.tcn and header.ori and header.dai):
        raise Unaddressable(
            "H0001", "Type-1 must name 1.007 DAI, 1.008 ORI and 1.009 TCN before it can be answered", 422
        )
    for refusal in (identifiers.refuse_ori(header.ori), identifiers.refuse_tcn(header.tcn)):
        if refusal:
            raise Unaddressable("H0002", refusal, 422)
    if presented_by is not None and presented_by.ori != header.ori:
        raise Unaddressable("A0004", "1.008 ORI: the key that presented this file belongs to another ORI", 403)
    originator = agencies.originator(header.ori)
    if originator is None:
        raise Unaddressable("A0004", "1.008 ORI: not on the register of originating agencies", 422)
    if (header.tot or "") in RESPONSE_TYPES:
        raise Unaddressable("H0002", f"1.004 TOT: {header.tot} is a response; responses are not submitted", 422)
    if header.dai != institution.CRIMINAL_REGISTER:
        raise Unaddressable("H0002", "1.007 DAI: not the address of this register", 422, answerable=True)
    return header, originator


def refuse_at_the_door(
    *, content: bytes, channel: Channel, actor: Any, at: datetime, code: str, reason: str, status: int,
    header: Header | None = None,
) -> TransportRefusal:  # fmt: skip
    """Note refused input, with an ERRT when it can be addressed to somebody, and return the refusal to raise."""
    box = key = None
    if header is not None:
        finding = Finding(code, message=reason, record=0)
        answer = error_response(
            header, tcn=f"SYN-REF-{secrets.token_hex(8).upper()}", date=at.date(), gmt=at, findings=[finding]
        )
        key = keys.create_data_key(at=at)
        box = keys.seal(key, files.write(answer, files.form_of(content)), context=ERROR_RESPONSE)
    refused = RefusedInput.objects.create(
        channel=channel, presented_by=events.actor_name(actor), received_at=at, size=len(content),
        sha256=hashlib.sha256(content).digest(), code=code, reason=reason[:400], error_response=box, data_key=key,
    )  # fmt: skip
    events.append(
        kind="submission:unreadable", actor=actor, about=("refused_input", refused.pk), at=at,
        data={"code": code, "sha256": bytes(refused.sha256).hex(), "size": len(content)},
    )  # fmt: skip
    return TransportRefusal(code, reason, status=status, refused=refused)


def _keep(
    content: bytes,
    digest: bytes,
    header: Header,
    *,
    originator: OriginatingAgency,
    channel: Channel,
    actor: Any,
    at: datetime,
) -> Submission:
    from secure_communities.identify.intake.jobs import prepare

    key = keys.create_data_key(at=at)
    submission = Submission.objects.create(
        control_number=new_control_number(),
        originator=originator,
        tcn=header.tcn or "",
        transaction_type=header.tot if header.tot and TYPE.fullmatch(header.tot) else UNREADABLE_TYPE,
        purpose=originator.purpose,
        channel=channel,
        form=files.form_of(content),
        sha256=digest,
        content=keys.seal(key, content, context=CONTENT),
        data_key=key,
        received_at=at,
    )
    events.append(
        kind="submission:received", actor=actor, about=("submission", submission.pk),
        correlation=submission.control_number, at=at,
        data={"ori": originator.ori, "tot": submission.transaction_type, "channel": channel, "size": len(content)},
    )  # fmt: skip
    prepare.defer(submission_id=submission.pk)
    return submission


# -- states ------------------------------------------------------------------------------------------------------


def locked(submission_id: int) -> Submission:
    """The submission's row, locked until the transaction ends."""
    return (
        Submission.objects.select_for_update(of=("self",))
        .select_related("originator", "data_key")
        .get(pk=submission_id)
    )


def move_intake(submission: Submission, move: states.Move) -> None:
    """Move the intake state by the table."""
    submission.intake_state = states.intake_after(submission.intake_state, move)
    submission.save(update_fields=["intake_state"])


def move_criminal(submission: Submission, move: states.Move) -> None:
    """Move the criminal side's state by the table."""
    submission.criminal_state = states.criminal_after(submission.criminal_state, move)
    submission.save(update_fields=["criminal_state"])


def move_immigration(submission: Submission, move: states.Move, *, at: datetime) -> None:
    """Move the immigration side's state by the table; where that ends without a match, discard the probe."""
    submission.immigration_state = states.immigration_after(submission.immigration_state, move)
    submission.save(update_fields=["immigration_state"])
    if submission.immigration_state in states.PROBE_DISCARDED_IN:
        discard_probe(submission, register=Register.IMMIGRATION, at=at)


# -- probes ------------------------------------------------------------------------------------------------------


def keep_probe(submission: Submission, *, register: Register, tenprint: Mapping[int, Template], at: datetime) -> Probe:
    """Seal a side's copy of the templates under a key of its own."""
    key = keys.create_data_key(at=at)
    box = keys.seal(key, tenprints.pack(tenprint), context=TENPRINT)
    return Probe.objects.create(submission=submission, register=register, data_key=key, tenprint=box)


def probe_of(submission: Submission, register: Register) -> dict[int, Template] | None:
    """A side's templates, or None when it has none (any more)."""
    probe = submission.probes.filter(register=register).select_related("data_key").first()
    return None if probe is None else tenprints.unpack(keys.unseal(probe.data_key, probe.tenprint, context=TENPRINT))


def discard_probe(submission: Submission, *, register: Register, at: datetime) -> None:
    """Delete a side's templates and destroy their key, leaving an event as the proof."""
    for probe in submission.probes.filter(register=register).select_related("data_key"):
        key = probe.data_key
        probe.delete()
        keys.destroy_data_key(key, reason="probe discarded", at=at)
        events.append(
            kind="immigration:probe-discarded", actor="system:immigration", about=("submission", submission.pk),
            correlation=submission.control_number, at=at, reason=submission.immigration_state,
            data={"data_key": str(key.pk)},
        )  # fmt: skip


def content_of(submission: Submission) -> bytes:
    """The file as it came in."""
    return keys.unseal(submission.data_key, submission.content, context=CONTENT)


def transaction_of(submission: Submission) -> Transaction:
    """The records of the file, in whichever form it came. Raises CodecError."""
    return files.read(content_of(submission))
