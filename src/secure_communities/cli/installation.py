# SPDX-License-Identifier: Apache-2.0
"""Where this installation lives, and how a command gets to its database.

In: the environment (`SECURE_COMMUNITIES_VAR`, `DATABASE_URL`). Out: folders, exit codes, a started Django.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[3]


class Exit(IntEnum):
    """What the number a command ends with means."""

    OK = 0
    FAILED = 1
    UNREADABLE = 2  # also what click uses for a wrong command line
    MISSING = 3
    RUNNING = 4


class Missing(click.ClickException):
    """Something that this machine lacks, with the one line that says how to get it."""

    exit_code = Exit.MISSING


def var_folder() -> Path:
    """The folder of everything that changes: database, galleries, logs, secrets."""
    return Path(os.environ.get("SECURE_COMMUNITIES_VAR") or ROOT / "var").resolve()


@contextmanager
def database(*, as_owner: bool = False) -> Iterator[None]:
    """Start the database if need be, and Django on top of it; let go of the database at the end.

    The application's role is used unless `as_owner`, which is for changes of the schema only. Inside a process
    where Django runs already, nothing is started.
    """
    import django
    from django.apps import apps

    from secure_communities.platform.postgres import DatabaseUnavailable, ensure_running

    if apps.ready:
        yield
        return
    try:
        running = ensure_running(var_folder())
    except DatabaseUnavailable as error:
        raise Missing(str(error)) from error
    with running:
        if running.server is None:
            require_answer(running.app_url)
        os.environ.update(running.environment())
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secure_communities.settings")
        if as_owner:
            os.environ["SECURE_COMMUNITIES_ROLE"] = "owner"
        django.setup()
        yield


def require_answer(address: str) -> None:
    """Say in one line that a database named by the operator does not answer."""
    import psycopg

    try:
        psycopg.connect(address, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        raise Missing(f"The database of DATABASE_URL does not answer: {error}") from error
