# SPDX-License-Identifier: Apache-2.0
"""The real web server as a child process: collected, hashed static files, uvicorn, strict headers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

SOURCE = Path(__file__).resolve().parents[2] / "src"
PATIENCE = 60  # seconds until a server that does not answer is given up


@contextmanager
def running_site(var: Path, *, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Collect the static files under `var`, serve on a free port of localhost, and end with the block.

    `environment` adds to the child's, such as DATABASE_URL for pages that read records. Raises RuntimeError with the
    end of the server's log when it does not come up.
    """
    child = {**os.environ, "SECURE_COMMUNITIES_VAR": str(var), "LOG_LEVEL": "WARNING", **(environment or {})}
    child["PYTHONPATH"] = os.pathsep.join([str(SOURCE), child.get("PYTHONPATH", "")])
    python = [sys.executable, "-m"]
    subprocess.run([*python, "django", "collectstatic", "--no-input", "-v0"], env=child, check=True)
    port = free_port()
    log = var / "server.log"
    application = ["--factory", "django.core.asgi:get_asgi_application", "--lifespan", "off"]
    with log.open("wb") as output:
        command = [*python, "uvicorn", *application, "--host", "127.0.0.1", "--port", str(port)]
        server = subprocess.Popen(command, env=child, stdout=output, stderr=output)
        try:
            url = f"http://localhost:{port}"
            wait_for(url, server, log)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            httpx.get(f"{url}/help/", timeout=5)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"The web server did not answer at {url}:\n{log.read_text()[-3000:]}")
