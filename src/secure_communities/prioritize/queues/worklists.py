# SPDX-License-Identifier: Apache-2.0
"""The worklist of the field offices. It never holds work of the first class: that is the citizenship review's (S3)."""

from __future__ import annotations

from typing import Any

from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.keys.models import DataKey
from secure_communities.platform.worklists.registry import Worklist, register
from secure_communities.policy.clocks import ClockName
from secure_communities.prioritize.queues.selectors import WORKLIST


def _item(item: Any) -> Any:
    return item


def _data_key(item: Any) -> DataKey | None:
    query = StatusQuery.objects.select_related("submission__data_key").defer("submission__content")
    return query.get(pk=item.about_id).submission.data_key


register(
    Worklist(
        name=WORKLIST, title="Field office work", permission=Permission.FIELD_WORK_TAKE,
        supervisor=Role.FIELD_SUPERVISOR, clock=ClockName.DETERMINATION, thing=_item, page="web:assessment",
        noun="case", data_key=_data_key, of_offices=True,
    )
)  # fmt: skip
