# SPDX-License-Identifier: Apache-2.0
"""A backup comes back whole into an empty installation, by the commands an operator types."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from secure_communities.platform.postgres import ensure_running

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
PASSPHRASE = "correct horse battery"


class Installation:
    """A var folder and its commands."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "DATABASE_OWNER_URL", "MASTER_KEY", "MASTER_KEYS", "SECRET_KEY"}
        }
        self.environment |= {
            "SECURE_COMMUNITIES_VAR": str(var),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "DJANGO_SETTINGS_MODULE": "secure_communities.settings",
        }

    def run(self, *words: str, expect: int = 0) -> str:
        command = [sys.executable, "-m", "secure_communities", *words]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout + done.stderr

    def content(self, verb: str) -> dict[str, Any]:
        with ensure_running(self.var) as database:
            environment = {**self.environment, **database.environment()}
            command = [sys.executable, "-m", "tests.platform.backups.content", verb]
            done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sc-") as name:
        Path(name).chmod(0o711)
        (Path(name) / "passphrase").write_text(PASSPHRASE + "\n")
        yield Path(name)


@pytest.fixture(scope="module")
def original(folder: Path) -> Installation:
    here = Installation(folder / "first")
    here.run("migrate", "-v0")
    here.content("fill")
    here.run("keys", "rotate")
    said = here.run(
        "backup", str(folder / "b.sealed"), "--keys-to", str(folder / "k.sealed"),
        "--passphrase-file", str(folder / "passphrase"),
    )  # fmt: skip
    assert "Keep it apart" in said
    here.content("expunge")
    return here


def test_everything_comes_back_and_a_search_finds_the_same_person(original: Installation, folder: Path) -> None:
    before = original.content("ask")
    assert before["names"] == ["SAMPLE,ONE"] and before["destroyed"] == 1
    there = Installation(folder / "second")
    there.var.mkdir()
    (there.var / "destroyed-keys.jsonl").write_text((original.var / "destroyed-keys.jsonl").read_text())
    said = there.run(
        "restore", str(folder / "b.sealed"), "--keys", str(folder / "k.sealed"),
        "--passphrase-file", str(folder / "passphrase"),
    )  # fmt: skip
    assert "The event log is intact" in said and "1 data keys" in said and "criminal gallery has" in said
    assert there.content("ask") == before

    again = there.run("restore", str(folder / "b.sealed"), "--passphrase-file", str(folder / "passphrase"), expect=1)
    assert "not empty" in again and "Nothing was changed" in again


def test_what_cannot_come_back_changes_nothing(original: Installation, folder: Path) -> None:
    there = Installation(folder / "third")
    whole = (folder / "b.sealed").read_bytes()
    (folder / "cut.sealed").write_bytes(whole[: len(whole) - 200])
    (folder / "other").write_text("another passphrase\n")
    passphrase = ("--passphrase-file", str(folder / "passphrase"))
    keyless = there.run("restore", str(folder / "b.sealed"), *passphrase, expect=1)
    assert "Master key 1" in keyless and "--keys FILE" in keyless
    for secret in (there.var / "secrets").iterdir():
        secret.unlink()
    keys = ("--keys", str(folder / "k.sealed"))
    assert "it was cut" in there.run("restore", str(folder / "cut.sealed"), *keys, *passphrase, expect=1)
    wrong = ("--passphrase-file", str(folder / "other"))
    assert "passphrase" in there.run("restore", str(folder / "b.sealed"), *wrong, expect=1)
    assert "All" in there.run("restore", str(folder / "b.sealed"), *passphrase)  # nothing of the others was left


def test_a_backup_is_for_its_owner_only_and_never_overwritten(original: Installation, folder: Path) -> None:
    for name in ("b.sealed", "k.sealed"):
        assert (folder / name).stat().st_mode & 0o777 == 0o600
        assert b"SAMPLE" not in (folder / name).read_bytes()
    said = original.run("backup", str(folder / "b.sealed"), "--passphrase-file", str(folder / "passphrase"), expect=1)
    assert "never overwrites" in said
    looked = original.run(
        "restore", "--look", str(folder / "b.sealed"), "--passphrase-file", str(folder / "passphrase")
    )
    assert "galleries_registersubject" in looked and "2 ACTIVE" in looked
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]
