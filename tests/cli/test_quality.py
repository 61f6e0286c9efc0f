# SPDX-License-Identifier: Apache-2.0
"""`./run test` and `./run check`: nothing is skipped silently, and a failure is a failure."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from secure_communities.cli import quality
from secure_communities.cli.installation import ROOT, Exit
from secure_communities.cli.quality import Check, Prerequisite

GOOD = (sys.executable, "-c", "print('all well')")
BAD = (sys.executable, "-c", "print('line 3 is wrong'); raise SystemExit(1)")


@pytest.fixture
def tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one marked test, whose prerequisite is missing like that of an unused mark."""
    (tmp_path / "test_pages.py").write_text("@pytest.mark.browser\ndef test_a_page(): ...\n")
    monkeypatch.setattr(
        quality,
        "PREREQUISITES",
        (
            Prerequisite("browser", lambda: False, "chromium is missing: apt-get install chromium"),
            Prerequisite("cluster", lambda: False, "ray is missing"),
        ),
    )
    return tmp_path


def test_only_what_some_test_needs_counts_as_missing(tests: Path) -> None:
    assert quality.lacking_prerequisites(tests) == ["chromium is missing: apt-get install chromium"]


def test_all_tests_end_with_three_and_one_line_where_a_package_is_missing(
    tests: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = quality.lacking_prerequisites(tests)
    monkeypatch.setattr(quality, "lacking_prerequisites", lambda: found)
    answer = CliRunner().invoke(quality.test, ["--all"])
    assert answer.exit_code == Exit.MISSING == 3
    assert answer.output == "Error: chromium is missing: apt-get install chromium\n"


def test_every_mark_of_a_long_or_needy_test_is_left_out_of_the_fast_ones() -> None:
    marks = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["markers"]
    assert set(quality.FAST.replace("not ", "").split(" and ")) == {mark.split(":")[0] for mark in marks}


def test_a_check_that_fails_shows_its_output_and_fails_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "checks", lambda: [Check("lint", BAD), Check("format", GOOD)])
    answer = CliRunner().invoke(quality.check, [])
    assert answer.exit_code == Exit.FAILED
    assert "── lint ──\nline 3 is wrong" in answer.output
    assert [line.split()[:2] for line in answer.output.splitlines()[-2:]] == [["FAILED", "lint"], ["passed", "format"]]


def test_checks_can_be_chosen_and_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "checks", lambda: [Check("lint", BAD), Check("format", GOOD)])
    assert CliRunner().invoke(quality.check, ["--only", "form"]).exit_code == Exit.OK
    assert CliRunner().invoke(quality.check, ["--except", "lint"]).exit_code == Exit.OK
    assert CliRunner().invoke(quality.check, ["--only", "nothing"]).exit_code == 2


def test_fixing_comes_before_checking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "made"
    fix = (sys.executable, "-c", f"open({str(made)!r}, 'w')")
    look = (sys.executable, "-c", f"open({str(made)!r})")
    monkeypatch.setattr(quality, "checks", lambda: [Check("format", look, fix=fix)])
    assert CliRunner().invoke(quality.check, []).exit_code == Exit.FAILED
    assert CliRunner().invoke(quality.check, ["--fix"]).exit_code == Exit.OK


def test_the_reference_names_every_exit_code() -> None:
    reference = (ROOT / "docs" / "reference" / "command-line.md").read_text()
    assert [code for code in Exit if f"\n| {code.value} | " not in reference] == []
