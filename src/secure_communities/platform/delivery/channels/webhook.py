# SPDX-License-Identifier: Apache-2.0
"""A signed HTTPS request to the agency's address: resolved, checked, and sent to the very address that was checked.

No redirect is followed, no proxy is used, the answer is read up to a limit, and the whole attempt has one deadline.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from datetime import datetime

import httpx

from secure_communities.platform.delivery import rules, signing
from secure_communities.platform.delivery.parcels import Parcel
from secure_communities.platform.delivery.rules import Outcome, Result
from secure_communities.platform.delivery.targets import BadTarget, WebTarget, refuse_private, web_target

LARGEST_ANSWER = 16 * 1024  # bytes; an acknowledgement has no more to say
CONNECT_SECONDS = 5.0
AGENT = "secure-communities/1"


def send(
    parcel: Parcel,
    *,
    address: str,
    keys: Mapping[str, bytes],
    at: datetime,
    allow_private: bool = False,
    limit: float = rules.ATTEMPT_LIMIT.total_seconds(),
    trust: ssl.SSLContext | None = None,
) -> Result:
    """Post the parcel. `keys`: key id → secret, all in force. `limit`: seconds for the whole attempt."""
    if not keys:
        return Result(Outcome.REFUSED, "no_key")
    try:
        target = web_target(address, allow_private=allow_private)
    except BadTarget:
        return Result(Outcome.REFUSED, "address_refused")
    about = signing.About(parcel.kind, parcel.version, parcel.answers)
    headers = signing.headers(keys=keys, number=parcel.number, about=about, body=parcel.content, at=at)
    headers |= {"Content-Type": parcel.media_type, "User-Agent": AGENT, "Host": target.authority}
    return asyncio.run(_within(limit, target, headers, parcel.content, allow_private, trust))


async def _within(
    limit: float,
    target: WebTarget,
    headers: dict[str, str],
    body: bytes,
    allow_private: bool,
    trust: ssl.SSLContext | None,
) -> Result:
    try:
        async with asyncio.timeout(limit):
            return await _post(target, headers, body, allow_private, trust)
    except (TimeoutError, httpx.TimeoutException):
        return Result(Outcome.FAILED, "timeout")
    except BadTarget:
        return Result(Outcome.REFUSED, "address_refused")
    except socket.gaierror:
        return Result(Outcome.FAILED, "unresolved")
    except httpx.ConnectError as error:
        return Result(Outcome.FAILED, "untrusted" if _is_about_tls(error) else "unreachable")
    except (httpx.TransportError, OSError):
        return Result(Outcome.FAILED, "dropped")


async def _post(
    target: WebTarget, headers: dict[str, str], body: bytes, allow_private: bool, trust: ssl.SSLContext | None
) -> Result:
    found = await asyncio.get_running_loop().getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not allow_private:
        refuse_private(addresses)
    chosen = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    place = f"{target.scheme}://{chosen}:{target.port}{target.path}"
    # The certificate is checked against the host's name although the connection goes to its address.
    extensions = {"sni_hostname": target.host}
    timeout = httpx.Timeout(None, connect=CONNECT_SECONDS)  # the deadline around this counts the rest
    async with (
        httpx.AsyncClient(verify=trust or True, trust_env=False, timeout=timeout, follow_redirects=False) as client,
        client.stream("POST", place, content=body, headers=headers, extensions=extensions) as answer,
    ):
        read = 0
        async for chunk in answer.aiter_raw():
            read += len(chunk)
            if read > LARGEST_ANSWER:
                return Result(Outcome.FAILED, "answer_too_large", answer.status_code)
        return rules.of_http(answer.status_code)


def _is_about_tls(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
