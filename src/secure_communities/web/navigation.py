# SPDX-License-Identifier: Apache-2.0
"""The main navigation: one literal table; an entry shows once its page is installed.

Input: the request. Output: entries as the header component expects them.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

# title, URL name, needs a signed-in user
ENTRIES: tuple[tuple[str, str, bool], ...] = (
    ("My work", "web:my-work", True),
    ("Submissions", "web:submissions", True),
    ("Examination", "web:examination", True),
    ("Research", "web:research", True),
    ("Help", "web:help", False),
)


def navigation(request: HttpRequest | None) -> list[dict[str, Any]]:
    """Entries this reader can follow, the one that holds the current page marked."""
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and user.is_authenticated)
    path = request.path if request is not None else ""
    entries = []
    for title, name, needs_user in ENTRIES:
        href = address(name)
        if href and (signed_in or not needs_user):
            entries.append({"title": title, "href": href, "current": path.startswith(href), "count": None})
    return entries


def address(name: str) -> str:
    """The path of a named page, or nothing when it is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
