# SPDX-License-Identifier: Apache-2.0
"""The worklist of dead letters: responses that did not reach their agency."""

from __future__ import annotations

from typing import Any

from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.delivery.models import Delivery
from secure_communities.platform.delivery.services import WORKLIST
from secure_communities.platform.worklists.registry import Worklist, register
from secure_communities.policy.clocks import ClockName


def delivery_of(item: Any) -> Delivery:
    """The delivery a work item is about."""
    return Delivery.objects.get(pk=item.about_id)


register(
    Worklist(
        name=WORKLIST, title="Undelivered responses", permission=Permission.DELIVERY_REPLAY,
        supervisor=Role.SUPPORT_SUPERVISOR, clock=ClockName.GENERAL, thing=delivery_of, page="web:delivery",
        noun="delivery",
    )
)  # fmt: skip
