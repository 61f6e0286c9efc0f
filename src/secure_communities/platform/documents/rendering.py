# SPDX-License-Identifier: Apache-2.0
"""Template and data → PDF bytes, in a process of its own that is ended when it takes too long.

In: the text of a template, plain data, the time that counts as its creation. Out: the PDF, the same bytes each time."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

SETTER = Path(__file__).with_name("setter.py")
SECONDS = 30.0
LARGEST_DATA = 2_000_000  # characters of JSON: ten rap sheets
SOFT_HYPHEN = "\xad"
LAST_SHOWN = 0x17F  # the end of Latin Extended-A, which the fonts cover


class DocumentFailed(RuntimeError):
    """The document could not be set: too much data, too long, or a fault in the template. The message is to blame."""


def render(template: str, data: Mapping[str, Any], *, created: datetime, seconds: float = SECONDS) -> bytes:
    """The PDF of `template` (typst, after the common one) with `data`, which the template reads as `data`.

    Every string in `data` is made printable first. `data` must have `title`. Raises DocumentFailed.
    """
    text = json.dumps(_printable(dict(data)), ensure_ascii=True, sort_keys=True)
    if len(text) > LARGEST_DATA:
        raise DocumentFailed(f"the document would hold {len(text)} characters; at most {LARGEST_DATA} are set")
    order = {"source": common() + template, "data": text, "timestamp": int(created.timestamp())}
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(SETTER)], input=json.dumps(order).encode(), capture_output=True,
            timeout=seconds, check=False, env={"LC_ALL": "C.UTF-8"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise DocumentFailed(f"setting the document took longer than {seconds:g} s") from None
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise DocumentFailed(f"the document could not be set: {last[-1] if last else done.returncode}")
    return done.stdout


@cache
def common() -> str:
    """What all documents share: page, banner, headings, tables."""
    return (resources.files(__package__) / "common.typ").read_text("utf-8")


def printable(text: str) -> str:
    """`text` with every character that the fonts lack or that steers writing direction written out: `[U+202E]`.

    Line ends stay; a carriage return goes. Accents are composed, so that they find their glyph.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(one if _shows(one) else f"[U+{ord(one):04X}]" for one in composed)


def _shows(character: str) -> bool:
    if 0xA1 <= ord(character) <= LAST_SHOWN:
        return character != SOFT_HYPHEN
    return character == "\n" or " " <= character <= "~"


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(inner) for inner in value]
    return value
