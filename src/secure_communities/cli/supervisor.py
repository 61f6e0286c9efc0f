# SPDX-License-Identifier: Apache-2.0
"""Everything that must run, for as long as a `with` block: database, web server, workers, watched folder.

In: the var folder, a port, the roles. Out: running processes, restarted when they die and ended with the block.
    with Services(var, port=8000) as services: services.wait()
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from secure_communities.cli.child import Child
from secure_communities.cli.endpoint import Endpoint
from secure_communities.cli.signals import undisturbed
from secure_communities.platform.postgres import Database, ensure_running

PYTHON = sys.executable
OURS = (PYTHON, "-m", "secure_communities")
MIGRATE = (*OURS, "migrate", "--assets")
ROLES: dict[str, tuple[str, ...]] = {
    "web": (),  # the command needs host and port
    "criminal": (*OURS, "worker", "criminal"),
    "immigration": (*OURS, "worker", "immigration"),
    "evidence": (*OURS, "worker", "evidence"),
    "delivery": (*OURS, "worker", "delivery"),
    "notices": (*OURS, "worker", "notices"),
    "priority": (*OURS, "worker", "priority"),
    "watch": (*OURS, "manage", "watch_folder"),
}
SOURCE = Path(__file__).resolve().parents[2]
TICK = 0.2  # seconds between two looks at the children
READY_SECONDS = 90.0
HOPELESS = 4  # deaths of the web server before it ever answered


class ServicesFailed(Exception):
    """The services could not be started; the message says which and shows the end of its log."""


class AlreadyRunning(ServicesFailed):
    """Another supervisor serves from the same var folder."""


class Services:
    """The running system. `address` is where the web server answers; `report` receives one sentence per happening."""

    def __init__(
        self,
        var: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 8000,
        roles: Sequence[str] = tuple(ROLES),
        environment: Mapping[str, str] | None = None,
        report: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        self.var = var.resolve()
        self.endpoint = Endpoint(host, port)
        self.roles = tuple(roles)
        self.report = report
        self.children: dict[str, Child] = {}
        self.database: Database | None = None
        self._environment = dict(environment or {})
        self._claim: int | None = None
        self._ending = threading.Event()
        self._ended = threading.Event()
        self._monitor: threading.Thread | None = None
        self._turn = threading.RLock()  # children are started and stopped by one thread at a time

    @property
    def address(self) -> str:
        """The web server's address."""
        return self.endpoint.address

    def __enter__(self) -> Services:
        try:
            self._claim = self._claim_folder()
            if "web" in self.roles and (trouble := self.endpoint.trouble()):
                raise ServicesFailed(trouble)
            self.report("Starting the database")
            self.database = ensure_running(self.var)
            self.report("Bringing the database to the current schema")
            self._migrate()
            self.report("Starting " + ", ".join(self.roles))
            for role in self.roles:
                self.start(role)
            self._monitor = threading.Thread(target=self._watch_over, name="supervisor", daemon=True)
            self._monitor.start()
            if "web" in self.roles:
                self._wait_for_web()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def wait(self) -> None:
        """Wait for ever, which ends by Ctrl-C (or, within `as_ctrl_c`, by SIGTERM and SIGHUP)."""
        while not self._ending.wait(1.0):  # a timeout, so that signals are seen at once
            pass

    def start(self, role: str) -> None:
        """Start one role (again)."""
        with self._turn:
            child = self.children.setdefault(
                role, Child(role, self._command(role), self.environment(), self.var / "log" / f"{role}.log")
            )
            if child.pid is None:
                child.start()
        self._write_state()

    def stop(self, role: str) -> None:
        """Stop one role and leave it stopped."""
        with self._turn:
            self.children[role].stop()
        self._write_state()

    def environment(self) -> dict[str, str]:
        """The environment of every child: where the database and the var folder are."""
        known = self.database.environment() if self.database else {}
        return {
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(SOURCE), os.environ.get("PYTHONPATH")])),
            **known,
            "SECURE_COMMUNITIES_VAR": str(self.var),
            **self._environment,
        }

    def close(self) -> None:
        """End every process, the database last. Signals that arrive meanwhile do not interrupt this."""
        with undisturbed():
            self._ending.set()
            with self._turn:
                for child in self.children.values():
                    child.ask_to_stop()
                for child in self.children.values():
                    child.stop()
            self._ended.set()
            if self._monitor:
                self._monitor.join()
            if self.database:
                self.database.stop()
            if self._claim is not None:
                (self.var / "serve.json").unlink(missing_ok=True)
                os.close(self._claim)
                self._claim = None

    def _command(self, role: str) -> tuple[str, ...]:
        if role != "web":
            return ROLES[role]
        listening = ("--host", self.endpoint.host, "--port", str(self.endpoint.port))
        options = ("--lifespan", "off", "--no-server-header", "--timeout-graceful-shutdown", "5")
        return (PYTHON, "-m", "uvicorn", "secure_communities.asgi:application", *listening, *options)

    def _claim_folder(self) -> int:
        """One supervisor for each var folder. The kernel drops the claim of a process that was killed."""
        self.var.mkdir(parents=True, exist_ok=True)
        claim = os.open(self.var / "serve.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(claim)
            state = running(self.var)
            place = f"at {state['address']} (process {state['pid']})" if state else "and is just starting or ending"
            raise AlreadyRunning(f"It is already running {place}.") from None
        return claim

    def _migrate(self) -> None:
        done = subprocess.run(MIGRATE, env=self.environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServicesFailed("The schema could not be brought up to date:\n" + (done.stdout + done.stderr)[-3000:])

    def _watch_over(self) -> None:
        while not self._ending.wait(TICK):
            with self._turn:
                happenings = [self._tend_database(), *(child.tend() for child in self.children.values())]
            if any(happenings):
                self._write_state()
            for sentence in filter(None, happenings):
                self.report(sentence)
        self._ended.wait()  # Linux kills a tethered child when the thread that started it ends

    def _tend_database(self) -> str | None:
        assert self.database is not None  # noqa: S101  # started before the monitor
        try:
            return "The database was gone; it runs again" if self.database.ensure() else None
        except Exception as error:
            self._ending.wait(2.0)
            return f"The database is down and does not start: {error}"

    def _wait_for_web(self) -> None:
        web = self.children["web"]
        until = time.monotonic() + READY_SECONDS
        while not self.endpoint.answers():
            if web.deaths >= HOPELESS or time.monotonic() > until:
                raise ServicesFailed(f"The web server did not start; see {web.log}:\n{web.log_tail()}")
            time.sleep(TICK)

    def _write_state(self) -> None:
        if self._claim is None or self._ending.is_set():
            return
        state = {
            "address": self.address,
            "pid": os.getpid(),
            "processes": {name: child.pid for name, child in self.children.items()},
        }
        part = self.var / "serve.json.part"
        part.write_text(json.dumps(state, indent=2) + "\n")
        part.replace(self.var / "serve.json")


def running(var: Path) -> dict[str, object] | None:
    """What the last supervisor of this var folder wrote about itself: address, pid, processes."""
    try:
        state: dict[str, object] = json.loads((var / "serve.json").read_text())
    except (OSError, ValueError):
        return None
    return state
