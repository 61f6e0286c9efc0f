# SPDX-License-Identifier: Apache-2.0
"""The main navigation: one literal table; an entry shows once its page is installed.

Input: the request. Output: entries as the header component expects them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from secure_communities.platform.access.doors import WORK
from secure_communities.platform.access.policy import POLICY, Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.delivery import selectors as deliveries
from secure_communities.web.views.frame import roles_of

# Pages of a queue show to those whose roles hold one of these permissions.
NEEDS: Mapping[str, tuple[Permission, ...]] = {
    "web:worklists": WORK,
    "web:submissions": (Permission.SUBMISSION_VIEW,),
    "web:examination": (Permission.EXAMINATION_DECIDE, Permission.CRIMINAL_CANDIDATE_DECIDE),
    "web:examination-statistics": (Permission.EXAMINATION_STATISTICS,),
    # supervisors come there from their account: their navigation is full
    "web:access": (Permission.USER_MANAGE, Permission.PARTICIPATION_KEEP, Permission.READS_VIEW),
    "web:portal": (Permission.PORTAL_VIEW,),
    "web:deliveries": (Permission.DELIVERY_VIEW,),
    "web:citizenship-list": (Permission.CITIZENSHIP_CONCLUDE,),
    "web:referrals": (Permission.REFERRAL_VIEW,),
    "web:research": (Permission.RESEARCH_DRAFT, Permission.DETERMINATION_SIGN),
    "web:programme": (Permission.PROGRAMME_VIEW,),
    "web:people": (Permission.PERSON_VIEW,),
    "web:priority-queue": (Permission.FIELD_WORK_TAKE,),
    "web:priority-review": (Permission.ASSESSMENT_AGAIN, Permission.OVERRIDE_DECIDE),
    # officers come there from an assessment, supervisors too: their navigation is full
    "web:rule-sets": (Permission.RULES_LOAD, Permission.RULES_ACTIVATE),
    "web:planner": (Permission.ROLLOUT_VIEW,),
    "web:coverage": (Permission.ROLLOUT_VIEW,),
    "web:ranking": (Permission.ROLLOUT_VIEW,),
    "web:population": (Permission.ROLLOUT_VIEW,),
    "web:transparency": (Permission.PROGRAMME_VIEW,),
    "web:map": (Permission.ROLLOUT_VIEW,),
    "web:person-links": (Permission.PERSON_LINK, Permission.PERSON_LINK_APPROVE),
}
# title, URL name, needs a signed-in user
ENTRIES: tuple[tuple[str, str, bool], ...] = (
    ("My work", "web:my-work", True),
    ("Worklists", "web:worklists", True),
    ("Bookings", "web:portal", True),
    ("Submissions", "web:submissions", True),
    ("Examination", "web:examination", True),
    ("Research", "web:research", True),
    ("Statistics", "web:examination-statistics", True),
    ("Queue", "web:priority-queue", True),
    ("Priorities", "web:priority-review", True),
    ("Figures", "web:programme", True),
    ("Population", "web:population", True),
    ("Coverage", "web:coverage", True),
    ("Map", "web:map", True),
    ("Ranking", "web:ranking", True),
    ("Planner", "web:planner", True),
    ("Rules", "web:rule-sets", True),
    ("Transparency", "web:transparency", True),
    ("People", "web:people", True),
    ("Links", "web:person-links", True),
    ("Access", "web:access", True),
    ("Deliveries", "web:deliveries", True),
    ("Citizenship", "web:citizenship-list", True),
    ("Referrals", "web:referrals", True),
    ("Help", "web:help", False),
)
# Entries that stand under one title, if a reader has several of them.
PROGRAMME = "Programme"
SECTION: Mapping[str, str] = dict.fromkeys(
    ("Figures", "Population", "Coverage", "Map", "Ranking", "Planner", "Rules", "Transparency"), PROGRAMME
)
# Further pages that lie under an entry.
ALSO: Mapping[str, str] = {"Coverage": "/jurisdictions/"}
# What waits behind an entry, shown where it is more than nothing.
COUNTS: Mapping[str, Callable[[], int]] = {"web:deliveries": deliveries.dead_letter_count}


def navigation(request: HttpRequest | None) -> list[dict[str, Any]]:
    """Entries this reader can follow, the one that holds the current page marked; those of a section as its `parts`."""
    return _in_sections(_entries(request))


def _in_sections(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    shown: dict[str, dict[str, Any]] = {}
    for one in entries:
        parts = [each for each in entries if SECTION.get(each["title"]) == SECTION.get(one["title"], "")]
        if len(parts) < 2:
            shown[one["title"]] = one
        else:  # the title leads to the first part
            current = any(each["current"] for each in parts)
            title = SECTION[one["title"]]
            shown.setdefault(title, {**parts[0], "title": title, "current": current, "parts": parts})
    return list(shown.values())


def _entries(request: HttpRequest | None) -> list[dict[str, Any]]:
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and user.is_authenticated)
    path = request.path if request is not None else ""
    roles = roles_of(request) if request is not None and signed_in and hasattr(user, "roles") else None
    entries: list[dict[str, Any]] = []
    for title, name, needs_user in ENTRIES:
        href = address(name)
        if href and (signed_in or not needs_user) and _serves(name, roles):
            count = COUNTS[name]() if roles is not None and name in COUNTS else None
            entries.append({"title": title, "href": href, "current": False, "count": count or None})
    holding = [one for one in entries if path.startswith((one["href"], ALSO.get(one["title"], one["href"])))]
    if holding:  # of two entries that hold the page, the one that lies deeper
        max(holding, key=lambda one: len(one["href"]))["current"] = True
    return entries


def _serves(name: str, roles: frozenset[Role] | None) -> bool:
    """Whether a page is of use to somebody with these roles; a page without needs is of use to everybody."""
    if roles is None or name not in NEEDS:
        return True
    supervises = name == "web:research" and Role.SUPPORT_SUPERVISOR in roles
    return supervises or any(roles & POLICY[permission].roles.keys() for permission in NEEDS[name])


def address(name: str, *arguments: int) -> str:
    """The path of a named page, or nothing when it is not installed."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
