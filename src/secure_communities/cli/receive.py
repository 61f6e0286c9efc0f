# SPDX-License-Identifier: Apache-2.0
"""`./run receive`: the other side of a webhook, as a small program: checks the signature, keeps every response once.

In: a folder, a signing key. Out: files under the folder. For trying things out, and to show how it is done.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import click

from secure_communities.platform.delivery import signing
from secure_communities.platform.delivery.receiving import PING, Inbox, Taken

LARGEST = 16 * 1024 * 1024
SECONDS = 30


class Receiver(ThreadingHTTPServer):
    """A web server that takes signed responses into an inbox."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], *, inbox: Inbox, keys: dict[str, bytes], say: Any) -> None:
        super().__init__(address, _Handler)
        self.inbox, self.keys, self.say = inbox, keys, say


class _Handler(BaseHTTPRequestHandler):
    server: Receiver
    timeout = SECONDS

    def do_POST(self) -> None:
        """Take one message: 200 with what became of it, 400 or 401 when it is not one of ours."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or int(length) > LARGEST:
            self.close_connection = True
            return self._answer(413, "too-large")
        body = self.rfile.read(int(length))
        try:
            number, about = signing.verify(
                dict(self.headers.items()), body, keys=self.server.keys, at=datetime.fromtimestamp(time.time(), UTC)
            )
        except signing.BadSignature as bad:
            self.server.say(f"refused: {bad}")
            return self._answer(401, "bad-signature")
        if about.kind == PING:
            self.server.say("a test message arrived")
            return self._answer(200, PING)
        try:
            taken = self.server.inbox.take(about, body)
        except ValueError:
            return self._answer(400, "not-a-message")
        self.server.say(f"{number}: {about.kind} version {about.version}, {taken}")
        # A conflict is kept for people, and taken: sending it again would not mend it.
        return self._answer(200, taken if taken is not Taken.CONFLICT else "kept-beside")

    def _answer(self, status: int, word: str) -> None:
        body = json.dumps({"taken": word}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any, **__: Any) -> None:
        """Quiet: what matters is said once."""


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path("received"), show_default=True,
              help="Where responses are kept.")  # fmt: skip
@click.option("--key", "pairs", multiple=True, required=True, metavar="ID=SECRET",
              help="A signing key as it was shown: whk_…=hexadecimal. May be given twice during a change.")  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=9000, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
def receive(folder: Path, pairs: tuple[str, ...], host: str, port: int) -> None:
    """Receive responses by webhook, as an agency's system would: each kept once, whatever comes twice or late."""
    keys: dict[str, bytes] = {}
    for pair in pairs:
        key_id, _, secret = pair.partition("=")
        try:
            keys[key_id] = bytes.fromhex(secret)
        except ValueError:
            raise click.BadParameter("a key reads whk_…=hexadecimal digits", param_hint="--key") from None
    receiver = Receiver((host, port), inbox=Inbox(folder), keys=keys, say=click.echo)
    click.echo(f"Listening at http://{host}:{receiver.server_port}/; responses go to {folder}. Ctrl-C ends it.")
    try:
        receiver.serve_forever()
    except KeyboardInterrupt:
        click.echo("Ended.")
    finally:
        receiver.server_close()
