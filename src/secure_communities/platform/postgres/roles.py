# SPDX-License-Identifier: Apache-2.0
"""The two roles of the database and what each may do.

`sc_owner` owns the database and changes the schema; `sc_app` reads and writes rows and can alter no table, drop no
trigger and truncate nothing. Individual migrations take further rights away from `sc_app`.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from secure_communities.platform.postgres.errors import DatabaseUnavailable

SUPERUSER = "postgres"
OWNER = "sc_owner"
APP = "sc_app"
DATABASE = "secure_communities"

DEFAULT_PRIVILEGES = ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE, SELECT ON SEQUENCES", "EXECUTE ON FUNCTIONS")


@dataclass(frozen=True, slots=True)
class Credentials:
    """One random password for each role, in a file that only its owner can read."""

    superuser: str
    owner: str
    app: str

    @classmethod
    def kept_in(cls, path: Path, *, new: bool) -> Credentials:
        """Read the file; make it if `new`. Raises DatabaseUnavailable if it is lost or unreadable."""
        if new:
            credentials = cls(*(secrets.token_urlsafe(24) for _ in range(3)))
            path.unlink(missing_ok=True)
            path.touch(mode=0o600)
            path.write_text(json.dumps(asdict(credentials), indent=2) + "\n")
            return credentials
        try:
            return cls(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise DatabaseUnavailable(f"The passwords of the database cannot be read from {path}: {error}") from error


def url(role: str, password: str, *, socket: Path, database: str = DATABASE) -> str:
    """A connection address through a socket folder."""
    return f"postgresql://{role}:{quote(password, safe='')}@/{database}?host={quote(str(socket), safe='')}"


def prepare(credentials: Credentials, *, socket: Path) -> None:
    """Create the roles and the database unless they exist. The database comes last, so its presence means done."""
    with psycopg.connect(_superuser(credentials, socket, "postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            return
        for role, password, rights in ((OWNER, credentials.owner, "CREATEDB"), (APP, credentials.app, "NOCREATEDB")):
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            statement = "ALTER ROLE {} LOGIN {} PASSWORD {}" if known else "CREATE ROLE {} LOGIN {} PASSWORD {}"
            connection.execute(sql.SQL(statement).format(sql.Identifier(role), sql.SQL(rights), sql.Literal(password)))
        # In the template, so that databases made for tests have the same rights.
        with psycopg.connect(_superuser(credentials, socket, "template1"), autocommit=True) as template:
            grant_by_default(template, owner=OWNER, app=APP)
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
        )


def grant_by_default(connection: psycopg.Connection[tuple[object, ...]], *, owner: str, app: str) -> None:
    """Let `app` use, but not own, what `owner` will create in this database."""
    for rights in DEFAULT_PRIVILEGES:
        statement = sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public GRANT {} TO {}")
        connection.execute(statement.format(sql.Identifier(owner), sql.SQL(rights), sql.Identifier(app)))


def _superuser(credentials: Credentials, socket: Path, database: str) -> str:
    return url(SUPERUSER, credentials.superuser, socket=socket, database=database)
