# SPDX-License-Identifier: Apache-2.0
"""Passwords and authenticator keys of the synthetic staff, derived from a random secret of this installation.

None of them is in the code.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from django.conf import settings

from secure_communities.platform.secrets import read_or_create


def demo_password(username: str) -> str:
    """The password of a synthetic member of staff: 80 bits, the same as long as `var` is kept."""
    text = base64.b32encode(_derived(username)[:10]).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def demo_authenticator_key(username: str) -> str:
    """The key of a synthetic member of staff's authenticator app: 160 bits in base32, as long as `var` is kept."""
    return base64.b32encode(_derived(f"authenticator:{username}")[:20]).decode()


def _derived(text: str) -> bytes:
    secret = bytes.fromhex(read_or_create(settings.VAR / "secrets" / "demo_staff"))
    return hmac.digest(secret, text.encode(), hashlib.sha256)
