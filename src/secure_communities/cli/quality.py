# SPDX-License-Identifier: Apache-2.0
"""`./run test` and `./run check`: what the project demands of itself before a change is taken.

In: the working tree. Out: the answer of pytest, or a table with one line for each check.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import click

from secure_communities.cli.installation import ROOT, Exit, Missing
from secure_communities.platform.postgres.engine import system_programs


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """What the tests of one mark need beyond the lock files."""

    mark: str
    present: Callable[[], bool]
    remedy: str


PREREQUISITES = (
    Prerequisite(
        "browser",
        lambda: bool(shutil.which("chromium") or Path("/usr/bin/chromium").exists()),
        "chromium is missing: apt-get install chromium",
    ),
    Prerequisite(
        "postgresql",
        lambda: any(system_programs()),
        "PostgreSQL of the system is missing: apt-get install postgresql",
    ),
    Prerequisite(
        "cluster",
        lambda: importlib.util.find_spec("ray") is not None,
        "ray is missing: ./run test --all installs it from requirements/cluster.lock",
    ),
)
FAST = " and ".join(f"not {mark}" for mark in (*(need.mark for need in PREREQUISITES), "slow"))


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--all", "everything", is_flag=True, help="Also the browser, cluster, second-database and slow tests.")
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def test(everything: bool, pytest_arguments: tuple[str, ...]) -> None:
    """Run the tests; arguments go on to pytest, such as `-k words`, a path or `-x`.

    Without --all, runs the tests that need no Debian package. With it, a missing package is named in one line and
    the command ends with 3; nothing is skipped silently.
    """
    if everything and (lacking := lacking_prerequisites()):
        raise Missing("; ".join(lacking))
    marks = [] if everything else ["-m", FAST]
    command = [sys.executable, "-m", "pytest", *marks, *pytest_arguments]
    raise SystemExit(subprocess.run(command, cwd=ROOT, check=False).returncode)


def lacking_prerequisites(tests: Path = ROOT / "tests") -> list[str]:
    """How to get what marked tests need and this machine lacks; only marks that some test carries count."""
    sources = [path.read_text() for path in tests.rglob("test_*.py")]
    return [
        need.remedy
        for need in PREREQUISITES
        if any(re.search(rf"\bmark\.{need.mark}\b", source) for source in sources) and not need.present()
    ]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold; `fix` is the command that mends what can be mended by a program."""

    name: str
    command: Sequence[str]
    fix: Sequence[str] = ()
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a check went."""

    check: Check
    passed: bool
    seconds: float
    output: str

    @property
    def remark(self) -> str:
        """The last line that the check printed: every tool puts its summary there."""
        lines = [line.strip(" =") for line in self.output.splitlines() if line.strip(" =─")]
        return lines[-1] if lines else ""


def checks() -> list[Check]:
    """All checks, the longest first so that two at a time end together."""
    python = sys.executable

    def module(name: str, *arguments: str) -> list[str]:
        return [python, "-m", name, *arguments]

    return [
        Check("tests", module("pytest", "-q", "--no-header", "-m", FAST)),
        Check("types", module("mypy", "--explicit-package-bases", "src", "tools", "benchmarks")),
        Check("imports", [str(Path(python).with_name("lint-imports")), "--no-logo"]),
        Check("migrations", module("secure_communities", "manage", "makemigrations", "--check", "--dry-run")),
        Check("documents", [python, "tools/check_docs.py"], fix=[python, "tools/make_docs.py"]),
        Check("lint", module("ruff", "check", "."), fix=module("ruff", "check", "--fix", "--quiet", ".")),
        Check("format", module("ruff", "format", "--check", "."), fix=module("ruff", "format", "--quiet", ".")),
        Check("module sizes", [python, "tools/module_sizes.py"]),
    ]


@click.command()
@click.option("--fix", is_flag=True, help="First mend what a program can mend: format, lint, generated documents.")
@click.option("--only", metavar="NAME", default="", help="Run the checks whose name contains this.")
@click.option("--except", "left_out", metavar="NAME", help="Leave out the check of this name.")
def check(fix: bool, only: str, left_out: str | None) -> None:
    """Format, lint, types, imports, fast tests, migrations, documents: everything before a commit."""
    chosen = [each for each in checks() if only in each.name and each.name != left_out]
    if not chosen:
        raise click.UsageError("No check is left; there are: " + ", ".join(each.name for each in checks()))
    if fix:
        for each in chosen:
            if each.fix:
                subprocess.run(each.fix, cwd=ROOT, env=_environment(each), check=False)
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = []
        for outcome in pool.map(_perform, chosen):
            outcomes.append(outcome)
            if not outcome.passed:
                click.secho(f"── {outcome.check.name} ──", fg="red")
                click.echo(outcome.output.rstrip())
    click.echo()
    for outcome in outcomes:
        mark = click.style("passed", fg="green") if outcome.passed else click.style("FAILED", fg="red")
        click.echo(f"{mark}  {outcome.check.name:13} {outcome.seconds:6.1f} s  {outcome.remark[:80]}")
    raise SystemExit(Exit.OK if all(outcome.passed for outcome in outcomes) else Exit.FAILED)


def _perform(each: Check) -> Outcome:
    start = time.monotonic()
    done = subprocess.run(
        each.command, cwd=ROOT, env=_environment(each), capture_output=True, text=True, errors="replace", check=False
    )
    return Outcome(each, done.returncode == 0, time.monotonic() - start, done.stderr + done.stdout)


def _environment(each: Check) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), "MYPYPATH": str(ROOT), **each.environment}
