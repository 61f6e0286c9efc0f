# SPDX-License-Identifier: Apache-2.0
"""Case work in a real browser against the real server and database: sign in, compare, draft, sign."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from secure_communities.cli.supervisor import Services
from secure_communities.platform import clock
from secure_communities.platform.accounts.time_codes import code_at
from tests.browser.server import free_port

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
Open = Callable[..., Page]
NO_OVERFLOW = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@dataclass(frozen=True)
class Case:
    """A running system with one comparison waiting."""

    url: str
    control: str
    examination: int
    password: str
    authenticator_key: str
    cookies: dict[str, Any] = field(default_factory=dict)

    def enter(self, open_page: Open, who: str, *, path: str = "/", **options: object) -> Page:
        """The first time with password and code; afterwards in the same session: a code is good once."""
        if who in self.cookies:
            page = open_page(f"{self.url}/help/", **options)
            page.context.add_cookies(self.cookies[who])
            page.goto(self.url + path)
            return page
        page = open_page(f"{self.url}/sign-in/?next={path}", **options)
        page.get_by_label("Username").fill(who)
        page.get_by_label("Password").fill(self.password)
        with page.expect_navigation():
            page.get_by_role("button", name="Sign in").click()
        if "/second-factor/" in page.url:
            page.get_by_label("Code").fill(code_at(self.authenticator_key, clock.now()))
            with page.expect_navigation():
                page.get_by_role("button", name="Sign in").click()
        page.wait_for_load_state("networkidle")
        self.cookies[who] = page.context.cookies()
        return page


@pytest.fixture(scope="module")
def case() -> Iterator[Case]:
    with tempfile.TemporaryDirectory(prefix="sc-") as folder, pytest.MonkeyPatch.context() as patch:
        Path(folder).chmod(0o711)
        patch.delenv("DATABASE_URL", raising=False)
        with Services(Path(folder) / "var", port=free_port(), roles=("web",)) as services:
            environment = {**services.environment(), "DJANGO_SETTINGS_MODULE": "secure_communities.settings"}
            environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), environment["PYTHONPATH"]])
            done = subprocess.run(
                [sys.executable, "-m", "tests.browser.case"],
                env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr[-3000:]
            yield Case(services.address, **json.loads(done.stdout))


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_pages_fit_every_screen(open_page: Open, case: Case, width: int) -> None:
    page = case.enter(open_page, "examiner.a", width=width)
    for path in ("/my-work/", "/submissions/", f"/examination/{case.examination}/?purpose=examination",
                 f"/submissions/{case.control}/?purpose=examination"):  # fmt: skip
        page.goto(case.url + path)
        assert page.evaluate(NO_OVERFLOW), path


def test_the_list_renews_itself_and_keeps_what_is_being_typed(open_page: Open, case: Case) -> None:
    page = case.enter(open_page, "examiner.a", path="/submissions/")
    page.get_by_label("ORI").fill("ZZTX")
    # A poll at the turn of a minute finds a clock that changed, and answers 200: wait for the one that finds nothing.
    with page.expect_response(lambda answer: "/submissions/" in answer.url and answer.status == 204, timeout=15_000):
        pass
    page.evaluate("document.querySelector('#live').setAttribute('hx-headers', '{\"X-Seen\": \"other\"}')")
    with page.expect_response(lambda answer: answer.status == 200, timeout=8000):
        pass
    expect(page.locator("#live")).to_contain_text(case.control)
    expect(page.get_by_label("ORI")).to_have_value("ZZTX")
    expect(page.locator("#filter-result")).to_contain_text("1 submissions")


def test_the_list_and_the_record_work_without_script(open_page: Open, case: Case) -> None:
    page = case.enter(open_page, "booking.a", path="/submissions/", javascript=False)
    page.get_by_role("link", name=case.control).click()
    page.get_by_role("button", name="Open the record").click()
    assert page.locator(".ui-track").count() == 1
    images = page.locator("image")
    assert images.count() == 10
    assert page.request.get(case.url + (images.first.get_attribute("href") or "")).ok


def test_an_examiner_toggles_the_minutiae_and_decides_and_the_case_goes_on_to_its_signature(
    open_page: Open, case: Case
) -> None:
    for number, who in enumerate(("examiner.a", "examiner.b")):
        page = case.enter(open_page, who)
        page.get_by_role("link", name=case.control).click()
        page.wait_for_load_state("networkidle")
        marks = page.locator(".ui-finger__marks").first
        assert marks.is_visible()
        page.get_by_role("button", name="Minutiae", exact=True).click()
        assert not marks.is_visible()
        if number == 0:
            page.get_by_role("button", name="Record my conclusion").click()
            expect(page.locator(".ui-errors")).to_be_focused()
            expect(page.locator(".ui-errors")).to_contain_text("a decision needs its rationale")
        page.locator("label", has_text="Identification").click()
        page.get_by_label("What you saw").fill("Eight minutiae agree on six fingers.")
        page.get_by_role("button", name="Record my conclusion").click()
        expect(page.locator(".ui-done")).to_contain_text("Nothing leaves before two examiners have confirmed")

    page = case.enter(open_page, "specialist.a")
    page.get_by_role("link", name="IAQ-").click()
    page.get_by_label("Determination", exact=True).select_option("NONIMM_OVERSTAY")
    page.get_by_label("Evidence 1: system").fill("IMMIGRATION REGISTER")
    page.get_by_label("Evidence 1: record").fill("ENCOUNTERS")
    page.get_by_label("How sure, in your own words").fill("Two records agree.")
    page.get_by_role("button", name="Check the draft").click()
    expect(page.locator(".ui-panel")).to_contain_text("An officer will review")
    page.get_by_role("button", name="Record the draft").click()
    expect(page.locator(".ui-done")).to_contain_text("authorised officers")

    page = case.enter(open_page, "officer.a")
    page.get_by_role("link", name="IAQ-").click()
    page.get_by_label("Authority, in words").fill("Sample delegation 1")
    page.get_by_label("Reason", exact=True).fill("The evidence supports it.")
    page.locator("label", has_text="I have read the evidence").click()
    page.get_by_role("button", name="Sign and send").click()
    expect(page.get_by_role("heading", name="Before you sign")).to_be_visible()  # adverse: read once more
    page.get_by_role("button", name="Sign and send").click()
    expect(page.locator(".ui-done")).to_contain_text("The determination is signed")
