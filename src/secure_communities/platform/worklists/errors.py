# SPDX-License-Identifier: Apache-2.0
"""Refusals of the worklists. Each carries a sentence for the person who asked."""

from __future__ import annotations


class WorkRefused(Exception):
    """The step cannot be taken with this item, and why."""


class ItemTaken(WorkRefused):
    """Somebody else is working on the item."""


class ItemClosed(WorkRefused):
    """The work was done already."""


class NotHeld(WorkRefused):
    """The item is not, or no longer, held by whoever acts."""
