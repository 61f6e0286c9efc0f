# SPDX-License-Identifier: Apache-2.0
"""Where a database lives on disk, so that the account of the server gets there.

In: the folder asked for (`var/pg`). Out: a `Home` with the paths of data, log and socket.
"""

from __future__ import annotations

import hashlib
import logging
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from secure_communities.platform.postgres.account import Account, account_for
from secure_communities.platform.postgres.errors import DatabaseUnavailable

logger = logging.getLogger(__name__)

LONGEST_SOCKET_FOLDER = 90  # bytes; the system allows about 107 for the whole name of a socket
REACHABLE = Path("/var/tmp")  # noqa: S108  # owner and mode are checked below


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of one database; `socket` is as private as the data."""

    folder: Path
    socket: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "server.log"


def find_home(asked: Path) -> tuple[Home, Account]:
    """Make the folders of a database asked for at `asked`; elsewhere, and recorded, if its account cannot get there."""
    asked.mkdir(parents=True, exist_ok=True)
    asked.chmod(0o711)
    record = asked / "location"
    folder = Path(record.read_text().strip()) if record.exists() else asked
    account = account_for(folder / "data")
    if not account.can_enter(folder):
        folder = REACHABLE / f"secure-communities-{_digest(asked)}"
        record.write_text(f"{folder}\n")
        logger.warning("%s cannot be entered by %s: the database is kept in %s", asked, account.name, folder)
    if folder != asked:
        _private_folder(folder, owner=os.geteuid(), mode=0o711)
    home = Home(folder=folder, socket=_socket_folder(folder, account))
    _private_folder(home.socket, owner=account.uid, mode=0o700, account=account)
    return home, account


def _socket_folder(folder: Path, account: Account) -> Path:
    nearby = folder / "run"
    if len(os.fsencode(nearby)) <= LONGEST_SOCKET_FOLDER:
        return nearby
    short = os.environ.get("XDG_RUNTIME_DIR") if not account.borrowed else None
    return Path(short or "/tmp") / f"secure-communities-{_digest(folder)}"  # noqa: S108  # owner and mode are checked


def _private_folder(folder: Path, *, owner: int, mode: int, account: Account | None = None) -> None:
    """Make a folder, or make sure that the one found there is ours and nobody else's."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        folder.chmod(mode)
        if account:
            account.give(folder)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o066:
        raise DatabaseUnavailable(f"{folder} is not a private folder of user {owner}. Look at it, then remove it.")


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:12]
