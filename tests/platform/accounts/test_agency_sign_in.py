# SPDX-License-Identifier: Apache-2.0
"""Agencies' own sign-in services: off unless named whole, and vouching only for accounts an administrator connected."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.test import RequestFactory

from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.accounts.adapters import AgencySignInAdapter
from secure_communities.platform.accounts.agency_identities import connect_identity, disconnect_identity
from secure_communities.platform.accounts.agency_sign_in import agency_sign_in
from secure_communities.platform.accounts.models import User
from secure_communities.platform.refusals import Refusal
from tests.platform.builders import AT, a_user, an_administrator

WHOLE = {
    "OIDC_SERVICES": "harris",
    "OIDC_HARRIS_NAME": "Harris County Sample Jail",
    "OIDC_HARRIS_CLIENT_ID": "us",
    "OIDC_HARRIS_SECRET": "theirs",
    "OIDC_HARRIS_SERVER_URL": "https://login.example",
}


def test_without_a_name_there_is_no_service():
    assert agency_sign_in({}) == agency_sign_in({"OIDC_SERVICES": " , "}) == []


def test_a_service_is_named_whole():
    assert agency_sign_in(WHOLE) == [
        {
            "provider_id": "harris",
            "name": "Harris County Sample Jail",
            "client_id": "us",
            "secret": "theirs",
            "settings": {"server_url": "https://login.example"},
        }
    ]


@pytest.mark.parametrize("missing", sorted(set(WHOLE) - {"OIDC_SERVICES"}))
def test_what_is_missing_stops_the_start_and_is_named(missing):
    with pytest.raises(ValueError, match=missing):
        agency_sign_in({**WHOLE, missing: ""})


def test_a_service_without_tls_is_refused():
    with pytest.raises(ValueError, match="https://"):
        agency_sign_in({**WHOLE, "OIDC_HARRIS_SERVER_URL": "http://login.example"})


def vouched(subject: str) -> SocialLogin:
    """What django-allauth has in hand once the service vouched for somebody."""
    login = SocialLogin(user=User(), account=SocialAccount(provider="harris", uid=subject))
    login.provider = SimpleNamespace(id="openid_connect", sub_id="harris")
    login.lookup()
    return login


@pytest.mark.django_db
def test_only_a_connected_identity_of_an_active_account_comes_in():
    user, administrator = a_user(Role.BOOKING_OFFICER), an_administrator()
    connect_identity(user=user, service="harris", subject="known", reason="Agreed", by=administrator, at=AT)
    adapter, request = AgencySignInAdapter(), RequestFactory().get("/")
    login = vouched("known")
    adapter.pre_social_login(request, login)
    assert login.user == user
    before = User.objects.count()
    with pytest.raises(ImmediateHttpResponse) as refused:
        adapter.pre_social_login(request, vouched("stranger"))
    assert refused.value.response.headers["Location"] == "/sign-in/?agency=no"
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(ImmediateHttpResponse):
        adapter.pre_social_login(request, vouched("known"))
    assert User.objects.count() == before and not adapter.is_open_for_signup(request, login)


@pytest.mark.django_db
def test_an_administrator_connects_an_identity_once_and_disconnects_it():
    user, administrator = a_user(), an_administrator()
    given = {"service": "harris", "reason": "Agreed", "at": AT}
    with pytest.raises(NotAllowed):
        connect_identity(user=user, subject="x", by=user, **given)
    connect_identity(user=user, subject="x", by=administrator, **given)
    with pytest.raises(Refusal, match="already"):
        connect_identity(user=a_user(), subject="x", by=administrator, **given)
    disconnect_identity(user=user, by=administrator, **given)
    with pytest.raises(Refusal, match="No identity"):
        disconnect_identity(user=user, by=administrator, **given)
