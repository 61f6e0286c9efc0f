# SPDX-License-Identifier: Apache-2.0
"""Takes abilities away from the decode server and its children: network, files, programs, memory, time.

Resource limits always hold. The network namespace and the system-call filter are taken where the kernel grants them;
`leave_the_network` and `filter_system_calls` say whether it did."""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
from pathlib import Path
from typing import Final

from secure_communities.interchange.images.limits import Limits

_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _PR_SET_DUMPABLE = 1, 22, 38, 4
_SECCOMP_MODE_FILTER = 2
_OPEN_FILES: Final = 16


def leave_the_network() -> bool:
    """Move this process, once and for all, into a network namespace without interfaces. False if not permitted."""
    return any(_LIBC.unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def die_with_parent() -> None:
    """Have the kernel kill this process when the (single-threaded) process that forked it ends."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def limit_resources(limits: Limits) -> None:
    """Hard limits: memory beyond what is already mapped, processor time, no file writing, no core, few descriptors."""
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    for name, value in (
        (resource.RLIMIT_AS, mapped + limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        resource.setrlimit(name, (value, value))


# System calls that decoding may make: memory, time, ending, reading and writing what is open. By number, because
# the filter speaks numbers; the names are those of the kernel's tables.
_ALLOWED: Final[dict[str, tuple[int, tuple[int, ...]]]] = {
    "x86_64": (
        0xC000003E,
        (
            *(0, 1, 3, 5, 8, 17, 18, 20, 262),  # read write close fstat lseek pread64 pwrite64 writev newfstatat
            *(9, 10, 11, 12, 25, 28),  # mmap mprotect munmap brk mremap madvise
            *(13, 14, 15, 131),  # rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack
            *(24, 39, 60, 186, 202, 231, 318),  # sched_yield getpid exit gettid futex exit_group getrandom
            *(96, 201, 228, 229),  # gettimeofday time clock_gettime clock_getres
        ),
    ),
    "aarch64": (
        0xC00000B7,
        (
            *(63, 64, 57, 80, 62, 67, 68, 66, 79),  # read write close fstat lseek pread64 pwrite64 writev newfstatat
            *(222, 226, 215, 214, 216, 233),  # mmap mprotect munmap brk mremap madvise
            *(134, 135, 139, 132),  # rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack
            *(124, 172, 93, 178, 98, 94, 278),  # sched_yield getpid exit gettid futex exit_group getrandom
            *(169, 113, 114),  # gettimeofday clock_gettime clock_getres
        ),
    ),
}
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000  # _REFUSE: the call fails with EPERM


def filter_system_calls() -> bool:
    """Let this process make the calls of `_ALLOWED` only; any other fails with EPERM. False where the kernel cannot."""
    if platform.machine() not in _ALLOWED:
        return False
    program = filter_program(platform.machine())
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *instruction) for instruction in program))
    length_and_address = struct.pack("=HxxxxxxQ", len(program), ctypes.addressof(code))
    if _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(_LIBC.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, length_and_address, 0, 0) == 0)


def filter_program(machine: str) -> list[tuple[int, int, int, int]]:
    """The filter as classic BPF over `struct seccomp_data` (seccomp(2)): (code, jump if true, jump if false, value).

    Checks the architecture, refuses the x32 range, then compares the call's number with each allowed one.
    """
    architecture, allowed = _ALLOWED[machine]
    return [
        (_LOAD, 0, 0, 4),
        (_JUMP_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_JUMP_IF_AT_LEAST, len(allowed), 0, 0x40000000),
        *((_JUMP_IF_EQUAL, len(allowed) - index, 0, number) for index, number in enumerate(allowed)),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]


def confine(limits: Limits) -> None:
    """Everything above that concerns one decoding process, in the order in which each still works."""
    die_with_parent()
    _LIBC.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    os.umask(0o777)
    limit_resources(limits)
    filter_system_calls()
