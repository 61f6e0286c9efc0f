# SPDX-License-Identifier: Apache-2.0
"""Codes of the second factor. A wrong one counts like a wrong password: five of either lock the name for a while."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.db import transaction

from secure_communities.platform import clock
from secure_communities.platform.accounts import second_factor
from secure_communities.platform.accounts.models import TimeStep
from secure_communities.platform.accounts.time_codes import step_of

HINT = "The six digits that your authenticator app shows now, or one of your recovery codes."
WIDGET = {"autocomplete": "one-time-code", "inputmode": "numeric", "placeholder": ""}


class _EachCodeOnce:
    """Checks a code in the database, so that it is spent for every process of the web server."""

    user: Any
    cleaned_data: dict[str, Any]
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = HINT
        self.fields["code"].widget.attrs.update(WIDGET)

    def clean_code(self) -> str:
        """The code, spent. Raises ValidationError for a wrong, old or used one, and while the name is locked."""
        request, credentials = context.request, {"username": self.user.username}
        if not AxesProxyHandler.is_allowed(request, credentials):
            request.axes_locked_out, request.axes_credentials = True, credentials
            raise get_adapter().validation_error("incorrect_code")
        code: str = self.cleaned_data["code"]
        with transaction.atomic():
            held = Authenticator.objects.select_for_update().filter(user=self.user)
            for one in held.exclude(type=Authenticator.Type.WEBAUTHN):
                if self._spend(one, code):
                    one.user = self.user
                    self.authenticator = one
                    return code
        user_login_failed.send(sender=__name__, request=request, credentials=credentials)
        raise get_adapter().validation_error("incorrect_code")

    @staticmethod
    def _spend(authenticator: Authenticator, code: str) -> bool:
        if authenticator.type == Authenticator.Type.TOTP:
            return second_factor.accept_code(authenticator=authenticator, code=code, at=clock.now())
        return bool(authenticator.wrap().validate_code(code))


class CodeForm(_EachCodeOnce, AuthenticateForm):
    """The code after the password."""


class CodeAgainForm(_EachCodeOnce, ReauthenticateForm):
    """The code before something of the account changes."""


class SetUpAppForm(ActivateTOTPForm):
    """The first code of a new app proves that it was set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "Code"
        self.fields["code"].help_text = "The six digits that the app shows for Secure Communities."
        self.fields["code"].widget.attrs.update(WIDGET)

    def clean_code(self) -> str:
        """The code, spent."""
        code: str = self.cleaned_data["code"]
        step = step_of(self.secret, code, at=clock.now())
        if step is None:
            raise get_adapter().validation_error("incorrect_code")
        TimeStep.objects.update_or_create(user=self.user, defaults={"step": step})
        return code
