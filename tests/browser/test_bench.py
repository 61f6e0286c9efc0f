# SPDX-License-Identifier: Apache-2.0
"""The workbench of examiners in a real browser: keyboard alone, mouse, no script, small screens, a lead."""

from __future__ import annotations

import json
import os
import re
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
SAID = "[data-said]"
FOCUSED = "selector => document.activeElement?.matches(selector) ?? false"


@dataclass(frozen=True)
class Bench:
    """A running system with one comparison waiting and one disputed."""

    url: str
    open: int
    disputed: int
    password: str
    authenticator_key: str
    cookies: dict[str, Any] = field(default_factory=dict)

    def enter(self, open_page: Open, who: str, comparison: int, **options: object) -> Page:
        """The first time with password and code; afterwards in the same session: a code is good once."""
        if who not in self.cookies:
            page = open_page(f"{self.url}/sign-in/")
            page.get_by_label("Username").fill(who)
            page.get_by_label("Password").fill(self.password)
            page.get_by_role("button", name="Sign in").click()
            page.get_by_label("Code").fill(self.code())
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_load_state("networkidle")
            self.cookies[who] = page.context.cookies()
        page = open_page(f"{self.url}/help/", **options)
        page.context.add_cookies(self.cookies[who])
        page.goto(f"{self.url}/examination/{comparison}/?purpose=examination")
        page.wait_for_load_state("networkidle")
        return page

    def code(self) -> str:
        return code_at(self.authenticator_key, clock.now())


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with tempfile.TemporaryDirectory(prefix="sc-") as folder, pytest.MonkeyPatch.context() as patch:
        Path(folder).chmod(0o711)
        patch.delenv("DATABASE_URL", raising=False)
        with Services(Path(folder) / "var", port=free_port(), roles=("web",)) as services:
            environment = {**services.environment(), "DJANGO_SETTINGS_MODULE": "secure_communities.settings"}
            environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), environment["PYTHONPATH"]])
            done = subprocess.run(
                [sys.executable, "-m", "tests.browser.bench_case"],
                env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr[-3000:]
            yield Bench(services.address, **json.loads(done.stdout))


def transforms(page: Page) -> list[str]:
    """How the two prints on screen lie in their windows."""
    return page.eval_on_selector_all(
        ".bench-current .bench-scene", "all => all.map(one => one.getAttribute('transform'))"
    )


def zooms(page: Page) -> list[float]:
    return [float(re.search(r"scale\(([\d.]+)\)", one)[1]) for one in transforms(page)]


def tab_to(page: Page, selector: str) -> None:
    for _ in range(120):
        if page.evaluate(FOCUSED, selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_both_sides_move_alike_until_one_is_let_go(open_page: Open, bench: Bench) -> None:
    page = bench.enter(open_page, "examiner.b", bench.open)
    expect(page.locator(".bench--live")).to_be_visible()
    page.get_by_role("button", name="Closer").click()
    assert zooms(page) == [1.25, 1.25]
    page.get_by_role("button", name="Sides together").click()
    expect(page.get_by_role("button", name="One side alone")).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Moves: probe").click()
    page.get_by_role("button", name="Turn clockwise", exact=True).click()
    probe, candidate = transforms(page)
    assert "rotate(0)" in probe and "rotate(2)" in candidate
    box = page.locator(".bench-current svg.ui-finger__image").first.bounding_box()
    assert box
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 40, middle[1] + 10, steps=3)
    page.mouse.up()
    assert transforms(page)[0] != probe and transforms(page)[1] == candidate
    before = zooms(page)[0]
    page.mouse.wheel(0, -200)
    page.wait_for_function(
        "before => Number(/scale\\(([\\d.]+)\\)/.exec(document.querySelector('.bench-current .bench-scene')"
        ".getAttribute('transform'))[1]) > before",
        arg=before,
    )
    page.get_by_role("button", name="Fit").click()


def test_pairs_are_drawn_on_demand_and_stepped_through(open_page: Open, bench: Bench) -> None:
    page = bench.enter(open_page, "examiner.b", bench.open)
    letters = page.locator(".work-choice a")
    assert letters.count() == 2
    for place in range(2):  # one of the two candidates is the person: its pairs are many
        if letters.nth(place).get_attribute("aria-current") is None:
            letters.nth(place).click()
        expect(letters.nth(place)).to_have_attribute("aria-current", "page")
        expect(page.locator(".bench--live")).to_be_visible()
        assert page.locator(".bench-pair").count() == 0
        page.get_by_role("button", name="Engine's pairs").click()
        expect(page.locator(SAID)).to_contain_text("by the engine")
        if page.locator(".bench-pair line").count() > 10:
            break
    else:
        raise AssertionError("neither candidate shows its pairs")
    page.get_by_role("button", name="Next pair").click()
    expect(page.locator(SAID)).to_contain_text("pair 1 of")
    assert page.locator(".bench-pair--chosen circle").count() == 2
    page.get_by_role("button", name="Lay alike").click()
    expect(page.get_by_role("button", name="Lay alike")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Engine's pairs").click()
    assert page.locator(".bench-pair").count() == 0


def test_the_conclusion_survives_a_change_of_candidate(open_page: Open, bench: Bench) -> None:
    page = bench.enter(open_page, "examiner.b", bench.open)
    page.get_by_label("What you saw").fill("half a sentence")
    other = page.locator(".work-choice a:not([aria-current])")
    name = other.inner_text()
    other.click()
    expect(page.locator("#bench-title")).to_have_text(f"Probe and candidate {name[-1]}")
    expect(page.locator(".bench--live")).to_be_visible()
    expect(page.get_by_label("What you saw")).to_have_value("half a sentence")


def test_keys_can_be_switched_off_and_never_act_while_somebody_writes(open_page: Open, bench: Bench) -> None:
    page = bench.enter(open_page, "examiner.b", bench.open)
    page.get_by_label("What you saw").focus()
    page.keyboard.type("fi+2")
    assert zooms(page) == [1, 1]
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Keys are on").uncheck()
    page.get_by_role("button", name="Close", exact=True).click()
    page.locator("[data-stage]").focus()
    page.keyboard.press("+")
    assert zooms(page) == [1, 1]
    page.reload()
    page.wait_for_load_state("networkidle")
    page.locator("[data-stage]").focus()
    page.keyboard.press("+")
    assert zooms(page) == [1, 1]  # kept for the next comparison
    page.keyboard.press("ArrowLeft")  # arrows belong to the focused prints and stay
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Keys are on").check()
    page.keyboard.press("Escape")
    page.locator("[data-stage]").focus()
    page.keyboard.press("+")
    assert zooms(page) == [1.25, 1.25]


@pytest.mark.parametrize("width", [1440, 1024, 390, 320])
def test_the_workbench_fits_every_screen(open_page: Open, bench: Bench, width: int) -> None:
    page = bench.enter(open_page, "examiner.b", bench.open, width=width)
    assert page.evaluate(NO_OVERFLOW)


def test_without_script_all_fingers_and_the_form_are_there(open_page: Open, bench: Bench) -> None:
    page = bench.enter(open_page, "examiner.b", bench.open, javascript=False)
    assert page.locator("figure").count() == 20 and page.locator("figure").last.is_visible()
    assert not page.locator(".bench-tools").is_visible()
    page.get_by_role("link", name="Show the engine's pairs").click()
    assert page.get_by_role("link", name="Hide the engine's pairs").is_visible()
    page.get_by_role("button", name="Record my conclusion").click()
    assert page.locator(".ui-errors").is_visible()


def test_a_whole_comparison_is_decided_with_the_keyboard_alone(open_page: Open, bench: Bench) -> None:
    page = open_page(f"{bench.url}/sign-in/?next=/examination/{bench.open}/%3Fpurpose=examination")
    tab_to(page, "[name=username]")
    page.keyboard.type("examiner.a")
    page.keyboard.press("Tab")
    tab_to(page, "[name=password]")
    page.keyboard.type(bench.password)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code")).to_be_visible()
    tab_to(page, "[name=code]")
    page.keyboard.type(bench.code())
    page.keyboard.press("Enter")
    expect(page.locator(".bench--live")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys of the viewer")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    expect(page.locator(SAID)).to_contain_text("Right index")
    page.keyboard.press("+")
    page.keyboard.press("r")
    expect(page.locator(SAID)).to_contain_text("125 % · turned 2°")
    tab_to(page, "[data-stage]")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    before = transforms(page)
    page.keyboard.press("ArrowLeft")
    assert transforms(page) != before
    page.keyboard.press("i")
    page.keyboard.press("C")
    expect(page.locator(SAID)).to_contain_text("contrast 80 %")
    page.keyboard.press("n")
    expect(page.locator(SAID)).to_contain_text("Right middle")
    page.keyboard.press("e")
    expect(page.locator(SAID)).to_contain_text("by the engine")
    expect(page.locator("[data-finger='3'] [data-looked]")).to_have_text("looked at")
    page.keyboard.press("d")
    for _ in range(4):  # radio buttons: the last is "inconclusive"
        if page.evaluate("document.activeElement.value") == "exclusion" and page.evaluate(FOCUSED, ":checked"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Nothing agrees in the right index and middle.")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED, "button[type=submit]")
    said = json.loads(page.locator("#id_effort").input_value())
    page.keyboard.press("Enter")
    expect(page.locator(".ui-done")).to_contain_text("Your conclusion is recorded")
    assert {"zoom", "rotate", "pan", "invert", "contrast", "pairs", "keys"} <= set(said["tools"])
    assert 3 in said["fingers"] and said["seconds"] < 600
    page.get_by_role("link", name="See what the engine had found").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What the engine had found")


def test_a_lead_looks_first_then_reads_what_was_said_then_concludes(open_page: Open, bench: Bench) -> None:
    page = bench.enter(open_page, "lead.a", bench.disputed)
    assert "All ten fingers agree." not in page.content() and "Nothing agrees." not in page.content()
    page.locator("label", has_text="Inconclusive").click()
    page.get_by_label("What you saw").fill("Too faint to say.")
    page.get_by_role("button", name="Record my first look").click()
    said = page.locator("section", has=page.get_by_role("heading", name="What was said"))
    for words in ("All ten fingers agree.", "Nothing agrees.", "Too faint to say.", "Your own first look"):
        expect(said).to_contain_text(words)
    page.locator("label", has_text="Exclusion").click()
    page.get_by_label("What you saw").fill("The second examiner is right.")
    page.get_by_role("button", name="Record my conclusion").click()
    expect(page.locator(".ui-done")).to_contain_text("Your conclusion is recorded")
