# SPDX-License-Identifier: Apache-2.0
"""What all tests share: a PostgreSQL of their own, started only when a test asks for the database."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from psycopg import sql

from secure_communities.platform.postgres import ensure_running

# Of several processes at once (`-n 2`) each has a server of its own: who ends first stops no other's.
VAR = Path(__file__).resolve().parents[1] / "var" / f"test{os.environ.get('PYTEST_XDIST_WORKER', '')}"
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
PREFIX = "test_secure_communities_"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright keeps an event loop in this thread, in which nothing else could run its own."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Point Django at the test server, and give this run a database of its own, so that two runs do not collide."""
    from django.db import connections

    from secure_communities.settings import database as parsed

    with ensure_running(VAR) as database:
        drop_leftovers(database.owner_url)
        settings = connections["default"].settings_dict
        settings.update(parsed(database.owner_url))
        settings["TEST"]["NAME"] = f"{PREFIX}{os.getpid()}"
        yield


def drop_leftovers(owner_url: str) -> None:
    """Remove the databases of test runs that were killed."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]):
            if not Path("/proc", name.removeprefix(PREFIX)).exists():
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_append_only_triggers() -> Iterator[None]:
    """Let the tests that commit empty their tables: no TRUNCATE passes the triggers, so these rest meanwhile."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", _flush)
        yield


def _flush(operations: Any, statements: list[str]) -> None:
    from django.db import transaction

    guarded = """
        SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
        WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE 'procrastinate%%'
    """
    with transaction.atomic(using=operations.connection.alias), operations.connection.cursor() as cursor:
        cursor.execute(guarded, [])
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture(scope="session", autouse=True)
def signing_in_at_once_means_with_both_factors() -> Iterator[None]:
    """`Client.force_login` stands for a whole sign-in, second factor included; tests of signing in use the pages."""
    from django.test import Client

    entered = Client.force_login

    def force_login(client: Client, user: Any, backend: str | None = None) -> None:
        entered(client, user, backend)
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 0}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "force_login", force_login)
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for the whole run. A machine without it fails here and says what to install."""
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing: apt-get install chromium (or set CHROMIUM to its path)")
    from django.db import DEFAULT_DB_ALIAS, connections
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; a test's own queries are synchronous all the same, and go through
    # the connection that stood before: the loop's context would open a second one, which nobody closes.
    mine = connections[DEFAULT_DB_ALIAS]
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        connections[DEFAULT_DB_ALIAS] = mine
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def fresh_var() -> Iterator[Path]:
    """An empty var folder that the database's account can enter (pytest's own folders are closed), removed after."""
    with tempfile.TemporaryDirectory(prefix="sc-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "var"


hypothesis.settings.register_profile("no clock", deadline=None)  # machines are slow at times, laws are not
hypothesis.settings.load_profile("no clock")
