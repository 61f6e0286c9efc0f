# SPDX-License-Identifier: Apache-2.0
"""The pages that belong to no subject, and what holds for every page."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

import secure_communities.platform.ui as ui
import secure_communities.web as web
from secure_communities.platform.access.doors import PAGES, PUBLIC
from secure_communities.platform.access.roles import Role
from secure_communities.web.navigation import ENTRIES, address, navigation
from tests.platform.builders import a_user
from tests.platform.ui.markup import Element, find, read

PARTIALS = sorted((Path(ui.__file__).parent / "templates/ui").glob("*.html"))
TEMPLATES = [*PARTIALS, *sorted((Path(web.__file__).parent / "templates").rglob("*.html"))]
ADDRESSES = ["/sign-in/", "/help/", "/styleguide/", "/no-such-page/", "/fail/"]
BANNER = "Synthetic data only. No real person is shown here."


@pytest.fixture
def pages(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    settings.ROOT_URLCONF = "tests.platform.ui.page_urls"
    monkeypatch.setitem(PAGES, "tests.platform.ui.page_urls.fail", PUBLIC)
    return Client(raise_request_exception=False)


@cache
def fetched(where: str) -> str:
    return Client(raise_request_exception=False).get(where).content.decode()


@cache
def elements_of(where: str) -> list[Element]:
    return read(fetched(where))


def html_of(pages: Client, where: str) -> str:
    """The page, fetched once for all tests: none of these pages changes."""
    return fetched(where)


@pytest.mark.parametrize("where", ADDRESSES)
def test_every_page_carries_the_synthetic_banner(pages: Client, where: str) -> None:
    banner = next(element for element in elements_of(where) if "ui-banner" in element.classes)
    assert BANNER in banner.text


@pytest.mark.parametrize("where", ADDRESSES)
def test_nothing_is_inline(pages: Client, where: str) -> None:
    for element in elements_of(where):
        assert "style" not in element.attributes, element
        assert not [name for name in element.attributes if name.startswith(("on", "hx-on"))], element
        assert element.tag != "style"
        assert element.tag != "script" or element.get("src")


@pytest.mark.parametrize("where", ADDRESSES)
def test_every_page_has_language_title_landmarks_one_first_heading_and_a_skip_link(pages: Client, where: str) -> None:
    elements = elements_of(where)
    count = Counter(element.tag for element in elements)
    assert (count["main"], count["h1"], count["title"]) == (1, 1, 1)
    assert elements[0].get("lang") == "en"
    first_link = next(element for element in elements if element.tag == "a")
    assert first_link.get("href") == "#main"
    assert "main" in [element.get("id") for element in elements]


@pytest.mark.parametrize("where", ADDRESSES)
def test_names_are_unique_and_references_lead_somewhere(pages: Client, where: str) -> None:
    elements = elements_of(where)
    names = Counter(element.attributes["id"] for element in elements if "id" in element.attributes)
    assert {name for name, times in names.items() if times > 1} == set()
    for element in elements:
        for attribute in ("for", "aria-labelledby", "aria-describedby", "data-copy"):
            for name in element.attributes.get(attribute, "").split():
                assert name in names, f"{element.tag} {attribute}={name}"


@pytest.mark.parametrize("where", ADDRESSES)
def test_headings_do_not_skip_a_level(pages: Client, where: str) -> None:
    levels = [int(element.tag[1]) for element in elements_of(where) if re.fullmatch("h[1-6]", element.tag)]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels)), levels


@pytest.mark.parametrize("partial", PARTIALS, ids=lambda path: path.name)
def test_every_component_states_its_context_and_stands_in_the_style_guide(pages: Client, partial: Path) -> None:
    assert f"ui/{partial.name}" in [element.text for element in elements_of("/styleguide/") if element.tag == "code"]


def test_the_style_guide_shows_every_tone_and_every_clock_state(pages: Client) -> None:
    classes = {name for element in elements_of("/styleguide/") for name in element.classes}
    for tone in ("neutral", "working", "good", "attention", "late"):
        assert {f"ui-tag--{tone}", f"ui-notice--{tone}"} <= classes
    for state in ("running", "close", "late", "met", "missed"):
        assert f"ui-clock--{state}" in classes


def test_the_live_clock_is_only_the_clock(pages: Client) -> None:
    html = html_of(pages, "/styleguide/clock/").strip()
    assert html.startswith("<div class=") and html.endswith("</div>")
    assert 'hx-get="/styleguide/clock/"' in html


@pytest.mark.parametrize(("where", "status"), [("/no-such-page/", 404), ("/fail/", 500)])
def test_errors_are_pages_of_the_system(pages: Client, where: str, status: int) -> None:
    response = pages.get(where)
    assert response.status_code == status
    assert str(status) in find(response.content.decode(), of_class="ui-error-code")[0].text


@pytest.mark.django_db
def test_an_address_that_leads_nowhere_is_no_fault_whatever_is_sent_there(desk: Any) -> None:
    client = desk(a_user())
    client.handler.enforce_csrf_checks = True
    client.cookies["csrftoken"] = "t" * 32
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x", "application/json"):
        assert client.generic("POST", "/no-such-page/", b"{}", kind).status_code == 404


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_need_no_request(name: str, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.platform.ui.page_urls"
    assert BANNER in render_to_string(name).replace("<strong>", "").replace("</strong>", "")


def test_a_stranger_is_sent_to_sign_in(pages: Client) -> None:
    assert pages.get("/").headers["Location"] == "/sign-in/"


def test_the_sign_in_page_keeps_where_the_reader_wanted_to_go(pages: Client) -> None:
    html = html_of(pages, "/sign-in/?next=/help/")
    assert [field.get("value") for field in find(html, "input") if field.get("name") == "next"] == ["/help/"]


def test_signing_out_is_never_a_link(pages: Client) -> None:
    assert pages.get("/sign-out/").status_code == 405


def test_a_form_without_its_token_is_refused(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.platform.ui.page_urls"
    response = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "x", "password": "y"})
    assert response.status_code == 403
    assert "too old" in response.content.decode()


class SignedIn:
    is_authenticated = True


def test_navigation_shows_only_pages_that_exist_and_marks_the_present_one(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.platform.ui.page_urls"
    request = RequestFactory().get("/help/")
    request.user = SignedIn()
    entries = navigation(request)
    shown = [each["title"] for entry in entries for each in entry.get("parts", [entry])]
    assert set(shown) == {title for title, name, _ in ENTRIES if address(name)}
    assert [entry["title"] for entry in entries if entry["current"]] == ["Help"]


def test_the_pages_of_the_programme_stand_under_one_title_for_whoever_has_several(db: None) -> None:
    request = RequestFactory().get("/ranking/")
    request.user = a_user(Role.PROGRAMME_MANAGER)
    [programme] = [entry for entry in navigation(request) if entry["title"] == "Programme"]
    assert programme["current"]
    assert [each["title"] for each in programme["parts"] if each["current"]] == ["Ranking"]
    request = RequestFactory().get("/ranking/")
    request.user = a_user(Role.SUPPORT_SUPERVISOR)
    assert "Rules" in {entry["title"] for entry in navigation(request)}


def test_a_stranger_sees_no_pages_for_staff(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.platform.ui.page_urls"
    assert [entry["title"] for entry in navigation(RequestFactory().get("/"))] == ["Help"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_calls_a_person_or_a_match_illegal(path: Path) -> None:
    words = set(re.findall(r"[a-z]+", path.read_text().lower()))
    never = "illegal illegals alien aliens suspect criminals offender perpetrator"  # words never used
    assert words.isdisjoint(never.split())
