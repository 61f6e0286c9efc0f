# SPDX-License-Identifier: Apache-2.0
"""The page of statistics: intervals beside shares, numbers that open their rows, names for leads and auditors only."""

from __future__ import annotations

import pytest

from secure_communities.platform.access.roles import Role
from tests.identify.builders import a_candidate_match, an_examiner, exclude, identify
from tests.platform.builders import a_user
from tests.platform.ui.markup import find
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db
PAGE = "/examination/statistics/"


def a_closed_dispute() -> list[str]:
    """Usernames of the two who differed."""
    compared, first, second = a_candidate_match(), an_examiner(), an_examiner()
    identify(compared, first)
    exclude(compared, second)
    identify(compared, a_user(Role.LEAD_EXAMINER))
    return [first.username, second.username]


def test_shares_stand_with_their_intervals_and_open_their_rows(desk: SignedIn) -> None:
    a_closed_dispute()
    client = desk(a_user(Role.AUDITOR))
    html = client.get(PAGE).content.decode()
    assert "21–100 %" in html and "1 comparisons" in html
    [link, *_] = [one.attributes["href"] for one in find(html, "a") if "measure=disputed" in (one.get("href") or "")]
    listed = client.get(link.replace("&amp;", "&")).content.decode()
    assert "Went to a lead examiner" in listed and "EXAM-" in listed
    assert "EXAM-" not in client.get("/examination/statistics/comparisons/?measure=inconclusive").content.decode()


@pytest.mark.parametrize(("role", "named"), [
    (Role.LEAD_EXAMINER, True), (Role.AUDITOR, True), (Role.SUPPORT_SUPERVISOR, False), (Role.PROGRAMME_MANAGER, False)
])  # fmt: skip
def test_single_examiners_are_named_to_leads_and_auditors_only(desk: SignedIn, role: Role, named: bool) -> None:
    people = a_closed_dispute()
    client = desk(a_user(role))
    for address in (PAGE, f"{PAGE}?examiner=1", "/examination/statistics/comparisons/?examiner=1"):
        html = client.get(address).content.decode()
        if not named:
            assert not any(name in html for name in people)
    assert all((name in client.get(PAGE).content.decode()) is named for name in people)


def test_an_examiner_sees_no_statistics_and_no_way_to_them(desk: SignedIn) -> None:
    client = desk(an_examiner())
    assert client.get(PAGE).status_code == 403
    assert "/statistics/" not in client.get("/examination/").content.decode()


def test_a_comparison_that_is_still_open_shows_in_no_number(desk: SignedIn) -> None:
    compared = a_candidate_match()
    identify(compared)
    exclude(compared)
    html = desk(a_user(Role.LEAD_EXAMINER)).get(PAGE).content.decode()
    assert "Nobody decided in this span." in html and "No decision in this span." in html


def test_nonsense_in_the_address_is_the_usual_span(desk: SignedIn) -> None:
    client = desk(a_user(Role.AUDITOR))
    assert client.get(PAGE, {"days": "x", "register": "y", "examiner": "-4"}).status_code == 200
    assert client.get("/examination/statistics/comparisons/", {"measure": "x", "page": "99"}).status_code == 200
