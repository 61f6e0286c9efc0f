# SPDX-License-Identifier: Apache-2.0
"""A really running system for the journeys: its processes, its jails and staff over HTTP, and looks at its tables.

The tests act through HTTP alone; `rows` and `value` only look.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import psycopg

from secure_communities.cli.demonstration.people_at_work import sign_in
from secure_communities.cli.supervisor import Services
from secure_communities.interchange import itl
from secure_communities.interchange.itl import Transaction, with_field

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 150.0  # seconds: the machine may be busy

_numbers = count(1)


def eventually(condition: Callable[[], Any], what: str, *, seconds: float = PATIENCE) -> Any:
    """Wait until the condition gives something true, and return that."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, f"{what} did not happen within {seconds:.0f} s"
        time.sleep(0.1)
    return found


class Jail:
    """A booking system with the key of one ORI."""

    def __init__(self, address: str, ori: str, key: str) -> None:
        self.ori = ori
        self.client = httpx.Client(
            base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=60, trust_env=False
        )

    def post(self, content: bytes) -> httpx.Response:
        return self.client.post("/api/v1/submissions", content=content)

    def submit(self, content: bytes) -> str:
        """Hand in a file that must be taken; return its control number."""
        answer = self.post(content)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["control_number"])

    def status(self, control: str) -> dict[str, Any]:
        answer = self.client.get(f"/api/v1/submissions/{control}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def responses(self, control: str) -> list[dict[str, Any]]:
        return list(self.client.get(f"/api/v1/submissions/{control}/responses").json())

    def kinds(self, control: str) -> list[str]:
        return [str(one["kind"]) for one in self.responses(control)]

    def fetch(self, control: str, kind: str) -> bytes:
        [one] = [one for one in self.responses(control) if one["kind"] == kind]
        answer = self.client.get(one["file"])
        assert answer.status_code == 200
        return answer.content

    def wait_for(self, control: str, kind: str, *, seconds: float = PATIENCE) -> bytes:
        eventually(lambda: kind in self.kinds(control), f"the {kind} response to {control}", seconds=seconds)
        return self.fetch(control, kind)


class Colleague:
    """A member of staff, signed in with their own password and the code of their own app."""

    def __init__(self, address: str, username: str, password: str, authenticator_key: str) -> None:
        self.client = httpx.Client(base_url=address, timeout=60, follow_redirects=True, trust_env=False)
        assert sign_in(self.client, username, password, authenticator_key), f"{username} was not let in"

    @property
    def token(self) -> str:
        return self.client.cookies.get("csrftoken") or ""

    def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return self.client.post(f"/api/v1{path}", json=body, headers={"X-CSRFToken": self.token})

    def item(self, path: str, control: str) -> dict[str, Any] | None:
        """The waiting piece of work on one submission."""
        listed = self.client.get(f"/api/v1{path}").json()
        return next((one for one in listed if one["control_number"] == control), None)

    def decide(self, control: str, number: str | None, *, side: str = "immigration") -> httpx.Response:
        """Identify the candidate of that register number, or exclude all."""
        item = eventually(lambda: self.item("/examinations", control), f"a comparison of {control}")
        assert item["side"] == side
        candidate = next((one["id"] for one in item["candidates"] if one["number"] == number), None)
        assert (candidate is None) == (number is None)
        body = {
            "verdict": "identification" if number else "exclusion", "candidate": candidate, "rationale": "All agree."
        }  # fmt: skip
        return self.post(f"/examinations/{item['id']}/decisions", body)


class RunningSystem:
    """The services, and what `populate` said about them."""

    def __init__(self, services: Services, folder: Path) -> None:
        self.services = services
        self._clients: list[httpx.Client] = []
        self._colleagues: dict[str, Colleague] = {}
        self.facts = self.change("tests.journeys.populate", str(folder))
        self._files = {name: itl.parse((folder / f"{name}.ebts").read_bytes()) for name in ("known", "unknown")}

    def change(self, module: str, *words: str) -> dict[str, Any]:
        """Run one of our modules in a process of its own whose environment names the database; it prints JSON."""
        environment = {**self.services.environment(), "DJANGO_SETTINGS_MODULE": "secure_communities.settings"}
        environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), environment["PYTHONPATH"]])
        command = [sys.executable, "-m", module, *words]
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return dict(json.loads(done.stdout))

    def run_module(self, name: str, *words: str) -> str:
        """A module of the tests in a process of its own, with the system's environment; what it printed."""
        environment = {**self.services.environment(), "DJANGO_SETTINGS_MODULE": "secure_communities.settings"}
        environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), environment["PYTHONPATH"]])
        command = [sys.executable, "-m", name, *words]
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def close(self) -> None:
        for client in self._clients:
            client.close()

    @cached_property
    def jail(self) -> Jail:
        return self.jail_of("ZZTX00101")

    def jail_of(self, ori: str) -> Jail:
        jail = Jail(self.services.address, ori, self.facts["keys"][ori])
        self._clients.append(jail.client)
        return jail

    def colleague(self, username: str) -> Colleague:
        """Signed in once: a code is good once, and people stay signed in."""
        if username not in self._colleagues:
            secrets = self.facts["passwords"][username], self.facts["authenticators"][username]
            self._colleagues[username] = Colleague(self.services.address, username, *secrets)
            self._clients.append(self._colleagues[username].client)
        return self._colleagues[username]

    def booking(self, who: str = "known", **fields: Any) -> bytes:
        """A booking of the person both registers know, or of the one whom neither does, under a new number."""
        return itl.emit(renumbered(self._files[who], **fields))

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        assert self.services.database
        with psycopg.connect(self.services.database.owner_url) as connection:
            return connection.execute(query, values).fetchall()

    def value(self, query: str, *values: Any) -> Any:
        [(value,)] = self.rows(query, *values)
        return value

    def count_events(self, control: str, kind: str) -> int:
        return int(self.value("SELECT count(*) FROM events_event WHERE correlation = %s AND kind = %s", control, kind))

    def side(self, control: str, side: str) -> str:
        column = {"intake": "intake_state", "criminal": "criminal_state", "immigration": "immigration_state"}[side]
        return str(self.value(f"SELECT {column} FROM intake_submission WHERE control_number = %s", control))

    def command(self, *words: str, expect: int = 0) -> dict[str, Any]:
        """One of our commands on the running system, which prints JSON."""
        return dict(json.loads(self.do(*words, expect=expect).splitlines()[-1]))

    def do(self, *words: str, expect: int = 0) -> str:
        """One of our commands on the running system; what it printed."""
        line = [sys.executable, "-m", "secure_communities", *words]
        done = subprocess.run(line, env=self.services.environment(), capture_output=True, text=True, check=False)
        assert done.returncode == expect, done.stderr[-2000:]
        return done.stdout

    def forge(self, table: str, statement: str, *values: Any) -> None:
        """Change a row behind the application, as only the owner of the tables could."""
        assert self.services.database
        with psycopg.connect(self.services.database.owner_url) as connection:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            connection.execute(statement, values)
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    @contextmanager
    def holding(self, lock: str) -> Iterator[None]:
        """Hold an advisory lock, so that the work which needs it stops in its middle."""
        assert self.services.database
        with psycopg.connect(self.services.database.owner_url, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [lock])
            yield

    def kill(self, role: str) -> int:
        """kill -9; return the number that the process had."""
        pid = self.services.children[role].pid
        assert pid
        os.kill(pid, 9)
        return int(pid)


def renumbered(file: Transaction, **fields: Any) -> Transaction:
    """The file under a control number that was never used, some fields of its Type-2 changed (`f018` is 2.018)."""
    file = with_field(file, 0, "1.009", a_tcn())
    for name, value in fields.items():
        file = with_field(file, 1, f"2.{name.removeprefix('f')}", value)
    return file


def a_tcn() -> str:
    return f"SYNZZTX00101-JOURNEY-{next(_numbers):06d}"
