# SPDX-License-Identifier: Apache-2.0
"""A booking comes in either form: whoever reads one reads it through `interchange.files`, or half of them fail."""

from __future__ import annotations

import re
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "secure_communities"
TRADITIONAL_ONLY = re.compile(r"\bitl\.(?:parse|emit|read_header)\b|interchange\.itl import[^\n]*\b(?:parse|emit)\b")
# What makes files itself, in the traditional form.
MAKERS = {"biometrics/synthetic"}


def test_nobody_but_the_library_reads_or_writes_one_form_only() -> None:
    found = []
    for file in SOURCE.rglob("*.py"):
        place = file.relative_to(SOURCE).as_posix()
        if not place.startswith("interchange/") and not any(place.startswith(maker) for maker in MAKERS):
            found += [place] if TRADITIONAL_ONLY.search(file.read_text("utf-8")) else []
    assert found == []
