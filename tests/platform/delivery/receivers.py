# SPDX-License-Identifier: Apache-2.0
"""The other side, for tests: a real web server and a real mail server, well or badly behaved as a script says."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from secure_communities.platform.delivery import signing

Behaviour = Callable[[BaseHTTPRequestHandler, bytes], None]


def answer(status: int = 204, body: bytes = b"", **headers: str) -> Behaviour:
    """Answer at once."""

    def behave(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def drop(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    """Read the request, then break the connection off without a word."""
    handler.close_connection = True
    handler.connection.close()


def hang(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    """Say nothing, until the server ends or the caller gives up."""
    handler.server.ended.wait(30)  # type: ignore[attr-defined]


def drip(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    """One byte of a header at a time: each is in time, the whole never ends."""
    while not handler.server.ended.is_set():  # type: ignore[attr-defined]
        try:
            handler.wfile.write(b"H")
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.05)


@dataclass
class Received:
    """One request as it arrived."""

    headers: dict[str, str]
    body: bytes
    path: str


@dataclass
class WebReceiver:
    """Where to post, what came, and how the next requests are met (then `otherwise`)."""

    address: str
    requests: list[Received] = field(default_factory=list)
    script: list[Behaviour] = field(default_factory=list)
    otherwise: Behaviour = field(default_factory=answer)

    def verified(self, keys: dict[str, bytes], *, at: datetime) -> list[tuple[str, signing.About]]:
        """What came, its signatures checked."""
        return [signing.verify(one.headers, one.body, keys=keys, at=at) for one in self.requests]


@contextmanager
def web_receiver() -> Iterator[WebReceiver]:
    """A web server on a port of its own for as long as the block lasts."""
    turn = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            with turn:
                receiver.requests.append(Received(dict(self.headers.items()), body, self.path))
                behave = receiver.script.pop(0) if receiver.script else receiver.otherwise
            behave(self, body)

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        ended = threading.Event()
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:  # callers that give up are part of the play
            pass

    server = Server(("127.0.0.1", 0), Handler)
    server.ended = threading.Event()
    receiver = WebReceiver(f"http://127.0.0.1:{server.server_port}/responses")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class MailReceiver:
    """A mail server that takes what it is told to take. `script`: reply to the next RCPT or DATA, by stage."""

    port: int = 0
    mails: list[Any] = field(default_factory=list)
    at_recipient: list[str] = field(default_factory=list)
    at_data: list[str] = field(default_factory=list)
    doubles: bool = False

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:
        reply = self.at_recipient.pop(0) if self.at_recipient else "250 OK"
        if reply == "hang":
            await asyncio.sleep(30)
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        reply = self.at_data.pop(0) if self.at_data else "250 Taken"
        if reply == "drop" or reply.startswith("250"):
            self.mails += [(envelope.mail_from, tuple(envelope.rcpt_tos), bytes(envelope.content))] * (1 + self.doubles)
        if reply == "drop":
            server.transport.abort()
            return "421 gone"
        return reply

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"


@contextmanager
def mail_receiver(**options: Any) -> Iterator[MailReceiver]:
    """A mail server on a port of its own for as long as the block lasts. `options` go to aiosmtpd."""
    receiver = MailReceiver()
    controller = Controller(receiver, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    receiver.port = controller.port
    try:
        yield receiver
    finally:
        controller.stop()


def free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
