# SPDX-License-Identifier: Apache-2.0
"""Which addresses may be entered and reached: public https addresses and plain mailboxes. No Django.

An address in the register is checked when it is entered and its host again at every attempt, after it was resolved:
a name that points into our own network later is refused then, and the connection goes to the address that was checked.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST = re.compile(rf"(?:{LABEL}\.)*{LABEL}", re.ASCII)
MAILBOX = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._+-]{{0,63}}@(?:{LABEL}\.)+[A-Za-z]{{2,24}}", re.ASCII)
LONGEST = 200


class BadTarget(Exception):
    """An address that may not be used. The text says why, for the person who entered it."""


@dataclass(frozen=True, slots=True)
class WebTarget:
    """A webhook's address in its parts. `path` includes the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as the Host header writes them."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.scheme == "https" else 80) else f"{name}:{self.port}"


def web_target(address: str, *, allow_private: bool) -> WebTarget:
    """Take a webhook's address apart. `allow_private`: plain http and addresses of our own network pass."""
    if len(address) > LONGEST or not re.fullmatch(r"[!-~]+", address):
        raise BadTarget(f"A webhook's address is one line of at most {LONGEST} plain characters.")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise BadTarget("That is no web address.") from None
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise BadTarget("A webhook's address begins with https:// – what it carries concerns a person.")
    if parts.username is not None or parts.password is not None:
        raise BadTarget("A webhook's address carries no user name and no password: our signature proves who we are.")
    if parts.fragment:
        raise BadTarget("A webhook's address has no part after #.")
    host = (parts.hostname or "").rstrip(".")
    if not _is_address(host) and not HOST.fullmatch(host):
        raise BadTarget("A webhook's address names the host in plain letters, digits and hyphens.")
    if port == 0:
        raise BadTarget("A webhook's address has no port 0.")
    if not allow_private:
        if _is_address(host):
            refuse_private([host])
        elif "." not in host or host.endswith((".localhost", ".local", ".internal")):
            raise BadTarget("A webhook's address is reachable from outside: this host is one of a private network.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return WebTarget(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path)


def refuse_private(addresses: Iterable[str]) -> None:
    """Raise BadTarget unless every resolved address is a public one. None at all is refused too."""
    found = list(addresses)
    for text in found:
        address = ipaddress.ip_address(text.partition("%")[0])
        embedded = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
        for one in filter(None, (address, embedded)):
            local = getattr(one, "is_site_local", False)  # fec0::/10, withdrawn and still routed inside some networks
            if not one.is_global or one.is_multicast or one.is_reserved or local:
                raise BadTarget("The host is an address of a private or special network, which is never reached.")
    if not found:
        raise BadTarget("The host has no address.")


def mailbox(address: str) -> str:
    """A mailbox that can stand in an envelope and a header without any quoting. Raises BadTarget."""
    if len(address) > LONGEST or not MAILBOX.fullmatch(address) or ".." in address:
        raise BadTarget("A mailbox reads name@host.domain: plain letters, digits, dots, hyphens, + and _.")
    return address


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
