# SPDX-License-Identifier: Apache-2.0
"""The records behind a status query, for the support centre alone: query text, register entry, criminal record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from secure_communities.identify.galleries.models import Register, RegisterSubject
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.records import protection
from secure_communities.identify.records import selectors as records
from secure_communities.identify.records.protection import Disclosure
from secure_communities.identify.records.selectors import RecordMissingError
from secure_communities.identify.research.models import StatusQuery
from secure_communities.identify.responses import services as responses
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import MessageKind
from secure_communities.interchange import files
from secure_communities.platform.events.models import Event
from secure_communities.platform.events.selectors import personal_of
from secure_communities.web.presenters import messages
from secure_communities.web.presenters.research import register_rows

IDENTIFIED = "I"


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a specialist or an officer reads. `restricted`: the agency is told of the match alone (S19)."""

    query: dict[str, Any] | None
    register: list[dict[str, Any]] | None
    restricted: bool
    criminal: dict[str, Any] | None


def of(query: StatusQuery, submission: Submission, *, at: datetime) -> Dossier:
    """Gather it. The caller has opened the submission, which logged the reading."""
    subject = query.examination.confirmed.subject if query.examination.confirmed else None
    sent = submission.messages.filter(kind__in=[MessageKind.QUERY, MessageKind.FIRST])
    by_kind = {message.kind: message for message in sent}
    for message in by_kind.values():
        message.submission = submission
    return Dossier(
        query=_viewer(by_kind.get(MessageKind.QUERY)),
        register=_register(subject),
        restricted=subject is not None and protection.disclosure(subject) is not Disclosure.FULL,
        criminal=_criminal(by_kind.get(MessageKind.FIRST), at=at),
    )


def last_return(submission: Submission) -> str:
    """The officer's reason for the latest return of a draft: it is personal, hence sealed inside its event."""
    found = Event.objects.filter(kind="determination:returned", correlation=submission.control_number)
    event = found.select_related("data_key").order_by("-id").first()
    return str(personal_of(event).get("reason", event.reason)) if event else ""


def _viewer(message: Message | None) -> dict[str, Any] | None:
    if message is None:
        return None
    return messages.viewer(
        kind=message.kind, state=message.state, at=message.ready_at, tcn=message.tcn, sender=message.sender,
        recipient=message.recipient, text=messages.text_of(responses.content_of(message), message.media_type),
    )  # fmt: skip


def _register(subject: RegisterSubject | None) -> list[dict[str, Any]] | None:
    if subject is None:
        return None
    try:
        return register_rows(records.immigration_identity(subject))
    except RecordMissingError:
        return None


def _criminal(first: Message | None, *, at: datetime) -> dict[str, Any] | None:
    """The criminal record as it is now, when the first response identified the person."""
    if first is None:
        return None
    answer = files.read(responses.content_of(first)).of_type(2)[0]
    number = answer.text("2.014")
    if answer.text("2.059") != IDENTIFIED or not number:
        return None
    subject = RegisterSubject.objects.filter(register=Register.CRIMINAL, number=number).first()
    if subject is None:
        return None
    try:
        text = records.rap_sheet(subject, at=at)
    except RecordMissingError:
        return None
    return {"title": "Criminal history record", "lane": "criminal", "text": text, "reference": number, "at": at}
