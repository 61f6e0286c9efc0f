# SPDX-License-Identifier: Apache-2.0
"""What belongs to a page that was opened and logged: finger images, messages and files to download.

In: a short-lived pass signed for that page view. Out: bytes; images are decoded in the disposable worker.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from io import BytesIO

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from PIL import Image

from secure_communities.identify.examination import disclosure
from secure_communities.identify.examination.models import Candidate
from secure_communities.identify.galleries import services as galleries
from secure_communities.identify.intake import selectors
from secure_communities.identify.intake import services as intake
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.intake.preparation import FINGERPRINTS, PLAIN_THUMBS
from secure_communities.identify.intake.reading import ReadPurpose
from secure_communities.identify.responses import documents
from secure_communities.identify.responses import selectors as answers
from secure_communities.identify.responses import services as responses
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import TO_THE_AGENCY, MessageState
from secure_communities.interchange import files
from secure_communities.interchange.files import Form
from secure_communities.interchange.images import DecoderUnavailable, ImageRefused, decode_server
from secure_communities.interchange.itl import CodecError, ImageView
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.agencies.vocabulary import Channel
from secure_communities.platform.documents import DocumentFailed
from secure_communities.web.presenters import bench
from secure_communities.web.presenters.sight import SIGHTS, Sight, purposes_of
from secure_communities.web.views import frame

log = logging.getLogger(__name__)

KEPT_SECONDS = 900
SMALL = 420  # px: the longer side of a finger on a card of ten
PNG_SIGNATURE = b"\x89PNG"


def _visible(request: HttpRequest, control_number: str) -> tuple[Submission, Sight, ReadPurpose]:
    """The submission of a page view that was logged: the pass, the role and the scope are asked again."""
    facts = frame.token_facts(request, submission=control_number)
    purpose = ReadPurpose(facts["purpose"])
    if purpose not in purposes_of(frame.roles_of(request)):
        raise signing.BadSignature("the purpose no longer belongs to the reader")
    found = selectors.visible_to(request.user, at=clock.now()).select_related("data_key", "originator")
    return get_object_or_404(found, control_number=control_number), SIGHTS[purpose], purpose


@require_safe
@frame.staff_page
def finger(request: HttpRequest, control_number: str, position: int) -> HttpResponse:
    """One finger of a submission as PNG."""
    submission, sight, _ = _visible(request, control_number)
    if not sight.prints:
        raise Http404
    view = _image_of(intake.content_of(submission), position)
    return _picture(request, view.data, view.compression, view.width, view.height, view.bits)


def _image_of(content: bytes, position: int) -> ImageView:
    """The image a finger's template was made from: the rolled print, else the plain thumb."""
    try:
        views = [one for one in files.read(content).images() if one.type in FINGERPRINTS]
    except CodecError:
        raise Http404 from None
    plain = {finger: code for code, finger in PLAIN_THUMBS.items()}.get(position)
    for wanted in (position, plain):
        for view in views:
            if view.positions == (wanted,):
                return view
    raise Http404


@require_safe
@frame.staff_page
def candidate_finger(request: HttpRequest, examination_id: int, candidate_id: int, position: int) -> HttpResponse:
    """One enrolled finger of a candidate as PNG, for the examiner whose comparison is open on screen."""
    frame.token_facts(request, examination=examination_id)
    frame.require(request, Permission.EXAMINATION_DECIDE)
    candidate = get_object_or_404(
        Candidate.objects.select_related("subject__data_key"),
        pk=candidate_id, examination=examination_id, examination__closed_at=None,
    )  # fmt: skip
    image = galleries.image_of(candidate.subject, position)
    if image is None:
        raise Http404
    return _picture(request, image, "PNG" if image.startswith(PNG_SIGNATURE) else "WSQ20")


@require_safe
@frame.staff_page
def pairs(request: HttpRequest, examination_id: int, candidate_id: int, position: int) -> HttpResponse:
    """Which minutiae of one finger the engine paired, as places in the images, for the open comparison. Logged."""
    frame.token_facts(request, examination=examination_id)
    candidate = get_object_or_404(
        Candidate.objects.select_related("subject__data_key", "examination__submission"),
        pk=candidate_id, examination=examination_id, examination__closed_at=None,
    )  # fmt: skip
    try:
        shown = disclosure.pairs(
            examination=candidate.examination, candidate=candidate, position=position, reader=request.user,
            at=clock.now(),
        )  # fmt: skip
    except LookupError:
        raise Http404 from None
    return JsonResponse(bench.pairs(shown))


def _picture(
    request: HttpRequest, data: bytes, compression: str, width: int = 0, height: int = 0, bits: int | None = None
) -> HttpResponse:
    try:
        decoded = decode_server().decode(data, compression, width=width or None, height=height or None, bits=bits)
    except ImageRefused:
        raise Http404 from None
    except DecoderUnavailable:
        return HttpResponse(status=503, headers={"Retry-After": "5"})
    picture = Image.fromarray(decoded.pixels)
    if request.GET.get("size") == "small":
        picture.thumbnail((SMALL, SMALL), Image.Resampling.BOX)
    made = BytesIO()
    picture.save(made, "PNG", compress_level=3)
    return HttpResponse(
        made.getvalue(), content_type="image/png", headers={"Cache-Control": f"private, max-age={KEPT_SECONDS}"}
    )


@require_safe
@frame.staff_page
def message(request: HttpRequest, control_number: str, tcn: str) -> HttpResponse:
    """One message as it goes out. A booking officer who fetches an answer of the agency's has received it."""
    chosen = _message(request, control_number, tcn)
    if request.GET.get("form") == Form.XML and chosen.kind in documents.ALSO_XML:
        return _made(request, chosen, documents.xml_of, Form.XML.suffix, Form.XML.media_type)
    return _file(responses.content_of(chosen), f"{chosen.tcn}.{files.suffix_of(chosen.media_type)}", chosen.media_type)


@require_safe
@frame.staff_page
def message_pdf(request: HttpRequest, control_number: str, tcn: str) -> HttpResponse:
    """The same message as a document to read, print and file."""
    return _made(request, _message(request, control_number, tcn), documents.pdf_of, "pdf", "application/pdf")


def _made(
    request: HttpRequest, chosen: Message, make: Callable[[Message], bytes], extension: str, media_type: str
) -> HttpResponse:
    """A message in another form; where that fails, what to do instead."""
    try:
        return _file(make(chosen), f"{chosen.tcn}.{extension}", media_type)
    except DocumentFailed:
        log.exception("message %s could not be written as %s", chosen.tcn, extension)
        sentence = "The message itself is whole: download it instead, and tell an operator."
        return frame.refuse(request, 503, "This document could not be made", sentence)


def _message(request: HttpRequest, control_number: str, tcn: str) -> Message:
    """The message of a page view that was logged, if its purpose includes messages of that kind."""
    submission, sight, purpose = _visible(request, control_number)
    chosen = get_object_or_404(submission.messages.exclude(state=MessageState.HELD), tcn=tcn)
    if not (sight.answers if chosen.kind in TO_THE_AGENCY else sight.centre):
        raise Http404
    if purpose is ReadPurpose.OWN_SUBMISSION and not answers.ready_for_agency(submission).filter(tcn=tcn).exists():
        raise Http404
    if Role.BOOKING_OFFICER in frame.roles_of(request) and chosen.state == MessageState.READY:
        chosen.submission = submission  # its agency and its data key are at hand
        responses.collected(chosen, channel=Channel.PORTAL, at=clock.now())
    return chosen


@require_safe
@frame.staff_page
def submitted_file(request: HttpRequest, control_number: str) -> HttpResponse:
    """The booking file as it came in, byte for byte."""
    submission, sight, _ = _visible(request, control_number)
    if not sight.person:
        raise Http404
    form = Form(submission.form)
    return _file(intake.content_of(submission), f"{submission.tcn}.{form.suffix}", form.media_type)


def _file(content: bytes, name: str, media_type: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
