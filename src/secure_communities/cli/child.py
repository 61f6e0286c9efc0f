# SPDX-License-Identifier: Apache-2.0
"""One supervised process: its command, its log, and when it may be started again after it died.

In: a command and an environment. Out: a process that dies with us and whose output is in a file.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TETHER = Path(__file__).with_name("tether.py")
LONGEST_PAUSE = 30.0  # seconds between two starts of a child that keeps dying
STEADY = 60.0  # seconds after which a death counts as the first one again
LARGEST_LOG = 10_000_000  # bytes


@dataclass(slots=True)
class Child:
    """A process that should run while `wanted`."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    wanted: bool = False
    deaths: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _started: float = 0.0
    _not_before: float = 0.0

    @property
    def pid(self) -> int | None:
        """The process number while it runs."""
        return self.process.pid if self.process and self.process.poll() is None else None

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches only the supervisor."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.rename(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-SEs", str(TETHER), str(os.getpid()), *self.command],
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wanted = True
        self._started = time.monotonic()

    def tend(self) -> str | None:
        """Start the process again if it died and its pause is over. Returns a sentence when something happened."""
        if not self.wanted or self.process is None or (code := self.process.poll()) is None:
            return None
        now = time.monotonic()
        if not self._not_before:
            self.deaths = 1 if now - self._started > STEADY else self.deaths + 1
            pause = min(LONGEST_PAUSE, 0.5 * 2 ** (self.deaths - 1))
            self._not_before = now + pause
            return f"{self.name} ended ({how_it_ended(code)}); starting it again in {pause:g} s, see {self.log}"
        if now < self._not_before:
            return None
        self._not_before = 0.0
        self.start()
        return f"{self.name} runs again"

    def ask_to_stop(self) -> None:
        """Send SIGTERM, once; the process finishes what it is doing, and nothing interrupts that."""
        asked, self.wanted = not self.wanted, False
        self._not_before = 0.0
        if self.pid and not asked:
            self.process.terminate()  # type: ignore[union-attr]  # pid says that there is one

    def stop(self, *, seconds: float = 10.0) -> None:
        """Ask, wait, and kill what is left of it, with the processes it started."""
        self.ask_to_stop()
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def log_tail(self, lines: int = 12) -> str:
        """The last lines of the log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def how_it_ended(code: int) -> str:
    """An exit code in words."""
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
