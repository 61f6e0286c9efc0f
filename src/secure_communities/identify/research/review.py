# SPDX-License-Identifier: Apache-2.0
"""What follows a draft or a signature: supervisor and counsel agree, a determination is opened again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from secure_communities.identify.research import sealing
from secure_communities.identify.research.grounds import ResearchRefused, needs_both
from secure_communities.identify.research.models import Concurrence, Correction, Draft, StatusQuery
from secure_communities.identify.research.sealing import Column
from secure_communities.identify.research.services import AGREEMENT, WORKLIST, locked, step
from secure_communities.identify.research.states import ForbiddenStep, Query, Step
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.events import services as events
from secure_communities.platform.worklists import services as worklists
from secure_communities.policy.clocks import ClockName, standard
from secure_communities.policy.determination import Correction as CorrectionCode


def read_draft(*, query: StatusQuery, reader: Any, at: datetime) -> Draft:
    """The draft that supervisor and counsel are asked about; the reading is logged. Raises NotAllowed or refuses."""
    access.require(reader, Permission.DETERMINATION_CONCUR, query, at=at)
    made = query.latest_draft
    if made is None or query.state != Query.DRAFTED or not needs_both(made):
        raise ResearchRefused("No draft of this query waits for an agreement.")
    events.append(
        kind="determination:draft-read", actor=reader, about=("query", query.pk), purpose="agreement",
        correlation=query.submission.control_number, at=at, data={"draft": made.pk},
    )  # fmt: skip
    return made


@transaction.atomic
def concur(*, query_id: int, draft_id: int, reviewer: Any, capacity: Role, reason: str, at: datetime) -> Concurrence:
    """Supervisor or counsel agrees to a draft that needs both (S16). Raises NotAllowed or ResearchRefused."""
    query = locked(query_id)
    given = access.require(reviewer, Permission.DETERMINATION_CONCUR, query, at=at)
    made = _present(query, draft_id)
    if not needs_both(made):
        raise ResearchRefused("This draft needs nobody's agreement: an authorised officer signs or returns it.")
    if capacity not in given.roles:
        raise ResearchRefused("(S16) You do not hold the role in which you would agree.")
    if not reason.strip():
        raise ResearchRefused("(S16) State in words why you agree.")
    if made.concurrences.filter(reviewer=reviewer).exists() or made.concurrences.filter(capacity=capacity).exists():
        raise ResearchRefused("(S16) This agreement is on record: the other of the two, another person, must now.")
    concurrence = Concurrence.objects.create(
        draft=made, reviewer=reviewer, capacity=capacity, concurred_at=at,
        sealed_reason=sealing.seal(query.submission.data_key, reason, Column.CONCURRENCE),
    )  # fmt: skip
    events.append(
        kind="determination:concurred", actor=reviewer, about=("query", query.pk),
        correlation=query.submission.control_number, at=at, data={"draft": made.pk, "capacity": capacity},
    )  # fmt: skip
    if made.concurrences.count() == 2:
        worklists.close_item(worklist=AGREEMENT, about=("query", query.pk), reason="both agreed", at=at)
    else:  # free for the other of the two
        worklists.put_back(worklist=AGREEMENT, about=("query", query.pk), user=reviewer, at=at)
    return concurrence


def _present(query: StatusQuery, draft_id: int) -> Draft:
    made = query.latest_draft
    if made is None or made.pk != draft_id or query.state != Query.DRAFTED:
        raise ResearchRefused("The draft changed since you opened it: read the present one first.")
    return made


@transaction.atomic
def correct(*, query_id: int, by: Any, code: CorrectionCode, words: str, at: datetime) -> Correction:
    """Open a signed determination again. It stands until another is drafted and signed, and its row stays for ever.

    Raises access.NotAllowed, or ResearchRefused when nothing was signed or a correction is under way.
    """
    query = locked(query_id)
    access.require(by, Permission.DETERMINATION_CORRECT, query, at=at)
    standing = query.in_force
    if not words.strip():
        raise ResearchRefused("Say in words why the determination must be corrected.")
    if standing is None:
        raise ResearchRefused("No determination was signed that could be corrected.")
    target = standard(ClockName.DETERMINATION, on=at.date())
    try:
        step(query, Step.REOPEN, due_at=target.due(at))
    except ForbiddenStep:
        raise ResearchRefused("A correction of this determination is under way already.") from None
    correction = Correction.objects.create(
        supersedes=standing, code=code, opened_by=by, opened_at=at,
        sealed_words=sealing.seal(query.submission.data_key, words, Column.CORRECTION),
    )  # fmt: skip
    worklists.open_item(
        worklist=WORKLIST, about=("query", query.pk), title=f"Correct {query.reference}",
        order_reason="a determination that stands may be wrong", correlation=query.submission.control_number, at=at,
        due_at=query.due_at,
    )  # fmt: skip
    events.append(
        kind="determination:reopened", actor=by, about=("query", query.pk),
        correlation=query.submission.control_number, at=at, reason=code,
        data={"correction": correction.pk, "determination": standing.pk, "version": standing.version},
    )  # fmt: skip
    return correction
