# SPDX-License-Identifier: Apache-2.0
"""Signing in and out, and one's own account: roles, second factor, password, the screens one is signed in on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import may
from secure_communities.platform.accounts import second_factor, services, sessions
from secure_communities.platform.accounts.models import SessionEnd, StaffSession
from secure_communities.platform.accounts.signals import KINDS, SESSION_KEY
from secure_communities.web.views import frame

ROLE_COLUMNS = (
    {"key": "role", "title": "Role"},
    {"key": "since", "title": "Since"},
    {"key": "by", "title": "Granted by"},
)


class SignIn(LoginView):
    """Name and password; then, where the account has one, the second factor."""

    template_name = "web/sign_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Hand over to the second factor, or finish."""
        user = form.get_user()
        record_authentication(self.request, user, "password", username=user.get_username())
        answer: HttpResponse = perform_login(self.request, user, redirect_url=self.get_success_url())
        return answer

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """With why the last session ended, and the agencies whose own sign-in service may be used."""
        over = self.request.GET.get("over", "")
        return {
            **super().get_context_data(**more),
            "over": f"Your session is over: {sessions.WORDS[over]}" if over in sessions.WORDS else "",
            "not_connected": self.request.GET.get("agency") == "no",
            "services": settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"],
        }


class SignOut(LogoutView):
    """Sign out (POST only)."""


def locked_out(request: Any, *_: Any) -> HttpResponse:
    """Too many wrong answers: until when, and what to do. What django-axes knows stands on the request."""
    name = (getattr(request, "axes_credentials", None) or {}).get("username", "")
    last = (
        AccessAttempt.objects.filter(username=name, ip_address=request.axes_ip_address)
        .order_by("-attempt_time")
        .first()
    )
    until = last.attempt_time + settings.AXES_COOLOFF_TIME if last else None
    return render(request, "web/locked_out.html", {"until": until}, status=429)


@require_safe
@frame.staff_page
def mine(request: HttpRequest) -> HttpResponse:
    """Who I am here: my roles, my second factor, my sessions."""
    user: Any = request.user
    here = request.session.get(SESSION_KEY)
    grants = user.role_grants.filter(ends_at=None).select_related("granted_by")
    kinds = Authenticator.objects.filter(user=user).values_list("type", flat=True)
    context = {
        "grants": [
            {
                "role": frame.in_words(frozenset({Role(one.role)})),
                "since": {"at": one.starts_at, "style": "day"},
                "by": one.granted_by.display_name if one.granted_by else "The installation",
            }
            for one in grants
        ],
        "role_columns": ROLE_COLUMNS,
        "may_open": bool(may(user, Permission.EMERGENCY_OPEN)),
        "may_review": bool(may(user, Permission.EMERGENCY_REVIEW)),
        "factors": ", ".join(sorted({KINDS[kind] for kind in kinds})).capitalize() or "None yet",
        "required": second_factor.required_of(frame.roles_of(request)),
        "sessions": [{"session": one, "here": str(one.pk) == here} for one in sessions.running(user, at=clock.now())],
    }
    return frame.show(request, "web/account.html", context)


@require_POST
@frame.staff_page
def end_session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """End one of one's own sessions."""
    user: Any = request.user
    if not StaffSession.objects.filter(pk=session_id, user=user).exists():
        return frame.refuse(request, 404, "There is no such session", "Only your own sessions are ended here.")
    sessions.end(session_id=session_id, by=user, because=SessionEnd.ENDED_ELSEWHERE, at=clock.now())
    messages.success(request, "That session is over. Whoever used it must sign in again.")
    return redirect("web:account")


@require_POST
@frame.staff_page
def end_others(request: HttpRequest) -> HttpResponse:
    """End every session of one's own but this."""
    user: Any = request.user
    here = request.session.get(SESSION_KEY)
    sessions.end_others(user=user, but=here, because=SessionEnd.ENDED_ELSEWHERE, by=user, at=clock.now())
    messages.success(request, "You are signed in here only.")
    return redirect("web:account")


@require_http_methods(["GET", "POST"])
@frame.staff_page
def password(request: HttpRequest) -> HttpResponse:
    """One's own password, the old one asked first; afterwards one is signed in here only."""
    user: Any = request.user
    form = PasswordChangeForm(user, request.POST or None)
    if not form.is_valid():
        return frame.show(request, "web/password.html", {"form": form}, status=422 if form.is_bound else 200)
    now = clock.now()
    services.set_password(user=user, password=form.cleaned_data["new_password1"], by=user, at=now)
    update_session_auth_hash(request, user)
    here = request.session.get(SESSION_KEY)
    sessions.end_others(user=user, but=here, because=SessionEnd.PASSWORD_CHANGED, by=user, at=now)
    messages.success(request, "Your password is changed. Your other sessions are over.")
    return redirect("web:account")
