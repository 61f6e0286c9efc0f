# SPDX-License-Identifier: Apache-2.0
"""One file of a gallery: a fixed number of rows as arrays in a mapped file, each array at the start of a page.

In: a path and the number of rows; out: views to read and write in place, and the bytes of a row as they lie on disk.
Per row 128 bytes of head, 12 of mask and counts, 640 of codes (scanned, with the mask) and 4,800 of minutiae.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.first_stage import WORDS, encode

EMPTY, LIVE, DELETED = 0, 1, 2

ROW: Final = np.dtype(
    [
        ("generation", "<u4"),  # odd while the row is being written
        ("state", "u1"),
        ("spare", "V3"),
        ("tag", "u1", (16,)),  # names the enrolment; kept when the row is deleted, so that numbers can be checked
        ("quality", "u1", (10,)),
        ("spare2", "V2"),
        ("width", "<u2", (10,)),
        ("height", "<u2", (10,)),
        ("check", "<u4"),  # CRC-32 of all the rest of the row's content
        ("spare3", "V48"),
    ]
)
_PAGE: Final = 4096
_MAGIC: Final = struct.Struct("<8sHHI")  # magic, format, minutiae a finger, rows


class BadGallery(Exception):
    """The files are not a gallery this version can read; rebuild it from the database."""


def _layout(rows: int) -> list[tuple[str, int, Any, tuple[int, ...]]]:
    """Name, offset, type and shape of every array of a segment."""
    arrays: list[tuple[str, Any, tuple[int, ...]]] = [
        ("changes", np.dtype("<u8"), (8,)),
        ("rows", ROW, (rows,)),
        ("masks", np.dtype("<u2"), (rows,)),
        ("counts", np.dtype("u1"), (10, rows)),
        ("codes", np.dtype("<u8"), (10, rows, WORDS)),
        ("points", np.dtype("<u2"), (10, rows, p.MOST_MINUTIAE, 4)),
    ]
    found, offset = [], _PAGE // 2  # the first page holds the magic bytes and the counter of changes
    for name, kind, shape in arrays:
        found.append((name, offset, kind, shape))
        offset = -(-(offset + int(np.prod(shape)) * kind.itemsize) // _PAGE) * _PAGE
    return [*found, ("end", offset, np.dtype("u1"), (0,))]


def segment_bytes(rows: int) -> int:
    """Size of a segment file of so many rows (files are sparse: rows never written take no room)."""
    return _layout(rows)[-1][1]


@dataclass(frozen=True, slots=True)
class Segment:
    """Views of one mapped file; finger is position − 1."""

    path: Path
    mapping: np.memmap[Any, Any]
    changes: NDArray[np.uint64]  # (8,), the first: odd while a row is being rewritten, larger after
    rows: NDArray[Any]  # (rows,) of ROW
    masks: NDArray[np.uint16]  # (rows,) bit finger: has a code; 0 for rows that are not searched
    counts: NDArray[np.uint8]  # (10, rows) minutiae per finger
    codes: NDArray[np.uint64]  # (10, rows, 8)
    points: NDArray[np.uint16]  # (10, rows, MOST_MINUTIAE, 4)

    @classmethod
    def map(cls, path: Path, rows: int) -> Segment:
        """Map a segment file for reading and writing in place. Raises BadGallery."""
        size = path.stat().st_size
        if size != segment_bytes(rows):
            raise BadGallery(f"{path.name} has {size} bytes instead of {segment_bytes(rows)}: rebuild the gallery")
        raw = np.memmap(path, np.uint8, "r+")
        if bytes(raw[: _MAGIC.size]) != _MAGIC.pack(b"SCSEGMNT", 1, p.MOST_MINUTIAE, rows):
            raise BadGallery(f"{path.name} is not a segment of this format: rebuild the gallery")
        plain = np.asarray(raw)
        views = [
            plain[offset : offset + int(np.prod(shape)) * kind.itemsize].view(kind).reshape(shape)
            for _, offset, kind, shape in _layout(rows)[:-1]
        ]
        return cls(path, raw, *views)

    @classmethod
    def make(cls, path: Path, rows: int) -> Segment:
        """Make a segment file of empty rows and map it. One left by a crash is used again: writing clears rows."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.ftruncate(descriptor, segment_bytes(rows))
            os.pwrite(descriptor, _MAGIC.pack(b"SCSEGMNT", 1, p.MOST_MINUTIAE, rows), 0)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return cls.map(path, rows)

    def digest(self, place: int) -> int:
        """CRC-32 of a row's content."""
        head, value = self.rows[place], 0
        for part in (head["tag"], head["quality"], head["width"], head["height"]):
            value = zlib.crc32(part.tobytes(), value)
        value = zlib.crc32(self.masks[place].tobytes(), value)
        for array in (self.counts, self.codes, self.points):
            value = zlib.crc32(array[:, place].tobytes(), value)
        return value

    def clear(self, place: int) -> None:
        """Overwrite a row with zeros, all but its generation and tag; the mask first, so that no scan takes it."""
        self.masks[place] = 0
        head = self.rows[place : place + 1]
        head["state"] = EMPTY
        for field in ("quality", "width", "height", "check"):
            head[field] = 0
        for array in (self.counts, self.codes, self.points):
            array[:, place] = 0

    def fill(
        self, counts: NDArray[np.uint8], points: NDArray[np.uint16], quality: int, width: int, height: int
    ) -> None:
        """Write the first rows at once: counts (n, 10) and points (n, 10, MOST_MINUTIAE, 4) of fingers of one frame.

        For galleries of sampled people; a register's rows are appended one by one.
        """
        rows, bits = len(counts), 1 << np.arange(10)
        for finger in range(10):
            self.points[finger, :rows] = points[:, finger]
            self.counts[finger, :rows] = counts[:, finger]
            self.codes[finger, :rows] = encode(self.points[finger, :rows], self.counts[finger, :rows])
        self.masks[:rows] = ((counts >= p.FEWEST_COMPARED) * bits).sum(axis=1)
        head = self.rows[:rows]
        for field, value in (("quality", quality), ("width", width), ("height", height)):
            head[field] = np.where(counts > 0, value, 0)
        head["state"] = LIVE
        for row in range(rows):
            head["check"][row] = self.digest(row)
        head["generation"] = 2
        self.mapping.flush()

    def bytes_on_disk(self, place: int) -> Iterator[bytes]:
        """What the file holds of a row's features, read from the file and not through the mapping."""
        with self.path.open("rb") as file:
            for name, offset, kind, shape in _layout(len(self.masks)):
                if name not in ("masks", "counts", "codes", "points"):
                    continue
                fingers = shape[0] if len(shape) > 1 else 1
                item = kind.itemsize * int(np.prod(shape[2:]))
                for finger in range(fingers):
                    file.seek(offset + (finger * len(self.masks) + place) * item)
                    yield file.read(item)
