# SPDX-License-Identifier: Apache-2.0
"""The whole system under its supervisor: real database, web server and workers."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import httpx
import psycopg
import pytest

from secure_communities.cli.supervisor import ROLES, Services
from tests.cli.test_supervisor import alive, eventually

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_the_system_starts_answers_survives_kills_and_ends(fresh_var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)
    with Services(fresh_var, port=free_port()) as services:
        assert httpx.get(services.address, follow_redirects=True, timeout=30).status_code == 200
        assert services.database is not None and services.database.server is not None
        postmaster = services.database.server.pid()
        first = {role: child.pid for role, child in services.children.items()}
        assert set(first) == set(ROLES) and postmaster

        for pid in (first["web"], first["immigration"], postmaster):
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: services.endpoint.answers(), seconds=60)
        assert eventually(lambda: services.children["immigration"].pid not in (None, first["immigration"]), seconds=60)
        assert services.children["watch"].pid is not None

        with (
            psycopg.connect(services.database.app_url) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("TRUNCATE accounts_user CASCADE")
        last = [child.pid for child in services.children.values()] + [services.database.server.pid()]
    assert all(pid is None or not alive(pid) for pid in last)
