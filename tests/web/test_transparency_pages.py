# SPDX-License-Identifier: Apache-2.0
"""Reports on screen: staff publish, everybody reads unnamed, and the pages for everybody read published bytes."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from secure_communities.identify.intake.models import Submission
from secure_communities.oversight.transparency import files, selectors
from secure_communities.oversight.transparency.models import Publication
from secure_communities.oversight.transparency.periods import Quarter
from secure_communities.platform import clock
from secure_communities.platform.access.roles import Role
from secure_communities.platform.agencies.models import State
from tests.identify import builders as a
from tests.platform.builders import a_user
from tests.prioritize import cases
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db
LATER = datetime(2027, 1, 2, tzinfo=UTC)
HERE = "/transparency/TX/2026-Q4/"
PUBLIC = "/transparency/public/"
FILES = ("report.json", "report.csv", "report.pdf", "coverage.json", "coverage.csv")
TABLE = re.compile(r'(?:FROM|JOIN) "(\w+)"')


@pytest.fixture
def manager(desk: SignedIn, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A programme manager, after the quarter in which a case came in."""
    cases.a_case()
    monkeypatch.setattr(clock, "now", lambda: LATER)
    return desk(a_user(Role.PROGRAMME_MANAGER))


def test_a_manager_publishes_and_everybody_reads(manager: Client) -> None:
    assert "2026-Q4" in manager.get("/transparency/").content.decode()
    page = manager.get(HERE).content.decode()
    assert "As it would be published now" in page and "Publish it" in page and "hidden" in page
    nobody = Client()
    assert nobody.get(f"{PUBLIC}TX/2026-Q4/").status_code == 404
    assert manager.post(f"{HERE}publish/").status_code == 302
    page = manager.get(HERE).content.decode()
    assert "the same bytes" in page and "Publish it" not in page
    listed = nobody.get(PUBLIC).content.decode()
    assert f"{PUBLIC}TX/2026-Q4/" in listed
    assert "How to read this" in nobody.get(f"{PUBLIC}TX/2026-Q4/").content.decode()
    for name in FILES:
        answer = nobody.get(f"{PUBLIC}TX/2026-Q4/{name}")
        assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment; filename=")
        assert answer.content == manager.get(f"{PUBLIC}TX/2026-Q4/{name}").content
    assert json.loads(nobody.get(f"{PUBLIC}TX/2026-Q4/report.json").content)["content"]["state"]["code"] == "TX"


def test_s24_pages_for_everybody_read_no_live_record(manager: Client) -> None:
    manager.post(f"{HERE}publish/")
    nobody = Client()
    read: set[str] = set()
    addresses = [PUBLIC, f"{PUBLIC}TX/2026-Q4/", f"{PUBLIC}TX/2026-Q4/?county=48201"]
    for address in (*addresses, *(f"{PUBLIC}TX/2026-Q4/{name}" for name in FILES)):
        with CaptureQueriesContext(connection) as queries:
            assert nobody.get(address).status_code == 200
        read |= {name for one in queries for name in TABLE.findall(one["sql"])}
    assert read == {"transparency_publication", "transparency_publishedfile", "agencies_state"}


def test_s24_what_comes_in_later_shows_nowhere_in_public(manager: Client) -> None:
    manager.post(f"{HERE}publish/")
    before = [Client().get(f"{PUBLIC}TX/2026-Q4/{name}").content for name in FILES]
    a.an_accepted_submission(Submission.objects.earliest("pk").originator, person=2)
    assert [Client().get(f"{PUBLIC}TX/2026-Q4/{name}").content for name in FILES] == before


def test_a_year_is_listed_and_opens_once_its_four_quarters_are_published(manager: Client) -> None:
    for number in (1, 2, 3):
        manager.post(f"/transparency/TX/2026-Q{number}/publish/")
    nobody = Client()
    assert f"{PUBLIC}TX/2026/" not in nobody.get(PUBLIC).content.decode()
    assert nobody.get(f"{PUBLIC}TX/2026/").status_code == 404
    manager.post(f"{HERE}publish/")
    assert f"{PUBLIC}TX/2026/" in nobody.get(PUBLIC).content.decode()
    assert "sum of the four published quarters" in nobody.get(f"{PUBLIC}TX/2026/").content.decode()
    assert nobody.get(f"{PUBLIC}TX/2026/report.csv").status_code == 200
    assert nobody.get(f"{PUBLIC}TX/2026/report.pdf").status_code == 404


def test_publishing_twice_or_too_early_is_refused_in_a_sentence(
    manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager.post(f"{HERE}publish/")
    again = manager.post(f"{HERE}publish/")
    assert again.status_code == 409 and "published already" in again.content.decode()
    early = manager.post("/transparency/TX/2027-Q1/publish/")
    assert early.status_code == 409 and "is not over" in early.content.decode()
    assert Publication.objects.count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "TX/2026-Q4/", "TX/2026-Q9/", "TX/2026/", "TX/20x6/", "ZZ/2026-Q4/", "TX/2026-Q4/report.exe", "TX/2026-11/",
        "TX/99999999999999999999/", "TX/2026-Q4/report.json", "tx/2026-Q4/",
    ],
)  # fmt: skip
def test_what_is_not_published_is_not_there(address: str) -> None:
    answer = Client().get(PUBLIC + address)
    assert answer.status_code == 404 and "Nothing is published here" in answer.content.decode()


def test_a_strange_period_or_state_is_no_page_for_staff(manager: Client) -> None:
    for address in ("TX/2026/", "TX/2026-Q7/", "ZZ/2026-Q4/"):
        assert manager.get(f"/transparency/{address}").status_code == 404
        assert manager.post(f"/transparency/{address}publish/").status_code == 404


@pytest.mark.parametrize("role", [Role.EXAMINER, Role.BOOKING_OFFICER, Role.FIELD_OFFICER, Role.CUSTODY])
def test_others_do_not_come_in(desk: SignedIn, role: Role) -> None:
    a.a_jail()
    client = desk(a_user(role))
    for address in ("/transparency/", HERE):
        assert client.get(address).status_code == 403
    assert client.post(f"{HERE}publish/").status_code == 403


def test_an_auditor_reads_and_does_not_publish(manager: Client, desk: SignedIn) -> None:
    auditor = desk(a_user(Role.AUDITOR))
    assert "Publish it" not in auditor.get(HERE).content.decode()
    assert auditor.post(f"{HERE}publish/").status_code == 403 and not Publication.objects.exists()


def test_pages_of_the_same_counts_have_them_hidden_once(manager: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    really = files.report

    def report(counts: Any) -> Any:
        made.append(counts)
        return really(counts)

    monkeypatch.setattr(files, "report", report)
    files._report_of.cache_clear()
    for address in (HERE, f"{HERE}?page=2", f"{HERE}?county=48201"):
        assert manager.get(address).status_code == 200
    manager.post(f"{HERE}publish/")
    assert "the same bytes" in manager.get(HERE).content.decode()
    assert len(made) == 1


def test_a_quarter_that_goes_on_is_shown_as_of_its_last_whole_day(
    manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: a.AT.replace(hour=23))
    assert "until today (UTC)" in manager.get(HERE).content.decode()
    texas, quarter = State.objects.get(usps="TX"), Quarter(2026, 4)
    for days, submitted in ((0, 0), (1, None)):  # the booking of the day is not counted yet, then it is, and hidden
        content = selectors.preview(texas, quarter, at=clock.now() + timedelta(days=days))
        assert content["tables"][0]["rows"][0]["cells"][-1] == submitted
