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
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.descriptor import best_points, to_minutiae
from secure_communities.biometrics.first_stage import Codes, code_version, encode
from secure_communities.biometrics.segment import DELETED, LIVE, BadGallery, Segment, segment_bytes
from secure_communities.biometrics.template import FINGERS, Template, TenPrint, check_tenprint

__all__ = ["SEGMENT_ROWS", "BadGallery", "Gallery", "segment_bytes"]

SEGMENT_ROWS: Final = 16_384
_HEAD: Final = struct.Struct("<8sHHII8sQ")
"""Magic, format, minutiae a finger, rows a segment, code version, name of these files, rows; then a CRC-32."""
_MAGIC: Final = b"SCGALLER"
_FORMAT: Final = 2
NO_TAG: Final = bytes(16)


class Gallery:
    """An append-only list of ten-prints. Open with `Gallery.open`; rows are numbered from 0 and never renumbered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.segment_rows = SEGMENT_ROWS
        self._segments: list[Segment] = []
        self._name = b""  # drawn when the files are made: a gallery put in the place of another has another
        self._rows = 0

    @classmethod
    def open(cls, folder: Path | str, *, segment_rows: int = SEGMENT_ROWS) -> Gallery:
        """Open the gallery in a folder, making an empty one (of such segments) where there is none.

        Raises BadGallery.
        """
        gallery = cls(Path(folder))
        gallery.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with gallery.writing():
            if not gallery._head.exists():
                gallery.segment_rows, gallery._name = segment_rows, os.urandom(8)
                gallery.commit(0)
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
        magic, form, minutiae, segment_rows, version, name, rows = _HEAD.unpack_from(data)
        if (magic, form, minutiae) != (_MAGIC, _FORMAT, p.MOST_MINUTIAE) or not segment_rows:
            raise BadGallery(f"{self._head.name} is of another format: rebuild the gallery")
        if version != code_version():
            raise BadGallery(
                f"the gallery holds codes of version {version:08x}, not {code_version():08x}: rebuild the gallery"
            )
        if name != self._name:
            self._segments, self._name = [], name
        self.segment_rows = segment_rows
        while len(self._segments) * segment_rows < rows:
            self._segments.append(Segment.map(self.path(len(self._segments)), segment_rows))
        self._rows = rows
        return self._rows

    def segments(self) -> list[tuple[Segment, int]]:
        """Every segment with its number of rows, fresh from disk."""
        rows, size = self.refresh(), self.segment_rows
        return [(s, min(size, rows - n * size)) for n, s in enumerate(self._segments) if n * size < rows]

    def generation(self, row: int) -> int:
        """Changes whenever the row is rewritten; odd while it is being written."""
        segment, place = self._place(row)
        return int(segment.rows["generation"][place])

    def is_live(self, row: int) -> bool:
        """Whether the row holds a person (neither deleted nor torn by a crash)."""
        segment, place = self._place(row)
        return bool(segment.rows["state"][place] == LIVE and segment.rows["generation"][place] % 2 == 0)

    def tag(self, row: int) -> bytes:
        """The 16 bytes that named the enrolment when the row was appended."""
        segment, place = self._place(row)
        return bytes(segment.rows["tag"][place])

    def append(self, tenprint: TenPrint, *, tag: bytes = NO_TAG) -> int:
        """Add one ten-print and return its row, which is on disk by then. Raises BadTemplate."""
        return self.append_many([tenprint], tags=[tag])[0]

    def append_many(self, tenprints: Iterable[TenPrint], *, tags: Sequence[bytes] | None = None) -> list[int]:
        """Add ten-prints under one flush to disk; none is committed if one is bad. Raises BadTemplate."""
        checked = [check_tenprint(tenprint) for tenprint in tenprints]
        packed = [_pack(tenprint) for tenprint in checked]
        named = [NO_TAG] * len(checked) if tags is None else tags
        with self.writing():
            first = self.refresh()
            touched = set()
            for row, tenprint, (counts, points, codes), tag in zip(
                range(first, first + len(checked)), checked, packed, named, strict=True
            ):
                touched.add(row // self.segment_rows)
                self._write(row, tenprint, counts, points, codes, tag=tag)
            for number in touched:
                self._segments[number].mapping.flush()
            self.commit(first + len(checked))
            self.refresh()
        return list(range(first, first + len(checked)))

    def overwrite(self, row: int, tenprint: TenPrint | None) -> None:
        """Replace a row in place, or with None delete it: its features are overwritten with zeros, its number stays."""
        counts, points, codes = _pack(check_tenprint(tenprint or {}))
        with self.writing():
            segment, _ = self._place(row)
            segment.changes[0] |= np.uint64(1)
            self._write(row, tenprint, counts, points, codes, tag=None)
            segment.changes[0] += np.uint64(1)
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
                "gallery",
            )
            for finger in FINGERS
            if head["width"][finger - 1]
        }

    def is_erased(self, row: int) -> bool:
        """Whether nothing of a deleted row's features is left, neither in memory nor in the file read back."""
        segment, place = self._place(row)
        head = segment.rows[place]
        if head["state"] != DELETED or any(head[field].any() for field in ("quality", "width", "height")):
            return False
        arrays = (segment.counts, segment.codes, segment.points)
        return not (
            segment.masks[place]
            or any(array[:, place].any() for array in arrays)
            or any(any(data) for data in segment.bytes_on_disk(place))
        )

    def check(self, rows: Iterable[int] | None = None) -> Iterator[tuple[int, str]]:
        """Row and complaint of every row that was torn, altered, or deleted but is still there."""
        for row in range(len(self)) if rows is None else rows:
            segment, place = self._place(row)
            head = segment.rows[place]
            if head["generation"] % 2:
                yield row, "was being written when the writer ended"
            elif head["state"] == DELETED:
                if not self.is_erased(row):
                    yield row, "was deleted, but bytes of it are left"
            elif head["state"] != LIVE or head["check"] != segment.digest(place):
                yield row, "is not what was written"

    def _place(self, row: int) -> tuple[Segment, int]:
        if not (0 <= row < self._rows or 0 <= row < self.refresh()):
            raise IndexError(f"the gallery has {self._rows} rows, no row {row}")
        return self._segments[row // self.segment_rows], row % self.segment_rows

    def path(self, number: int) -> Path:
        """The file of a segment."""
        return self.folder / f"segment-{number:05d}.bin"

    def _write(
        self,
        row: int,
        tenprint: TenPrint | None,
        counts: NDArray[np.uint8],
        points: NDArray[np.uint16],
        codes: Codes,
        *,
        tag: bytes | None,
    ) -> None:
        number, place = divmod(row, self.segment_rows)
        if number == len(self._segments):
            self._segments.append(Segment.make(self.path(number), self.segment_rows))
        segment = self._segments[number]
        head = segment.rows[place : place + 1]
        generation = int(head["generation"][0]) | 1
        head["generation"] = generation
        segment.clear(place)
        if tag is not None:
            head["tag"] = np.frombuffer(tag.ljust(16, b"\0")[:16], np.uint8)
        segment.points[:, place], segment.codes[:, place], segment.counts[:, place] = points, codes, counts
        for finger, template in (tenprint or {}).items():
            at = finger - 1
            head["quality"][0, at], head["width"][0, at], head["height"][0, at] = (
                template.quality, template.width, template.height,
            )  # fmt: skip
        head["state"] = DELETED if tenprint is None else LIVE
        segment.masks[place] = sum(1 << finger for finger in range(10) if counts[finger] >= p.FEWEST_COMPARED)
        head["check"] = segment.digest(place)
        head["generation"] = (generation + 1) & 0xFFFFFFFF

    def commit(self, rows: int) -> None:
        """Put the number of rows on disk, which makes them part of the gallery. Only while `writing`."""
        head = _HEAD.pack(_MAGIC, _FORMAT, p.MOST_MINUTIAE, self.segment_rows, code_version(), self._name, rows)
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
    def writing(self) -> Iterator[None]:
        """One writer at a time, over all processes and threads."""
        descriptor = os.open(self.folder / "gallery.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _pack(tenprint: TenPrint) -> tuple[NDArray[np.uint8], NDArray[np.uint16], Codes]:
    """Counts (10,), points (10, MOST_MINUTIAE, 4) and codes (10, 8) of a ten-print."""
    counts = np.zeros(10, np.uint8)
    points = np.zeros((10, p.MOST_MINUTIAE, 4), np.uint16)
    for finger, template in tenprint.items():
        best = best_points(template)
        points[finger - 1, : len(best)], counts[finger - 1] = best, len(best)
    return counts, points, encode(points, counts)
