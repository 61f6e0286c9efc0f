# SPDX-License-Identifier: Apache-2.0
"""Each message as a PDF for people: read back from the message's own content, so it can never say more than that does.

`describe` is the data of a page, `pdf_of` the page. The creation date is the time the message became ready, so the same
message gives the same bytes. No image of a person is ever in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from typing import Any

from secure_communities.identify.responses import wording
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import MessageKind, MessageState
from secure_communities.interchange import files
from secure_communities.interchange.itl import CodecError, Transaction
from secure_communities.interchange.messages import (
    Acknowledgement,
    Basis,
    CombinedResponse,
    ImmigrationDataResponse,
    ImmigrationQuery,
    ImmigrationResponse,
    MessageError,
    Purpose,
    date_of_birth,
)
from secure_communities.interchange.xml import inquiries
from secure_communities.platform.documents import DocumentFailed, render

Data = dict[str, Any]
TITLES: Mapping[MessageKind, tuple[str, str]] = {
    MessageKind.FIRST: ("First response: criminal history register", "Criminal history register"),
    MessageKind.ERROR: ("Error response", "Criminal history register"),
    MessageKind.NO_MATCH: ("Second response: no record found", "Immigration register"),
    MessageKind.PENDING: ("Second response: the answer is pending", "Immigration register"),
    MessageKind.SECOND: ("Second response: immigration register", "Immigration support centre"),
    MessageKind.QUERY: ("Status query to the support centre", "Immigration register"),
    MessageKind.ACKNOWLEDGEMENT: ("Receipt of a status query", "Immigration support centre"),
    MessageKind.SUPPORT_RESPONSE: ("Answer of the support centre", "Immigration support centre"),
}
# What the message before this one was: a second response also takes the place of the notice that it is pending.
REPLACED: Mapping[MessageKind, tuple[MessageKind, ...]] = {
    MessageKind.SECOND: (MessageKind.SECOND, MessageKind.PENDING),
    MessageKind.FIRST: (MessageKind.FIRST,),
    MessageKind.NO_MATCH: (MessageKind.NO_MATCH,),
    MessageKind.SUPPORT_RESPONSE: (MessageKind.SUPPORT_RESPONSE,),
}
WORDS = {
    MessageKind.PENDING: "the notice that the answer is pending",
    MessageKind.SECOND: "the second response",
    MessageKind.FIRST: "the first response",
    MessageKind.NO_MATCH: "the notice that no record was found",
    MessageKind.SUPPORT_RESPONSE: "the answer",
}
BASES = {Basis.BIOMETRIC: "Fingerprints", Basis.NAME_DOB: "Name and date of birth only"}
PURPOSES = {Purpose.CRIMINAL_JUSTICE: "Criminal justice (C)", Purpose.FIREARMS: "Firearms (F)"}
SEXES = {"M": "Male", "F": "Female", "X": "X", "U": "Unknown"}
NOTICE_ENDS = "SYNTHETIC DATA"  # from here on, in editions without a message field, the messages follow the text
ERROR = re.compile(r"([A-Z]\d{4}): (.*)", re.ASCII | re.DOTALL)


def pdf_of(message: Message) -> bytes:
    """The document of a message that has left. LookupError while it is held; DocumentFailed if it cannot be set."""
    from secure_communities.identify.responses import services

    if message.ready_at is None:
        raise LookupError(f"{message} is held until the first response leaves")
    data = describe(message, services.content_of(message))
    return render(template(MessageKind(message.kind)), data, created=message.ready_at)


ALSO_XML = frozenset({MessageKind.QUERY, MessageKind.SUPPORT_RESPONSE})


def xml_of(message: Message) -> bytes:
    """The query to the support centre or its answer in their XML form, from the text as sent. Raises DocumentFailed."""
    from secure_communities.identify.responses import services

    content = services.content_of(message)
    try:
        if message.kind == MessageKind.QUERY:
            return inquiries.write_query(ImmigrationQuery.decode(content))
        return inquiries.write_response(ImmigrationResponse.decode(content))
    except MessageError as error:
        raise DocumentFailed(f"message {message.tcn} has no XML form: {error}") from error


@cache
def template(kind: MessageKind) -> str:
    """The template of a kind of message."""
    return (resources.files(__package__) / "pages" / f"{kind.value}.typ").read_text("utf-8")


def describe(message: Message, content: bytes) -> Data:
    """What the page of a message shows. Raises DocumentFailed when its content cannot be read."""
    kind = MessageKind(message.kind)
    title, author = TITLES[kind]
    common: Data = {
        "title": title,
        "author": f"{author} (synthetic demonstration)",
        "description": f"Message {message.tcn} about submission {message.submission.control_number}. Synthetic data.",
        "reference": message.tcn,
        "replaces": _replaced(message, kind),
    }
    try:
        return common | DESCRIPTIONS[kind](message, content)
    except (CodecError, MessageError, UnicodeDecodeError) as error:
        raise DocumentFailed(f"message {message.tcn} cannot be read: {error}") from error


def _replaced(message: Message, kind: MessageKind) -> dict[str, str] | None:
    """The last message before this one whose place it takes."""
    before = [
        one
        for one in message.submission.messages.filter(kind__in=REPLACED.get(kind, ())).exclude(pk=message.pk)
        if one.state != MessageState.HELD
        and ((one.kind == kind and one.version < message.version) or (one.kind != kind and message.version == 1))
        and one.ready_at is not None
        and message.ready_at is not None
        and (one.ready_at, one.pk) < (message.ready_at, message.pk)
    ]
    if not before:
        return None
    last = max(before, key=lambda one: (one.version, one.pk))
    words = WORDS[MessageKind(last.kind)]
    return {
        "what": f"{words}, version {last.version}" if last.kind == kind else words,
        "tcn": last.tcn,
        "at": _moment(last.ready_at),
    }


# -- messages to the agency: transactions --


def _first(message: Message, content: bytes) -> Data:
    answer = files.read(content)
    record = answer.of_type(2)[0]
    return {
        "identified": record.text("2.059") == "I",
        "number": record.text("2.014") or "",
        "facts": _facts(message, answer),
        "sheet": (record.text("2.075") or "").strip(),
        "messages": [items[0] for items in record.values("2.060") if items[0] != NOTICE_ENDS],
    }


def _error(message: Message, content: bytes) -> Data:
    answer = files.read(content)
    texts = [items[0] for items in answer.of_type(2)[0].values("2.060")]
    found = [ERROR.fullmatch(text) for text in texts]
    return {
        "facts": _facts(message, answer),
        "errors": [[one[1], one[2]] if one else ["", text] for one, text in zip(found, texts, strict=True)],
    }


def _no_match(message: Message, content: bytes) -> Data:
    answer = files.read(content)
    _combined(answer)  # a notice that cannot be read back is not printed as one
    return {"facts": _facts(message, answer)}


def _pending(message: Message, content: bytes) -> Data:
    answer = files.read(content)
    return {"facts": _facts(message, answer), "identity": _identity(_combined(answer).data)}


def _second(message: Message, content: bytes) -> Data:
    answer = files.read(content)
    combined = _combined(answer)
    response = combined.answer
    return {
        "facts": _facts(message, answer),
        "identity": _identity(combined.data),
        **_determination(response),
    }


def _combined(answer: Transaction) -> CombinedResponse:
    lines = (answer.of_type(2)[0].text("2.075") or "").replace("\r\n", "\n").split("\n")
    if NOTICE_ENDS in lines:
        lines = lines[: lines.index(NOTICE_ENDS)]
    return CombinedResponse.decode("\n".join(lines) + "\n")


def _facts(message: Message, answer: Transaction) -> list[list[str]]:
    record = answer.of_type(2)[0]
    return _rows(
        ("Answers your control number", answer.tcr),
        ("Our control number", answer.tcn),
        ("Version", str(message.version)),
        ("From, to", f"{message.sender}, {message.recipient}"),
        ("Sent", _moment(message.ready_at)),
        ("Name at booking", record.text("2.018")),
        ("Your case number", record.text("2.009")),
        ("For the attention of", record.text("2.006")),
        ("Controlling agency", ", ".join(items[0] for items in record.values("2.073"))),
    )


# -- what was decided --


def _determination(response: ImmigrationResponse | None) -> Data:
    if response is None or response.determination is None:
        text = response.status_sentence if response else "The answer of the support centre is not in this message."
        return {
            "finding": {"title": "A match, and no statement", "text": text},
            "determination": [],
            "means": list(wording.means(None)),
        }
    return {
        "finding": {"title": "What the records say", "text": response.status_sentence},
        "determination": _rows(
            ("Code", response.determination.value),
            ("Signed by", response.officer),
            ("Authority", response.authority),
            ("Signed", _moment(response.determined_at)),
            ("Confidence", response.confidence),
            ("Reviewed by", response.reviewer),
            ("Criminal history", response.criminal_note),
            ("What happens next", response.next_step),
            ("Questions to", response.contact),
        ),
        "means": list(wording.means(response.determination)),
    }


def _identity(data: ImmigrationDataResponse) -> list[list[str]]:
    rows: list[tuple[str, str | None]] = [("Register number", data.fin)]
    for number, one in enumerate(data.identities, 1):
        label = "Name" if number == 1 else f"Also known as ({number})"
        rows += [
            (label, one.name),
            ("Date of birth", _day(one.dob)),
            ("Place of birth", one.pob),
            ("Citizenship on record", one.citizenship),
            ("Sex", SEXES.get(one.sex, one.sex)),
            ("Document", one.document),
        ]
    if data.encounter:
        last = data.encounter
        parts = (_day(last.day), last.organisation, last.site, last.reason)
        rows.append(("Last encounter", ", ".join(part for part in parts if part)))
    return _rows(*rows)


# -- messages to and from the support centre: text --


def _query(message: Message, content: bytes) -> Data:
    query = ImmigrationQuery.decode(content)
    return {
        "facts": _rows(
            ("Reference", query.data_response),
            ("About submission", query.tcn),
            ("From, to", f"{message.sender}, {message.recipient}"),
            ("Sent", _moment(message.ready_at)),
            ("For the attention of", query.attention),
            ("Purpose", PURPOSES[query.purpose]),
        ),
        "identity": _rows(
            ("Register number", query.fin),
            ("Name at booking", query.name),
            ("Date of birth", _day(date_of_birth(query)) or query.dob),
            ("Sex", SEXES.get(query.sex, query.sex)),
            ("Place of birth", query.pob),
            ("In custody", "Yes" if query.in_custody else "No"),
            ("Charge", "UNKNOWN" if query.charge_unknown else query.offence),
            ("A-number", query.a_number),
            ("Remarks", query.remarks),
        ),
    }


def _acknowledgement(message: Message, content: bytes) -> Data:
    receipt = Acknowledgement.decode(content)
    return {
        "facts": _rows(
            ("Reference", receipt.reference),
            ("About submission", receipt.tcn),
            ("From, to", f"{message.sender}, {message.recipient}"),
            ("Received", _moment(receipt.received_at)),
            ("Answer aimed at", _moment(receipt.due_at)),
        )
    }


def _support_response(message: Message, content: bytes) -> Data:
    response = ImmigrationResponse.decode(content)
    return {
        "facts": _rows(
            ("Answers query", response.control),
            ("About submission", response.tcn),
            ("Version", str(response.version)),
            ("From, to", f"{message.sender}, {message.recipient}"),
            ("Sent", _moment(message.ready_at)),
            ("Found by", BASES[response.basis]),
        ),
        "evidence": [[one.system, one.record, _moment(one.retrieved_at)] for one in response.evidence],
        **_determination(response),
    }


DESCRIPTIONS: Mapping[MessageKind, Callable[[Message, bytes], Data]] = {
    MessageKind.FIRST: _first,
    MessageKind.ERROR: _error,
    MessageKind.NO_MATCH: _no_match,
    MessageKind.PENDING: _pending,
    MessageKind.SECOND: _second,
    MessageKind.QUERY: _query,
    MessageKind.ACKNOWLEDGEMENT: _acknowledgement,
    MessageKind.SUPPORT_RESPONSE: _support_response,
}


def _rows(*rows: tuple[str, str | None]) -> list[list[str]]:
    """The rows that say something."""
    return [[label, value] for label, value in rows if value]


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%-d %B %Y, %H:%M} UTC" if at else ""


def _day(day: date | None) -> str:
    return f"{day:%-d %B %Y}" if day else ""
