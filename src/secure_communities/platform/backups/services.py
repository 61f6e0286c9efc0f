# SPDX-License-Identifier: Apache-2.0
"""Make a backup, look into one, bring one back. In: the owner's address, a file, a passphrase. Out: what was done.

The database and the master keys never lie in one archive: whoever holds one of them reads nobody's name.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
from psycopg import sql

from secure_communities.platform.backups import programs
from secure_communities.platform.backups.archive import ArchiveDamaged, Reader, Writer
from secure_communities.platform.postgres.roles import APP, grant_by_default

FORMAT = 1
MANIFEST, HEADS, DESTROYED, DATABASE, DIGESTS = "manifest", "event-heads", "destroyed-keys", "database", "digests"
SECRETS = "secrets/"
FILES = {HEADS: "event-heads.jsonl", DESTROYED: "destroyed-keys.jsonl"}  # below var, beside the database

Say = Callable[[str], None]


class BackupRefused(Exception):
    """The backup cannot be made or brought back, and why; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    made_at: str
    postgresql: int
    migrations: tuple[str, ...]
    rows: dict[str, int]
    master_keys: tuple[dict[str, Any], ...]  # number, state, box that only that key opens (hexadecimal)

    @classmethod
    def read(cls, content: bytes) -> Manifest:
        """Parse what a backup says. Raises BackupRefused for another format."""
        given = json.loads(content)
        if given.get("format") != FORMAT:
            raise BackupRefused(f"This backup has format {given.get('format')}; this version reads format {FORMAT}.")
        return cls(**{**given, "migrations": tuple(given["migrations"]), "master_keys": tuple(given["master_keys"])})

    def written(self) -> bytes:
        """As it stands in the archive."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(values, sort_keys=True).encode()


def make(*, owner_url: str, var: Path, file: Path, passphrase: str, at: datetime, say: Say) -> Manifest:
    """Write a backup of the database as one moment saw it, the heads of the log and the list of destroyed keys.

    People go on working. The file appears when it is whole, with mode 0600. Raises BackupRefused or ProgramFailed.
    """
    _require_passphrase(passphrase)
    with psycopg.connect(owner_url) as connection, _appearing(file) as stream:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        [(snapshot,)] = connection.execute("SELECT pg_export_snapshot()").fetchall()
        manifest = _describe(connection, at=at)
        # Noted after the snapshot was taken, so never behind it: what was destroyed by then is on the list.
        beside = {name: _content(var / path) for name, path in FILES.items()}
        writer = Writer(stream, passphrase)
        digests = {MANIFEST: writer.section(MANIFEST, iter([manifest.written()]))}
        for name, content in beside.items():
            digests[name] = writer.section(name, iter([content]))
        say(f"Writing {sum(manifest.rows.values()):,} rows of {len(manifest.rows)} tables")
        pieces = programs.dump(owner_url, snapshot=str(snapshot), server_major=manifest.postgresql)
        digests[DATABASE] = writer.section(DATABASE, pieces)
        writer.section(DIGESTS, iter([json.dumps(digests).encode()]))
        writer.close()
    return manifest


def make_of_keys(*, var: Path, file: Path, passphrase: str) -> list[str]:
    """Write the master keys and the other secrets to an archive of their own. Returns the names of what is in it."""
    _require_passphrase(passphrase)
    secrets = sorted(path for path in (var / "secrets").glob("*") if path.is_file() and not path.name.startswith("."))
    if not secrets:
        raise BackupRefused(
            "There are no secrets in files here: the keys come from the environment. Back them up there."
        )
    with _appearing(file) as stream:
        writer = Writer(stream, passphrase)
        for path in secrets:
            writer.section(SECRETS + path.name, iter([path.read_bytes()]))
        writer.close()
    return [path.name for path in secrets]


def bring_back_keys(*, var: Path, file: Path, passphrase: str) -> list[str]:
    """Put secrets back into `var`. One that is there already and differs is never overwritten: BackupRefused."""
    found: dict[str, bytes] = {}
    with file.open("rb") as stream:
        for name, pieces in Reader(stream, passphrase):
            plain = name.removeprefix(SECRETS)
            if not name.startswith(SECRETS) or plain != Path(plain).name or plain.startswith("."):
                raise BackupRefused(f"{file.name} is no backup of keys.")
            found[plain] = b"".join(pieces)
    folder = var / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in found.items():
        if (folder / name).exists() and (folder / name).read_bytes() != content:
            raise BackupRefused(
                f"There is another {name} in {folder} already: move it away first. Nothing was changed."
            )
    for name, content in found.items():
        with _appearing(folder / name, replace=True) as stream:
            stream.write(content)
    return sorted(found)


def look(*, file: Path, passphrase: str) -> Manifest:
    """What a backup says of itself; only its beginning is read."""
    with file.open("rb") as stream:
        return _manifest(iter(Reader(stream, passphrase)))


def bring_back(*, owner_url: str, var: Path, file: Path, passphrase: str, known: set[str], say: Say) -> Manifest:
    """Read a backup into an empty database. `known`: the migrations this version has. All or nothing.

    Raises BackupRefused for a database with tables or a backup of a newer version, ArchiveDamaged, ProgramFailed.
    """
    with psycopg.connect(owner_url) as connection:
        if tables := _tables(connection):
            raise BackupRefused(
                f"The database is not empty: it has {len(tables)} tables. A backup comes back into an empty "
                f"installation only; point SECURE_COMMUNITIES_VAR or DATABASE_URL at a new one. Nothing was changed."
            )
        _forget_default_rights(connection)
    with file.open("rb") as stream:
        sections = iter(Reader(stream, passphrase))
        manifest = _manifest(sections)
        if newer := sorted(set(manifest.migrations) - known):
            raise BackupRefused(f"The backup was made by a newer version: it has {newer[-1]}. Nothing was changed.")
        beside: dict[str, bytes] = {}
        digests = {MANIFEST: hashlib.sha256(manifest.written()).hexdigest()}
        for name, pieces in sections:
            if name == DATABASE:
                say(f"Reading {sum(manifest.rows.values()):,} rows of {len(manifest.rows)} tables")
                whole = _checked(_counted(pieces, digests), sections, digests)
                try:
                    programs.restore(owner_url, whole, dump_major=manifest.postgresql)
                except BaseException:
                    _default_rights(owner_url)
                    raise
                break
            beside[name] = b"".join(_counted(pieces, digests, name=name))
        else:
            raise ArchiveDamaged("The backup holds no database.")
    for name, path in FILES.items():
        _add_lines(var / path, beside.get(name, b""))
    return manifest


def _checked(
    pieces: Iterator[bytes], behind: Iterator[tuple[str, Iterator[bytes]]], digests: dict[str, str]
) -> Iterator[bytes]:
    """The dump, its last piece handed on only when all that follows it in the file was read and fits."""
    waiting: bytes | None = None
    for piece in pieces:
        if waiting is not None:
            yield waiting
        waiting = piece
    stated = {name: b"".join(rest) for name, rest in behind}.get(DIGESTS)  # raises ArchiveDamaged where it was cut
    if stated is None or json.loads(stated) != digests:
        raise ArchiveDamaged("The backup's own digests do not fit its content.")
    if waiting is not None:
        yield waiting


def rows_now(owner_url: str) -> dict[str, int]:
    """How many rows each table has now."""
    with psycopg.connect(owner_url) as connection:
        return _rows(connection)


def _manifest(sections: Iterator[tuple[str, Iterator[bytes]]]) -> Manifest:
    name, pieces = next(sections, ("", iter(())))
    if name != MANIFEST:
        raise ArchiveDamaged("The backup does not begin with its manifest: it may be one of keys.")
    return Manifest.read(b"".join(pieces))


def _counted(pieces: Iterator[bytes], digests: dict[str, str], *, name: str = DATABASE) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        yield piece
    digests[name] = digest.hexdigest()


def _describe(connection: psycopg.Connection[Any], *, at: datetime) -> Manifest:
    if "django_migrations" not in _tables(connection):
        raise BackupRefused("There is no schema in this database yet: nothing to back up.")
    applied = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    keys = connection.execute("SELECT number, state, box FROM keys_masterkey ORDER BY number").fetchall()
    return Manifest(
        format=FORMAT,
        made_at=at.isoformat(),
        postgresql=connection.info.server_version // 10_000,
        migrations=tuple(name for (name,) in applied),
        rows=_rows(connection),
        master_keys=tuple({"number": n, "state": state, "box": bytes(box).hex()} for n, state, box in keys),
    )


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return [name for (name,) in found]


def _rows(connection: psycopg.Connection[Any]) -> dict[str, int]:
    counts = {}
    for table in _tables(connection):
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        [(counts[table],)] = connection.execute(query).fetchall()
    return counts


def _forget_default_rights(connection: psycopg.Connection[Any]) -> None:
    """The dump grants what each table had; rights given by default would add what a migration took away."""
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone()
    for things in ("TABLES", "SEQUENCES", "FUNCTIONS") if known else ():
        statement = sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON {} FROM {}")
        connection.execute(statement.format(sql.SQL(things), sql.Identifier(APP)))


def _default_rights(owner_url: str) -> None:
    """Put back what `_forget_default_rights` took, when nothing came of the restore."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone():
            grant_by_default(connection, owner=connection.info.user, app=APP)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _add_lines(path: Path, lines: bytes) -> None:
    """Add the lines that are not there yet: what was noted here since is never forgotten."""
    present = set(_content(path).splitlines())
    new = [line for line in lines.splitlines() if line not in present]
    if not new:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(b"".join(line + b"\n" for line in new))


@contextmanager
def _appearing(file: Path, *, replace: bool = False) -> Iterator[BinaryIO]:
    """A file of mode 0600 that appears when the block ends well; an existing one is not overwritten."""
    if file.exists() and not replace:
        raise BackupRefused(f"{file} exists: a backup never overwrites one. Nothing was changed.")
    descriptor, draft = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent or Path())
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(draft).replace(file)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(draft).unlink()
        raise


def _require_passphrase(passphrase: str) -> None:
    if len(passphrase) < 12:
        raise BackupRefused("The passphrase needs at least twelve characters.")
