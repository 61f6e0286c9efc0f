# SPDX-License-Identifier: Apache-2.0
"""Refuse a body that is too large while it comes in, before it fills a disk: Django reads all of it before any view.

In: the ASGI application and the largest body in bytes. Out: the application, guarded; 413 in the API's own shape.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]  # servers and Django name these types differently

LARGEST = 64 * 1024 * 1024
PROBLEM = {"code": "E0003", "detail": "the file is larger than 64 MB", "what_to_do": "Send at most 64 MB."}


class TooLarge(Exception):
    """More came than was announced or is taken."""


class LimitedBodies:
    """ASGI middleware: a body announced as too large is refused unread, one that grows too large is cut off."""

    def __init__(self, application: Application, *, largest: int = LARGEST) -> None:
        self.application, self.largest = application, largest

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        if announced_length(scope) > self.largest:
            await _refuse(send)
            return
        taken, started = 0, False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.largest:
                raise TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.application(scope, counted, noted)
        except TooLarge:
            if not started:
                await _refuse(send)


def announced_length(scope: MutableMapping[str, Any]) -> int:
    """The Content-Length, 0 when there is none (a chunked body) or it is no number."""
    values = [value for name, value in scope.get("headers", ()) if name.lower() == b"content-length"]
    return int(values[0]) if values and values[0].isdigit() else 0


async def _refuse(send: Send) -> None:
    body = json.dumps(PROBLEM).encode()
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
