# SPDX-License-Identifier: Apache-2.0
"""What is wrong, and where: one finding type, one exception type, one way to show hostile text.

A finding's code is an EBTS message code (E…, H…, A…) or `W…` for something tolerated on reading."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

_HARMLESS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ,.-_/:")


def shown(text: str | bytes, *, limit: int = 40) -> str:
    """`text` in a form safe in a message, mail header, file name, CSV cell or page: escaped and cut.

    Everything but letters, digits and a little punctuation is written `\\xNN` or `\\uNNNN`.
    """
    if isinstance(text, bytes):
        text = text[: limit + 1].decode("latin-1")
    cut = text[:limit]
    escaped = "".join(c if c in _HARMLESS else f"\\x{ord(c):02x}" if ord(c) < 256 else f"\\u{ord(c):04x}" for c in cut)
    return escaped + ("…" if len(text) > limit else "")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a transaction: `record` is a 0-based index, `offset` a byte position in the file."""

    code: str
    _: KW_ONLY
    message: str
    record: int | None = None
    idc: int | None = None
    tag: str | None = None
    offset: int | None = None

    @property
    def tolerated(self) -> bool:
        """True for what readers accept and only report (code W…)."""
        return self.code.startswith("W")

    def __str__(self) -> str:
        place = [
            f"record {self.record}" if self.record is not None else "",
            f"IDC {self.idc:02d}" if self.idc is not None else "",
        ]
        place += [f"field {self.tag}" if self.tag else "", f"byte {self.offset}" if self.offset is not None else ""]
        where = ", ".join(part for part in place if part)
        return f"{self.code}: {self.message}" + (f" ({where})" if where else "")


class CodecError(Exception):
    """The bytes cannot be read as ANSI/NIST-ITL records. `idc` is -1 for a promised record that is absent."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        record: int | None = None,
        record_type: int | None = None,
        idc: int | None = None,
        tag: str | None = None,
        offset: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.record, self.record_type = code, message, record, record_type
        self.idc, self.tag, self.offset = idc, tag, offset

    @property
    def finding(self) -> Finding:
        """The same facts as a finding."""
        return Finding(
            self.code, message=self.message, record=self.record, idc=self.idc, tag=self.tag, offset=self.offset
        )

    def __str__(self) -> str:
        return str(self.finding)
