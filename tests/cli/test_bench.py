# SPDX-License-Identifier: Apache-2.0
"""`./run bench` on a folder of small scripts."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from secure_communities.cli.bench import Scripts, bench

SCRIPT = '''"""How long counting takes.

More words.
"""
import click

@click.command()
@click.option("--to", "limit", default=10, help="Where to stop.")
def command(limit: int) -> dict[str, object]:
    """Count."""
    return {"counted": sum(1 for _ in range(limit)), "stages": {"count_seconds": 0.5}}
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "small_benchmarks"
    folder.mkdir()
    (folder / "count_up.py").write_text(SCRIPT)
    (folder / "shared_part.py").write_text('"""Not a script."""\n')
    monkeypatch.setattr(Scripts, "folder", folder)
    monkeypatch.setattr(sys, "path", [*sys.path])
    return folder


def test_without_a_name_the_scripts_are_listed_with_what_they_measure(folder: Path) -> None:
    answer = CliRunner().invoke(bench, [])
    assert answer.exit_code == 0
    assert "count-up  How long counting takes." in answer.output
    assert "shared-part" not in answer.output


def test_json_holds_the_result_beside_the_machine_and_the_commit(folder: Path) -> None:
    answer = CliRunner().invoke(bench, ["count-up", "--to", "7", "--json", "--out", str(folder / "report.json")])
    report = json.loads(answer.output)
    assert report["result"]["counted"] == 7
    assert report["options"] == {"limit": 7}
    assert report["machine"]["cores"] >= 1 and report["machine"]["memory_gib"] > 0
    assert set(report["commit"]) == {"id", "changed"}
    assert json.loads((folder / "report.json").read_text()) == report


def test_a_person_reads_one_figure_a_line(folder: Path) -> None:
    answer = CliRunner().invoke(bench, ["count-up"])
    assert any(line.split() == ["result.stages.count_seconds", "0.5"] for line in answer.output.splitlines())


def test_an_unknown_name_is_a_wrong_command_line(folder: Path) -> None:
    assert CliRunner().invoke(bench, ["count-down"]).exit_code == 2
