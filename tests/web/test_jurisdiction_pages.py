# SPDX-License-Identifier: Apache-2.0
"""Coverage, ranking and a jurisdiction as pages."""

import html
import re

import pytest
from django.test import Client

from secure_communities.platform.access.roles import Role
from tests.identify.builders import a_jail, a_submission
from tests.platform.builders import a_county, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    client = Client()
    client.force_login(a_user(Role.PROGRAMME_MANAGER))
    return client


def text(reader, address: str) -> str:
    answer = reader.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_coverage_opens_state_county_and_ori(reader):
    a_submission(a_jail())
    assert "state=TX" in text(reader, "/coverage/")
    assert "county=48201" in text(reader, "/coverage/?state=TX")
    assert "ZZTX00101" in text(reader, "/coverage/?state=TX&county=48201")
    assert "All states" in text(reader, "/coverage/?state=%00&county=x")


def test_the_ranking_says_what_never_weighs(reader):
    a_jail()
    page = text(reader, "/ranking/")
    assert "refused as inputs" in page
    assert "/jurisdictions/48201/" in page


def test_a_jurisdiction_says_what_is_on_record_and_an_unknown_one_is_not_found(reader):
    a_jail()
    assert "No local switch is on." in text(reader, f"/jurisdictions/{a_county().fips}/")
    assert reader.get("/jurisdictions/99999/").status_code == 404
    assert reader.get("/jurisdictions/%00/").status_code == 404


NUMBER = re.compile(r'<a class="usa-link" href="([^"]+)">([\d,]+)</a>')


@pytest.mark.parametrize("address", ["/coverage/?state=TX&county=48201", "/jurisdictions/48201/"])
@pytest.mark.parametrize(
    ("role", "opened"), [(Role.AUDITOR, "/submissions/?"), (Role.PROGRAMME_MANAGER, "/programme/rows/?")]
)
def test_the_number_of_an_ori_opens_as_many_rows(desk, address, role, opened):
    jail = a_jail()
    a_submission(jail)
    a_submission(jail)
    a_submission(a_jail("ZZTX00102", participating=False))
    client = desk(a_user(role))
    found = NUMBER.findall(text(client, address))
    assert [number for _, number in found] == ["2", "1"]
    for href, number in found:
        assert href.startswith(opened)
        page = text(client, html.unescape(href))
        assert f"<strong>{number}</strong>" in page
        assert page.count('<span class="ui-cell__note">ZZTX') == int(number) or "programme" in opened


def test_an_agency_opens_its_own_number_alone_and_others_stay_numbers(desk):
    jail = a_jail()
    a_submission(jail)
    a_submission(a_jail("ZZTX00102", participating=False))
    client = desk(a_user(Role.BOOKING_OFFICER, agency=jail.agency))
    [(href, number)] = NUMBER.findall(text(client, "/jurisdictions/48201/"))
    assert "ori=ZZTX00101" in href and number == "1"
