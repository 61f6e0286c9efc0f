# SPDX-License-Identifier: Apache-2.0
"""The people pages in a real browser: accessible at every width, without script too. The test client answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from secure_communities.identify.people import looking, prints, services
from secure_communities.identify.people.models import Person
from secure_communities.platform.access.roles import Role
from tests.browser.looking import SITE, sound
from tests.identify.builders import AT, a_confirmed_match
from tests.identify.people.builders import a_record, a_specialist, merged, person_of, said
from tests.platform.builders import a_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

WIDE, NARROW = 1280, 360
Open = Callable[..., Page]


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
