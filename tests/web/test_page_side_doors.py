# SPDX-License-Identifier: Apache-2.0
"""Ways round the safeguards through the pages that a reviewer found once, or tried in vain, and that stay closed."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from secure_communities.identify.citizenship.models import Indicium
from secure_communities.platform.access.roles import Role
from secure_communities.platform.events.models import Event
from tests.identify import builders as a
from tests.platform.builders import a_user
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db


def reads_of(user: Any) -> list[str]:
    found = Event.objects.filter(kind__in=("submission:read", "citizenship:read"), actor=f"user:{user.username}")
    return list(found.exclude(purpose="").values_list("kind", flat=True))


def test_s23_the_last_stop_before_a_signature_is_a_reading_even_for_who_opened_nothing_before(desk: SignedIn) -> None:
    query, officer = a.a_confirmed_match(), a.an_officer()
    draft = a.a_draft(query)
    form = {"draft": draft.pk, "authority": "Sample delegation 1", "reason": "It agrees.", "read": "on"}
    answer = desk(officer).post(f"/research/{query.pk}/sign/", form)
    assert "IMMIGRATION REGISTER" in answer.content.decode()
    assert reads_of(officer) == ["submission:read"]


def test_s23_the_stop_before_a_conclusion_is_a_reading_even_for_who_opened_nothing_before(desk: SignedIn) -> None:
    a.a_confirmed_match(fields={"2.020": "TX"})
    counsel = a_user(Role.COUNSEL)
    form = {"conclusion": "CLEARED", "reason": "Entered by mistake.", "capacity": Role.COUNSEL.value}
    answer = desk(counsel).post(f"/citizenship/signs/{Indicium.objects.get().pk}/conclude/", form)
    assert "You are about to conclude" in answer.content.decode()
    assert reads_of(counsel) == ["citizenship:read"]


@pytest.mark.parametrize(
    "target",
    ["//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example", "\\\\elsewhere.example",
     "https:elsewhere.example", "javascript:alert(1)", "///elsewhere.example", "/\t/elsewhere.example"],
)  # fmt: skip
def test_no_sign_in_leads_elsewhere(desk: SignedIn, target: str) -> None:
    client = desk(a_user(Role.EXAMINER))
    for page in ("/sign-in/", "/account/confirm/"):
        answer = client.get(f"{page}?next={quote(target)}")
        assert "elsewhere" not in answer.headers.get("Location", "") and "javascript" not in answer.headers.get(
            "Location", ""
        )
        assert f'href="{target}' not in answer.content.decode()
    out = client.post(f"/sign-out/?next={quote(target)}")
    assert "elsewhere" not in out.headers.get("Location", "")
