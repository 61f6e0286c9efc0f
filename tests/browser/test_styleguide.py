# SPDX-License-Identifier: Apache-2.0
"""The components in a real browser: small screens, no script, keyboard, live clock, paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
NO_OVERFLOW = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.mark.parametrize("width", [1280, 768, 390, 320])
@pytest.mark.parametrize("path", ["/styleguide/", "/sign-in/", "/help/"])
def test_no_page_scrolls_sideways(open_page: Open, site: str, path: str, width: int) -> None:
    assert open_page(site + path, width=width).evaluate(NO_OVERFLOW)


def test_fonts_icons_and_finger_images_arrive(open_page: Open, site: str) -> None:
    page = open_page(site + "/styleguide/")
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Public Sans Web\"'))")
    page.wait_for_function(
        "performance.getEntriesByType('resource').filter(e => e.name.endsWith('.webp') && e.responseStatus == 200)"
        ".length >= 8"
    )
    assert page.evaluate("document.querySelector('.ui-tag use').getBoundingClientRect().width") > 0


def test_the_checkbox_hides_the_minutiae_without_script(open_page: Open, site: str) -> None:
    page = open_page(site + "/styleguide/", javascript=False)
    marks = page.locator("#fingers .ui-finger__marks").first
    assert marks.is_visible()
    page.locator("#fingers .ui-fingers__head label").first.click()
    assert not marks.is_visible()


def test_the_checkbox_works_by_keyboard(open_page: Open, site: str) -> None:
    page = open_page(site + "/styleguide/")
    page.locator("#fingers input[type=checkbox]").first.focus()
    page.keyboard.press("Space")
    assert not page.locator("#fingers .ui-finger__marks").first.is_visible()


def test_the_first_tab_stop_skips_to_the_content(open_page: Open, site: str) -> None:
    page = open_page(site + "/help/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('header') === null")


def test_the_menu_of_a_small_screen_opens_without_script_and_closes_by_escape(open_page: Open, site: str) -> None:
    plain = open_page(site + "/help/", width=390, javascript=False)
    plain.get_by_text("Menu").first.click()
    assert plain.locator(".ui-nav__small a").first.is_visible()

    page = open_page(site + "/help/", width=390)
    page.get_by_text("Menu").first.click()
    page.keyboard.press("Escape")
    assert not page.locator(".ui-nav__small a").first.is_visible()


def test_an_error_summary_takes_the_focus(open_page: Open, site: str) -> None:
    page = open_page(site + "/styleguide/")
    page.wait_for_function("document.activeElement.classList.contains('ui-errors')")


def test_the_copy_button_copies_the_message(open_page: Open, site: str) -> None:
    page = open_page(site + "/styleguide/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#messages [data-copy]").first.click()
    page.get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("1.004:SRE")


def test_the_running_clock_asks_the_server_again(open_page: Open, site: str) -> None:
    page = open_page(site + "/styleguide/")
    assert page.evaluate("typeof htmx") == "object"
    with page.expect_response("**/styleguide/clock/") as answered:
        page.evaluate("htmx.trigger(document.querySelector('[hx-get]'), 'every')")
        page.evaluate("htmx.ajax('GET', '/styleguide/clock/', {target: '[hx-get]', swap: 'outerHTML'})")
    assert answered.value.status == 200
    assert page.locator("[hx-get='/styleguide/clock/']").count() == 1


def test_paper_shows_the_banner_and_leaves_out_the_navigation(open_page: Open, site: str) -> None:
    page = open_page(site + "/help/")
    page.emulate_media(media="print")
    assert page.locator(".ui-banner").is_visible()
    assert not page.locator(".ui-header").is_visible()


def test_nothing_moves_for_those_who_asked_for_stillness(open_page: Open, site: str) -> None:
    page = open_page(site + "/styleguide/", motion=False)
    durations = page.evaluate(
        "[...document.querySelectorAll('*')].map(e => getComputedStyle(e).transitionDuration)"
        ".filter(d => d.split(', ').some(s => parseFloat(s) > 0))"
    )
    assert durations == []
