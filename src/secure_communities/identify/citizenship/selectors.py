# SPDX-License-Identifier: Apache-2.0
"""Reads of claims and signs. Whether a sign is open is asked of the database, whose triggers ask the same function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import F, Func, Q, QuerySet, TextField

from secure_communities.identify.citizenship.models import Claim, Clearance, Indicium, Source
from secure_communities.identify.intake.models import Submission
from secure_communities.platform.keys import services as keys
from secure_communities.policy.citizenship import Standing
from secure_communities.policy.determination import Determination

CLAIM, INDICIUM, REASON = "citizenship.claim", "citizenship.indicium", "citizenship.reason"


def _standing() -> Func:
    return Func(F("id"), function="citizenship_standing", output_field=TextField())


def standing(indicium: Indicium) -> Standing:
    """How one sign stands now."""
    found = Indicium.objects.filter(pk=indicium.pk).annotate(now=_standing()).values_list("now", flat=True).get()
    return Standing(found)


def about(submission: Submission) -> QuerySet[Any]:
    """The signs that count for a submission: its own, those of the same record and of records that people joined to
    it; each says `now` how it stands."""
    subjects, submissions = _joined(submission)
    subject = Func(submission.pk, function="citizenship_subject_of")
    return (
        Indicium.objects.annotate(now=_standing(), of=Func(F("submission_id"), function="citizenship_subject_of"))
        .filter(
            Q(submission=submission)
            | Q(subject_id=subject)
            | Q(subject_id=None, of=subject)
            | Q(subject_id__in=subjects)
            | Q(submission_id__in=submissions)
        )
        .select_related("submission__data_key")
        .order_by("opened_at", "id")
    )


def _joined(submission: Submission) -> tuple[set[int], set[int]]:
    """The records of the register and the submissions of the same person, as people say now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject_id, submission_id FROM citizenship_joined(%s)", [submission.pk])
        rows = cursor.fetchall()
    return {one for one, _ in rows if one is not None}, {one for _, one in rows if one is not None}


def standings(submission: Submission) -> frozenset[Standing]:
    """How the signs that count for a submission stand."""
    return frozenset(Standing(one) for one in about(submission).values_list("now", flat=True))


def lock(submission: Submission) -> None:
    """Take turns with whoever raises a sign about the same person, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT citizenship_lock(%s)", [submission.pk])


def adverse_path_open(submission: Submission) -> bool:
    """What the database's triggers ask before anything adverse."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT adverse_path_open(%s)", [submission.pk])
        return bool(cursor.fetchone()[0])


def determination_in_force(submission: Submission) -> Determination | None:
    """The code of the latest signed determination."""
    query = getattr(submission, "query", None)
    latest = query.determinations.order_by("-version").first() if query is not None else None
    return Determination(latest.code) if latest is not None else None


def said_by(submission: Submission, *, source: Source | None = None) -> Iterator[tuple[Claim, dict[str, str]]]:
    """Each claim with what it says (value, provenance, record), in the order recorded."""
    found = submission.citizenship_claims.order_by("version")
    for claim in found.filter(source=source) if source else found:
        yield claim, keys.unseal_json(submission.data_key, claim.sealed, context=CLAIM)


def detail_of(indicium: Indicium) -> dict[str, str]:
    """Why a sign was raised, from which source and record."""
    detail: dict[str, str] = keys.unseal_json(indicium.submission.data_key, indicium.sealed, context=INDICIUM)
    return detail


def reason_of(clearance: Clearance) -> str:
    """A reviewer's reason."""
    key = clearance.indicium.submission.data_key
    return keys.unseal(key, clearance.sealed_reason, context=REASON).decode()


def open_indicia() -> QuerySet[Indicium]:
    """Every open sign, the longest open first."""
    return Indicium.objects.annotate(now=_standing()).filter(now=Standing.OPEN.value).order_by("opened_at", "id")
