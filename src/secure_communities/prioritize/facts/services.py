# SPDX-License-Identifier: Apache-2.0
"""State a finding, record a circumstance, note that an outcome was asked again. Each with its event, in one go."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from secure_communities.identify.records.models import Charge
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.events.services import append
from secure_communities.platform.keys import services as keys
from secure_communities.platform.refusals import Refusal
from secure_communities.policy.priority import FindingName
from secure_communities.prioritize.facts.models import Circumstance, Finding, OutcomeCheck
from secure_communities.prioritize.facts.selectors import EVIDENCE, WORDS
from secure_communities.prioritize.facts.vocabulary import CircumstanceCode

SHORTEST = 10


@transaction.atomic
def state_finding(
    *, query: StatusQuery, name: FindingName, value: bool | None, evidence: str, by: Any, at: datetime
) -> Finding:
    """An officer states a fact, with what it rests on. A later statement stands in its place; the earlier stays."""
    require(by, Permission.FINDING_STATE, query.submission.originator, at=at)
    finding = Finding.objects.create(
        query=query, name=FindingName(name), value=value, stated_by=by, stated_at=at,
        sealed_evidence=_sealed(query, evidence, EVIDENCE, "Say what the finding rests on"),
    )  # fmt: skip
    append(
        kind="finding:stated", actor=by, about=("query", query.pk), correlation=query.submission.control_number, at=at,
        data={"finding": finding.pk, "name": finding.name, "value": value},
    )  # fmt: skip
    return finding


@transaction.atomic
def record_circumstance(
    *, query: StatusQuery, code: CircumstanceCode, words: str, by: Any, at: datetime, holds: bool = True
) -> Circumstance:
    """Record a circumstance, or that it holds no more. It prompts discretion; no rule set can read it."""
    require(by, Permission.CIRCUMSTANCE_RECORD, query.submission.originator, at=at)
    row = Circumstance.objects.create(
        query=query, code=CircumstanceCode(code), holds=holds, recorded_by=by, recorded_at=at,
        sealed_words=_sealed(query, words, WORDS, "Describe the circumstance"),
    )  # fmt: skip
    append(
        kind="circumstance:recorded", actor=by, about=("query", query.pk),
        correlation=query.submission.control_number, at=at,
        data={"circumstance": row.pk, "code": row.code, "holds": holds},
    )  # fmt: skip
    return row


@transaction.atomic
def note_asked_again(*, charge: Charge, source: str, by: Any, at: datetime) -> OutcomeCheck:
    """Somebody asked a court or repository again and the outcome on record is still what it says (S18)."""
    require(by, Permission.OUTCOME_ASK, at=at)
    if not source.strip():
        raise Refusal("Say whom you asked: the court or the state repository.")
    row = OutcomeCheck.objects.create(charge=charge, source=source.strip(), checked_by=by, checked_at=at)
    append(
        kind="outcome:asked-again", actor=by, about=("register_subject", charge.arrest.record.subject_id),
        correlation=charge.arrest.correlation, at=at, data={"charge": charge.pk, "source": row.source},
    )  # fmt: skip
    return row


def _sealed(query: StatusQuery, words: str, context: str, ask: str) -> bytes:
    if len(words.strip()) < SHORTEST:
        raise Refusal(f"{ask}, in {SHORTEST} letters or more.")
    return keys.seal(query.submission.data_key, words.strip().encode(), context=context)
