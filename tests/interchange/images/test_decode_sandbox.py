# SPDX-License-Identifier: Apache-2.0
"""A confined process can compute, and little else."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from secure_communities.interchange.images import sandbox

ATTEMPTS = {
    "open a file": "os.open('/etc/hostname', os.O_RDONLY)",
    "make a socket": "socket.socket()",
    "start a program": "os.execv('/bin/true', ['true'])",
    "fork": "os.fork()",
    "signal another process": "os.kill(os.getppid(), 0)",
    "raise its limits": "resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40))",
    "fill memory": "bytearray(400 << 20)",
    "write a file": "os.write(opened, b'x')",
}


def run_confined(statement: str, *, tmp_path: Path) -> str:
    """What a confined process meets when it runs `statement`: the name of the error, or DONE."""
    program = f"""
import os, resource, socket, sys
from secure_communities.interchange.images.limits import Limits
from secure_communities.interchange.images import sandbox
opened = os.open({str(tmp_path / "file")!r}, os.O_CREAT | os.O_WRONLY)
sandbox.confine(Limits(memory_bytes=64 << 20))
try:
    {statement}
    outcome = "DONE"
except BaseException as error:
    outcome = type(error).__name__
os.write(1, outcome.encode())
os._exit(0)
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    return ended.stdout or f"ended with {ended.returncode}: {ended.stderr}"


def test_a_confined_process_can_compute(tmp_path: Path) -> None:
    assert run_confined("assert sum(bytearray(8 << 20)) == 0", tmp_path=tmp_path) == "DONE"


@pytest.mark.skipif(platform.machine() not in ("x86_64", "aarch64"), reason="the filter is written for these machines")
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_confined_process_cannot(attempt: str, tmp_path: Path) -> None:
    outcome = run_confined(ATTEMPTS[attempt], tmp_path=tmp_path)
    assert outcome in {"PermissionError", "MemoryError", "OSError", "ValueError"} or outcome.startswith("ended with -")


def verdict(machine: str, architecture: int, call: int) -> int:
    """What the filter answers, by interpreting its program."""
    program, place, loaded = sandbox.filter_program(machine), 0, 0
    while True:
        code, if_true, if_false, value = program[place]
        place += 1
        match code:
            case 0x20:
                loaded = {0: call, 4: architecture}[value]
            case 0x15:
                place += if_true if loaded == value else if_false
            case 0x35:
                place += if_true if loaded >= value else if_false
            case 0x06:
                return value


@pytest.mark.parametrize(("machine", "architecture"), [("x86_64", 0xC000003E), ("aarch64", 0xC00000B7)])
def test_the_filter_allows_its_list_and_nothing_else(machine: str, architecture: int) -> None:
    allowed, refused, killed = 0x7FFF0000, 0x00050001, 0x80000000
    calls = set(sandbox._ALLOWED[machine][1])
    for call in range(600):
        assert verdict(machine, architecture, call) == (allowed if call in calls else refused)
        assert verdict(machine, architecture, call | 0x40000000) == refused
        assert verdict(machine, 0x40000003, call) == killed
