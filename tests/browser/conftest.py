# SPDX-License-Identifier: Apache-2.0
"""Debian's Chromium, one browser context for each person, and the real web server.

Tests that touch records start their own server by `running_site(var, environment={"DATABASE_URL": …})`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from django.test import Client
from playwright.sync_api import Browser, Page, Route

from secure_communities.platform import clock
from secure_communities.platform.accounts.models import User
from tests.browser.looking import SITE
from tests.browser.server import running_site
from tests.identify.builders import AT


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page as a new person: `open_page(url, width=1280, javascript=True)`.

    At the end of the test, errors of scripts and breaches of the content policy fail it.
    """
    contexts = []
    complaints: list[str] = []

    def opened(url: str, *, width: int = 1280, height: int = 900, javascript: bool = True, motion: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            reduced_motion="no-preference" if motion else "reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real server; it has no database, so it serves the pages that read no record."""
    from django.conf import settings

    environment = {
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    }
    with running_site(tmp_path_factory.mktemp("site"), environment=environment) as url:
        yield url


@pytest.fixture
def visit(browser: Browser, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`visit(user, width=…)`: a page whose requests the test client answers, inside the test's transaction."""
    settings.VAR = tmp_path
    monkeypatch.setattr(clock, "now", lambda: AT)
    contexts, mine = [], connections[DEFAULT_DB_ALIAS]
    files: dict[str, Any] = {}

    def opened(user: User | None, *, width: int = 1280, javascript: bool = True, client: Client | None = None) -> Page:
        client = client or Client()
        if user is not None:
            client.force_login(user)

        def answer(route: Route) -> None:
            connections[DEFAULT_DB_ALIAS] = mine  # Playwright calls back in a context of its own
            asked = route.request
            path = asked.url.removeprefix(SITE)
            kind = asked.headers.get("content-type", "application/octet-stream")
            if path in files:
                route.fulfill(**files[path])
                return
            response = client.generic(asked.method, path, asked.post_data_buffer or b"", content_type=kind)
            if response.status_code == 302:
                response = client.get(response.headers["Location"])
            body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
            headers = {name.lower(): value for name, value in response.headers.items() if name != "Set-Cookie"}
            answered = {"status": response.status_code, "headers": headers, "body": body}
            if path.startswith("/static/"):
                files[path] = answered
            route.fulfill(**answered)

        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=javascript)
        contexts.append(context)
        page = context.new_page()
        page.route("**/*", answer)
        return page

    yield opened
    for context in contexts:
        context.close()
