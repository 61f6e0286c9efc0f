# SPDX-License-Identifier: Apache-2.0
"""Hold the documents to what is there: python tools/check_docs.py.

In: README.md, the other documents at the top, docs/. Out: one line for each link that leads nowhere, command,
option or test that does not exist, abbreviation that the glossary does not explain, generated part that is out of date.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tools.make_docs import find, out_of_date  # noqa: E402  # found through the path above

GLOSSARY = ROOT / "docs" / "glossary.md"
KNOWN_TO_ALL = Path(__file__).with_name("abbreviations.txt")
REQUIRED = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs/glossary.md")

FENCE = re.compile(r"^ *(```|~~~).*?^ *\1\s*$", re.M | re.S)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.M)
CALL = re.compile(r"\./run((?:\s+[^\s`|;&<>()·]+)*)")
ABBREVIATION = re.compile(r"\b[A-Z][A-Z0-9]*[A-Z][A-Z0-9]*s?\b")


def documents(root: Path = ROOT) -> list[Path]:
    """Every document for people."""
    return sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")])


def anchors(text: str) -> set[str]:
    """The names of the headings, as links write them."""
    found: dict[str, int] = {}
    names = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        name = re.sub(r"[^\w\- ]", "", re.sub(r"[`*_]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()).replace(" ", "-")
        names.add(f"{name}-{found[name]}" if name in found else name)
        found[name] = found.get(name, 0) + 1
    return names


def broken_links(path: Path, text: str) -> Iterator[str]:
    """Links inside the project whose file or heading does not exist."""
    for target in LINK.findall(CODE.sub("", FENCE.sub("", text))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, heading = unquote(target).partition("#")
        other = (path.parent / name).resolve() if name else path
        if not other.exists():
            yield f"link to {target}: no such file"
        elif heading and other.suffix == ".md" and heading not in anchors(other.read_text()):
            yield f"link to {target}: no such heading"


def wrong_calls(text: str, main: click.Group) -> Iterator[str]:
    """Calls of ./run, in code, whose command or option does not exist."""
    code = [*(match[0] for match in FENCE.finditer(text)), *CODE.findall(FENCE.sub("", text))]
    for line in "\n".join(code).splitlines():
        for call in CALL.findall(line.split(" #")[0]):
            yield from wrong_call(call.split(), main)


def wrong_call(words: list[str], main: click.Group) -> Iterator[str]:
    """What does not exist in one call."""
    command: click.Command = main
    said = ["./run"]
    for word in words:
        if word in ("…", "...") or word[0] in "[<" or word.isupper():  # the reader's part from here on
            return
        if word.startswith("--"):
            options = {name for each in command.params for name in (*each.opts, *each.secondary_opts)} | {"--help"}
            passes_on = command.context_settings.get("ignore_unknown_options")
            if word.split("=")[0] not in options and not passes_on:
                yield f"{' '.join(said)} has no option {word}"
        elif isinstance(command, click.Group):
            found = find(command, word)
            if found is None:
                yield f"{' '.join(said)} has no command {word}"
                return
            command = found
            said.append(word)


def explained(glossary: str) -> set[str]:
    """The terms of the glossary: headings, and what stands in bold at the start of a line, an item or a table row."""
    terms = {*HEADING.findall(glossary), *re.findall(r"^(?:[-*|]\s*)?\*\*(.+?)\*\*", glossary, re.M)}
    return {word for term in terms for word in ABBREVIATION.findall(term)}


def unexplained(text: str, known: set[str]) -> Iterator[str]:
    """Abbreviations in prose that neither the glossary nor everybody knows."""
    prose = re.sub(r"https?://\S+|\[\[.*?\]\]", "", LINK.sub("", CODE.sub("", FENCE.sub("", text))))
    for word in dict.fromkeys(ABBREVIATION.findall(prose)):
        if word.rstrip("s") not in known and word not in known and not any(letter.isdigit() for letter in word):
            yield f"{word} is not in the glossary"


def missing_tests(text: str, tests: str) -> Iterator[str]:
    """Tests named in code that do not exist; `tests` is the text of all of them."""
    for name in dict.fromkeys(re.findall(r"`(test_\w+)`", text)):
        if f"def {name}(" not in tests:
            yield f"there is no {name}"


def problems() -> Iterator[str]:
    """Everything wrong, as `file: what`."""
    from secure_communities.cli import main

    for name in REQUIRED:
        if not (ROOT / name).exists():
            yield f"{name}: missing"
    glossary = GLOSSARY.read_text() if GLOSSARY.exists() else ""
    known = explained(glossary) | set(KNOWN_TO_ALL.read_text().split())
    tests = "".join(path.read_text() for path in sorted((ROOT / "tests").rglob("test_*.py")))
    for path in documents():
        text = path.read_text()
        wrong = [*broken_links(path, text), *wrong_calls(text, main), *missing_tests(text, tests)]
        if path.name not in ("THIRD_PARTY_NOTICES.md", "command-line.md", "CHANGELOG.md"):
            wrong += unexplained(text, known)
        for problem in wrong:
            yield f"{path.relative_to(ROOT)}: {problem}"
    for path in out_of_date():
        yield f"{path.relative_to(ROOT)}: out of date, run tools/make_docs.py"


if __name__ == "__main__":
    found = list(problems())
    print("\n".join(found) if found else f"{len(documents())} documents in order")
    sys.exit(bool(found))
