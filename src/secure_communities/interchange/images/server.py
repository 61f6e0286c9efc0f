# SPDX-License-Identifier: Apache-2.0
"""The decode server: a small single-threaded process that has the decoders loaded and forks a child for each image.

In, over the control socket: a JSON request and three descriptors (payload, room for the pixels, where to answer). Out:
one JSON answer. It never decodes anything itself, so every child starts from untouched decoder state. It ends when the
control socket closes. Run by client.py as `python -m …images.server DESCRIPTOR`."""

from __future__ import annotations

import gc
import json
import mmap
import os
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NoReturn

from secure_communities.interchange.images import decoders
from secure_communities.interchange.images.frames import ImageHeader
from secure_communities.interchange.images.limits import Limits
from secure_communities.interchange.images.refusal import INVALID_DATA, OUT_OF_RANGE, ImageRefused
from secure_communities.interchange.images.sandbox import confine, leave_the_network

_MESSAGE_BYTES: Final = 4_096
_DESCRIPTORS: Final = 3
_HIGHEST_DESCRIPTOR: Final = 1 << 20


@dataclass(slots=True)
class Child:
    """One image being decoded."""

    process: int
    limits: Limits
    deadline: float
    answer: socket.socket
    verdict: int  # read end of the pipe on which the child leaves its verdict
    overdue: bool = False


def serve(control: socket.socket) -> None:
    """Answer requests until the control socket closes; kill what is still running then."""
    poller = select.poll()
    poller.register(control, select.POLLIN)
    children: dict[int, Child] = {}
    while True:
        for descriptor, _events in poller.poll(_milliseconds_to_deadline(children)):
            if descriptor != control.fileno():
                poller.unregister(descriptor)
                _finish(children.pop(descriptor))
                os.close(descriptor)
                continue
            message, received, _flags, _address = socket.recv_fds(control, _MESSAGE_BYTES, _DESCRIPTORS)
            if not message:
                for child in children.values():
                    os.kill(child.process, signal.SIGKILL)
                return
            handle, child = _start(json.loads(message), received)
            children[handle] = child
            poller.register(handle, select.POLLIN)
        for child in children.values():
            if not child.overdue and time.monotonic() >= child.deadline:
                child.overdue = True
                os.kill(child.process, signal.SIGKILL)


def _milliseconds_to_deadline(children: dict[int, Child]) -> float | None:
    waiting = [child.deadline for child in children.values() if not child.overdue]
    return max(0.0, (min(waiting) - time.monotonic()) * 1000 + 1) if waiting else None


def _start(request: dict[str, Any], received: list[int]) -> tuple[int, Child]:
    payload, room, answer = received
    verdict, verdict_end = os.pipe()
    limits = Limits(**request["limits"])
    process = os.fork()
    if process == 0:
        _decode_and_exit(request, limits, payload=payload, room=room, verdict=verdict_end)
    for descriptor in (payload, room, verdict_end):
        os.close(descriptor)
    child = Child(
        process=process,
        limits=limits,
        deadline=time.monotonic() + limits.wall_seconds,
        answer=socket.socket(fileno=answer),
        verdict=verdict,
    )
    return os.pidfd_open(process), child


def _finish(child: Child) -> None:
    """Reap a child that has ended and send its verdict, or ours if it left none."""
    _process, status = os.waitpid(child.process, 0)
    verdict = os.read(child.verdict, _MESSAGE_BYTES)
    os.close(child.verdict)
    if os.waitstatus_to_exitcode(status) != 0 or not verdict:
        verdict = _refusal(*_cause_of_death(child, status))
    with child.answer:
        try:
            child.answer.send(verdict)
        except OSError:
            return  # the caller has gone


def _cause_of_death(child: Child, status: int) -> tuple[str, str]:
    number = -os.waitstatus_to_exitcode(status)
    if child.overdue:
        return OUT_OF_RANGE, f"decoding did not end within {child.limits.wall_seconds:g} seconds"
    if number in (signal.SIGXCPU, signal.SIGKILL):
        return OUT_OF_RANGE, f"decoding needs more than {child.limits.cpu_seconds} seconds of processor time"
    name = signal.Signals(number).name if number > 0 else f"exit status {-number}"
    return INVALID_DATA, f"the image data makes its decoder crash ({name})"


def _decode_and_exit(request: dict[str, Any], limits: Limits, *, payload: int, room: int, verdict: int) -> NoReturn:
    """The whole life of a child: lay down every ability, decode, leave the pixels and a verdict, end."""
    status = 1
    try:
        quiet = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(quiet, standard)
        _close_all_but(2, payload, room, verdict)
        data = _read_all(payload)
        with mmap.mmap(room, 0) as pixels:
            confine(limits)
            os.write(verdict, _decode(request, limits, data, pixels))
        status = 0
    finally:
        os._exit(status)


def _close_all_but(*kept: int) -> None:
    """Close every descriptor above the first of `kept` but the others of it."""
    for low, high in pairwise((*sorted(kept), _HIGHEST_DESCRIPTOR)):
        os.closerange(low + 1, high)


def _read_all(payload: int) -> bytes:
    size, data = os.fstat(payload).st_size, bytearray()
    while len(data) < size:
        data += os.pread(payload, size - len(data), len(data))
    return bytes(data)


def _decode(request: dict[str, Any], limits: Limits, data: bytes, room: mmap.mmap) -> bytes:
    header = ImageHeader(**request["header"])
    try:
        pixels = decoders.decode_payload(data, request["compression"], header, colour=request["colour"])
        room[:] = pixels.tobytes()
    except ImageRefused as refused:
        return _refusal(refused.code, refused.reason)
    except MemoryError:
        return _refusal(OUT_OF_RANGE, f"decoding needs more than {limits.memory_bytes >> 20} MB of memory")
    return b'{"refused": null}'


def _refusal(code: str, reason: str) -> bytes:
    return json.dumps({"refused": [code, reason[:500]]}).encode()


def main() -> None:
    """Entry point of the server process: argument 1 is the descriptor of the control socket."""
    leave_the_network()
    gc.collect()
    gc.freeze()  # children then share these pages instead of copying them
    serve(socket.socket(fileno=int(sys.argv[1])))


if __name__ == "__main__":
    main()
