# SPDX-License-Identifier: Apache-2.0
"""Worklists of people: changes that wait for a supervisor, records to look at, prints that a rule contradicts."""

from __future__ import annotations

from typing import Any

from secure_communities.identify.intake.models import Submission
from secure_communities.identify.people.models import Change, Review
from secure_communities.identify.people.prints import CONFLICTS
from secure_communities.identify.people.reviews import REVIEWS
from secure_communities.identify.people.services import CHANGES
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.worklists.registry import Worklist, register
from secure_communities.policy.clocks import ClockName


def change_of(item: Any) -> Change:
    """The proposed change a work item is about."""
    return Change.objects.get(pk=item.about_id)


def review_of(item: Any) -> Review:
    """The pair of records a work item is about."""
    return Review.objects.get(pk=item.about_id)


def submission_of(item: Any) -> Submission:
    """The booking whose prints a rule contradicts."""
    return Submission.objects.defer("content").get(control_number=item.about_id)


register(
    Worklist(
        name=CHANGES, title="Proposed changes of people's records", permission=Permission.PERSON_LINK_APPROVE,
        supervisor=Role.SUPPORT_SUPERVISOR, clock=ClockName.LINKAGE_REVIEW, thing=change_of, page="web:person-change",
        noun="change",
    ),
    Worklist(
        name=REVIEWS, title="Records to look at", permission=Permission.PERSON_LINK, supervisor=Role.SUPPORT_SUPERVISOR,
        clock=ClockName.LINKAGE_REVIEW, thing=review_of, page="web:person-review", noun="pair of records", notes=False,
    ),
    Worklist(
        name=CONFLICTS, title="Prints that a link rule contradicts", permission=Permission.PERSON_LINK,
        supervisor=Role.SUPPORT_SUPERVISOR, clock=ClockName.LINKAGE_REVIEW, thing=submission_of, page="web:submission",
        purpose="research", noun="submission",
    ),
)  # fmt: skip
