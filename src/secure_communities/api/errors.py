# SPDX-License-Identifier: Apache-2.0
"""One shape for every error: {code, detail, what_to_do}. Nothing that came from outside is repeated raw."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from secure_communities.identify.citizenship.services import CitizenshipRefused, PathBlocked
from secure_communities.identify.evidence.services import EvidenceRefused
from secure_communities.identify.examination.services import DecisionRefused
from secure_communities.identify.intake.reading import NotFound, PurposeMissing
from secure_communities.identify.intake.services import TransportRefusal
from secure_communities.identify.research.grounds import ResearchRefused
from secure_communities.identify.responses.corrections import CorrectionRefused
from secure_communities.oversight.access import AccessAsked
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.documents import DocumentFailed
from secure_communities.platform.refusals import Refusal
from secure_communities.platform.worklists.errors import ItemClosed, ItemTaken, NotHeld, WorkRefused


class Problem(Schema):
    """Why a call did not succeed."""

    code: str
    detail: str
    what_to_do: str = ""
    error_response: str | None = None


ANSWERS: dict[type[Exception], tuple[int, str, str]] = {
    NotAllowed: (403, "NOT_ALLOWED", "Ask an administrator if you should hold this role."),
    DocumentFailed: (503, "DOCUMENT_FAILED", "Fetch the message itself (…/file); it is whole."),
    NotFound: (404, "NOT_FOUND", "Check the control number."),
    PurposeMissing: (422, "PURPOSE_MISSING", "Add ?purpose= to the address."),
    DecisionRefused: (409, "DECISION_REFUSED", "Open the comparison again and read its present state."),
    EvidenceRefused: (409, "EVIDENCE_REFUSED", "Open the query again and read its present state."),
    AccessAsked: (422, "CANNOT_ANSWER", "Ask again with what the sentence says."),
    ResearchRefused: (409, "RESEARCH_REFUSED", "Open the query again and read its present state."),
    Refusal: (409, "REFUSED", "Mend what the sentence says, then call again."),
    WorkRefused: (409, "WORK_REFUSED", "Open the work item again and read its present state."),
    ItemTaken: (409, "ITEM_TAKEN", "Take another item, or ask the holder to hand it over."),
    ItemClosed: (409, "ITEM_CLOSED", "Nothing is left to do with it."),
    NotHeld: (409, "NOT_HELD", "Take the item again, if nobody else has it."),
    CitizenshipRefused: (409, "CITIZENSHIP_REFUSED", "Read what is on record about citizenship."),
    CorrectionRefused: (409, "CORRECTION_REFUSED", "Read the first response as it stands."),
    PathBlocked: (409, "PATH_BLOCKED", "Supervisor and counsel must conclude on the sign of citizenship first."),
}

# What pydantic calls it, and how we say it: its own messages may repeat what was sent.
SHAPES = {
    "missing": "is missing",
    "string_type": "must be text",
    "string_too_long": "is too long",
    "string_unicode": "is not readable text",
    "too_long": "holds too many entries",
    "value_error": "write it without control characters",
    "enum": "is none of the values the schema lists",
    "timezone_aware": "needs its time zone",
}

# What ninja refuses before an operation runs, by status.
AT_THE_DOOR = {
    400: ("UNREADABLE", "The body is no JSON.", "See the schema under /api/v1/docs."),
    401: ("NOT_KNOWN", "Say who you are: sign in, or send a key that is good.", "Sign in, or ask for a new key."),
    403: ("NO_TOKEN", "The request does not carry the token of your forms.", "Send it as X-CSRFToken."),
}

ADVICE = {
    400: "Send one ANSI/NIST-ITL transaction file as the request body.",
    403: "Use the key of the ORI named in field 1.008.",
    409: "Use a new control number (1.009) for new content.",
    413: "Send at most 64 MB.",
    422: "Correct the header and send the file again.",
}


def register(api: NinjaAPI) -> None:
    """Give every domain error its status and shape."""

    def answer(request: HttpRequest, error: Any) -> HttpResponse:
        status, code, advice = ANSWERS[type(error)]
        return api.create_response(request, {"code": code, "detail": str(error), "what_to_do": advice}, status=status)

    for kind in ANSWERS:
        api.add_exception_handler(kind, answer)

    @api.exception_handler(Http404)
    @api.exception_handler(ObjectDoesNotExist)
    def absent(request: HttpRequest, error: Exception) -> HttpResponse:
        """A comparison or query of a number that was never given."""
        body = {"code": "NOT_FOUND", "detail": "There is no such item.", "what_to_do": "Open your list again."}
        return api.create_response(request, body, status=404)

    @api.exception_handler(HttpError)
    def at_the_door(request: HttpRequest, error: HttpError) -> HttpResponse:
        """No caller, no token, or a body that is no JSON."""
        code, detail, advice = AT_THE_DOOR.get(error.status_code, ("REFUSED", str(error), ""))
        body = {"code": code, "detail": detail, "what_to_do": advice}
        return api.create_response(request, body, status=error.status_code)

    @api.exception_handler(ValidationError)
    def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
        """A request of another shape than the schema's: the places and what is wrong there, never what was sent."""
        places = [
            f"{'.'.join(str(step) for step in one.get('loc', ()) if isinstance(step, int) or step.isidentifier())}: "
            f"{SHAPES.get(str(one.get('type')), 'not of the shape the schema gives')}"
            for one in error.errors[:20]
        ]
        body = {
            "code": "MALFORMED",
            "detail": "; ".join(places)[:2_000] or "the request has another shape than the schema gives",
            "what_to_do": "See the schema under /api/v1/docs.",
        }
        return api.create_response(request, body, status=422)

    @api.exception_handler(TransportRefusal)
    def refused(request: HttpRequest, error: TransportRefusal) -> HttpResponse:
        """Input that cannot become a submission."""
        body: dict[str, Any] = {
            "code": error.code,
            "detail": error.reason,
            "what_to_do": ADVICE.get(error.status, ""),
        }
        if error.refused is not None and error.refused.error_response is not None:
            body["error_response"] = f"/api/v1/refusals/{error.refused.pk}/error-response"
        return api.create_response(request, body, status=error.status)
