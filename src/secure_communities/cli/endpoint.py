# SPDX-License-Identifier: Apache-2.0
"""A host and a port: is it free, does something answer there, how does a person write it."""

from __future__ import annotations

import http.client
import socket
from dataclasses import dataclass

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # asked for by the operator, reached through loopback


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the web server listens."""

    host: str
    port: int

    @property
    def address(self) -> str:
        """What a person types into a browser."""
        local = self.host in EVERYWHERE or self.host == "127.0.0.1"
        return f"http://{'localhost' if local else self.host}:{self.port}"

    def trouble(self) -> str | None:
        """Why nothing can listen here; None if something can."""
        with socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                return f"{self.host}:{self.port} cannot be used: {error.strerror}. Choose another with --port."
        return None

    def answers(self) -> bool:
        """Whether a web server is there and not in trouble."""
        connection = http.client.HTTPConnection(EVERYWHERE.get(self.host, self.host), self.port, timeout=5)
        try:
            connection.request("GET", "/", headers={"Host": f"localhost:{self.port}"})
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
