# SPDX-License-Identifier: Apache-2.0
"""The county map in a real browser: slide, colours, keys, a click that opens the county, and no script at all."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import SITE, sound
from tests.identify.builders import a_jail, a_submission
from tests.platform.builders import a_county, a_manager, a_participation
from tests.prioritize import plans

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

HARRIS = "[data-fips='48201']"
BESIDE_IT = "[data-fips='48203']"
SAID = "[data-said]"


@pytest.fixture
def manager(db: None) -> Any:
    """Harris County takes part and submits, another takes part from June 2026 and submits nothing, two are planned."""
    a_submission(a_jail())
    a_participation(a_county("48203"), starts_on=date(2026, 6, 15))
    plans.approved(plans.a_plan("48201", "48203", "48205", "48207"))
    return a_manager()


def drawn(visit: Any, user: Any, address: str = "/map/") -> Page:
    page: Page = visit(user)
    page.goto(SITE + address)
    page.locator(".map-frame svg").wait_for()
    return page


def slide_to(page: Page, month: str) -> None:
    """Move the slider as a hand does, and let it rest."""
    slider = page.locator("#map-slider")
    slider.focus()
    for _ in range(200):
        at = slider.get_attribute("aria-valuetext") or ""
        if at == month:
            break
        slider.press("ArrowRight" if at < month else "ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", month)


def counts(page: Page) -> list[str]:
    return page.locator("[data-count]").all_inner_texts()


def test_sliding_colours_the_counties_without_asking_and_the_table_follows(visit: Any, manager: Any) -> None:
    page = drawn(visit, manager)
    assert page.locator(".map-county").count() == 4
    assert page.locator(".map-county, .map-unlisted").count() > 3_100
    expect(page.locator(HARRIS)).to_have_class(re.compile("map-all"))
    expect(page.locator(BESIDE_IT)).to_have_class(re.compile("map-silent"))
    before = page.locator(HARRIS).evaluate("each => getComputedStyle(each).fill")
    slide_to(page, "2026-05")
    expect(page.locator(HARRIS)).to_have_class(re.compile("map-silent"))
    expect(page.locator(BESIDE_IT)).to_have_class(re.compile("map-none"))
    assert page.locator(HARRIS).evaluate("each => getComputedStyle(each).fill") != before
    expect(page.locator("#counties caption")).to_have_text("Counties in 2026-05")
    expect(page).to_have_url(re.compile("month=2026-05"))
    sound(page)


def test_the_counts_beside_the_map_are_those_of_the_server_in_every_month(visit: Any, manager: Any) -> None:
    page = drawn(visit, manager)
    plain = visit(manager, javascript=False)
    for month in ("2026-05", "2026-06", "2026-11", "2026-12"):
        slide_to(page, month)
        plain.goto(f"{SITE}/map/?month={month}")
        assert page.locator("[data-count]").all_text_contents() == counts(plain)


def test_keys_move_from_county_to_county_and_open_one(visit: Any, manager: Any) -> None:
    page = drawn(visit, manager)
    page.locator("#map-slider").focus()
    page.keyboard.press("Tab")
    said = page.locator(SAID)
    expect(said).to_contain_text("ORIs that submitted")
    seen = {said.inner_text()}
    for key in ("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
        seen.add(said.inner_text())
    assert len(seen) > 1
    page.keyboard.press("Escape")
    expect(said).to_contain_text("Point at a county")
    page.keyboard.press("ArrowUp")
    opened = said.get_by_role("link").get_attribute("href") or ""
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"{opened}$"))


def test_pointing_says_what_a_click_opens(visit: Any, manager: Any) -> None:
    page = drawn(visit, manager, "/map/?state=48")
    page.locator(HARRIS).hover()
    expect(page.locator(SAID)).to_contain_text("County 48201, State TX: ")
    expect(page.locator(SAID)).to_contain_text("ORIs that submitted: 1 of 1")
    expect(page.locator(SAID)).to_contain_text("Takes part, every ORI submitted")
    page.locator(HARRIS).click()
    page.wait_for_url(re.compile("/jurisdictions/48201/$"))


def test_readiness_is_another_colouring_and_a_legend_of_its_own(visit: Any, manager: Any) -> None:
    page = drawn(visit, manager)
    page.get_by_label("Colours").select_option("ready")
    expect(page.locator(HARRIS)).to_have_class(re.compile("map-unknown"))
    expect(page.locator("[data-legend=line]")).to_be_hidden()
    expect(page.locator("[data-legend=ready]")).to_be_visible()
    sound(page)


def test_a_legend_entry_lists_its_counties_and_leaves_the_others_pale(visit: Any, manager: Any) -> None:
    page = drawn(visit, manager)
    page.get_by_role("link", name="Takes part, but no ORI submitted").click()
    page.locator(".map-frame svg").wait_for()
    expect(page.locator("#counties tbody tr")).to_have_count(1)
    expect(page.locator(HARRIS)).to_have_class(re.compile("map-dim"))
    expect(page.locator(BESIDE_IT)).not_to_have_class(re.compile("map-dim"))


def test_it_plays_and_stops(visit: Any, manager: Any) -> None:
    page = drawn(visit, manager, "/map/?month=2026-08")
    page.get_by_role("button", name="Play").click()
    expect(page.locator("[data-month-word]")).not_to_have_text("2026-08")
    page.get_by_role("button", name="Stop").click()
    here = page.locator("[data-month-word]").inner_text()
    expect(page.locator("#counties caption")).to_have_text(f"Counties in {here}")


def test_without_a_script_the_month_is_a_form_and_the_table_says_all(visit: Any, manager: Any) -> None:
    page = visit(manager, javascript=False)
    page.goto(f"{SITE}/map/")
    expect(page.locator("#map-slider")).to_be_hidden()
    page.get_by_label("Month", exact=True).select_option("2026-05")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("#counties caption")).to_have_text("Counties in 2026-05")
    expect(page.locator("#counties tbody tr")).to_have_count(4)
    assert "The table says the same" in page.content()
    page.get_by_role("link", name="County 48201").click()
    assert page.url.endswith("/jurisdictions/48201/")


def test_the_form_moves_the_map_too_and_one_kind_stays_marked_under_the_other_colouring(
    visit: Any, manager: Any
) -> None:
    page = drawn(visit, manager, "/map/?kind=silent")
    expect(page.locator(HARRIS)).to_have_class(re.compile("map-dim"))
    page.get_by_label("Colours").select_option("ready")
    expect(page).to_have_url(re.compile("show=ready"))
    expect(page.locator(HARRIS)).to_have_class(re.compile("map-dim"))
    expect(page.locator(BESIDE_IT)).not_to_have_class(re.compile("map-dim"))
    page.get_by_label("Month", exact=True).select_option("2026-05")
    expect(page.locator("#map-slider")).to_have_attribute("aria-valuetext", "2026-05")
    expect(page.locator("#counties caption")).to_have_text("Counties in 2026-05")
    expect(page.locator(HARRIS)).not_to_have_class(re.compile("map-dim"))
