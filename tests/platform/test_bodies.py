# SPDX-License-Identifier: Apache-2.0
"""A body that is too large is refused while it comes in; every other request passes untouched."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from secure_communities.platform.bodies import LARGEST, LimitedBodies, announced_length

CHUNK = b"x" * 40


class Application:
    """Reads all of the body, as Django does, then answers with its length."""

    def __init__(self) -> None:
        self.called = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.called = True
        read, more = 0, scope["type"] == "http"
        while more:
            message = await receive()
            read += len(message["body"])
            more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(read).encode()})


def served(chunks: Iterable[bytes], *, length: bytes | None = None, kind: str = "http") -> tuple[Any, list[Any], int]:
    """The application, what was sent back, and how many chunks were asked for."""
    application, sent, waiting, asked = Application(), [], list(chunks), 0
    headers = [(b"Content-Length", length)] if length is not None else []

    async def receive() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def send(message: Any) -> None:
        sent.append(message)

    guarded = LimitedBodies(application, largest=100)
    async_to_sync(guarded)({"type": kind, "headers": headers}, receive, send)
    return application, sent, asked


def test_a_body_within_the_limit_passes_untouched() -> None:
    _, sent, _ = served([CHUNK, CHUNK], length=b"80")
    assert sent[0]["status"] == 200 and sent[1]["body"] == b"80"


def test_a_body_announced_as_too_large_is_refused_unread() -> None:
    application, sent, asked = served([CHUNK], length=b"101")
    assert sent[0]["status"] == 413 and asked == 0 and not application.called
    assert set(json.loads(sent[1]["body"])) == {"code", "detail", "what_to_do"}
    assert (b"connection", b"close") in sent[0]["headers"]


def test_a_body_without_a_length_is_cut_off_when_it_grows_too_large() -> None:
    _, sent, asked = served([CHUNK] * 50)
    assert [message.get("status") for message in sent] == [413, None] and asked == 3


def test_a_body_larger_than_it_was_announced_is_cut_off_too() -> None:
    _, sent, _ = served([CHUNK] * 50, length=b"10")
    assert sent[0]["status"] == 413


def test_other_connections_than_requests_pass() -> None:
    application, sent, _ = served([], kind="websocket")
    assert application.called and sent[0]["status"] == 200


@pytest.mark.parametrize("length", [b"", b"abc", b"-1", b"1e9", b"\xb2"])
def test_a_length_that_is_no_number_counts_as_none(length: bytes) -> None:
    assert announced_length({"headers": [(b"content-length", length)]}) == 0


def test_the_limit_is_that_of_a_transaction_file() -> None:
    assert LARGEST == 64 * 1024 * 1024
