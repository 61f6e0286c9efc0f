# SPDX-License-Identifier: Apache-2.0
"""Refer a signed determination to the field office of the area, and a correction to everybody who had the old one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from secure_communities.identify.referrals.models import Referral
from secure_communities.platform.agencies.models import Agency
from secure_communities.platform.agencies.selectors import field_office_for
from secure_communities.platform.events import services as events

if TYPE_CHECKING:
    from secure_communities.identify.research.models import Determination

ACTOR = "system:referrals"


def refer(*, determination: Determination, at: datetime) -> list[Referral]:
    """Refer a determination; in the transaction that signs it. The database refuses it without two examiners (S1)."""
    query = determination.query
    submission = query.submission
    county = submission.originator.county
    office = field_office_for(county) if county else None
    told = Agency.objects.filter(referrals__query=query).distinct()
    offices = list({one.pk: one for one in (*told, *([office] if office else []))}.values())
    if not offices:
        events.append(
            kind="referral:no-office", actor=ACTOR, about=("query", query.pk),
            correlation=submission.control_number, at=at, data={"determination": determination.pk},
        )  # fmt: skip
    made = []
    for one in offices:
        referral, new = Referral.objects.get_or_create(
            office=one, determination=determination, defaults={"query": query, "referred_at": at}
        )
        made.append(referral)
        if new:
            events.append(
                kind="referral:made", actor=ACTOR, about=("referral", referral.pk),
                correlation=submission.control_number, at=at,
                data={"office": one.pk, "determination": determination.pk, "version": determination.version},
            )  # fmt: skip
    return made
