# SPDX-License-Identifier: Apache-2.0
"""`./run bench`: the scripts of `benchmarks/`, each a command whose result is a dictionary.

In: the name of a script and its options. Out: a table, or JSON with the machine and the commit beside the figures.
"""

from __future__ import annotations

import ast
import importlib
import json
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from secure_communities.cli.installation import ROOT

NOT_SCRIPTS = {"__init__", "machine"}


class Scripts(click.Group):
    """A group with one command for each script that has one; only the one that is asked for is imported."""

    folder = ROOT / "benchmarks"

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the scripts, as they are typed."""
        return sorted(name(path) for path in self.folder.glob("*.py") if is_script(path))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one script and add the options that all have."""
        if cmd_name not in self.list_commands(ctx):
            return None
        if str(self.folder.parent) not in sys.path:
            sys.path.insert(0, str(self.folder.parent))
        module = importlib.import_module(f"{self.folder.name}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return reporting(cmd_name, command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the scripts by the first line of their docstrings, without importing them."""
        with formatter.section("Benchmarks"):
            lines = [(each, self.summary(each)) for each in self.list_commands(ctx)]
            formatter.write_dl(lines or [("(none)", "")])

    def summary(self, script: str) -> str:
        """What a script measures."""
        source = (self.folder / f"{script.replace('-', '_')}.py").read_text()
        return (ast.get_docstring(ast.parse(source)) or "").split("\n", 1)[0]


@click.group(cls=Scripts, invoke_without_command=True)
@click.pass_context
def bench(ctx: click.Context) -> None:
    """Measure speed and accuracy on this machine. Without a name: list what can be measured."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def name(path: Path) -> str:
    """`main_job.py` is typed `main-job`."""
    return path.stem.replace("_", "-")


def is_script(path: Path) -> bool:
    """Whether a module of the folder offers a command; the others are parts that scripts share."""
    return path.stem not in NOT_SCRIPTS and "\ndef command(" in path.read_text()


def reporting(script: str, command: click.Command) -> click.Command:
    """The command with `--json` and `--out`, which prints what its function returns."""

    def run(as_json: bool, out: Path | None, **options: Any) -> None:
        from benchmarks import machine

        report: dict[str, Any] = {
            "benchmark": script,
            "at": machine.now(),
            "commit": machine.commit(),
            "machine": machine.describe(),
            "options": {
                key: value if isinstance(value, int | float | str) else str(value) for key, value in options.items()
            },
        }
        start = time.perf_counter()
        report["result"] = command.callback(**options) if command.callback else {}
        report["seconds"] = round(time.perf_counter() - start, 3)
        text = json.dumps(report, indent=2, default=str)
        if out:
            out.write_text(text + "\n")
        if as_json:
            click.echo(text)
        else:
            for key, value in flat(report):
                click.echo(f"{key:44} {value}")

    options = [
        click.Option(["--json", "as_json"], is_flag=True, help="Print JSON, for machines."),
        click.Option(["--out"], type=click.Path(dir_okay=False, path_type=Path), help="Also write the JSON to a file."),
    ]
    return click.Command(script, callback=run, params=[*command.params, *options], help=command.help)


def flat(value: object, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Nested results as lines: `result.stages.search_seconds`."""
    if not isinstance(value, Mapping):
        yield prefix, value
        return
    for key, inner in value.items():
        yield from flat(inner, f"{prefix}.{key}" if prefix else str(key))
