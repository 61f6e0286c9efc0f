# SPDX-License-Identifier: Apache-2.0
"""Members of staff at their own browsers, and what each does there, as a person would: look, choose, write, press."""

from __future__ import annotations

import time

from playwright.sync_api import Browser, BrowserContext, Page, expect

from secure_communities.platform import clock
from secure_communities.platform.accounts.time_codes import code_at
from tests.browser.looking import NO_OVERFLOW
from tests.journeys.system import RunningSystem, eventually

TELEPHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
PATIENCE = 30_000  # milliseconds until an expectation is given up: the machine may be busy
CODE_LASTS = 40  # seconds after which the app shows another code, which was not used yet


class Staff:
    """Everybody's browsers. `plain` is a telephone without scripts, signed in by the same session."""

    def __init__(self, browser: Browser, system: RunningSystem) -> None:
        self.browser, self.system = browser, system
        self.pages: dict[tuple[str, bool], Page] = {}
        self.complaints: list[str] = []
        expect.set_options(timeout=PATIENCE)

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()

    def at(self, who: str, path: str, *, plain: bool = False) -> Page:
        """The page that somebody has opened; nothing on it scrolls sideways."""
        if (who, plain) not in self.pages:
            if plain:
                state = self.at(who, "/account/").context.storage_state()
                context = self._context(viewport=TELEPHONE, java_script_enabled=False, storage_state=state)
                self.pages[who, plain] = context.new_page()
            else:
                self.pages[who, plain] = self._sign_in(who)
        page = self.pages[who, plain]
        page.goto(self.system.services.address + path)
        self.fits(page)
        return page

    def fits(self, page: Page) -> None:
        assert page.evaluate(NO_OVERFLOW), page.url

    def _context(self, **options: object) -> BrowserContext:
        context = self.browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        return context

    def _sign_in(self, who: str) -> Page:
        page = self._context(viewport=DESK).new_page()
        facts = self.system.facts
        page.goto(f"{self.system.services.address}/sign-in/")
        page.get_by_label("Username").fill(who)
        page.get_by_label("Password").fill(facts["passwords"][who])
        with page.expect_navigation():
            page.get_by_role("button", name="Sign in").click()
        until = time.monotonic() + CODE_LASTS
        while "/second-factor/" in page.url:  # a code is good once: it may have been used a moment ago
            assert time.monotonic() < until, f"{who} was not let in"
            page.get_by_label("Code").fill(code_at(facts["authenticators"][who], clock.now()))
            with page.expect_navigation():
                page.get_by_role("button", name="Sign in").click()
            if "/second-factor/" in page.url:
                time.sleep(5)
        return page

    # -- what they do --

    def examine(self, who: str, control: str, conclusion: str, words: str, *, plain: bool = False) -> Page:
        """One examiner concludes on the immigration side's comparison."""
        page = self.at(who, f"/examination/{self.comparison(control)}/?purpose=examination", plain=plain)
        page.locator("label", has_text=conclusion).first.click()
        page.get_by_label("What you saw").fill(words)
        self.press(page, "Record my conclusion")
        expect(page.locator(".ui-done")).to_be_visible()
        return page

    def draft(self, who: str, control: str, code: str, *, plain: bool = False) -> Page:
        """A specialist relies on everything gathered; the sources must have answered."""
        page = self.at(who, f"/research/{self.query(control)}/?purpose=research", plain=plain)
        page.get_by_label("Determination", exact=True).select_option(code)
        gathered = page.locator("input[name=relied_on]")
        assert gathered.count(), "no evidence was gathered"
        for each in gathered.all():
            page.locator(f"label[for={each.get_attribute('id')}]").click()
        if page.get_by_label("How you explain").count():
            page.get_by_label("How you explain").fill("One person: the registers write the surnames in two orders.")
        page.get_by_label("How sure, in your own words").fill("The records of the sources agree.")
        self.press(page, "Check the draft")
        self.press(page, "Record the draft")
        return page

    def sign(self, who: str, control: str, *, plain: bool = False) -> Page:
        """An officer signs; an adverse determination is shown once more before."""
        page = self.at(who, f"/research/{self.query(control)}/?purpose=determination", plain=plain)
        page.get_by_label("Authority, in words").fill("Sample delegation 1")
        page.get_by_label("Reason", exact=True).fill("The evidence supports it.")
        page.locator("label", has_text="I have read the evidence").click()
        self.press(page, "Sign and send")
        if page.get_by_role("heading", name="Before you sign").count():
            self.press(page, "Sign and send")
        return page

    def conclude(self, who: str, control: str, conclusion: str) -> Page:
        """Supervisor or counsel concludes on the one open sign of citizenship."""
        page = self.at(who, f"/citizenship/{self.number(control)}/")
        page.locator("label", has_text=conclusion).click()
        page.get_by_label("Reason, in your own words").fill("The birthplace was mistyped; the passport says otherwise.")
        self.press(page, "Continue")
        expect(page.get_by_role("heading", name="Before you conclude")).to_be_visible()
        self.press(page, "Record my conclusion")
        return page

    def booking(self, who: str, control: str, *, plain: bool = False) -> Page:
        """The jail opens its own booking in the portal, from its list."""
        page = self.at(who, "/portal/", plain=plain)
        page.get_by_role("link", name=self.tcn(control)).click()
        page.wait_for_load_state("load")
        self.fits(page)
        return page

    def press(self, page: Page, name: str) -> None:
        """Press a button that leads to another page, which must fit too."""
        with page.expect_navigation():
            page.get_by_role("button", name=name, exact=True).first.click()
        self.fits(page)

    # -- which one it is --

    def number(self, control: str) -> int:
        return int(self.system.value("SELECT id FROM intake_submission WHERE control_number = %s", control))

    def tcn(self, control: str) -> str:
        return str(self.system.value("SELECT tcn FROM intake_submission WHERE control_number = %s", control))

    def comparison(self, control: str) -> int:
        found = "SELECT id FROM examination_examination WHERE register = 'immigration' AND submission_id = %s"
        rows = eventually(lambda: self.system.rows(found, self.number(control)), f"the candidate of {control}")
        return int(rows[0][0])

    def query(self, control: str) -> int:
        found = "SELECT id FROM research_statusquery WHERE submission_id = %s"
        return int(self.system.value(found, self.number(control)))

    def gathered(self, control: str) -> int:
        """Wait until every source was asked and has answered or failed; return the query's number."""
        query = self.query(control)
        eventually(
            lambda: (
                self.system.value("SELECT count(*) FROM evidence_inquiry WHERE query_id = %s", query)
                and not self.system.rows(
                    "SELECT 1 FROM evidence_inquiry WHERE query_id = %s AND answered_at IS NULL", query
                )
            ),
            f"the sources' answers on {control}",
        )
        return query
