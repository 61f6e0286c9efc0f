# SPDX-License-Identifier: Apache-2.0
"""The people pages in a real browser: accessible at every width, without script too. The test client answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import DEFAULT_DB_ALIAS, connections
from django.test import Client
from playwright.sync_api import Browser, Page, Route

from secure_communities.identify.people import looking, prints, services
from secure_communities.identify.people.models import Person
from secure_communities.platform import clock
from secure_communities.platform.access.roles import Role
from secure_communities.platform.accounts.models import User
from tests.identify.builders import AT, a_confirmed_match
from tests.identify.people.builders import a_record, a_specialist, merged, person_of, said
from tests.platform.builders import a_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

SITE = "http://localhost"
WIDE, NARROW = 1280, 360
NO_OVERFLOW = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`visit(user, width=…)`: a page whose requests the test client answers, inside the test's transaction."""
    settings.VAR = tmp_path
    monkeypatch.setattr(clock, "now", lambda: AT)
    contexts, mine = [], connections[DEFAULT_DB_ALIAS]

    def opened(user: User, *, width: int = WIDE, javascript: bool = True) -> Page:
        client = Client()
        client.force_login(user)

        def answer(route: Route) -> None:
            connections[DEFAULT_DB_ALIAS] = mine  # Playwright calls back in a context of its own
            asked = route.request
            path = asked.url.removeprefix(SITE)
            kind = asked.headers.get("content-type", "application/octet-stream")
            response = client.generic(asked.method, path, asked.post_data_buffer or b"", content_type=kind)
            if response.status_code == 302:
                response = client.get(response.headers["Location"])
            body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
            headers = {name.lower(): value for name, value in response.headers.items() if name != "Set-Cookie"}
            route.fulfill(status=response.status_code, headers=headers, body=body)

        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=javascript)
        contexts.append(context)
        page = context.new_page()
        page.route("**/*", answer)
        return page

    yield opened
    for context in contexts:
        context.close()


def a_known_person() -> Person:
    """Prints joined a booking and a register's record; a merge added evidence under another name."""
    query = a_confirmed_match()
    person = prints.link_confirmed(submission=query.submission, subject=query.subject, at=AT)
    assert person is not None
    other = person_of(a_record(said("SAMPLEHIDDEN,VIOLA", "SYNTHFORD,VIOLETTA", dob="1988-12-11")))
    merged(person, other)
    services.propose_merge(
        person=person, other=person_of(a_record(said("SAMPLEHIDDEN,VERA"))), rationale="One file number.",
        by=a_specialist(), at=AT,
    )  # fmt: skip
    return person


def a_pair() -> int:
    a_record(said("SAMPLEWELL,ADA MARIA"))
    (review,) = looking.open_reviews(a_record(said("SAMPLEWELL,ADA", "SYNTHLEY,ADA")), at=AT)
    return review.pk


def sound(page: Page) -> None:
    """No breach of WCAG 2.2 AA that axe finds, and nothing to scroll sideways."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate(NO_OVERFLOW)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_people_pages_are_accessible_at_every_width(visit: Open, width: int) -> None:
    person, pair = a_known_person(), a_pair()
    page = visit(a_user(Role.SUPPORT_SPECIALIST, Role.SUPPORT_SUPERVISOR), width=width)
    for path in (
        "/people/", f"/people/{person.number}/", f"/people/{person.number}/?purpose=research", "/people/links/",
        f"/people/links/pairs/{pair}/", f"/people/links/changes/{person.changes.latest('pk').pk}/",
    ):  # fmt: skip
        page.goto(SITE + path)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        sound(page)


def test_a_search_shows_people_with_their_reasons_without_script(visit: Open) -> None:
    person = a_known_person()
    page = visit(a_specialist(), javascript=False)
    page.goto(f"{SITE}/people/")
    page.get_by_label("Name", exact=False).first.fill("VIOLETA SAMPLEHIDEN")
    page.get_by_text("To research a status query").click()
    page.get_by_role("button", name="Search").click()
    found = page.locator(".people-found > li").first
    assert person.number in found.inner_text()
    found.locator("summary").click()
    assert "Sum " in found.inner_text()
