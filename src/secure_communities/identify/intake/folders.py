# SPDX-License-Identifier: Apache-2.0
"""The watched folders: one for each ORI with in/, done/, reject/ and out/. Files dropped into in/ are submitted.

A file counts once its size stood still between two looks; a crash at any point leaves it to be taken again, and
taking it again changes nothing.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path

from secure_communities.identify.intake import reading, services
from secure_communities.identify.intake.models import Channel
from secure_communities.identify.intake.reading import ReadPurpose
from secure_communities.interchange.files import form_of
from secure_communities.platform.agencies import selectors as agencies
from secure_communities.platform.agencies.models import OriginatingAgency

log = logging.getLogger(__name__)

SUFFIXES = frozenset({".eft", ".an2", ".ebts", ".nst", ".xml"})
LARGEST = 64 * 1024 * 1024
ORI = re.compile(r"ZZ[A-Z0-9]{7}")
SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(slots=True)
class Watcher:
    """Looks through all folders; `look` is one round."""

    root: Path
    seen: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def look(self, *, at: datetime) -> int:
        """Take every file whose size and time stood still since the last look; return how many were taken."""
        present = {path: (info.st_size, info.st_mtime_ns) for path, info in self._files()}
        ready = [path for path, mark in present.items() if self.seen.get(path) == mark]
        self.seen = present
        for path in sorted(ready):
            try:
                self._take(path, at=at)
            except Exception:
                log.exception("a file of %s could not be taken; it stays and is tried again", path.parents[1].name)
        return len(ready)

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        for folder in sorted(self.root.glob("*/in")):
            if ORI.fullmatch(folder.parent.name):
                for path in folder.iterdir():
                    if path.suffix.lower() not in SUFFIXES or path.name.startswith("."):
                        continue
                    with suppress(FileNotFoundError):  # taken away meanwhile
                        info = path.lstat()  # of a link, not of what it points to
                        if stat.S_ISREG(info.st_mode):
                            yield path, info

    def _take(self, path: Path, *, at: datetime) -> None:
        home = path.parents[1]
        originator = agencies.originator(home.name)
        name = safe_name(path.name)
        if originator is None:
            self._reject(path, name, "A0004: this folder's name is not on the register of originating agencies")
            return
        if path.stat().st_size > LARGEST:
            self._reject(path, name, "E0003: the file is larger than 64 MB")
            return
        try:
            receipt = services.receive(
                content=_content_of(path),
                channel=Channel.FOLDER,
                presented_by=originator,
                actor=f"ori:{originator.ori}",
                at=at,
            )
        except services.TransportRefusal as refusal:
            self._answer(refusal, originator, home, at=at)
            self._reject(path, name, str(refusal))
            return
        _put(path, home / "done", f"{receipt.submission.control_number}-{name}")

    def _answer(
        self, refusal: services.TransportRefusal, originator: OriginatingAgency, home: Path, *, at: datetime
    ) -> None:
        """Deliver the error response of refused input, if one is due, whole and under our own name."""
        refused = refusal.refused
        if refused is None or refused.error_response is None:
            return
        content = reading.open_refusal(refused.pk, reader=originator, purpose=ReadPurpose.OWN_SUBMISSION, at=at)
        out = home / "out"
        out.mkdir(exist_ok=True)
        draft = out / f".refusal-{refused.pk}.part"
        draft.write_bytes(content)
        draft.replace(out / f"refusal-{refused.pk}.{form_of(content).suffix}")

    def _reject(self, path: Path, name: str, why: str) -> None:
        folder = path.parents[1] / "reject"
        folder.mkdir(exist_ok=True)
        name = _free_name(folder, name)
        # The reason first: a crash between the two leaves a file in in/, which is taken again, never one without it.
        (folder / f"{name}.txt").write_text(f"{why}\nMend the file and drop it into in/ again.\n")
        _put(path, folder, name)


def safe_name(name: str) -> str:
    """The file's own name if it is harmless, else one made of its hash: nothing hostile is written again."""
    if SAFE_NAME.fullmatch(name):
        return name
    suffix = Path(name).suffix.lower()
    digest = hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()[:16]
    return f"renamed-{digest}{suffix if suffix in SUFFIXES else ''}"


def _content_of(path: Path) -> bytes:
    """The bytes of the file itself: what became a link since it was seen is refused by the kernel (OSError)."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as handle:
        return handle.read(LARGEST + 1)


def _free_name(folder: Path, name: str) -> str:
    """The name, or the name with the first number that makes it new: no rejected file takes another's place."""
    stem, suffix = Path(name).stem, Path(name).suffix
    numbered = (name if number == 1 else f"{stem}-{number}{suffix}" for number in count(1))
    return next(one for one in numbered if not (folder / one).exists())


def _put(path: Path, folder: Path, name: str) -> None:
    folder.mkdir(exist_ok=True)
    path.replace(folder / name)


def open_folders(root: Path, oris: list[str]) -> None:
    """Make the folders of some ORIs."""
    for ori in oris:
        if not ORI.fullmatch(ori):
            raise ValueError(f"{ori!a} is not a reserved ORI")
        for name in ("in", "done", "reject", "out"):
            (root / ori / name).mkdir(parents=True, exist_ok=True)
