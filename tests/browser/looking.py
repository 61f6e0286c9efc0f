# SPDX-License-Identifier: Apache-2.0
"""What a page must pass in a real browser: axe with the rules of WCAG 2.2 AA, and no sideways scrolling."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SITE = "http://localhost"  # where the test client answers (the fixture `visit`)
IDS_TWICE = """[...new Set([...document.querySelectorAll('[id]')].map(each => each.id)
    .filter((id, place, all) => all.indexOf(id) !== place))]"""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NO_OVERFLOW = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def breaches(page: Page) -> list[str]:
    """Each rule of WCAG 2.2 AA that axe finds broken, with the first element that breaks it; ids that stand twice."""
    found = Axe().run(page, options={"runOnly": WCAG, "resultTypes": ["violations"]}).response["violations"]
    wrong = [f"{one['id']}: {one['nodes'][0]['html'][:300]} {one['nodes'][0]['failureSummary']}" for one in found]
    return [*wrong, *(f"the id {each} stands twice: labels meet the first alone" for each in page.evaluate(IDS_TWICE))]


def open_everything(page: Page) -> None:
    """Unfold what is folded, so that it is judged too."""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")


def sound(page: Page) -> None:
    """No breach, and nothing to scroll sideways."""
    assert breaches(page) == []
    assert page.evaluate(NO_OVERFLOW)
