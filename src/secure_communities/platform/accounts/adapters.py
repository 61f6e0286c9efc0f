# SPDX-License-Identifier: Apache-2.0
"""What django-allauth asks of us: nobody signs up, no mail is sent, second factors are sealed.

Agencies' sign-in services vouch only for accounts that an administrator made and connected.
"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from secure_communities.platform import clock
from secure_communities.platform.accounts import second_factor
from secure_communities.platform.keys import services as keys
from secure_communities.platform.keys.models import DataKey

SEALED = "accounts.second_factor"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from administrators."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """A deactivated account is told no more than a wrong password."""
        raise PermissionDenied

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No messages of its own: our pages say what happened."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail: the event log tells what happened to an account."""

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """The password again before a second factor changes; not while the first one is being set up."""
        return second_factor.stands(self.request.user)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are sealed, each under a data key of its own that is destroyed with it."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That code is wrong, was used already, or is older than a minute. Wait for the next one.",
        "cannot_delete_authenticator": "Your role needs a second factor: add another one before you take this away.",
    }

    def encrypt(self, text: str) -> str:
        """`<data key>:<box in base64>`."""
        key = keys.create_data_key(at=clock.now())
        box = keys.seal(key, text.encode(), context=SEALED)
        return f"{key.pk}:{base64.b64encode(box).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        """Open what `encrypt` made."""
        key, _, box = encrypted_text.partition(":")
        return keys.unseal(DataKey.objects.get(pk=key), base64.b64decode(box), context=SEALED).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of somebody whose role needs one."""
        user = authenticator.user
        others = Authenticator.objects.filter(
            user=user, type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        ).exclude(pk=authenticator.pk)
        return others.exists() or not second_factor.required_of(user.roles(clock.now()))

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - django-allauth's name
        """Passkey 1, Passkey 2, …"""
        return f"Passkey {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def get_totp_issuer(self) -> str:
        """The name that authenticator apps show."""
        return "Secure Communities"

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail."""


class AgencySignInAdapter(DefaultSocialAccountAdapter):
    """Sign-in through an agency's own OpenID Connect service."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Only an identity that an administrator connected to an account comes in; nothing is created."""
        if not sociallogin.is_existing or not sociallogin.user.is_active:
            raise ImmediateHttpResponse(HttpResponseRedirect(f"{reverse('web:sign-in')}?{urlencode({'agency': 'no'})}"))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never."""
        return False
