# SPDX-License-Identifier: Apache-2.0
"""One server over one data directory: create, start, stop.

In: a home, the account and the engine. Out: a running postmaster that listens on a private socket only.
"""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from secure_communities.platform.postgres.account import Account
from secure_communities.platform.postgres.engine import Engine, choose
from secure_communities.platform.postgres.errors import DatabaseUnavailable
from secure_communities.platform.postgres.home import Home, find_home
from secure_communities.platform.postgres.roles import SUPERUSER

START_SECONDS = 120  # recovery after a crash can take a while
LARGEST_LOG = 10_000_000  # bytes

SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
}


@dataclass(frozen=True, slots=True)
class Server:
    """PostgreSQL on one data directory."""

    home: Home
    account: Account

    @classmethod
    def at(cls, folder: Path) -> Server:
        """The server whose state is asked for in `folder` (made if missing)."""
        home, account = find_home(folder)
        return cls(home=home, account=account)

    def engine(self) -> Engine:
        """The programs that fit the data."""
        version = self.home.data / "PG_VERSION"
        return choose(self.account, home=self.home.folder, major=int(version.read_text()) if version.exists() else None)

    def exists(self) -> bool:
        """Whether there are data."""
        return self.home.data.exists()

    def create(self, *, superuser_password: str) -> None:
        """Make an empty cluster. Interrupted, it leaves nothing that would be taken for one."""
        part = self.home.folder / "data.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        self.account.give(part)
        engine = self.engine()
        locale = (
            ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            if engine.major >= 17
            else ["--locale=C.UTF-8"]
        )
        with tempfile.NamedTemporaryFile("w", dir=self.home.socket) as secret:
            secret.write(superuser_password)
            secret.flush()
            self.account.give(Path(secret.name))
            options = ["-U", SUPERUSER, "-E", "UTF8", *locale, "--auth=scram-sha-256", f"--pwfile={secret.name}"]
            self._do([engine.program("initdb"), "-D", part, *options], "The database could not be created")
        part.rename(self.home.data)

    def start(self) -> None:
        """Start the server unless it runs; a server that was killed is recovered."""
        if self.pid() is not None:
            return
        (self.home.data / "postmaster.pid").unlink(missing_ok=True)  # its process is gone
        self._prepare_log()
        options = shlex.join(["-k", str(self.home.socket)]) + "".join(f" -c {k}={v}" for k, v in SETTINGS.items())
        engine = self.engine()
        command: list[str | Path] = [engine.program("pg_ctl"), "-D", self.home.data, "-l", self.home.log, "-o", options]
        self._do([*command, "-w", "-t", str(START_SECONDS), "start"], "The database did not start", log=True)

    def stop(self) -> None:
        """Stop the server, ending its connections, and wait until it is down."""
        if self.pid() is None:
            return
        command: list[str | Path] = [self.engine().program("pg_ctl"), "-D", self.home.data, "-w", "-t", "60"]
        try:
            self._do([*command, "-m", "fast", "stop"], "The database did not stop", log=True)
        except DatabaseUnavailable:
            if self.pid() is not None:  # otherwise it was dying already
                raise

    def pid(self) -> int | None:
        """The process of the running server; None if there is none, or the number belongs to something else now."""
        try:
            pid = int((self.home.data / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(pid, 0)
        except (FileNotFoundError, ValueError, ProcessLookupError):
            return None
        except PermissionError:
            return None  # another user's process: not ours
        try:
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except FileNotFoundError:
            return pid if not Path("/proc/self").exists() else None
        return pid if os.fsencode(self.home.data) in arguments else None

    def log_tail(self, lines: int = 12) -> str:
        """The last lines of the server's log."""
        try:
            return "\n".join(self.home.log.read_text(errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return ""

    def _prepare_log(self) -> None:
        if self.home.log.exists() and self.home.log.stat().st_size > LARGEST_LOG:
            self.home.log.rename(self.home.log.with_suffix(".log.1"))
        self.home.log.touch(mode=0o600)
        self.account.give(self.home.log)

    def _do(self, command: Sequence[str | Path], failure: str, *, log: bool = False) -> None:
        answer = self.account.run(command, seconds=START_SECONDS + 30)
        if answer.returncode:
            said = "\n".join(filter(None, [answer.stderr.strip(), self.log_tail() if log else ""]))
            raise DatabaseUnavailable(f"{failure}: {said}")
