# SPDX-License-Identifier: Apache-2.0
"""Answers to submissions: results (SRE) and errors (ERRT), modelled on EBTS.

In: the request or what could be read of its header. Out: a transaction with ORI and DAI swapped, TCR = the request's
TCN, and ATN, SCO, OCA and CRI echoed where they are well-formed. Nothing hostile is ever repeated."""

from __future__ import annotations

import re
import string
import textwrap
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime

from secure_communities.interchange import itl
from secure_communities.interchange.itl import Finding, Header, Transaction
from secure_communities.interchange.profiles import is_answer
from secure_communities.interchange.profiles.fields import Place, check_field
from secure_communities.interchange.profiles.tables import EDITIONS, Edition, edition
from secure_communities.interchange.profiles.validation import edition_for
from secure_communities.interchange.profiles.values import Dates

MAXIMUM_MESSAGES = 11
MESSAGE_CHARACTERS = 300
RAP_SHEET_LINE = 72
RAP_SHEET_CHARACTERS = 200_000

_AGENCY = re.compile(r"[A-Za-z0-9]{9}")
_CONTROL_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _./:-]{0,39}")
_MESSAGE_SAFE = frozenset(string.ascii_letters + string.digits + " ,.-_/:;()#%*+\\?")
_LOOKALIKES = str.maketrans({"×": "x", "…": "...", "–": "-", "—": "-", "’": " ", "'": " "})
_ECHOED = ("2.006", "2.007", "2.009", "2.073")


class Unanswerable(ValueError):
    """No answer may be addressed: the control number or an agency was not readable, or the request is an answer."""


def answerable(data: bytes) -> Header | None:
    """The header of `data`, readable or not, if an error answer can be addressed to its sender; None otherwise."""
    header = itl.read_header(data)
    return header if header and is_answerable(header) else None


def is_answerable(request: Transaction | Header) -> bool:
    """TCN, ORI and DAI are there and well-formed, and the request is not itself an answer."""
    return (
        not is_answer(request.tot)
        and bool(request.tcn and _CONTROL_NUMBER.fullmatch(request.tcn))
        and all(agency is not None and _AGENCY.fullmatch(agency) for agency in (request.ori, request.dai))
    )


def submission_results(
    request: Transaction,
    *,
    tcn: str,
    date: date,
    gmt: datetime,
    ident: bool,
    ucn: str | None = None,
    sid: str | None = None,
    name: str | None = None,
    rap_sheet: str | None = None,
    messages: Sequence[str] = (),
) -> Transaction:
    """An SRE: identified or not, with identity numbers, rap sheet (wrapped at 72 characters) and status messages.

    In an edition whose SRE has no MSG (before 9.4) the messages end the rap sheet text. Raises Unanswerable, and
    ValueError for more than 11 messages, a rap sheet over 200,000 characters, or no usable name.
    """
    rules = edition_for(request)
    echoed = _echoed(request, rules, date)
    subject = name or _kept(request, "2.018", rules, date)
    if not subject:
        raise ValueError("a result needs a name: the request has none that can be repeated")
    lines = [part for message in messages for part in textwrap.wrap(_plain(message), MESSAGE_CHARACTERS)]
    if len(lines) > MAXIMUM_MESSAGES:
        raise ValueError(f"at most {MAXIMUM_MESSAGES} messages of {MESSAGE_CHARACTERS} characters fit in one answer")
    row = rules.rule("2.060")
    if lines and (row is None or "SRE" not in row.need):
        rap_sheet, lines = "\n".join([*([rap_sheet] if rap_sheet else []), *lines]), []
    sheet = _rap_sheet(rap_sheet) if rap_sheet else None
    fields: dict[str, itl.Value] = {
        **echoed,
        "2.014": ucn or "",
        "2.015": sid or "",
        "2.018": subject,
        "2.059": "I" if ident else "N",
        "2.060": [[line] for line in lines],
        "2.075": sheet or "",
        "2.087": _kept(request, "2.087", rules, date) or "",
    }
    fields.setdefault("2.073", request.ori or "")
    return _answer("SRE", request, fields, tcn=tcn, date=date, gmt=gmt)


def error_response(
    request: Transaction | Header, *, tcn: str, date: date, gmt: datetime, findings: Sequence[Finding]
) -> Transaction:
    """An ERRT with every finding in at most 11 messages. Raises Unanswerable; ValueError without findings."""
    if not findings:
        raise ValueError("an error answer says what is wrong")
    fields: dict[str, itl.Value] = {"2.060": [[message] for message in _messages(findings)]}
    if isinstance(request, Transaction):
        fields |= _echoed(request, edition_for(request), date)
    return _answer("ERRT", request, fields, tcn=tcn, date=date, gmt=gmt)


def _answer(
    tot: str, request: Transaction | Header, fields: dict[str, itl.Value], *, tcn: str, date: date, gmt: datetime
) -> Transaction:
    if not is_answerable(request):
        raise Unanswerable("the request's TCN, ORI or DAI is not readable, or it is itself an answer")
    present = [(tag, fields[tag]) for tag in sorted(fields, key=_number) if fields[tag]]
    return itl.transaction(
        tot=tot,
        ori=request.dai or "",
        dai=request.ori or "",
        tcn=tcn,
        tcr=request.tcn,
        date=date,
        gmt=gmt,
        version=_version(request),
        domain=_domain(request),
        records=[itl.text_record(2, idc=0, fields=present)],
    )


def _version(request: Transaction | Header) -> str:
    """The request's edition of the standard, as far as it is one."""
    rule = edition(EDITIONS[-1]).rule("1.002")
    known = rule.items[0].codes if rule else None
    return request.version if known and request.version in known else "0400"


def _domain(request: Transaction | Header) -> tuple[str, str] | None:
    items = request.header.values("1.013") if isinstance(request, Transaction) else []
    if not items or len(items[0]) != 2:
        return None
    name, version = items[0]
    return (name, version) if all(re.fullmatch(r"[A-Za-z0-9 ._-]{1,20}", item) for item in (name, version)) else None


def _echoed(request: Transaction, rules: Edition, on: date) -> dict[str, itl.Value]:
    values = {}
    for tag in _ECHOED:
        if _kept(request, tag, rules, on):
            values[tag] = next(record for record in request.records if record.type == 2).values(tag)
    return dict(values)


def _kept(request: Transaction, tag: str, rules: Edition, on: date) -> str | None:
    """The first value of a Type-2 field that occurs once and obeys its row of the table; None otherwise."""
    record = next((record for record in request.records if record.type == 2), None)
    found = record.occurrences(tag) if record else []
    rule, tot = rules.rule(tag), request.tot or ""
    if record is None or rule is None or len(found) != 1:
        return None
    wrong = list(check_field(found[0], rule, place=Place(1, record.idc), tot=tot, dates=Dates(on, on)))
    return None if wrong else record.text(tag)


def _messages(findings: Sequence[Finding]) -> list[str]:
    """One message a finding; when they are more than 11, several share a message as far as they fit."""
    texts = [_plain(str(finding))[:MESSAGE_CHARACTERS] for finding in findings]
    if len(texts) <= MAXIMUM_MESSAGES:
        return texts
    packed = [""]
    for number, text in enumerate(texts):
        joined = f"{packed[-1]}; {text}" if packed[-1] else text
        if len(joined) <= MESSAGE_CHARACTERS - 12:
            packed[-1] = joined
        elif len(packed) < MAXIMUM_MESSAGES:
            packed.append(text)
        else:
            packed[-1] = packed[-1][: MESSAGE_CHARACTERS - 12] + f"; +{len(texts) - number} more"
            break
    return packed


def _plain(text: str) -> str:
    """One line of letters, digits and harmless punctuation."""
    ascii_text = _ascii(text.translate(_LOOKALIKES))
    return "".join(character if character in _MESSAGE_SAFE else "?" for character in " ".join(ascii_text.split()))


def _rap_sheet(text: str) -> str:
    lines = []
    for line in _ascii(text.translate(_LOOKALIKES)).expandtabs(4).splitlines():
        kept = "".join(character if character.isprintable() else "?" for character in line)
        lines += [kept] if len(kept) <= RAP_SHEET_LINE else textwrap.wrap(kept, RAP_SHEET_LINE, drop_whitespace=False)
    sheet = "\r\n".join(lines)
    if len(sheet) > RAP_SHEET_CHARACTERS:
        raise ValueError(f"the rap sheet has {len(sheet)} characters; at most {RAP_SHEET_CHARACTERS} fit in 2.075")
    return sheet


def _ascii(text: str) -> str:
    """Accents are dropped, what has no ASCII form becomes `?`."""
    marks_off = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return marks_off.encode("ascii", "replace").decode("ascii")


def _number(tag: str) -> int:
    return int(tag.split(".")[1])
