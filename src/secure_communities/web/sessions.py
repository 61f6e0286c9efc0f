# SPDX-License-Identifier: Apache-2.0
"""Before every page and operation: whether the session still stands, and whether it has its second factor.

Lists that renew themselves by script do not keep a session alive: only a person does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from secure_communities.platform import clock
from secure_communities.platform.access.doors import PUBLIC, WITHOUT_SECOND_FACTOR
from secure_communities.platform.accounts import second_factor, sessions
from secure_communities.platform.accounts.models import SessionEnd
from secure_communities.platform.accounts.signals import SESSION_KEY
from secure_communities.web.guard import entry_of
from secure_communities.web.views import frame

BEATS = {"web:work-beat"}  # what an open page sends by itself, though it writes
WHY = "over"  # the parameter that tells the sign-in page why a session ended


class SessionLimits:
    """Middleware behind Django's own: ends what is over, leads to the second factor who lacks it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on: the address is known only when the view is."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """None to go on, or the way to the sign-in page or the second factor."""
        entry, operation = entry_of(request)
        if not request.user.is_authenticated:
            return None
        because = sessions.standing(
            request.session.get(SESSION_KEY), user=request.user, used=_by_a_person(request), at=clock.now()
        )
        if because is not None:
            logout(request)
            return None if entry is PUBLIC else _over(request, because, operation=operation)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if entry is PUBLIC or name in WITHOUT_SECOND_FACTOR or has_second_factor(request):
            return None
        if not second_factor.required_of(frame.roles_of(request)):
            return None
        if operation:
            detail = "Your role needs a second factor: set one up on your account page, then sign in with it."
            return JsonResponse({"code": "SECOND_FACTOR_MISSING", "detail": detail, "what_to_do": ""}, status=403)
        return redirect("mfa_index")


def has_second_factor(request: HttpRequest) -> bool:
    """Whether somebody proved a second factor in this session."""
    return any(one.get("method") == "mfa" for one in get_authentication_records(request, request.user))


def _by_a_person(request: HttpRequest) -> bool:
    if request.resolver_match and request.resolver_match.view_name in BEATS:
        return False
    return request.method != "GET" or frame.ASKED_BY_SCRIPT not in request.headers


def _over(request: HttpRequest, because: SessionEnd, *, operation: bool) -> HttpResponse:
    if operation:
        detail = f"Your session is over: {sessions.WORDS[because]}. Sign in again."
        return JsonResponse({"code": "SESSION_OVER", "detail": detail, "what_to_do": ""}, status=401)
    if frame.ASKED_BY_SCRIPT in request.headers:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    answer = redirect_to_login(request.get_full_path())
    answer["Location"] += f"&{WHY}={because.value}"
    return answer
