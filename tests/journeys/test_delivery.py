# SPDX-License-Identifier: Apache-2.0
"""A response on its way to a jail's webhook while the worker that sends it is killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from secure_communities.platform import clock
from secure_communities.platform.delivery.receiving import Inbox, Taken
from secure_communities.platform.delivery.signing import About
from tests.journeys.system import RunningSystem, eventually
from tests.platform.delivery import receivers

pytestmark = pytest.mark.slow

ATTEMPTS = """SELECT a.code FROM delivery_attempt a JOIN delivery_delivery d ON d.id = a.delivery_id
              WHERE d.stream = %s AND d.channel = 'WEBHOOK' ORDER BY a.number"""


def test_a_worker_killed_while_it_delivers_sends_again_and_the_jail_keeps_one(
    system: RunningSystem, tmp_path: Path
) -> None:
    ori = "ZZTX00101"
    with receivers.web_receiver() as web:
        keys = system.change("tests.journeys.takes_by", ori, "WEBHOOK", web.address)
        try:
            web.script = [receivers.hang]
            control = system.jail.submit(system.booking("known"))
            eventually(lambda: web.requests, "the first attempt")
            system.kill("delivery")
            eventually(
                lambda: system.rows(ATTEMPTS, control)[-1:] == [("ok",)], "the delivery after the worker's death"
            )
        finally:
            system.change("tests.journeys.takes_by", ori, "API")
        assert [code for (code,) in system.rows(ATTEMPTS, control)] == ["interrupted", "ok"]
        secrets = {name: bytes.fromhex(secret) for name, secret in keys.items()}
        numbers = {number for number, _ in web.verified(secrets, at=clock.now())}
        assert numbers == {f"SYN-{control.removeprefix('SC-')}-F1"}
        inbox = Inbox(tmp_path)
        taken = [inbox.take(About.decode(one.headers["SC-Message"]), one.body) for one in web.requests]
        assert taken == [Taken.NEW, Taken.REPEATED]
        assert system.count_events(control, "response:delivered") == 1
