# SPDX-License-Identifier: Apache-2.0
"""The worklist of possible citizens: served before everything else (S3)."""

from __future__ import annotations

from typing import Any

from secure_communities.identify.citizenship.services import WORKLIST
from secure_communities.identify.intake.models import Submission
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.keys.models import DataKey
from secure_communities.platform.worklists.registry import Worklist, register
from secure_communities.policy.clocks import ClockName


def submission_of(item: Any) -> Submission:
    """The submission a work item is about."""
    return Submission.objects.select_related("data_key").defer("content").get(pk=item.about_id)


def _data_key(item: Any) -> DataKey | None:
    return submission_of(item).data_key


register(
    Worklist(
        name=WORKLIST, title="Possible citizens", permission=Permission.CITIZENSHIP_CONCLUDE,
        supervisor=Role.SUPPORT_SUPERVISOR, clock=ClockName.CITIZENSHIP_REVIEW, thing=submission_of,
        page="web:citizenship", noun="person", data_key=_data_key,
    )
)  # fmt: skip
