# SPDX-License-Identifier: Apache-2.0
"""Kinds of event of referrals."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Lane, Tone, register

register(
    Kind("referral:made", "Referred to the field office of the area", Lane.IMMIGRATION),
    Kind("referral:no-office", "No field office serves the area: nothing referred", Lane.IMMIGRATION, Tone.ATTENTION),
)
