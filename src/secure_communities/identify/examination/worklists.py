# SPDX-License-Identifier: Apache-2.0
"""The examiners' worklists, one a register. Nothing is written on their items for the next examiner to read (S1)."""

from __future__ import annotations

from typing import Any

from secure_communities.identify.examination.models import Examination
from secure_communities.identify.examination.rules import Finding
from secure_communities.identify.examination.services import WORKLIST
from secure_communities.identify.galleries.models import Register
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.keys.models import DataKey
from secure_communities.platform.worklists.registry import Worklist, register
from secure_communities.policy.clocks import ClockName


def examination_of(item: Any) -> Examination:
    """The comparison a work item is about."""
    related = Examination.objects.select_related("submission__data_key").defer("submission__content")
    return related.get(pk=item.about_id)


def _data_key(item: Any) -> DataKey | None:
    return examination_of(item).submission.data_key


def _permission(item: Any) -> Permission:
    """A disagreement is for leads. On either side, whoever decided already does not decide again."""
    lead = Examination.objects.filter(pk=item.about_id, finding=Finding.LEAD_NEEDED).exists()
    return Permission.EXAMINATION_LEAD if lead else Permission.EXAMINATION_DECIDE


register(
    *(
        Worklist(
            name=WORKLIST[side], title=title, permission=Permission.EXAMINATION_DECIDE, supervisor=Role.LEAD_EXAMINER,
            clock=ClockName.EXAMINATION, thing=examination_of, page="web:compare", purpose="examination",
            noun="comparison", permission_for=_permission, data_key=_data_key, notes=False,
        )
        for side, title in (
            (Register.CRIMINAL, "Comparison, criminal register"),
            (Register.IMMIGRATION, "Comparison, immigration register"),
        )
    )
)  # fmt: skip
