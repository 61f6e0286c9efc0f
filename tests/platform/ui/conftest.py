# SPDX-License-Identifier: Apache-2.0
"""Pages and components without a database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client

from secure_communities.platform.access.doors import PAGES, PUBLIC


@pytest.fixture
def pages(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A client of the screens that belong to no subject; a failing page answers 500 as it does in production."""
    settings.ROOT_URLCONF = "tests.platform.ui.page_urls"
    monkeypatch.setitem(PAGES, "tests.platform.ui.page_urls.fail", PUBLIC)
    return Client(raise_request_exception=False)


@pytest.fixture
def render() -> Callable[..., str]:
    """Render a line of template with the component tags loaded."""

    def rendered(source: str, **context: Any) -> str:
        return Template("{% load ui %}" + source).render(Context(context))

    return rendered
