# SPDX-License-Identifier: Apache-2.0
"""One running system for all journeys: a fresh database, the web server, the three workers, a small nation."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from secure_communities.cli.supervisor import Services
from tests.browser.server import free_port
from tests.journeys.system import RunningSystem


@pytest.fixture(scope="session")
def system() -> Iterator[RunningSystem]:
    with tempfile.TemporaryDirectory(prefix="sc-") as folder:
        Path(folder).chmod(0o711)
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("DATABASE_URL", raising=False)
            roles = ("web", "criminal", "immigration", "evidence", "delivery", "notices", "priority")
            environment = {"NO_MATCH_NOTICE_MINUTES": "0", "DELIVERY_ALLOW_PRIVATE": "1"}
            with Services(Path(folder) / "var", port=free_port(), roles=roles, environment=environment) as services:
                system = RunningSystem(services, Path(folder))
                yield system
                system.close()
