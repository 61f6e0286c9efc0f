# SPDX-License-Identifier: Apache-2.0
"""The worklist of overrides that wait for a second person."""

from __future__ import annotations

from typing import Any

from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.keys.models import DataKey
from secure_communities.platform.worklists.registry import Worklist, register
from secure_communities.policy.clocks import ClockName
from secure_communities.prioritize.overrides.models import Override

WORKLIST = "override-approval"


def override_of(item: Any) -> Override:
    """The override that a work item is about."""
    rows = Override.objects.select_related("query__submission__data_key", "query__submission__originator")
    return rows.defer("query__submission__content").get(pk=item.about_id)


def _data_key(item: Any) -> DataKey | None:
    key: DataKey | None = override_of(item).query.submission.data_key
    return key


register(
    Worklist(
        name=WORKLIST, title="Overrides to decide", permission=Permission.OVERRIDE_DECIDE,
        supervisor=Role.SUPPORT_SUPERVISOR, clock=ClockName.GENERAL, thing=override_of, page="web:override",
        noun="override", data_key=_data_key,
    )
)  # fmt: skip
