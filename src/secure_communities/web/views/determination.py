# SPDX-License-Identifier: Apache-2.0
"""What the pages of a determination show: draft, versions, signs of citizenship, agreement, the last stop.

In: the request and a query whose record was opened. Out: contexts for the templates; nothing is written here.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from secure_communities.identify.citizenship import selectors as citizenship
from secure_communities.identify.evidence import selectors as evidence_selectors
from secure_communities.identify.evidence.ports import Outcome
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.research import grounds, selectors
from secure_communities.identify.research.models import StatusQuery
from secure_communities.identify.research.states import Query
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import may
from secure_communities.policy.citizenship import Standing
from secure_communities.policy.determination import (
    Determination,
    authority_words,
    detainer_words,
)
from secure_communities.web.forms.research import ConcurrenceForm, DraftForm, SignForm
from secure_communities.web.presenters import research as presented


def draft_form(query: StatusQuery, data: Any = None) -> DraftForm:
    """The form with the evidence gathered for this query, its convictions, and whether sources disagree."""
    now = clock.now()
    rows = [one for one in evidence_selectors.standing(query) if one.outcome == Outcome.FOUND]
    return DraftForm(
        data,
        now=now,
        gathered=[(one.pk, f"{one.system}: {one.record_id}, {one.retrieved_at:%b %-d %H:%M} UTC") for one in rows],
        convictions=[(one.pk, presented.conviction(one)) for one in grounds.convictions_of(query)],
        contradicted=bool(rows) and grounds.contradicting(query, at=now) > 0,
    )


def draft_rows(draft: Any, evidence: list[dict[str, str]]) -> list[dict[str, Any]]:
    """A draft as rows, with how its author explains contradictions."""
    rows = presented.draft_rows(draft.code, evidence, selectors.confidence_of(draft))
    explained = selectors.contradictions_of(draft)
    return [*rows, {"term": "Contradictions explained", "value": explained}] if explained else rows


def determinations(query: StatusQuery) -> list[dict[str, Any]]:
    """Every signed version, the one that stands first."""
    signed = query.determinations.select_related("drafter", "signer", "correction").order_by("-version")
    return [
        {
            "title": f"Determination, version {one.version}" if one.version > 1 or number else "Determination",
            "superseded": number > 0,
            "key": one.version,
            "rows": presented.determination_rows(
                one, authority=selectors.authority_of(one), reason=selectors.reason_of(one),
                correction=selectors.correction_of(one),
            ),
        }
        for number, one in enumerate(signed)
    ]  # fmt: skip


def signs(request: HttpRequest, submission: Submission) -> dict[str, Any] | None:
    """Signs of citizenship, for whoever may read them: words, and the clock of the one that is due first."""
    signs = list(citizenship.about(submission))
    if not signs or not may(request.user, Permission.CITIZENSHIP_VIEW):
        return None
    still_open = [one for one in signs if one.now == Standing.OPEN.value]
    return {
        "confirmed": any(one.now == Standing.CONFIRMED.value for one in signs),
        "open": len(still_open),
        "first": min(still_open, key=lambda one: one.due_at) if still_open else None,
        "why": [citizenship.detail_of(one)["why"] for one in still_open],
        "href": reverse("web:citizenship", args=[submission.pk]),
        "now": clock.now(),
    }


def concurrence(request: HttpRequest, query: StatusQuery, draft: Any, url: str) -> dict[str, Any] | None:
    """The agreement of supervisor and counsel, where the draft needs it (S16)."""
    if not grounds.needs_both(draft) or query.state != Query.DRAFTED:
        return None
    given = list(draft.concurrences.select_related("reviewer"))
    allowed = may(request.user, Permission.DETERMINATION_CONCUR, query)
    mine = bool(allowed) and request.user.pk not in {one.reviewer_id for one in given}
    return {
        "rows": presented.concurrence_rows(given),
        "form": ConcurrenceForm(initial={"draft": draft.pk}, auto_id="concur_%s") if mine else None,
        "url": url,
    }


def last_stop(request: HttpRequest, query: StatusQuery, form: SignForm, *, back: str, action: str) -> dict[str, Any]:
    """What is signed, and what an adverse determination can lead to, read once more before the signature."""
    draft = query.latest_draft
    if draft is None:
        raise LookupError(f"{query.reference} has no draft")
    given, code = form.cleaned_data, Determination(draft.code)
    rows = draft_rows(draft, selectors.evidence_of(draft))
    return {
        "trail": [
            {"title": "Research", "href": reverse("web:research")},
            {"title": query.reference, "href": back},
        ],
        "points": [
            detainer_words(code),
            "Somebody may lose liberty over it. If you doubt any part, return the draft.",
            "No sign of citizenship may be open: the system refuses the signature while one is.",
            "It is not a detainer and orders nothing.",
        ],
        "rows": [
            *rows,
            {"term": "Drafted by", "value": draft.author.display_name},
            {"term": "Authority", "value": authority_words(given["authority_code"], given["authority"])},
            {"term": "Reason", "value": given["reason"]},
        ],
        "form": form.hidden(),
        "action": action,
        "signer": request.user.display_name,  # type: ignore[union-attr]
    }
