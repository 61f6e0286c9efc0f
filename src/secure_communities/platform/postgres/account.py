# SPDX-License-Identifier: Apache-2.0
"""Who the server runs as.

PostgreSQL refuses to run as root, so root borrows an account that every Debian has. No account is created,
and no folder above ours changes its mode.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from secure_communities.platform.postgres.errors import DatabaseUnavailable

BORROWED = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """The account of the server; `borrowed` when we are root and step down to it."""

    name: str
    uid: int
    gid: int
    borrowed: bool

    def run(self, command: Sequence[str | Path], *, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command as this account, from `/`, with a plain environment. Never raises on a non-zero exit."""
        return subprocess.run(
            [str(part) for part in command],
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "HOME": "/", "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            umask=0o077,
            check=False,
            user=self.uid if self.borrowed else None,
            group=self.gid if self.borrowed else None,
            extra_groups=[] if self.borrowed else None,
        )

    def can_enter(self, folder: Path) -> bool:
        """Whether every folder on the way, and the folder itself, lets this account through."""
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", folder]).returncode == 0

    def give(self, path: Path) -> None:
        """Hand a file or folder of ours to this account."""
        if self.borrowed:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def account_for(data: Path) -> Account:
    """The owner of existing data; otherwise ourselves; otherwise, for root, the first account that exists."""
    me = os.geteuid()
    if data.exists():
        owner = data.stat().st_uid
        if me not in (0, owner):
            raise DatabaseUnavailable(f"{data} belongs to user {owner}. Run as that user, or remove the folder.")
        if owner != 0:
            return _account(owner)
    if me != 0:
        return _account(me)
    for name in BORROWED:
        try:
            return _account(pwd.getpwnam(name).pw_uid)
        except KeyError:
            continue
    raise DatabaseUnavailable(
        f"PostgreSQL does not run as root and there is no account {' or '.join(BORROWED)}. Run as an ordinary user."
    )


def _account(uid: int) -> Account:
    borrowed = os.geteuid() != uid
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:  # a container may run under a number without a name
        return Account(name=str(uid), uid=uid, gid=os.getegid(), borrowed=borrowed)
    return Account(name=entry.pw_name, uid=uid, gid=entry.pw_gid, borrowed=borrowed)
