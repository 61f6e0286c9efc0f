# SPDX-License-Identifier: Apache-2.0
"""The file of a backup: named sections in a stream of AES-256-GCM frames under a passphrase. No Django.

A cut, a changed byte, a frame moved or left out: `ArchiveDamaged`. Memory stays at one frame, whatever the size.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"SCBACKUP\x01"
SALT_BYTES, PREFIX_BYTES = 16, 4
COST = 15  # scrypt: 2^15 blocks of 8, 32 MiB, about a tenth of a second (RFC 7914)
FRAME_BYTES = 1 << 20
LONGEST_NAME = 200
_FRAME = struct.Struct(">BI")  # the last one or not, length of the sealed bytes
_PIECE = struct.Struct(">I")  # length of a piece of a section; 0 ends the section


class ArchiveDamaged(Exception):
    """The file is no backup, was cut or altered, or the passphrase is another one. The sentence says which we know."""


class Writer:
    """Write sections; `close` writes the end, without which no reader takes the file for whole."""

    def __init__(self, stream: BinaryIO, passphrase: str) -> None:
        salt, prefix = os.urandom(SALT_BYTES), os.urandom(PREFIX_BYTES)
        self._header = MAGIC + bytes([COST]) + salt + prefix
        self._stream, self._prefix, self._frames = stream, prefix, 0
        self._cipher = AESGCM(_key(passphrase, salt, COST))
        self._waiting = bytearray()
        stream.write(self._header)

    def section(self, name: str, pieces: Iterator[bytes]) -> str:
        """Write one section as its pieces come; return the SHA-256 of its content."""
        digest = hashlib.sha256()
        encoded = name.encode()
        self._put(_PIECE.pack(len(encoded)) + encoded)
        for piece in pieces:
            for start in range(0, len(piece), FRAME_BYTES):
                part = piece[start : start + FRAME_BYTES]
                digest.update(part)
                self._put(_PIECE.pack(len(part)) + part)
        self._put(_PIECE.pack(0))
        return digest.hexdigest()

    def close(self) -> None:
        """Write what waits and the last frame."""
        self._frame(bytes(self._waiting), last=True)
        self._waiting.clear()
        self._stream.flush()

    def _put(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) > FRAME_BYTES:
            self._frame(bytes(self._waiting[:FRAME_BYTES]), last=False)
            del self._waiting[:FRAME_BYTES]

    def _frame(self, plain: bytes, *, last: bool) -> None:
        nonce = self._prefix + self._frames.to_bytes(8, "big")
        sealed = self._cipher.encrypt(nonce, plain, self._header + bytes([last]))
        self._stream.write(_FRAME.pack(last, len(sealed)) + sealed)
        self._frames += 1


class Reader:
    """Read the sections in their order: `for name, pieces in reader` (take all pieces before the next name)."""

    def __init__(self, stream: BinaryIO, passphrase: str) -> None:
        header = stream.read(len(MAGIC) + 1 + SALT_BYTES + PREFIX_BYTES)
        if not header.startswith(MAGIC):
            raise ArchiveDamaged("This file is no backup of ours.")
        if len(header) < len(MAGIC) + 1 + SALT_BYTES + PREFIX_BYTES:
            raise ArchiveDamaged("The backup ends in its header: it was cut.")
        cost = header[len(MAGIC)]
        if cost > 20:  # a forged header must not cost us gigabytes
            raise ArchiveDamaged("The header of the backup was altered.")
        salt = header[len(MAGIC) + 1 : -PREFIX_BYTES]
        self._header, self._stream, self._prefix = header, stream, header[-PREFIX_BYTES:]
        self._cipher = AESGCM(_key(passphrase, salt, cost))
        self._frames, self._ended, self._plain = 0, False, bytearray()

    def __iter__(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        while (length := self._number(at_end_of_file=True)) is not None:
            if not 0 < length <= LONGEST_NAME:
                raise ArchiveDamaged("The backup holds a section without a proper name.")
            name = self._take(length).decode()
            yield name, self._pieces()

    def _pieces(self) -> Iterator[bytes]:
        while length := self._number():
            yield self._take(length)

    def _number(self, *, at_end_of_file: bool = False) -> int | None:
        while at_end_of_file and not self._plain:  # the last frame may be empty
            if not self._fill():
                return None
        [number] = _PIECE.unpack(self._take(_PIECE.size))
        return int(number)

    def _take(self, count: int) -> bytes:
        if count > FRAME_BYTES:
            raise ArchiveDamaged("The backup holds a piece of impossible length.")
        while len(self._plain) < count:
            if not self._fill():
                raise ArchiveDamaged("The backup ends in the middle of a section.")
        taken = bytes(self._plain[:count])
        del self._plain[:count]
        return taken

    def _fill(self) -> bool:
        if self._ended:
            return False
        head = self._stream.read(_FRAME.size)
        if len(head) < _FRAME.size:
            raise ArchiveDamaged("The backup ends too early: it was cut.")
        last, length = _FRAME.unpack(head)
        if last > 1 or length > FRAME_BYTES + 16:
            raise ArchiveDamaged("A frame of the backup was altered.")
        sealed = self._stream.read(length)
        if len(sealed) < length:
            raise ArchiveDamaged("The backup ends too early: it was cut.")
        nonce = self._prefix + self._frames.to_bytes(8, "big")
        try:
            self._plain += self._cipher.decrypt(nonce, sealed, self._header + bytes([last]))
        except InvalidTag:
            raise ArchiveDamaged(
                "The backup does not open: the passphrase is another one."
                if self._frames == 0
                else f"Frame {self._frames} of the backup was altered."
            ) from None
        self._frames += 1
        if last:
            self._ended = True
            if self._stream.read(1):
                raise ArchiveDamaged("There is something behind the end of the backup.")
        return True


def _key(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=1 << cost, r=8, p=1).derive(passphrase.encode())
