# SPDX-License-Identifier: Apache-2.0
"""The page of a charge: suggestions with reasons, none chosen; the code that a person states."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from secure_communities.platform.accounts.models import User
from tests.identify import builders as a
from tests.prioritize import cases

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]


def test_s18_a_specialist_reads_the_words_and_states_the_code(desk: SignedIn) -> None:
    query = cases.a_case(None)
    charge = cases.the_charges(query)[0]
    client = desk(a.a_specialist())
    here = reverse("web:confirm-charge", args=[charge.pk])
    assert "Why do you open this record?" in client.get(here).content.decode()
    page = f"{here}?purpose=research"
    shown = client.get(page).content.decode()
    assert "None is chosen for you" in shown and "checked" not in shown
    assert client.post(page, {"act": "code"}).status_code == 422
    assert client.post(page, {"act": "code", "choice": "other", "code": "0399"}).status_code == 409
    charge.refresh_from_db()
    assert charge.confirmed_by is None
    assert client.post(page, {"act": "code", "choice": "other", "code": "1206"}).status_code == 302
    charge.refresh_from_db()
    assert (charge.code, charge.code_source) == ("1206", "HUMAN_CONFIRMED")
    outcome = {"act": "outcome", "kind": "DISMISSED", "source": "COURT", "sentence_months": "3"}
    assert client.post(page, outcome).status_code == 409
    assert client.post(page, {**outcome, "sentence_months": ""}).status_code == 302
    officer = desk(cases.an_officer(query))
    mine = f"{here}?purpose=referral"
    assert officer.post(mine, {"act": "code", "choice": "other", "code": "1201"}).status_code == 403
    assert officer.post(mine, {"act": "asked", "source": "County court"}).status_code == 302
