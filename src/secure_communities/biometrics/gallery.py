# SPDX-License-Identifier: Apache-2.0
"""A register's features on disk, memory-mapped: row numbers and features only, no name, no image; mode 0600.

In: ten-prints; out: row numbers, and arrays for the search. One process writes at a time (a file lock), any number
read meanwhile. The row count is committed last, so a crash loses at most an append that was never acknowledged.
The database is the source of truth: a gallery can be thrown away and rebuilt from it.
"""

from __future__ import annotations

import fcntl
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.descriptor import features, to_minutiae
from secure_communities.biometrics.template import FINGERS, Template, TenPrint, check_tenprint

SEGMENT_ROWS: Final = 1024
_HEAD = struct.Struct(
    "<8sHHHHQ"
)  # magic, format, feature version, rows a segment, minutiae a finger, rows; then CRC-32
_MAGIC = b"SCGALLER"
_FORMAT = 1
_EMPTY, _LIVE, _DELETED = 0, 1, 2

ROW = np.dtype(
    [
        ("generation", "<u4"),  # odd while the row is being written
        ("state", "u1"),
        ("spare", "V3"),
        ("quality", "u1", (10,)),
        ("spare2", "V6"),
        ("width", "<u2", (10,)),
        ("height", "<u2", (10,)),
    ]
)
_ROWS_END: Final = SEGMENT_ROWS * ROW.itemsize
_COUNTS_END: Final = _ROWS_END + 10 * SEGMENT_ROWS
_POINTS_END: Final = _COUNTS_END + 10 * SEGMENT_ROWS * p.MOST_MINUTIAE * 8
SEGMENT_BYTES: Final = _POINTS_END + 10 * SEGMENT_ROWS * p.MOST_MINUTIAE * 8 * p.WORDS


class BadGallery(Exception):
    """The files are not a gallery this version can read; rebuild it from the database."""


@dataclass(frozen=True, slots=True)
class Segment:
    """SEGMENT_ROWS rows as views of one mapped file; finger is position − 1."""

    rows: NDArray[Any]  # (rows,) of ROW
    counts: NDArray[np.uint8]  # (10, rows) minutiae per finger
    points: NDArray[np.uint16]  # (10, rows, MOST_MINUTIAE, 4)
    codes: NDArray[np.uint64]  # (10, rows, MOST_MINUTIAE, WORDS)
    mapping: np.memmap[Any, Any]

    @classmethod
    def map(cls, path: Path) -> Segment:
        """Map one segment file for reading and writing in place."""
        if path.stat().st_size != SEGMENT_BYTES:
            raise BadGallery(
                f"{path.name} has {path.stat().st_size} bytes instead of {SEGMENT_BYTES}: rebuild the gallery"
            )
        raw = np.memmap(path, np.uint8, "r+")
        return cls(
            np.asarray(raw[:_ROWS_END]).view(ROW),
            np.asarray(raw[_ROWS_END:_COUNTS_END]).reshape(10, SEGMENT_ROWS),
            np.asarray(raw[_COUNTS_END:_POINTS_END]).view("<u2").reshape(10, SEGMENT_ROWS, p.MOST_MINUTIAE, 4),
            np.asarray(raw[_POINTS_END:]).view("<u8").reshape(10, SEGMENT_ROWS, p.MOST_MINUTIAE, p.WORDS),
            raw,
        )


class Gallery:
    """An append-only list of ten-prints. Open with `Gallery.open`; rows are numbered from 0 and never renumbered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._segments: list[Segment] = []
        self._rows = 0

    @classmethod
    def open(cls, folder: Path | str) -> Gallery:
        """Open the gallery in a folder, making an empty one where there is none. Raises BadGallery."""
        gallery = cls(Path(folder))
        gallery.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with gallery._writing():
            if not gallery._head.exists():
                gallery._commit(0)
        gallery.refresh()
        return gallery

    @property
    def _head(self) -> Path:
        return self.folder / "gallery.head"

    def __len__(self) -> int:
        """Rows ever appended, deleted ones included, as other processes have committed them by now."""
        return self.refresh()

    def refresh(self) -> int:
        """Take notice of rows that other processes appended; return the number of rows."""
        with self._head.open("rb") as file:
            data = file.read(_HEAD.size + 4)
        if len(data) != _HEAD.size + 4 or struct.unpack_from("<I", data, _HEAD.size)[0] != zlib.crc32(
            data[: _HEAD.size]
        ):
            raise BadGallery(f"{self._head.name} is damaged: rebuild the gallery")
        magic, form, version, rows_a_segment, minutiae, rows = _HEAD.unpack_from(data)
        if (magic, form, rows_a_segment, minutiae) != (_MAGIC, _FORMAT, SEGMENT_ROWS, p.MOST_MINUTIAE):
            raise BadGallery(f"{self._head.name} is of another format: rebuild the gallery")
        if version != p.FEATURE_VERSION:
            raise BadGallery(f"the gallery holds features of version {version}, not {p.FEATURE_VERSION}: rebuild it")
        while len(self._segments) * SEGMENT_ROWS < rows:
            self._segments.append(Segment.map(self._path(len(self._segments))))
        self._rows = rows
        return self._rows

    def segments(self) -> list[tuple[Segment, int]]:
        """Every segment with its number of rows, fresh from disk."""
        rows = self.refresh()
        return [
            (s, min(SEGMENT_ROWS, rows - n * SEGMENT_ROWS))
            for n, s in enumerate(self._segments)
            if n * SEGMENT_ROWS < rows
        ]

    def generation(self, row: int) -> int:
        """Changes whenever the row is rewritten; odd while it is being written."""
        segment, place = self._place(row)
        return int(segment.rows["generation"][place])

    def is_live(self, row: int) -> bool:
        """Whether the row holds a person (neither deleted nor torn by a crash)."""
        segment, place = self._place(row)
        return bool(segment.rows["state"][place] == _LIVE and segment.rows["generation"][place] % 2 == 0)

    def append(self, tenprint: TenPrint) -> int:
        """Add one ten-print and return its row, which is on disk by then. Raises BadTemplate."""
        return self.append_many([tenprint])[0]

    def append_many(self, tenprints: Iterable[TenPrint]) -> list[int]:
        """Add ten-prints under one flush to disk; none is committed if one is bad. Raises BadTemplate."""
        checked = [check_tenprint(tenprint) for tenprint in tenprints]
        with self._writing():
            first = self.refresh()
            touched = set()
            for row, tenprint in enumerate(checked, first):
                touched.add(row // SEGMENT_ROWS)
                self._write(row, tenprint)
            for number in touched:
                self._segments[number].mapping.flush()
            self._commit(first + len(checked))
            self.refresh()
        return list(range(first, first + len(checked)))

    def overwrite(self, row: int, tenprint: TenPrint | None) -> None:
        """Replace a row in place, or with None delete it: its features are overwritten with zeros, its number stays."""
        if tenprint is not None:
            check_tenprint(tenprint)
        with self._writing():
            segment, _ = self._place(row)
            self._write(row, tenprint)
            segment.mapping.flush()

    def templates(self, row: int) -> TenPrint:
        """The compared minutiae of a row as templates; empty for a deleted row."""
        segment, place = self._place(row)
        if not self.is_live(row):
            return {}
        head = segment.rows[place]
        return {
            finger: Template(
                finger,
                to_minutiae(segment.points[finger - 1, place, : segment.counts[finger - 1, place]]),
                int(head["width"][finger - 1]),
                int(head["height"][finger - 1]),
                int(head["quality"][finger - 1]),
                f"gallery features {p.FEATURE_VERSION}",
            )
            for finger in FINGERS
            if head["width"][finger - 1]
        }

    def _place(self, row: int) -> tuple[Segment, int]:
        if not (0 <= row < self._rows or 0 <= row < self.refresh()):
            raise IndexError(f"the gallery has {self._rows} rows, no row {row}")
        return self._segments[row // SEGMENT_ROWS], row % SEGMENT_ROWS

    def _path(self, number: int) -> Path:
        return self.folder / f"segment-{number:05d}.bin"

    def _write(self, row: int, tenprint: TenPrint | None) -> None:
        number, place = divmod(row, SEGMENT_ROWS)
        if number == len(self._segments):
            self._add_segment(number)
        segment = self._segments[number]
        head = segment.rows[place : place + 1]
        generation = int(head["generation"][0]) | 1
        head["generation"] = generation
        head["state"] = _EMPTY
        for field in ("quality", "width", "height"):
            head[field] = 0
        segment.counts[:, place] = 0
        segment.points[:, place] = 0
        segment.codes[:, place] = 0
        for finger, template in (tenprint or {}).items():
            made, at = features(template), finger - 1
            segment.points[at, place, : len(made)] = made.points
            segment.codes[at, place, : len(made)] = made.codes
            segment.counts[at, place] = len(made)
            head["quality"][0, at], head["width"][0, at], head["height"][0, at] = (
                template.quality, template.width, template.height,
            )  # fmt: skip
        head["state"] = _DELETED if tenprint is None else _LIVE
        head["generation"] = (generation + 1) & 0xFFFFFFFF

    def _add_segment(self, number: int) -> None:
        path = self._path(number)
        # A file left by a crash before its first commit is used again: its rows are cleared when written.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.ftruncate(descriptor, SEGMENT_BYTES)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self._segments.append(Segment.map(path))

    def _commit(self, rows: int) -> None:
        head = _HEAD.pack(_MAGIC, _FORMAT, p.FEATURE_VERSION, SEGMENT_ROWS, p.MOST_MINUTIAE, rows)
        temporary = self._head.with_suffix(".new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(descriptor, head + struct.pack("<I", zlib.crc32(head)))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(self._head)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time, over all processes and threads."""
        descriptor = os.open(self.folder / "gallery.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
