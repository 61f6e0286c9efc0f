# SPDX-License-Identifier: Apache-2.0
"""Who may know whom: the contracts of pyproject.toml hold, and they would notice if they did not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.architecture.files import ROOT

LINT = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_layers_of_the_design_hold() -> None:
    answer = lint(ROOT)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_a_library_that_knew_the_database_would_be_caught(tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "src/secure_communities",
        tmp_path / "src/secure_communities",
        ignore=lambda folder, names: [name for name in names if not (name.endswith(".py") or "." not in name)],
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "src/secure_communities/policy/careless.py").write_text("import psycopg\n")
    answer = lint(tmp_path)
    assert answer.returncode == 1
    assert "secure_communities.policy.careless -> psycopg" in answer.stdout
