# SPDX-License-Identifier: Apache-2.0
"""The worklist of charges whose code nobody has confirmed (S18)."""

from __future__ import annotations

from typing import Any, Final

from secure_communities.identify.records.models import Charge
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.keys.models import DataKey
from secure_communities.platform.worklists.registry import Worklist, register
from secure_communities.policy.clocks import ClockName

CONFIRMATION: Final = "charge-confirmation"


def charge_of(item: Any) -> Charge:
    """The charge a work item is about."""
    return Charge.objects.select_related("arrest__record__subject").get(pk=item.about_id)


def _data_key(item: Any) -> DataKey | None:
    return DataKey.objects.filter(pk=charge_of(item).arrest.record.subject.data_key_id).first()


register(
    Worklist(
        name=CONFIRMATION, title="Charge codes", permission=Permission.CHARGE_CONFIRM,
        supervisor=Role.SUPPORT_SUPERVISOR, clock=ClockName.GENERAL, thing=charge_of, page="web:confirm-charge",
        purpose="research", noun="charge", data_key=_data_key,
    ),
)  # fmt: skip
