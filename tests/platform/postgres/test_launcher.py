# SPDX-License-Identifier: Apache-2.0
"""The launcher on real servers: roles, restarts, crashes, two users at once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from secure_communities.platform.postgres import Database, DatabaseUnavailable, ensure_running, launcher, server


@pytest.fixture(autouse=True)
def without_a_named_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)


@pytest.fixture(scope="module")
def shared_var() -> Iterator[Path]:
    """One data folder for the tests that leave it in order."""
    with tempfile.TemporaryDirectory(prefix="sc-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "var"


def postmaster(database: Database) -> int:
    assert database.server is not None
    pid = database.server.pid()
    assert pid is not None
    return pid


def rows(address: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(address) as connection:
        return connection.execute(query).fetchall()


def execute(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)


def test_the_first_start_makes_a_database_with_an_owner_and_a_role_that_owns_nothing(shared_var: Path) -> None:
    with ensure_running(shared_var) as database:
        execute(database.owner_url, "CREATE TABLE bookings (id bigint GENERATED ALWAYS AS IDENTITY, name text)")
        execute(database.app_url, "INSERT INTO bookings (name) VALUES ('SAMPLE')")
        assert rows(database.app_url, "SELECT current_user, name FROM bookings") == [("sc_app", "SAMPLE")]
        for forbidden in ("TRUNCATE bookings", "DROP TABLE bookings", "CREATE TABLE mine (id int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                execute(database.app_url, forbidden)
        execute(database.owner_url, "DROP TABLE bookings")


def test_a_database_made_for_tests_gives_the_application_the_same_rights(shared_var: Path) -> None:
    with ensure_running(shared_var) as database:
        execute(database.owner_url, "CREATE DATABASE another")
        owner, app = (
            url.replace("/secure_communities?", "/another?") for url in (database.owner_url, database.app_url)
        )
        execute(owner, "CREATE TABLE bookings (name text)")
        execute(app, "INSERT INTO bookings VALUES ('SAMPLE')")
        execute(database.owner_url, "DROP DATABASE another WITH (FORCE)")


def test_nobody_gets_in_without_the_password(shared_var: Path) -> None:
    with ensure_running(shared_var) as database:
        for role in ("postgres", "sc_owner", "sc_app"):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(database.app_url, user=role, password="guess", dbname="postgres")
        credentials = shared_var / "pg" / "credentials.json"
        assert credentials.stat().st_mode & 0o777 == 0o600
        assert database.app_url not in repr(database)


def test_data_survive_stop_and_start(shared_var: Path) -> None:
    with ensure_running(shared_var) as database:
        execute(database.owner_url, "CREATE TABLE kept AS SELECT 42 AS answer")
        first = postmaster(database)
    with ensure_running(shared_var) as database:
        assert postmaster(database) != first
        assert rows(database.app_url, "TABLE kept") == [(42,)]
        execute(database.owner_url, "DROP TABLE kept")


def test_a_killed_server_is_recovered_without_loss(shared_var: Path) -> None:
    with ensure_running(shared_var) as database:
        execute(database.owner_url, "CREATE TABLE kept AS SELECT 42 AS answer")
        os.kill(postmaster(database), signal.SIGKILL)
        with ensure_running(shared_var) as again:
            assert rows(again.app_url, "TABLE kept") == [(42,)]
            execute(again.owner_url, "DROP TABLE kept")


def test_a_running_user_brings_a_killed_server_back(shared_var: Path) -> None:
    with ensure_running(shared_var) as database:
        assert database.ensure() is False
        os.kill(postmaster(database), signal.SIGKILL)
        while database.server is not None and database.server.pid() is not None:
            pass  # until the kernel has reaped it
        assert database.ensure() is True
        assert rows(database.app_url, "SELECT 1") == [(1,)]


def test_a_left_over_process_number_of_something_else_does_not_count_as_a_server(shared_var: Path) -> None:
    with ensure_running(shared_var) as database:
        assert database.server is not None
        data = database.server.home.data
        text = (data / "postmaster.pid").read_text()
        os.kill(postmaster(database), signal.SIGKILL)
    first_line, rest = text.split("\n", 1)
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{rest}")
    with ensure_running(shared_var) as database:
        assert postmaster(database) not in (int(first_line), os.getpid())


STARTER = """
import sys, pathlib
from secure_communities.platform.postgres import ensure_running
database = ensure_running(pathlib.Path(sys.argv[1]))
print(database.server.pid(), flush=True)
sys.stdin.readline()
database.stop()
print(database.server.pid(), flush=True)
"""


def test_two_starters_share_one_server_and_the_last_one_out_stops_it(fresh_var: Path) -> None:
    command = [sys.executable, "-c", STARTER, str(fresh_var)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with (
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first,
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as second,
    ):
        assert first.stdin and first.stdout and second.stdin and second.stdout
        started = first.stdout.readline()
        assert int(started) == int(second.stdout.readline())
        first.stdin.write("\n")
        first.stdin.flush()
        assert first.stdout.readline() == started  # still up: the other one uses it
        second.kill()
        second.wait()
        with ensure_running(fresh_var) as database:  # a killed user holds nothing
            assert postmaster(database) == int(started)
        assert database.server is not None and database.server.pid() is None


def test_a_database_named_by_the_operator_is_used_and_nothing_is_started(
    fresh_var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db/sc")
    database = ensure_running(fresh_var)
    assert database.environment() == {
        "DATABASE_URL": "postgresql://app@db/sc",
        "DATABASE_OWNER_URL": "postgresql://app@db/sc",
    }
    database.stop()
    assert not fresh_var.exists()


def test_a_server_that_cannot_start_shows_the_end_of_its_log(shared_var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(server.SETTINGS, "shared_buffers", "plenty")
    monkeypatch.setattr(launcher, "PAUSES", (None,))
    with pytest.raises(DatabaseUnavailable, match='invalid value for parameter "shared_buffers": "plenty"'):
        ensure_running(shared_var)


def test_data_of_another_version_are_left_alone_and_the_version_is_named(shared_var: Path) -> None:
    ensure_running(shared_var).stop()
    version = shared_var / "pg" / "data" / "PG_VERSION"
    kept = version.read_text()
    version.write_text("9\n")
    with pytest.raises(DatabaseUnavailable, match="the data are of 9"):
        ensure_running(shared_var)
    version.write_text(kept)


def test_lost_passwords_are_an_error_and_not_a_new_database(fresh_var: Path) -> None:
    (fresh_var / "pg" / "data").mkdir(parents=True)
    with pytest.raises(DatabaseUnavailable, match=r"credentials\.json"):
        ensure_running(fresh_var)


@pytest.mark.postgresql
def test_the_postgresql_of_the_system_serves_as_well(fresh_var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECURE_COMMUNITIES_POSTGRES", "system")
    with ensure_running(fresh_var) as database:
        execute(database.owner_url, "CREATE EXTENSION btree_gist")
        execute(database.owner_url, "CREATE TABLE bookings (name text)")
        execute(database.app_url, "INSERT INTO bookings VALUES ('Ünïcode')")
        assert rows(database.app_url, "SELECT upper(name) FROM bookings") == [("ÜNÏCODE",)]
        assert (
            shutil.which("postgres")
            or "/usr/lib/postgresql" in Path(f"/proc/{postmaster(database)}/exe").readlink().as_posix()
        )
