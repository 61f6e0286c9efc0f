# SPDX-License-Identifier: Apache-2.0
"""The ways in which a source can be down. Django-free."""

from __future__ import annotations

from enum import StrEnum


class FaultKind(StrEnum):
    """What the source does instead of answering."""

    OUTAGE = "OUTAGE"
    HANGS = "HANGS"
    REFUSES = "REFUSES"
    GARBLES = "GARBLES"
