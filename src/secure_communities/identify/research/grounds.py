# SPDX-License-Identifier: Apache-2.0
"""What a draft must rest on before it is written: evidence that is there, contradictions explained, a conviction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from secure_communities.identify.galleries.models import Register, RegisterSubject
from secure_communities.identify.records.models import Disposition
from secure_communities.identify.records.rules import DispositionKind
from secure_communities.policy.determination import DetainerRule, Determination, detainer_rule

if TYPE_CHECKING:
    from secure_communities.identify.evidence.models import Evidence
    from secure_communities.identify.research.models import Draft, StatusQuery


class ResearchRefused(Exception):
    """The step cannot be taken, and why, in a sentence for the specialist or officer."""


def needs_both(draft: Draft) -> bool:
    """Whether supervisor and counsel must both agree to a draft before anybody signs it (S16)."""
    return detainer_rule(Determination(draft.code)) is DetainerRule.SUPERVISOR_AND_COUNSEL


def refuse_ungrounded(
    query: StatusQuery,
    code: Determination,
    stated: Sequence[dict[str, str]],
    relied_on: Collection[int],
    contradictions: str,
    conviction_id: int | None,
    *,
    at: datetime,
) -> list[Evidence]:
    """The gathered evidence relied on, or ResearchRefused with what is missing."""
    from secure_communities.identify.evidence.ports import Outcome

    whole = all(one.get("system") and one.get("record") and one.get("retrieved_at") for one in stated)
    if not (stated or relied_on) or not whole:
        raise ResearchRefused(
            "Name the evidence relied on: for each item the system, the record and when it was retrieved."
        )
    relied = list(query.evidence.filter(pk__in=relied_on))
    if len(relied) != len(set(relied_on)):
        raise ResearchRefused("Some of the evidence named is not of this query: choose from what was gathered for it.")
    failed = sorted({one.system for one in relied if one.outcome == Outcome.FAILED})
    if failed:
        raise ResearchRefused(
            f"{', '.join(failed)} failed to answer: a failure is no evidence. Gather it again or leave it out."
        )
    if relied and not contradictions.strip() and (found := contradicting(query, at=at)):
        raise ResearchRefused(
            f"The evidence contradicts itself in {found} point{'' if found == 1 else 's'}: say in words how you "
            "explain it."
        )
    if code is Determination.LPR_POSSIBLY_REMOVABLE and conviction_id is None:
        raise ResearchRefused(
            "(S16) Name the conviction: a lawful permanent resident is not found removable on a charge."
        )
    if conviction_id is not None and not convictions_of(query).filter(pk=conviction_id).exists():
        raise ResearchRefused("(S16) That is no conviction in the criminal record of this person.")
    return relied


def contradicting(query: StatusQuery, *, at: datetime) -> int:
    """In how many points the evidence that stands contradicts itself."""
    from secure_communities.identify.evidence import selectors as evidence
    from secure_communities.identify.evidence.contradictions import contradictions

    return len(contradictions(evidence.facts_of(query), today=at.date()))


def convictions_of(query: StatusQuery) -> QuerySet[Disposition]:
    """Convictions in the criminal record under which the first response identified the person."""
    from secure_communities.identify.evidence.requests import ucn_of

    number = ucn_of(query)
    subject = RegisterSubject.objects.filter(register=Register.CRIMINAL, number=number).first() if number else None
    found = Disposition.objects.filter(kind=DispositionKind.CONVICTED).order_by("-decided_on", "id")
    return found.filter(charge__arrest__record__subject=subject) if subject else found.none()
