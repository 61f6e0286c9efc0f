# SPDX-License-Identifier: Apache-2.0
"""Every page in a real browser: WCAG 2.2 AA by axe, and nothing to scroll sideways on a telephone."""

from __future__ import annotations

import os

import pytest
from django.test import Client

from secure_communities.platform.access.doors import PAGES
from tests.browser.every_page import NO_PAGE, PARTS, Scene
from tests.browser.looking import NO_OVERFLOW, SITE, breaches, open_everything

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PICTURES = os.environ.get("PICTURES", "")  # a folder: each page is photographed into it
TELEPHONE = {"width": 390, "height": 844}


def show(page, scene: Scene, client: Client) -> int:  # type: ignore[no-untyped-def]
    """Open the page; where the scene has a form, what its POST answers stands at the address."""
    if scene.form is not None:
        answer = client.post(scene.address, scene.form)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        page.route(SITE + scene.address, lambda route: route.fulfill(
            status=answer.status_code, headers=headers, body=answer.content
        ))  # fmt: skip
    response = page.goto(SITE + scene.address)
    return int(response.status)


SEEN: set[str] = set()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_page_passes_axe_and_fits_a_telephone(visit, part) -> None:  # type: ignore[no-untyped-def]
    wrong: list[str] = []
    for number, scene in enumerate(part()):
        client = scene.client or Client()
        page = visit(None if scene.client else scene.user, client=client)
        status = show(page, scene, client)
        if status not in (200, 401, 409, 422):
            wrong.append(f"{scene.door} {scene.address}: {status}")
        if PICTURES:
            name = f"{part.__name__}-{number:02}-{scene.door.replace(':', '-')}.png"
            page.screenshot(path=f"{PICTURES}/{name}", full_page=True)
        open_everything(page)
        wrong += [f"{scene.door} {scene.address}: {each}" for each in breaches(page)]
        page.set_viewport_size(TELEPHONE)
        if not page.evaluate(NO_OVERFLOW):
            wrong.append(f"{scene.door} {scene.address}: scrolls sideways at 390 px")
        SEEN.add(scene.door)
        page.context.close()
    assert not wrong, "\n".join(wrong)


def test_no_page_of_the_access_table_was_left_out() -> None:
    if len(SEEN) < len(PARTS):
        pytest.skip("the pages were not all visited in this run")
    assert PAGES.keys() - SEEN - NO_PAGE.keys() == set(), "write a scene for each in tests/browser/every_page.py"
    assert NO_PAGE.keys() - PAGES.keys() == set() and not SEEN & NO_PAGE.keys()
