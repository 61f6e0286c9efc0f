# SPDX-License-Identifier: Apache-2.0
"""pg_dump and pg_restore as streams: the first program found that is not older than what it has to read.

In: the address of the owner. Out: pieces of a dump; or a dump read in, in one transaction. No Django.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from secure_communities.platform.postgres.engine import program_folders

PIECE_BYTES = 1 << 20


class ProgramFailed(Exception):
    """pg_dump or pg_restore did not do its work; the text is its own last lines."""


def dump(owner_url: str, *, snapshot: str, server_major: int) -> Iterator[bytes]:
    """The whole database as one snapshot saw it, in PostgreSQL's custom format."""
    program = _program("pg_dump", server_major)
    command = [str(program), "--format=custom", "--no-password", f"--snapshot={snapshot}"]
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(command, env=_environment(owner_url), stdout=subprocess.PIPE, stderr=said)
        assert running.stdout is not None  # noqa: S101  # asked for above
        try:
            while piece := running.stdout.read(PIECE_BYTES):
                yield piece
        finally:
            running.stdout.close()
            code = running.wait()
        if code:
            raise ProgramFailed(_tail(said, program, code))


def restore(owner_url: str, pieces: Iterator[bytes], *, dump_major: int) -> None:
    """Read a dump into an empty database, all or nothing. An error of `pieces` leaves the database as it was."""
    program = _program("pg_restore", dump_major)
    database = (urlsplit(owner_url).path or "/").lstrip("/")
    command = [str(program), f"--dbname={database}", "--no-owner", "--exit-on-error", "--single-transaction"]
    command += ["--no-password", "--no-comments"]
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(
            [*command, "--no-password", "--no-comments"],
            env=_environment(owner_url),
            stdin=subprocess.PIPE,
            stderr=said,
        )
        assert running.stdin is not None  # noqa: S101  # asked for above
        try:
            for piece in pieces:
                running.stdin.write(piece)
            running.stdin.close()
        except BrokenPipeError:
            pass  # it ended; its code says why
        except BaseException:
            running.kill()
            running.wait()
            raise
        if code := running.wait():
            raise ProgramFailed(_tail(said, program, code))


def _program(name: str, least: int) -> Path:
    for folder in program_folders():
        program = folder / name
        if not program.exists():
            continue
        answer = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False)
        found = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
        if found and int(found[1]) >= least:
            return program
    raise ProgramFailed(
        f"No {name} of PostgreSQL {least} or newer was found. Debian: apt-get install postgresql-client"
    )


def _environment(url: str) -> dict[str, str]:
    """The address as libpq's variables: a password has no place among a command's arguments."""
    parts = urlsplit(url)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    given = {
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGHOST": asked.get("host") or unquote(parts.hostname or ""),
        "PGPORT": str(parts.port or asked.get("port", "")),
        "PGDATABASE": parts.path.lstrip("/"),
        "PGSSLMODE": asked.get("sslmode", ""),
    }
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", **{k: v for k, v in given.items() if v}}


def _tail(said: object, program: Path, code: int) -> str:
    said.seek(0)  # type: ignore[attr-defined]
    lines = said.read().decode(errors="replace").splitlines()  # type: ignore[attr-defined]
    return f"{program.name} ended with {code}: " + " ".join(lines[-6:])
