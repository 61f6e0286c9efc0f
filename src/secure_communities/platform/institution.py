# SPDX-License-Identifier: Apache-2.0
"""What the institution is called on the wire, and the times it sets itself. Reserved addresses, no settings."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

CRIMINAL_REGISTER: Final = "ZZFBI0001"
IMMIGRATION_REGISTER: Final = "ZZIDENT01"
SUPPORT_CENTRE: Final = "ZZLESC001"

DETERMINATION_TARGET: Final = timedelta(hours=4)  # "within a few hours" (fact sheet); 4 h was the project's target
EXAMINATION_TARGET: Final = timedelta(hours=1)  # ours, on either side
