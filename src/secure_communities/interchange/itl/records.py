# SPDX-License-Identifier: Apache-2.0
"""Fields, records and transactions as they stand in a file: spans over the original bytes, decoded on demand.

Nothing is normalised, so a record that was not edited is written back as it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from secure_communities.interchange.itl.errors import CodecError, Finding

if TYPE_CHECKING:
    from secure_communities.interchange.itl.imagery import ImageView

FS, GS, RS, US = b"\x1c", b"\x1d", b"\x1e", b"\x1f"

BINARY_TYPES = frozenset(range(3, 9))
IMAGE_NUMBER = 999

Values = list[list[str]]


def tag_name(record_type: int, number: int) -> str:
    """`2.018`: the number with three digits at least."""
    return f"{record_type}.{number:03d}"


def tag_key(tag: str) -> tuple[int, int]:
    """(2, 18) for `2.018`, `2.18` or `02.018`."""
    record_type, _, number = tag.partition(".")
    return int(record_type), int(number)


def decode(raw: bytes, charset: str) -> str:
    """Text in the declared character set; bytes that do not fit it are read as Latin-1 (the parser has warned)."""
    try:
        return raw.decode(charset)
    except UnicodeDecodeError:
        return raw.decode("latin-1")


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One tagged field. `spelling` is the tag as written (`1.01`); `offset` is where it starts in the file.

    Fields of binary records carry their value ready-made in `literal`.
    """

    type: int
    number: int
    spelling: str
    offset: int
    source: bytes = field(repr=False)
    start: int
    stop: int
    charset: str = "ascii"
    literal: tuple[tuple[str, ...], ...] | None = None
    is_image: bool = False

    @property
    def tag(self) -> str:
        """The tag in its normal spelling, `2.018`."""
        return tag_name(self.type, self.number)

    @property
    def raw(self) -> bytes:
        """The bytes of the value, without tag and separator."""
        return self.source[self.start : self.stop]

    @property
    def values(self) -> Values:
        """Subfields (cut at RS) of items (cut at US). An image field has none."""
        if self.is_image:
            return []
        if self.literal is not None:
            return [list(items) for items in self.literal]
        return [part.split("\x1f") for part in decode(self.raw, self.charset).split("\x1e")]


@dataclass(frozen=True, eq=False)
class Record:
    """One logical record: its type, IDC (None in Type-1), place in the file and fields in file order.

    Not slotted, so that the index by tag can be cached.
    """

    type: int
    idc: int | None
    offset: int
    source: bytes = field(repr=False)
    start: int
    stop: int
    fields: tuple[Field, ...] = field(repr=False)

    @property
    def raw(self) -> bytes:
        """The record's bytes exactly as received or built."""
        return self.source[self.start : self.stop]

    @cached_property
    def _by_tag(self) -> Mapping[tuple[int, int], list[Field]]:
        index: dict[tuple[int, int], list[Field]] = {}
        for item in self.fields:
            index.setdefault((item.type, item.number), []).append(item)
        return index

    def occurrences(self, tag: str) -> list[Field]:
        """Every field with this tag, in file order ([] if absent)."""
        return self._by_tag.get(tag_key(tag), [])

    def values(self, tag: str) -> Values:
        """Subfields of items, over all occurrences of the field in file order ([] if absent)."""
        return [items for occurrence in self.occurrences(tag) for items in occurrence.values]

    def text(self, tag: str) -> str | None:
        """First item of the first subfield of the first occurrence, None if the field is absent."""
        found = self.occurrences(tag)
        values = found[0].values if found else []
        return values[0][0] if values else None

    @property
    def image(self) -> Field | None:
        """The field that holds image bytes, if there is one."""
        return self.fields[-1] if self.fields and self.fields[-1].is_image else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and (self.type, self.raw) == (other.type, other.raw)

    def __hash__(self) -> int:
        return hash((self.type, self.raw))


@dataclass(frozen=True, slots=True)
class Transaction:
    """A file: records in file order, what was tolerated on reading, and any bytes after the last record."""

    records: tuple[Record, ...]
    warnings: tuple[Finding, ...] = field(default=(), compare=False)
    trailing: bytes = b""

    @property
    def header(self) -> Record:
        """The Type-1 record."""
        return self.records[0]

    def of_type(self, record_type: int) -> tuple[Record, ...]:
        """The records of one type, in file order."""
        return tuple(record for record in self.records if record.type == record_type)

    @property
    def contents(self) -> list[tuple[int, int]]:
        """(type, IDC) of every record that 1.003 promises after the Type-1."""
        return read_contents(self.header)[1]

    def images(self) -> list[ImageView]:
        """Every image as its record declares it, in record order."""
        from secure_communities.interchange.itl.imagery import images

        return images(self)

    @property
    def version(self) -> str | None:
        """1.002 VER."""
        return self.header.text("1.002")

    @property
    def tot(self) -> str | None:
        """1.004 TOT, the type of transaction."""
        return self.header.text("1.004")

    @property
    def date(self) -> str | None:
        """1.005 DAT, CCYYMMDD as written."""
        return self.header.text("1.005")

    @property
    def dai(self) -> str | None:
        """1.007 DAI, the destination agency."""
        return self.header.text("1.007")

    @property
    def ori(self) -> str | None:
        """1.008 ORI, the originating agency."""
        return self.header.text("1.008")

    @property
    def tcn(self) -> str | None:
        """1.009 TCN, the sender's control number."""
        return self.header.text("1.009")

    @property
    def tcr(self) -> str | None:
        """1.010 TCR: in a response, the TCN it answers."""
        return self.header.text("1.010")


def read_contents(header: Record) -> tuple[list[list[str]], list[tuple[int, int]]]:
    """1.003 CNT: its first subfield and the (type, IDC) list. Raises CodecError (E0005, H0001)."""
    found = header.occurrences("1.003")
    if not found:
        raise CodecError("H0001", "1.003 (contents of the file) is missing", record=0, record_type=1, tag="1.003")
    values = found[0].values
    if values[-1] == [""]:
        values.pop()  # some senders close the list with a separator
    entries = []
    for items in values:
        numeric = len(items) >= 2 and all(item.isascii() and item.isdigit() and len(item) <= 5 for item in items[:2])
        if not numeric:
            message = "an entry of 1.003 is not two numbers (record type, IDC)"
            raise CodecError("E0005", message, record=0, record_type=1, tag="1.003", offset=found[0].offset)
        entries.append((int(items[0]), int(items[1])))
    if not entries:
        raise CodecError("E0005", "1.003 is empty", record=0, record_type=1, tag="1.003", offset=found[0].offset)
    return values[:1], entries[1:]
