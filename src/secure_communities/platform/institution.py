# SPDX-License-Identifier: Apache-2.0
"""What the institution is called on the wire. Reserved addresses, no settings."""

from __future__ import annotations

from typing import Final

CRIMINAL_REGISTER: Final = "ZZFBI0001"
IMMIGRATION_REGISTER: Final = "ZZIDENT01"
SUPPORT_CENTRE: Final = "ZZLESC001"
