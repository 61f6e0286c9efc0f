# SPDX-License-Identifier: Apache-2.0
"""The supervisor on small real processes: they are restarted, ended in order, and never outlive it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from secure_communities.cli import supervisor
from secure_communities.cli.supervisor import AlreadyRunning, Services, ServicesFailed

SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, lambda *_: print('finishing', flush=True) or exit(0));"
    "print('ready', flush=True); time.sleep(600)",
)


@pytest.fixture(autouse=True)
def small_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two sleepers instead of the workers, and a database that is somebody else's business."""
    monkeypatch.setattr(supervisor, "ROLES", {"one": SLEEPER, "two": SLEEPER, "polite": STUBBORN})
    monkeypatch.setattr(supervisor, "MIGRATE", (sys.executable, "-c", ""))
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@/nowhere")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def eventually(condition: Callable[[], object], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with Services(tmp_path, roles=("one", "two")) as services:
        yield services


def test_a_child_that_dies_is_started_again(services: Services) -> None:
    first = services.children["one"].pid
    untouched = services.children["two"].pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: services.children["one"].pid not in (None, first))
    assert services.children["two"].pid == untouched


def test_a_child_that_keeps_dying_waits_longer_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(supervisor.ROLES, "one", (sys.executable, "-c", "raise SystemExit(5)"))
    said: list[str] = []
    with Services(tmp_path, roles=("one",), report=said.append):
        assert eventually(lambda: any("in 1 s" in sentence for sentence in said))
    endings = [sentence for sentence in said if "ended" in sentence]
    assert "exit code 5" in endings[0] and "in 0.5 s" in endings[0]


def test_a_role_that_was_stopped_stays_stopped_until_it_is_started(services: Services) -> None:
    services.stop("one")
    time.sleep(3 * supervisor.TICK)
    assert services.children["one"].pid is None
    services.start("one")
    assert services.children["one"].pid is not None


def test_leaving_the_block_ends_every_process_and_lets_each_finish(tmp_path: Path) -> None:
    with Services(tmp_path, roles=("one", "polite")) as services:
        pids = [child.pid for child in services.children.values()]
        assert eventually(lambda: "ready" in services.children["polite"].log_tail())
    assert all(pid is not None and not alive(pid) for pid in pids)
    assert (tmp_path / "log" / "polite.log").read_text() == "ready\nfinishing\n"
    assert not (tmp_path / "serve.json").exists()


def test_a_child_started_again_may_finish_too(tmp_path: Path) -> None:
    with Services(tmp_path, roles=("polite",)) as services:
        child = services.children["polite"]
        assert eventually(lambda: "ready" in child.log_tail()) and child.pid
        os.kill(child.pid, signal.SIGKILL)
        assert eventually(lambda: child.log_tail().count("ready") == 2)
    assert "finishing" in child.log_tail()


def test_a_second_supervisor_says_where_the_first_one_is(services: Services) -> None:
    with pytest.raises(AlreadyRunning, match=rf"{services.address} \(process {os.getpid()}\)"):
        Services(services.var, roles=()).__enter__()
    state = json.loads((services.var / "serve.json").read_text())
    assert state["processes"] == {name: child.pid for name, child in services.children.items()}


def test_a_port_in_use_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServicesFailed, match=f"127.0.0.1:{port} cannot be used"):
            Services(tmp_path, port=port, roles=("web",)).__enter__()


def test_a_schema_that_cannot_be_migrated_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "MIGRATE", (sys.executable, "-c", "raise SystemExit('no such column')"))
    with pytest.raises(ServicesFailed, match="no such column"):
        Services(tmp_path, roles=("one",)).__enter__()


PARENT = """
import pathlib, sys
from secure_communities.cli import supervisor
from secure_communities.cli.signals import as_ctrl_c
supervisor.ROLES["one"] = (sys.executable, "-c", "import time; time.sleep(600)")
supervisor.MIGRATE = (sys.executable, "-c", "")
try:
    with as_ctrl_c(), supervisor.Services(pathlib.Path(sys.argv[1]), roles=("one",)) as services:
        print(services.children["one"].pid, flush=True)
        services.wait()
except KeyboardInterrupt:
    print("ended", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_no_child_outlives_its_supervisor_however_that_ends(tmp_path: Path, number: signal.Signals) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.send_signal(number)
        assert parent.stdout.readline() == ("" if number == signal.SIGKILL else "ended\n")
    assert eventually(lambda: not alive(child))
    with Services(tmp_path, roles=()):  # and the folder is free again
        pass
