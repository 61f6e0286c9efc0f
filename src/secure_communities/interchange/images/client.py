# SPDX-License-Identifier: Apache-2.0
"""The caller's side of decoding: starts the decode server, hands it one image at a time per thread, takes pixels back.

In: payload bytes, declared compression and size. Out: `DecodedImage`, or ImageRefused. A server that dies is replaced
at the next image. Safe for threads and across forks; the server ends when the process that started it ends."""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import socket
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from secure_communities.interchange.images.frames import ImageHeader
from secure_communities.interchange.images.header import read_image_header
from secure_communities.interchange.images.limits import Limits
from secure_communities.interchange.images.refusal import CODES, FIELD_RELATIONSHIP, INVALID_DATA, ImageRefused

_ATTEMPTS: Final = 2
_GRACE_SECONDS: Final = 10.0  # beyond the wall-clock limit, before the server itself is taken for stuck
_SOURCE: Final = Path(__file__).parents[3]


class DecoderUnavailable(RuntimeError):
    """The decode server could not be reached or started; the image is not to blame and may be tried again."""


@dataclass(frozen=True, slots=True, eq=False)
class DecodedImage:
    """Pixels (uint8; height × width luma, or height × width × 3 if `colour`) and pixels per inch where stated."""

    pixels: NDArray[np.uint8]
    ppi: float | None
    colour: bool = False


class DecodeServer:
    """Decodes images, each in a fresh process forked from one preloaded server process.

    A context manager; starts with the first image. At most `parallel` images (default: one per processor) are
    decoded at once, further callers wait.
    """

    def __init__(self, *, limits: Limits | None = None, parallel: int | None = None) -> None:
        self._limits = limits or Limits()
        self._turn = threading.BoundedSemaphore(parallel or os.cpu_count() or 1)
        self._lock = threading.Lock()
        self._server: _Server | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the server process. A later `decode` starts a new one."""
        with self._lock:
            self._drop(self._server)

    @property
    def process(self) -> int | None:
        """Process number of the running server, if there is one."""
        return self._server.process.pid if self._server else None

    def decode(
        self,
        data: bytes,
        compression: str,
        *,
        width: int | None = None,
        height: int | None = None,
        bits: int | None = None,
        colour: bool = False,
    ) -> DecodedImage:
        """Decode one image payload.

        `compression` is one of `COMPRESSIONS`; `width`, `height` are those the record declares (HLL, VLL), compared
        with the frame where given; `bits` (BPX) is accepted for the record's sake, the data decides. With `colour`
        the pixels are height × width × 3, otherwise luma. Raises ImageRefused E0002 (invalid or crashing data,
        another kind than declared), E0003 (beyond a cap or limit), E0006 (declared size and frame disagree), and
        DecoderUnavailable when the fault is not the image's.
        """
        header = read_image_header(data, compression, width=width, height=height)
        _check_declared_size(header, width, height)
        with self._turn:
            verdict, pixels = self._ask(data, compression, header, colour=colour)
        if verdict["refused"] is not None:
            code, reason = verdict["refused"]
            raise ImageRefused(code if code in CODES else INVALID_DATA, _printable(reason))
        return DecodedImage(pixels=pixels, ppi=header.ppi, colour=colour)

    def _ask(
        self, data: bytes, compression: str, header: ImageHeader, *, colour: bool
    ) -> tuple[dict[str, Any], NDArray[np.uint8]]:
        shape = (header.height, header.width, 3) if colour else (header.height, header.width)
        request = {
            "compression": compression,
            "colour": colour,
            "header": asdict(header),
            "limits": asdict(self._limits),
        }
        message = json.dumps(request).encode()
        payload = _shared_memory(data)
        room = _shared_memory(size=int(np.prod(shape)))
        try:
            for _ in range(_ATTEMPTS):
                server = self._running()
                answer = server.ask(message, payload, room, patience=self._limits.wall_seconds + _GRACE_SECONDS)
                if answer is not None:
                    return answer, _take_pixels(room, shape)
                with self._lock:
                    self._drop(server)
        finally:
            os.close(payload)
            os.close(room)
        raise DecoderUnavailable(f"the image decoding process ended {_ATTEMPTS} times without an answer")

    def _running(self) -> _Server:
        with self._lock:
            if self._server is None or self._server.owner != os.getpid():
                self._server = _Server()
            return self._server

    def _drop(self, server: _Server | None) -> None:
        if server is not None and server is self._server:
            self._server = None
            server.end()


class _Server:
    """One server process and the control socket to it."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-P", "-m", "secure_communities.interchange.images.server", str(theirs.fileno())]
        # No environment of ours goes along: it may hold secrets. A session of its own, so that Ctrl-C reaches us first.
        environment = {"PYTHONPATH": str(_SOURCE), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        with theirs:
            self.process = subprocess.Popen(
                command,
                env=environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def ask(self, message: bytes, payload: int, room: int, *, patience: float) -> dict[str, Any] | None:
        """The server's answer to one request; None if it died or stayed silent for `patience` seconds."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours:
            ours.settimeout(patience)
            with theirs:
                try:
                    socket.send_fds(self._control, [message], [payload, room, theirs.fileno()])
                except OSError:
                    return None
            try:
                answer = json.loads(ours.recv(4_096))
                _code_and_reason = answer["refused"] and (str(answer["refused"][0]), str(answer["refused"][1]))
                return {"refused": _code_and_reason}
            except (OSError, ValueError, LookupError, TypeError):
                return None

    def end(self) -> None:
        """Kill and reap the process; only the process that started it may."""
        self._control.close()
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()


def _check_declared_size(header: ImageHeader, width: int | None, height: int | None) -> None:
    declared = (header.width if width is None else width, header.height if height is None else height)
    if declared != (header.width, header.height):
        raise ImageRefused(
            FIELD_RELATIONSHIP,
            f"the record declares {declared[0]} × {declared[1]} (HLL × VLL) but the image is "
            f"{header.width} × {header.height}",
        )


def _shared_memory(content: bytes = b"", *, size: int = 0) -> int:
    """A sealed memory file: content nobody can change, or writable room nobody can shrink or grow."""
    descriptor = os.memfd_create("image", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
    if content:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        seals |= fcntl.F_SEAL_WRITE
    else:
        os.ftruncate(descriptor, size)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
    return descriptor


def _take_pixels(room: int, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    pixels = np.empty(shape, dtype=np.uint8)
    target, taken = pixels.data.cast("B"), 0
    while taken < pixels.nbytes:
        taken += os.preadv(room, [target[taken:]], taken)
    return pixels


def _printable(reason: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in reason[:300])


_shared: DecodeServer | None = None
_shared_lock = threading.Lock()


def decode_server() -> DecodeServer:
    """The decode server of this process, started on first use and ended with the process."""
    global _shared
    with _shared_lock:
        if _shared is None:
            _shared = DecodeServer()
            atexit.register(_shared.close)
        return _shared
