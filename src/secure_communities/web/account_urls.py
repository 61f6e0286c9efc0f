# SPDX-License-Identifier: Apache-2.0
"""Addresses that django-allauth looks up by its own names: the second factor, and agencies' sign-in services.

Only what we use is here: there is no address at which anybody signs up, and none that sends mail.
"""

from __future__ import annotations

from allauth.account.views import reauthenticate
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as agency
from allauth.socialaccount.providers.openid_connect import views as openid
from django.urls import path

from .views import account

urlpatterns = [
    path("sign-in/", account.SignIn.as_view(), name="account_login"),
    path("sign-out/", account.SignOut.as_view(), name="account_logout"),
    path("sign-in/second-factor/", base.authenticate, name="mfa_authenticate"),
    path("sign-in/agency/cancelled/", agency.login_cancelled, name="socialaccount_login_cancelled"),
    path("sign-in/agency/error/", agency.login_error, name="socialaccount_login_error"),
    path("sign-in/agency/<slug:provider_id>/", openid.login, name="openid_connect_login"),
    path("sign-in/agency/<slug:provider_id>/callback/", openid.callback, name="openid_connect_callback"),
    path("account/confirm/", reauthenticate, name="account_reauthenticate"),
    path("account/confirm/code/", base.reauthenticate, name="mfa_reauthenticate"),
    path("account/confirm/passkey/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("account/second-factor/", base.index, name="mfa_index"),
    path("account/second-factor/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/second-factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/second-factor/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/second-factor/recovery-codes/new/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("account/second-factor/passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("account/second-factor/passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("account/second-factor/passkeys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
]
