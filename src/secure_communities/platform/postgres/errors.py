# SPDX-License-Identifier: Apache-2.0
"""The one error of the launcher: a sentence that says what is wrong and what to do about it."""

from __future__ import annotations


class DatabaseUnavailable(Exception):
    """No database can be had on this machine as it is."""
