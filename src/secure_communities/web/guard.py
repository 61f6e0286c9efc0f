# SPDX-License-Identifier: Apache-2.0
"""Before any view: what the table of doors asks (`platform/access/doors.py`). A page that is not in it is for nobody
unnamed. Services ask the policy again, for the very thing concerned.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse

from secure_communities.platform.access.doors import API, OPERATIONS, PAGES, Entry, Standing, operation_of
from secure_communities.platform.access.policy import POLICY
from secure_communities.web.views import frame


class DoorGuard:
    """Middleware: refuses whoever the table does not let in, as a page or in the API's shape."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on: the address is known only when the view is."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """None to go on, or the refusal."""
        entry, operation = entry_of(request)
        if "\0" in request.path:  # no name of anything has one, and the database takes none
            return _nothing_there(request, operation=operation)
        if entry in (Standing.PUBLIC, Standing.MACHINE):
            return None
        if not request.user.is_authenticated:
            return None if operation else _to_sign_in(request)  # the API answers 401 itself
        if isinstance(entry, Standing):
            return None
        roles = frame.roles_of(request)
        if any(roles & POLICY[permission].roles.keys() for permission in entry):
            return None
        return _refused(request, POLICY[entry[0]].sentence, operation=operation)


def entry_of(request: HttpRequest) -> tuple[Entry, bool]:
    """What the table says of the address called, and whether that is an operation of the API."""
    match = request.resolver_match
    if match is None:
        return Standing.SIGNED_IN, False
    if match.view_name in PAGES:
        return PAGES[match.view_name], False
    if match.route.startswith(API):
        return OPERATIONS.get(operation_of(request.method or "", match.route), Standing.SIGNED_IN), True
    return Standing.SIGNED_IN, False


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if frame.ASKED_BY_SCRIPT in request.headers:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})  # the whole page goes to sign in
    return redirect_to_login(request.get_full_path())


def _nothing_there(request: HttpRequest, *, operation: bool) -> HttpResponse:
    sentence = "There is nothing at this address."
    if operation:
        body = {"code": "NOT_FOUND", "detail": sentence, "what_to_do": "Check the address."}
        return JsonResponse(body, status=404)
    return frame.refuse(request, 404, "There is nothing here", sentence)


def _refused(request: HttpRequest, sentence: str, *, operation: bool) -> HttpResponse:
    if operation:
        advice = "Ask an administrator if you should hold this role."
        return JsonResponse({"code": "NOT_ALLOWED", "detail": sentence, "what_to_do": advice}, status=403)
    return frame.refuse(request, 403, "You may not open this", sentence)
