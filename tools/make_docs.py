# SPDX-License-Identifier: Apache-2.0
"""Write the parts of the documents that come from the program: python tools/make_docs.py [--check].

In: the command line, the state tables, the kinds of event. Out: docs/reference/command-line.md (below its mark),
states.md and event-kinds.md; with --check nothing is written and the exit code is 1 if something is out of date.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

REFERENCE = ROOT / "docs" / "reference"
MARK = "<!-- From here on written by tools/make_docs.py -->\n"
WIDTH = 100


def find(group: click.Group, name: str) -> click.Command | None:
    """One command of a group; None if it does not exist or its module is not written."""
    try:
        return group.get_command(click.Context(group), name)
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("secure_communities.cli."):
            raise
        return None


def commands(group: click.Group, words: tuple[str, ...] = ("./run",)) -> Iterator[tuple[str, click.Context]]:
    """Every command below a group, with the words that call it, in the order of the help."""
    settings: Any = {"max_content_width": WIDTH, "terminal_width": WIDTH, "help_option_names": ["-h", "--help"]}
    parent = click.Context(group, info_name=" ".join(words), **settings)
    for name in group.list_commands(parent):
        command = find(group, name)
        if command is None:
            continue
        command._help_option = None  # click keeps the first that it made, whatever names the next context gives it
        context = click.Context(command, info_name=name, parent=parent, **settings)
        yield " ".join((*words, name)), context
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))


def command_line() -> str:
    """The help of every command."""
    from secure_communities.cli import main

    parts = []
    for words, context in commands(main):
        parts.append(f"## {words}\n\n```text\n{context.command.get_help(context).strip()}\n```\n")
    return "\n".join(parts)


def state_tables() -> Iterator[tuple[str, str, dict[tuple[str, str], str]]]:
    """Every literal table `(state, event) → state`: title, module, table."""
    for path in sorted((ROOT / "src").rglob("states.py")):
        module = importlib.import_module(".".join(path.relative_to(ROOT / "src").with_suffix("").parts))
        for value in vars(module).values():
            if isinstance(value, dict) and value and all(isinstance(key, tuple) and len(key) == 2 for key in value):
                states = type(next(iter(value))[0])
                yield states.__name__, (states.__doc__ or "").strip(), value


def states() -> str:
    """One diagram for each table."""
    parts = ["# States\n\nThe tables that decide what can happen next, drawn.\n\n" + MARK]
    for name, purpose, table in state_tables():
        arrows = [f"    {before} --> {after}: {event}" for (before, event), after in table.items()]
        starts = dict.fromkeys(before for before, _ in table if before not in set(table.values()))
        entry = [f"    [*] --> {state}" for state in starts]
        parts.append(f"## {name}\n\n{purpose}\n\n```mermaid\nstateDiagram-v2\n" + "\n".join(entry + arrows) + "\n```\n")
    return "\n".join(parts)


def event_kinds() -> str:
    """Every kind of event that some `events.py` registers, by subject."""
    from secure_communities.platform.events import registry

    for path in sorted((ROOT / "src").rglob("events.py")):
        importlib.import_module(".".join(path.relative_to(ROOT / "src").with_suffix("").parts))
    parts = [
        "# Kinds of event\n\nWhat the [event log](../explanation/event-log.md) can say; a kind not listed is refused."
        " The lane is the side of\na submission's life that the event belongs to.\n\n" + MARK
    ]
    subjects: dict[str, list[registry.Kind]] = {}
    for kind in registry.all_kinds():
        subjects.setdefault(kind.tag.partition(":")[0], []).append(kind)
    for subject, kinds in subjects.items():
        rows = [f"| `{kind.tag}` | {kind.title} | {kind.lane} |" for kind in kinds]
        parts.append(f"## {subject}\n\n| kind | meaning | lane |\n|---|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def documents() -> dict[Path, str]:
    """What each generated document should say."""
    handwritten = (REFERENCE / "command-line.md").read_text().split(MARK)[0]
    return {
        REFERENCE / "command-line.md": handwritten + MARK + "\n" + command_line(),
        REFERENCE / "states.md": states(),
        REFERENCE / "event-kinds.md": event_kinds(),
    }


def out_of_date() -> list[Path]:
    """The documents that no longer say what the program does."""
    return [path for path, text in documents().items() if not path.exists() or path.read_text() != text]


def main() -> None:
    stale = out_of_date()
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: .venv/bin/python tools/make_docs.py")
        sys.exit(bool(stale))
    for path in stale:
        path.write_text(documents()[path])
        print(f"{path.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
