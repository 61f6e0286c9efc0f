# SPDX-License-Identifier: Apache-2.0
"""Passwords of the synthetic staff: derived from a random secret of this installation, so that none is in the code."""

from __future__ import annotations

import base64
import hashlib
import hmac

from django.conf import settings

from secure_communities.platform.secrets import read_or_create


def demo_password(username: str) -> str:
    """The password of a synthetic member of staff: 80 bits, the same as long as `var` is kept."""
    secret = bytes.fromhex(read_or_create(settings.VAR / "secrets" / "demo_staff"))
    digest = hmac.digest(secret, username.encode(), hashlib.sha256)
    text = base64.b32encode(digest[:10]).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))
