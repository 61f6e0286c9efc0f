# SPDX-License-Identifier: Apache-2.0
"""Found and expected matches on screen: small numbers hidden, every number opens its rows, estimates or why not."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from secure_communities.identify.intake.models import Submission
from secure_communities.identify.intake.states import Immigration, Intake
from secure_communities.oversight.population import selectors
from secure_communities.oversight.population.rules import Estimate, NotEnough
from secure_communities.platform.access.roles import Role
from secure_communities.platform.agencies.models import OriginatingAgency
from tests.identify import builders as a
from tests.platform.builders import a_county, a_user, an_ori
from tests.prioritize import cases
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r'<a (?:class="usa-link" )?href="(/population/rows/\?[^"]*)">(?:<strong[^>]*>)?([\d,]+)<')


def searched(like: Submission, ori: OriginatingAgency, number: int) -> None:
    """Further bookings that were searched without a match, written as rows."""
    Submission.objects.bulk_create(
        Submission(
            control_number=f"SC-{ori.ori}-{at}", originator=ori, tcn=f"BULK-{at}", transaction_type="CAR",
            purpose=like.purpose, channel=like.channel, sha256=bytes(32), content=b"", data_key=like.data_key,
            received_at=a.AT - timedelta(days=1), intake_state=Intake.ACCEPTED.value,
            immigration_state=Immigration.NO_MATCH.value,
        )
        for at in range(number)
    )  # fmt: skip


@pytest.fixture
def one_match(desk: SignedIn) -> Any:
    """A case, two agencies of its county that submit, one that does not, and a county without any match."""
    query = cases.a_case()
    searched(query.submission, query.submission.originator, 150)
    searched(query.submission, an_ori("ZZTX00102"), 90)
    an_ori("ZZTX00103")
    other = a_county("48113")
    for ori in ("ZZTX00201", "ZZTX00202", "ZZTX00203"):
        searched(query.submission, an_ori(ori, county=other), 80)
    an_ori("ZZTX00204", county=other)
    return query


def test_a_small_count_and_what_would_tell_it_are_hidden(one_match: Any) -> None:
    places = {
        one.code: one for one in selectors.places(since=a.AT - timedelta(days=9), until=a.AT + timedelta(hours=1))
    }
    harris, dallas = places["48201"], places["48113"]
    assert harris.matched is None and isinstance(harris.expected, NotEnough)
    assert places["48"].matched is None, "with the county's neighbour told, the state's sum would tell it"
    assert (dallas.matched, dallas.searched) == (0, 240) and isinstance(dallas.expected, Estimate)
    assert (dallas.agencies, dallas.submitting, dallas.expected.unseen, dallas.expected.value) == (4, 3, 80, 0)
    assert dallas.expected.high == pytest.approx(4.382 / 3, abs=1e-3), "-ln(0.0125) / 3"


def test_every_number_opens_as_many_rows(one_match: Any, desk: SignedIn) -> None:
    manager = desk(a_user(Role.PROGRAMME_MANAGER))
    found = []
    for address in ("/population/", "/population/?state=48"):
        found += NUMBER.findall(manager.get(address).content.decode())
    assert found
    for address, number in found:
        assert f"<strong>{number}</strong> rows" in manager.get(html.unescape(address)).content.decode(), address


def test_the_page_says_what_it_assumes_and_where_it_cannot_say(one_match: Any, desk: SignedIn) -> None:
    page = desk(a_user(Role.AUDITOR)).get("/population/?state=48").content.decode()
    assert "What the estimate assumes" in page and "Garwood" in page and "Not enough data" in page
    assert "Rests on a hidden number." in page and ">hidden<" in page.replace("\n", "")


def test_files_hide_what_the_page_hides(one_match: Any, desk: SignedIn) -> None:
    manager: Client = desk(a_user(Role.PROGRAMME_MANAGER))
    answer = manager.get("/population/figures.csv")
    rows = {one["FIPS"]: one for one in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))}
    assert rows["48201"]["Matches found"] == "hidden" and rows["48113"]["Matches found"] == "0"
    book = load_workbook(io.BytesIO(manager.get("/population/figures.xlsx").content))
    assert "Source" in book.sheetnames
    assert manager.get("/population/figures.exe").status_code == 404


@pytest.mark.parametrize(
    "query", ["place=x", "place=48201&measure=received", "", "place=481", "place=%00", "place=US&measure="]
)
def test_a_number_that_is_not_there_opens_nothing(desk: SignedIn, query: str) -> None:
    assert desk(a_user(Role.PROGRAMME_MANAGER)).get(f"/population/rows/?{query}").status_code == 404


def test_an_empty_register_is_a_page_too(desk: SignedIn) -> None:
    page = desk(a_user(Role.PROGRAMME_MANAGER)).get("/population/?state=99&page=x").content.decode()
    assert "No agency could submit." in page


@pytest.mark.parametrize("role", [Role.EXAMINER, Role.BOOKING_OFFICER, Role.FIELD_SUPERVISOR])
def test_others_do_not_come_in(desk: SignedIn, role: Role) -> None:
    for address in ("/population/", "/population/rows/?place=US", "/population/figures.csv"):
        assert desk(a_user(role)).get(address).status_code == 403
