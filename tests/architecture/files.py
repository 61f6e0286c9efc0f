# SPDX-License-Identifier: Apache-2.0
"""The files of the project, as the architecture tests read them: ours, without vendored and generated ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("src", "tests", "docs", "tools", "benchmarks", ".ci")
NOT_OURS = {"vendor", "vendored", "__pycache__"}
TEXT = {".py", ".md", ".toml", ".html", ".css", ".js", ".txt", ".svg", ".sh", ""}


def ours(*suffixes: str) -> Iterator[Path]:
    """Our text files with one of the suffixes (all: every text file)."""
    wanted = set(suffixes) or TEXT
    found = [path for path in ROOT.iterdir() if path.is_file()]
    for folder in FOLDERS:
        found += [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    for path in sorted(found):
        if path.suffix in wanted and not NOT_OURS.intersection(path.relative_to(ROOT).parts):
            yield path


def named(path: Path) -> str:
    """The path as a person names it."""
    return path.relative_to(ROOT).as_posix()
