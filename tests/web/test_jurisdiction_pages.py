# SPDX-License-Identifier: Apache-2.0
"""Coverage, ranking and a jurisdiction as pages."""

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
