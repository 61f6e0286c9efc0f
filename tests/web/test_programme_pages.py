# SPDX-License-Identifier: Apache-2.0
"""Figures of the programme: every number opens as many rows as it says, charged and convicted apart, no names."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from secure_communities.identify.intake.models import Submission
from secure_communities.identify.records.rules import DispositionKind
from secure_communities.platform.access.roles import Role
from tests.identify import builders as a
from tests.platform.builders import a_user
from tests.prioritize import cases
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r'<a class="usa-link" href="(/programme/rows/\?[^"]*)">([\d,]+)</a>')
FILES = ("csv", "xlsx", "pdf")


@pytest.fixture
def manager(desk: SignedIn) -> Client:
    """A programme manager, with a case on a conviction, a proposed override, and another booking."""
    query = cases.a_case()
    cases.the_outcome(query, DispositionKind.CONVICTED, sentence_months=18)
    cases.assess(query)
    cases.a_proposal(query)
    a.an_accepted_submission(query.submission.originator)
    return desk(a_user(Role.PROGRAMME_MANAGER))


def test_every_number_opens_as_many_rows(manager: Client) -> None:
    page = manager.get("/programme/?days=all").content.decode()
    numbers = NUMBER.findall(page)
    assert len(numbers) > 10
    for address, number in numbers:
        answer = manager.get(html.unescape(address))
        assert answer.status_code == 200, address
        assert f"<strong>{number}</strong> rows" in answer.content.decode(), address


def test_s6_no_column_adds_charged_and_convicted_up(manager: Client) -> None:
    page = manager.get("/programme/?days=all").content.decode()
    part = page[page.index('id="levels-title"') : page.index('id="completeness-title"')]
    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)', part)
    assert "Convicted" in heads and "Charged only" in heads
    assert not [one for one in heads if re.search(r"total|all|sum", one, re.IGNORECASE)]


@pytest.mark.parametrize("kind", FILES)
def test_figures_and_rows_are_files(manager: Client, kind: str) -> None:
    for address in (f"/programme/figures.{kind}?days=all", f"/programme/rows.{kind}?days=all&measure=matched"):
        answer = manager.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200 and len(content) > 100
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        if kind == "csv" and "rows" in address:
            assert len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))) == 2  # the heads and one match
        if kind == "xlsx":
            assert "Source" in load_workbook(io.BytesIO(content)).sheetnames
    assert manager.get("/programme/figures.exe").status_code == 404


def test_queries_are_as_many_for_any_number_of_bookings(manager: Client) -> None:
    with CaptureQueriesContext(connection) as few:
        manager.get("/programme/?days=all")
    jail = Submission.objects.earliest("pk").originator
    for _ in range(3):
        a.an_accepted_submission(jail)
    with CaptureQueriesContext(connection) as more:
        manager.get("/programme/?days=all")
    assert len(more) <= len(few) < 40


def test_a_filter_that_makes_no_sense_is_the_usual_one(manager: Client) -> None:
    for query in ("days=x&state=99", "measure=none&wave=x&basis=%00", "measure=cases&answer=%27%3B--", "page=zz"):
        assert manager.get(f"/programme/?{query}").status_code == 200
        assert manager.get(f"/programme/rows/?{query}").status_code == 200


@pytest.mark.parametrize("role", [Role.EXAMINER, Role.BOOKING_OFFICER, Role.FIELD_OFFICER])
def test_others_do_not_come_in(desk: SignedIn, role: Role) -> None:
    for address in ("/programme/", "/programme/rows/", "/programme/figures.csv", "/programme/rows.csv"):
        assert desk(a_user(role)).get(address).status_code == 403
