# SPDX-License-Identifier: Apache-2.0
"""Pages of citizenship and referrals: who reads them, how the two conclude, what is logged."""

from __future__ import annotations

from typing import Any

import pytest

from secure_communities.identify.citizenship import selectors
from secure_communities.identify.citizenship.models import Claim, Indicium
from secure_communities.platform.access.roles import Role
from secure_communities.platform.agencies.models import AreaOfResponsibility
from secure_communities.platform.agencies.vocabulary import AgencyKind
from secure_communities.platform.events.models import Event
from secure_communities.policy.citizenship import Standing
from tests.identify.builders import a_confirmed_match, a_determination, a_specialist, an_officer
from tests.platform.builders import a_county, a_user, an_agency
from tests.platform.ui.markup import find
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db


def a_sign() -> Indicium:
    query = a_confirmed_match(fields={"2.020": "TX"})
    return Indicium.objects.get(submission=query.submission)


def page_of(sign: Indicium) -> str:
    return f"/citizenship/{sign.submission_id}/"


def conclude(client: Any, sign: Indicium, role: Role, **changes: Any) -> Any:
    form = {"conclusion": "CLEARED", "reason": "Entered by mistake.", "capacity": role.value, **changes}
    return client.post(f"/citizenship/signs/{sign.pk}/conclude/", form)


def test_supervisor_and_counsel_conclude_each_after_a_stop_and_the_page_shows_both(desk: SignedIn) -> None:
    sign = a_sign()
    for role in (Role.SUPPORT_SUPERVISOR, Role.COUNSEL):
        client = desk(a_user(role))
        assert find(client.get(page_of(sign)).content.decode(), of_class="ui-clock")
        assert "another person, has concluded" in conclude(client, sign, role).content.decode()
        assert selectors.standing(sign) is Standing.OPEN
        assert conclude(client, sign, role, step="confirm").status_code == 302
    assert selectors.standing(sign) is Standing.CLEARED
    html = desk(a_specialist()).get(page_of(sign)).content.decode()
    assert "Cleared by supervisor and counsel" in html and "Entered by mistake." in html


def test_a_conclusion_lacks_nothing_and_comes_once(desk: SignedIn) -> None:
    sign = a_sign()
    client = desk(a_user(Role.SUPPORT_SUPERVISOR))
    answer = conclude(client, sign, Role.SUPPORT_SUPERVISOR, reason=" ")
    assert answer.status_code == 422 and "State why the sign holds" in answer.content.decode()
    conclude(client, sign, Role.SUPPORT_SUPERVISOR, step="confirm")
    again = conclude(client, sign, Role.SUPPORT_SUPERVISOR, step="confirm")
    assert again.status_code == 409 and "(S2)" in again.content.decode()
    assert conclude(client, sign, Role.COUNSEL, step="confirm").status_code == 409


def test_reading_is_logged_with_its_purpose_and_not_for_everybody(desk: SignedIn) -> None:
    sign = a_sign()
    assert desk(a_user(Role.COUNSEL)).get(page_of(sign)).status_code == 200
    assert Event.objects.get(kind="citizenship:read").purpose == "citizenship"
    assert desk(a_user(Role.EXAMINER)).get(page_of(sign)).status_code == 403


def test_a_claim_is_added_on_the_page_and_opens_a_sign(desk: SignedIn) -> None:
    query = a_confirmed_match()
    client = desk(a_specialist())
    path = f"/citizenship/{query.submission_id}/"
    missing = client.post(f"{path}claim/", {"source": "PARENT"})
    assert missing.status_code == 422 and not Claim.objects.filter(source="PARENT").exists()
    form = {"source": "PARENT", "value": "US", "provenance": "Mother, by telephone"}
    assert client.post(f"{path}claim/", form).status_code == 302
    assert "A parent is or was a citizen" in client.get(path).content.decode()


def test_the_list_shows_open_signs_and_the_research_page_says_what_is_blocked(desk: SignedIn) -> None:
    sign = a_sign()
    html = desk(a_user(Role.COUNSEL)).get("/citizenship/").content.decode()
    assert sign.submission.control_number in html and "Nobody yet" in html
    page = desk(an_officer()).get(f"/research/{sign.submission.query.pk}/?purpose=determination").content.decode()
    assert "Adverse steps are blocked (S2)" in page


def test_field_officers_read_the_referrals_of_their_office(desk: SignedIn) -> None:
    office, county = an_agency(AgencyKind.FIELD_OFFICE), a_county()
    AreaOfResponsibility.objects.create(field_office=office, state=county.state)
    query = a_determination(a_confirmed_match()).query
    html = desk(a_user(Role.FIELD_OFFICER, agency=office)).get("/referrals/").content.decode()
    assert query.reference in html and "No detainer before an officer has reviewed" in html
    other = desk(a_user(Role.FIELD_OFFICER)).get("/referrals/").content.decode()
    assert query.reference not in other
    assert desk(a_specialist()).get("/referrals/").status_code == 403
