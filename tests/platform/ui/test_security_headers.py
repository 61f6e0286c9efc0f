# SPDX-License-Identifier: Apache-2.0
"""Every response carries the strict headers, whoever made it."""

from __future__ import annotations

import asyncio

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client

from secure_communities.platform.ui.security_headers import HEADERS, SecurityHeadersMiddleware


def policy(response: HttpResponse) -> dict[str, str]:
    return dict(rule.split(" ", 1) for rule in response["Content-Security-Policy"].split("; "))


@pytest.mark.parametrize("address", ["/sign-in/", "/help/", "/styleguide/", "/no-such-page/", "/fail/", "/"])
def test_every_answer_carries_every_header(pages: Client, address: str) -> None:
    response = pages.get(address)
    assert {name for name in HEADERS if name not in response} == set()


def test_nothing_inline_and_nothing_foreign_is_allowed(pages: Client) -> None:
    rules = policy(pages.get("/help/"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert "unsafe" not in str(rules)
    assert "http" not in str(rules)


def test_pages_are_not_framed_and_not_kept_in_caches(pages: Client) -> None:
    response = pages.get("/help/")
    assert policy(response)["frame-ancestors"] == "'none'"
    assert response["X-Frame-Options"] == "DENY"
    assert "no-store" in response["Cache-Control"]


def test_an_answer_that_brings_its_own_header_keeps_it() -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": "max-age=60"})

    assert SecurityHeadersMiddleware(answer)(HttpRequest())["Cache-Control"] == "max-age=60"


def test_asynchronous_answers_are_treated_alike() -> None:
    async def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    response = asyncio.run(SecurityHeadersMiddleware(answer)(HttpRequest()))
    assert policy(response)["script-src"] == "'self'"
