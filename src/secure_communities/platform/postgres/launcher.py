# SPDX-License-Identifier: Apache-2.0
"""The database for as long as somebody needs it: the first one in starts it, the last one out stops it.

Users of one server hold a shared lock on a file. The kernel drops the lock of a process that was killed, so a
server is neither stopped under anybody nor left behind for good.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import psycopg

from secure_communities.platform.postgres import roles
from secure_communities.platform.postgres.errors import DatabaseUnavailable
from secure_communities.platform.postgres.server import Server

PAUSES = (0.5, 2.0, None)  # seconds before the next try; None: give up


@dataclass(slots=True)
class Database:
    """The addresses of a database that is up. One that the operator named is used, never started or stopped."""

    app_url: str = field(repr=False)  # it holds a password
    owner_url: str = field(repr=False)
    folder: Path | None = None
    server: Server | None = None
    _use: int | None = field(default=None, repr=False)

    def environment(self) -> dict[str, str]:
        """The variables that tell another process where the database is."""
        return {"DATABASE_URL": self.app_url, "DATABASE_OWNER_URL": self.owner_url}

    def ensure(self) -> bool:
        """Start the server again if it died. Returns whether it had to be started."""
        if self.server is None or self.folder is None or self.server.pid() is not None:
            return False
        with _alone(self.folder / "lock"):
            _persist(self.server)
        return True

    def stop(self) -> None:
        """Let go of the server; it stops if nobody else uses it. A second call does nothing."""
        if self.server is None or self.folder is None or self._use is None:
            return
        with _alone(self.folder / "lock"):
            use, self._use = self._use, None
            fcntl.flock(use, fcntl.LOCK_UN)
            try:
                fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            else:
                self.server.stop()
            finally:
                os.close(use)

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def ensure_running(var: Path) -> Database:
    """A database that is up, kept under `var/pg`.

    `DATABASE_URL` in the environment wins: then nothing is started, and `DATABASE_OWNER_URL` (or the same address)
    serves for migrations. Raises DatabaseUnavailable with a sentence for the operator.
    """
    if named := os.environ.get("DATABASE_URL"):
        return Database(app_url=named, owner_url=os.environ.get("DATABASE_OWNER_URL") or named)
    folder = var.resolve() / "pg"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder / "lock"):
            return _start(folder)
    except PermissionError as error:
        raise DatabaseUnavailable(f"{error.filename or folder} cannot be used: {error.strerror}.") from error


def _start(folder: Path) -> Database:
    server = Server.at(folder)
    fresh = not server.exists()
    credentials = roles.Credentials.kept_in(folder / "credentials.json", new=fresh)
    if fresh:
        server.create(superuser_password=credentials.superuser)
    socket = server.home.socket
    _persist(server, then=lambda: roles.prepare(credentials, socket=socket))
    use = os.open(folder / "users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(use, fcntl.LOCK_SH)
    return Database(
        app_url=roles.url(roles.APP, credentials.app, socket=socket),
        owner_url=roles.url(roles.OWNER, credentials.owner, socket=socket),
        folder=folder,
        server=server,
        _use=use,
    )


def _persist(server: Server, *, then: Callable[[], None] = lambda: None) -> None:
    """Start a server and use it; again after a pause, since one that was just killed is in the way for a moment."""
    for pause in PAUSES:
        try:
            server.start()
            return then()
        except (DatabaseUnavailable, psycopg.OperationalError) as error:
            if pause is None:
                raise DatabaseUnavailable(str(error)) from error
            time.sleep(pause)
    return None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a file lock: one process at a time starts or stops a server."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
