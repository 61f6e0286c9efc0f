# SPDX-License-Identifier: Apache-2.0
"""What booking systems use: submit a file, follow it, fetch its answers."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status

from secure_communities.api.authentication import machine
from secure_communities.api.errors import Problem
from secure_communities.identify.intake import reading, selectors, services
from secure_communities.identify.intake.models import Channel, Submission
from secure_communities.identify.intake.reading import NotFound, ReadPurpose
from secure_communities.identify.responses import documents
from secure_communities.identify.responses import selectors as messages
from secure_communities.identify.responses import services as responses
from secure_communities.identify.responses.models import Message
from secure_communities.interchange.files import form_of, suffix_of
from secure_communities.platform import clock
from secure_communities.platform.agencies.vocabulary import Channel as Delivery
from secure_communities.platform.bodies import LARGEST

router = Router(tags=["Submissions"], auth=machine)
BYTES = {"schema": {"type": "string", "format": "binary"}}
FILE = {"application/vnd.ebts": BYTES, "application/xml": BYTES}
DIGITS = re.compile(r"[0-9]{1,18}")


class Receipt(Schema):
    """What was received, and where to follow it."""

    control_number: str
    tcn: str
    repeated: bool
    status: str
    follow: str
    responses: str


class FindingOut(Schema):
    """One thing wrong with a file."""

    code: str
    record: int | None
    idc: int | None
    tag: str | None
    offset: int | None
    message: str


class Standing(Schema):
    """Where a submission stands, as far as its agency may know."""

    control_number: str
    tcn: str
    tot: str
    received_at: datetime
    intake: str
    criminal: str
    responses: int
    findings: list[FindingOut]


class ResponseOut(Schema):
    """One answer that is ready to be fetched."""

    kind: str
    version: int
    tcn: str
    tcr: str
    ready_at: datetime
    delivered_at: datetime | None
    file: str
    pdf: str


@router.post(
    "/submissions",
    response={202: Receipt, 200: Receipt, 400: Problem, 403: Problem, 409: Problem, 413: Problem, 422: Problem},
    openapi_extra={"requestBody": {"required": True, "content": FILE}},
)
def submit(request: HttpRequest) -> Status[dict[str, Any]]:
    """Hand in one transaction file (the request body). The same file again returns the stored submission."""
    originator = request.auth  # type: ignore[attr-defined]
    content = _body(request)
    receipt = services.receive(
        content=content, channel=Channel.API, presented_by=originator, actor=f"ori:{originator.ori}", at=clock.now()
    )
    return Status(200 if receipt.repeated else 202, _receipt(receipt.submission, receipt.repeated))


def _body(request: HttpRequest) -> bytes:
    """The file. The server's own guard (platform.bodies) stands before this; what passes it is counted again."""
    length = request.headers.get("Content-Length") or "0"
    if not DIGITS.fullmatch(length):
        raise services.TransportRefusal("E0004", "the Content-Length header is no number of bytes")
    if int(length) > LARGEST or len(request.body) > LARGEST:
        raise services.TransportRefusal("E0003", "the file is larger than 64 MB", status=413)
    return request.body


def _receipt(submission: Submission, repeated: bool) -> dict[str, Any]:
    here = f"/api/v1/submissions/{submission.control_number}"
    return {
        "control_number": submission.control_number,
        "tcn": submission.tcn,
        "repeated": repeated,
        "status": submission.intake_state,
        "follow": here,
        "responses": f"{here}/responses",
    }


def _own(request: HttpRequest, control_number: str) -> Submission:
    return reading.open_submission(
        control_number,
        reader=request.auth,  # type: ignore[attr-defined]
        purpose=ReadPurpose.OWN_SUBMISSION,
        at=clock.now(),
    )


@router.get("/submissions/{control_number}", response={200: Standing, 404: Problem})
def follow(request: HttpRequest, control_number: str) -> dict[str, Any]:
    """Where one's own submission stands."""
    return selectors.status_for_agency(_own(request, control_number))


@router.get("/submissions/{control_number}/responses", response={200: list[ResponseOut], 404: Problem})
def list_responses(request: HttpRequest, control_number: str) -> list[dict[str, Any]]:
    """The answers that are ready, oldest first."""
    submission = _own(request, control_number)
    return [
        {
            "kind": message.kind,
            "version": message.version,
            "tcn": message.tcn,
            "tcr": submission.tcn,
            "ready_at": message.ready_at,
            "delivered_at": message.delivered_at,
            "file": f"/api/v1/submissions/{control_number}/responses/{message.tcn}/file",
            "pdf": f"/api/v1/submissions/{control_number}/responses/{message.tcn}/pdf",
        }
        for message in messages.ready_for_agency(submission)
    ]


@router.get(
    "/submissions/{control_number}/responses/{tcn}/file",
    response={200: None, 404: Problem},
    openapi_extra={"responses": {200: {"content": FILE}}},
)
def fetch_response(request: HttpRequest, control_number: str, tcn: str) -> HttpResponse:
    """One answer as a transaction file. Fetching it counts as delivery; it may be fetched again."""
    message = _ready(request, control_number, tcn)
    responses.collected(message, channel=Delivery.API, at=clock.now())
    return _file(responses.content_of(message), message.tcn, message.media_type)


@router.get(
    "/submissions/{control_number}/responses/{tcn}/pdf",
    response={200: None, 404: Problem, 503: Problem},
    openapi_extra={"responses": {200: {"content": {"application/pdf": BYTES}}}},
)
def fetch_document(request: HttpRequest, control_number: str, tcn: str) -> HttpResponse:
    """One answer as a PDF for people (PDF/A-2b, PDF/UA-1). Fetching it counts as delivery, as that of the file."""
    message = _ready(request, control_number, tcn)
    made = documents.pdf_of(message)
    responses.collected(message, channel=Delivery.API, at=clock.now())
    return _attachment(made, f"{message.tcn}.pdf", "application/pdf")


def _ready(request: HttpRequest, control_number: str, tcn: str) -> Message:
    submission = _own(request, control_number)
    message = next((one for one in messages.ready_for_agency(submission) if one.tcn == tcn), None)
    if message is None:
        raise NotFound("No response of that control number is ready.")
    message.submission = submission
    return message


@router.get(
    "/refusals/{refusal_id}/error-response",
    response={200: None, 404: Problem},
    openapi_extra={"responses": {200: {"content": FILE}}},
)
def fetch_error_response(request: HttpRequest, refusal_id: int) -> HttpResponse:
    """The ERRT of a file that was refused at the door."""
    content = reading.open_refusal(
        refusal_id,
        reader=request.auth,  # type: ignore[attr-defined]
        purpose=ReadPurpose.OWN_SUBMISSION,
        at=clock.now(),
    )
    return _file(content, f"refusal-{refusal_id}", form_of(content).media_type)


def _file(content: bytes, name: str, media_type: str) -> HttpResponse:
    return _attachment(content, f"{name}.{suffix_of(media_type)}", media_type)


def _attachment(content: bytes, name: str, media_type: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
