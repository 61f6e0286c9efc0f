# SPDX-License-Identifier: Apache-2.0
"""A failed source in a real browser, with the real worker: shown as failed, asked again, answered without a reload."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from secure_communities.cli.supervisor import Services
from tests.browser.server import free_port
from tests.browser.test_casework import NO_OVERFLOW, ROOT, Case, Open

pytestmark = pytest.mark.browser


@dataclass
class Research:
    """A running system with one query, and the person who researches it."""

    case: Case
    query: int
    record: int

    def enter(self, open_page: Open, path: str = "", **options: Any) -> Page:
        address = f"/research/{self.query}/{path}?purpose=research"
        return self.case.enter(open_page, "specialist.a", path=address, **options)


@pytest.fixture(scope="module")
def research() -> Iterator[Research]:
    with tempfile.TemporaryDirectory(prefix="sc-") as folder, pytest.MonkeyPatch.context() as patch:
        Path(folder).chmod(0o711)
        patch.delenv("DATABASE_URL", raising=False)
        with Services(Path(folder) / "var", port=free_port(), roles=("web", "evidence")) as services:
            environment = {**services.environment(), "DJANGO_SETTINGS_MODULE": "secure_communities.settings"}
            environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), environment["PYTHONPATH"]])
            done = subprocess.run(
                [sys.executable, "-m", "tests.browser.evidence_case"],
                env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr[-3000:]
            facts = json.loads(done.stdout)
            query, record = facts.pop("query"), facts.pop("record")
            yield Research(Case(services.address, examination=0, **facts), query, record)


def test_a_failed_source_is_asked_again_and_its_answer_comes_without_a_reload(
    open_page: Open, research: Research
) -> None:
    page = research.enter(open_page)
    movements = page.locator(".evidence-source", has_text="Entries and exits")
    expect(movements).to_contain_text("Failed")
    expect(movements).to_contain_text("whether it holds a record is not known")
    expect(page.locator("#evidence")).to_contain_text("No answer from Entries and exits")
    movements.get_by_role("button", name="Ask again").click()
    expect(movements).to_contain_text("1 record", timeout=30_000)
    expect(page.locator("#evidence")).not_to_contain_text("No answer from")
    expect(page.get_by_role("heading", name="The surnames stand in another order").or_(
        page.get_by_role("heading", name="Names differ"))).to_be_visible()  # fmt: skip


def test_panel_and_record_pass_axe_and_fit_a_small_screen(open_page: Open, research: Research) -> None:
    for path in ("", f"evidence/{research.record}/"):
        page = research.enter(open_page, path)
        found = Axe().run(page, context="main").response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate(NO_OVERFLOW), path


def test_without_scripts_sources_are_asked_again_too(open_page: Open, research: Research) -> None:
    page = research.enter(open_page, javascript=False)
    page.get_by_role("button", name="Ask all sources again").click()
    expect(page.locator("#evidence")).to_be_visible()
    page.get_by_role("link", name="IMH-").first.click()
    expect(page.get_by_role("heading", name="What the record says")).to_be_visible()
