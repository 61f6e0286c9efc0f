# SPDX-License-Identifier: Apache-2.0
"""`biometrics calibrate` writes a calibration that can be used, and says what is wrong with what it is given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from secure_communities.biometrics.decision import Thresholds
from secure_communities.biometrics.evidence import Evidence
from secure_communities.cli.calibrate import calibrate


@pytest.mark.slow
def test_the_command_writes_a_calibration_and_its_report(tmp_path: Path) -> None:
    out, folder = tmp_path / "calibration.json", tmp_path / "report"
    result = CliRunner().invoke(
        calibrate, ["--version", "trial", "--subjects", "40", "--out", str(out), "--report", str(folder), "--json"]
    )
    assert result.exit_code == 0, result.output
    data = json.loads(out.read_text())
    thresholds = Thresholds.from_data(data)
    assert thresholds.version == "trial"
    assert sorted(thresholds.zones) == list(range(1, 11))
    assert Evidence.from_data(data["evidence"]).bans.max() > 1
    assert data["made"]["fitted_on"] == ["sampled people"]
    assert json.loads(result.stdout)["zones"] == json.loads((folder / "report.json").read_text())["zones"]
    assert "# Calibration trial" in (folder / "report.md").read_text()


def test_a_tuning_folder_without_images_is_named(tmp_path: Path) -> None:
    (tmp_path / "not-an-image.txt").write_bytes(b"no image")
    result = CliRunner().invoke(calibrate, ["--version", "x", "--subjects", "40", "--tuning", str(tmp_path)])
    assert result.exit_code == 2
    assert tmp_path.name in result.stderr


def test_a_folder_that_is_not_there_is_named_before_any_work(tmp_path: Path) -> None:
    result = CliRunner().invoke(calibrate, ["--version", "x", "--images", str(tmp_path / "absent")])
    assert result.exit_code == 2
    assert "absent is not a folder" in result.stderr
