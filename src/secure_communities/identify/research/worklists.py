# SPDX-License-Identifier: Apache-2.0
"""The support centre's worklists: queries to research, drafts to sign."""

from __future__ import annotations

from typing import Any

from secure_communities.identify.research.models import StatusQuery
from secure_communities.identify.research.services import AGREEMENT, SIGNING, WORKLIST
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.keys.models import DataKey
from secure_communities.platform.worklists.registry import Worklist, register
from secure_communities.policy.clocks import ClockName


def query_of(item: Any) -> StatusQuery:
    """The query a work item is about."""
    return StatusQuery.objects.select_related("submission__data_key").defer("submission__content").get(pk=item.about_id)


def _data_key(item: Any) -> DataKey | None:
    return query_of(item).submission.data_key


register(
    Worklist(
        name=WORKLIST, title="Research", permission=Permission.RESEARCH_CLAIM, supervisor=Role.SUPPORT_SUPERVISOR,
        clock=ClockName.DETERMINATION, thing=query_of, page="web:query", purpose="research", noun="query",
        data_key=_data_key,
    ),
    Worklist(
        name=SIGNING, title="Signature", permission=Permission.DETERMINATION_SIGN, supervisor=Role.SUPPORT_SUPERVISOR,
        clock=ClockName.DETERMINATION, thing=query_of, page="web:query", purpose="determination", noun="draft",
        data_key=_data_key,
    ),
    Worklist(
        name=AGREEMENT, title="Agreements", permission=Permission.DETERMINATION_CONCUR,
        supervisor=Role.SUPPORT_SUPERVISOR, clock=ClockName.DETERMINATION, thing=query_of, page="web:agreement",
        noun="draft", data_key=_data_key,
    ),
)  # fmt: skip
