# SPDX-License-Identifier: Apache-2.0
"""The receiving side as a program: signed messages once, everything else refused."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from secure_communities.cli.receive import Receiver
from secure_communities.platform.delivery.channels import webhook
from secure_communities.platform.delivery.parcels import Parcel
from secure_communities.platform.delivery.receiving import Inbox

KEY = {"whk_aaaaaaaa": b"a" * 32}


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    said: list[str] = []
    server = Receiver(("127.0.0.1", 0), inbox=Inbox(tmp_path), keys=KEY, say=said.append)
    server.said = said  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def send(receiver: Receiver, content: bytes = b"answer", *, kind: str = "first", keys=KEY) -> int | None:
    parcel = Parcel(f"SYN-{kind}", kind, 1, "ZZTX00101", "SUB 1", "application/vnd.ebts", "ebts", content)
    now = datetime.fromtimestamp(time.time(), UTC)
    address = f"http://127.0.0.1:{receiver.server_port}/"
    return webhook.send(parcel, address=address, keys=keys, at=now, allow_private=True).status


def test_it_keeps_every_response_once_and_answers_duplicates_kindly(receiver: Receiver, tmp_path: Path) -> None:
    assert [send(receiver) for _ in range(3)] == [200, 200, 200]
    assert send(receiver, b"second", kind="second") == 200
    assert Inbox(tmp_path).answers_to("SUB 1") == {("first", 1): b"answer", ("second", 1): b"second"}


def test_it_refuses_what_no_key_of_its_own_signed_and_keeps_nothing(receiver: Receiver, tmp_path: Path) -> None:
    assert send(receiver, keys={"whk_aaaaaaaa": b"b" * 32}) == 401
    assert httpx.post(f"http://127.0.0.1:{receiver.server_port}/", content=b"x", trust_env=False).status_code == 401
    assert not list(tmp_path.iterdir())


def test_a_test_message_is_answered_and_not_kept(receiver: Receiver, tmp_path: Path) -> None:
    assert send(receiver, b"", kind="ping") == 200
    assert not list(tmp_path.iterdir())
