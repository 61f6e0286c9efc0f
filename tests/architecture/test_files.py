# SPDX-License-Identifier: Apache-2.0
"""What every file has, and what none says."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
from tests.architecture.files import ROOT, named, ours
from tools import module_sizes

WORDS = Path(__file__).with_name("forbidden_words.toml")
LICENCE = "SPDX-License-Identifier: Apache-2.0"
LONGEST_DOCSTRING = 6


def test_every_file_says_its_licence_in_its_first_lines() -> None:
    sources = [path for path in ours(".py", ".toml", ".css", ".js", ".sh") if path.stat().st_size]
    silent = [
        named(path)
        for path in [*sources, ROOT / "run", ROOT / ".ci" / "run"]
        if LICENCE not in "\n".join(path.read_text().splitlines()[:3])
    ]
    assert not silent


def test_every_module_opens_by_saying_its_job_in_a_few_lines() -> None:
    wrong = []
    for path in ours(".py"):
        if not named(path).startswith("src/") or {"migrations", "management"} & set(path.parts):
            continue
        opening = ast.get_docstring(ast.parse(path.read_text()))
        if not opening or len(opening.splitlines()) > LONGEST_DOCSTRING:
            wrong.append(f"{named(path)}: {len(opening.splitlines()) if opening else 'no'} lines")
    assert not wrong


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    assert not module_sizes.too_long(module_sizes.sizes())


def load_words() -> list[dict[str, str]]:
    return tomllib.loads(WORDS.read_text())["word"]


def said(word: dict[str, str], text: str) -> list[tuple[int, str]]:
    """Line numbers and lines where the word is used without excuse."""
    pattern, unless = re.compile(word["pattern"], re.I), re.compile(word.get("unless", r"(?!)"), re.I)
    return [
        (n, line) for n, line in enumerate(text.splitlines(), 1) if pattern.search(line) and not unless.search(line)
    ]


@pytest.mark.parametrize("word", load_words(), ids=lambda word: word["why"])
def test_no_file_says(word: dict[str, str]) -> None:
    found = [
        f"{named(path)}:{number}: {line.strip()[:100]}"
        for path in ours()
        if path != WORDS and path.name not in ("LICENSE", "THIRD_PARTY_NOTICES.md", "test_files.py")
        for number, line in said(word, path.read_text(errors="replace"))
    ]
    assert not found, word["why"]


@pytest.mark.parametrize(
    "sentence",
    ["an alien was booked", "illegal immigrant", "an EBTS-conformant file", "see /home/someone/x", "# TODO later"],
)
def test_the_list_of_words_would_notice(sentence: str) -> None:
    assert any(said(word, sentence) for word in load_words())


@pytest.mark.parametrize("sentence", ["Alien Registration Number", "never EBTS-conformant", "an illegal character"])
def test_the_list_of_words_excuses_what_is_right(sentence: str) -> None:
    assert not any(said(word, sentence) for word in load_words())
