# SPDX-License-Identifier: Apache-2.0
"""Reads of the records: identities for the messages, rap sheets, how complete the charges are.

Each read opens sealed columns with the key as it is now, so that a destroyed key (expunction) is destroyed at once.
Callers append the read event with its purpose.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Prefetch

from secure_communities.identify.galleries.models import RegisterSubject
from secure_communities.identify.records import protection, sealing
from secure_communities.identify.records import rap_sheet as sheets
from secure_communities.identify.records.identities import (
    CriminalIdentity,
    ImmigrationIdentity,
    criminal_identity_of,
    encounter_of,
    identity_of,
)
from secure_communities.identify.records.models import Arrest, Charge, CriminalRecord, Disposition, ImmigrationRecord
from secure_communities.identify.records.protection import Disclosure
from secure_communities.identify.records.rules import ChargeCompleteness, CodeSource, DispositionKind
from secure_communities.identify.records.sealing import Column
from secure_communities.platform.keys.models import DataKey
from secure_communities.policy.offences import offence

log = logging.getLogger(__name__)


class RecordMissingError(LookupError):
    """The subject has no record in that register."""


def criminal_identity(subject: RegisterSubject) -> CriminalIdentity:
    """Who the criminal register says a subject is. Other names given at arrests are among the aliases."""
    record = _criminal_record(subject)
    return _criminal_identity(record, list(record.arrests.all()))


def rap_sheet(subject: RegisterSubject, *, at: datetime) -> str:
    """The text of a subject's criminal record as of `at`: ASCII, 72 columns, at most 200,000 characters."""
    return sheets.compose(record_view(subject), at=at)


def record_view(subject: RegisterSubject) -> sheets.RecordView:
    """A subject's whole criminal record, opened: arrests by date, charges as submitted, the latest outcome of each."""
    record = _criminal_record(subject)
    latest = Prefetch("dispositions", queryset=Disposition.objects.order_by("-id"))
    charges = Prefetch("charges", queryset=Charge.objects.order_by("sequence").prefetch_related(latest))
    arrests = list(record.arrests.prefetch_related(charges))
    arrests.sort(key=lambda one: (one.arrest_date or one.recorded_at.date(), one.pk))
    key = record.subject.data_key
    return sheets.RecordView(_criminal_identity(record, arrests), tuple(_arrest_view(one, key) for one in arrests))


def charges_of(subject: RegisterSubject, *, correlation: str) -> list[Charge]:
    """The charges of one submission's arrest in the order submitted; empty where there is no such arrest."""
    found = Charge.objects.filter(arrest__record__subject=subject, arrest__correlation=correlation)
    return list(found.select_related("arrest").order_by("sequence"))


def literal_of(charge: Charge) -> str:
    """The words of a charge as submitted, for the person who confirms its code."""
    return words_of(charge)[0]


def words_of(charge: Charge) -> tuple[str, str | None]:
    """The words and the code of a charge as submitted, even a code that could not stand."""
    arrest = Arrest.objects.select_related("record__subject__data_key").get(pk=charge.arrest_id)
    words = sealing.unseal(arrest.record.subject.data_key, charge.sealed_words, Column.CHARGE_WORDS)
    return str(words["literal"]), words["submitted_code"]


def immigration_identity(subject: RegisterSubject) -> ImmigrationIdentity:
    """All that the immigration register holds on a subject, for the support centre's own work.

    What leaves for a law enforcement agency goes through `releasable_identity`.
    """
    record = ImmigrationRecord.objects.select_related("subject__data_key").filter(subject_id=subject.pk).first()
    if record is None:
        raise RecordMissingError(f"subject {subject.number} has no immigration record")
    key = record.subject.data_key
    last = sealing.unseal(key, record.sealed_last_encounter, Column.LAST_ENCOUNTER)
    identities: Sequence[Any] = sealing.unseal(key, record.sealed_identities, Column.IDENTITIES)
    encounters: Sequence[Any] = sealing.unseal(key, record.sealed_encounters, Column.ENCOUNTERS)
    return ImmigrationIdentity(
        fin=record.subject.number,
        identities=tuple(identity_of(one) for one in identities),
        a_number=sealing.unseal(key, record.sealed_a_number, Column.A_NUMBER) if record.sealed_a_number else None,
        last_encounter=encounter_of(last) if last else None,
        encounters=tuple(encounter_of(one) for one in encounters),
    )


def releasable_identity(subject: RegisterSubject) -> ImmigrationIdentity | None:
    """What may leave: the whole identity where the protected-person filter clears it, else None (a bare match).

    Never raises: an identity that does not open is a bare match too, logged by the type of its failure alone.
    """
    if protection.disclosure(subject) is not Disclosure.FULL:
        return None
    try:
        with transaction.atomic():
            return immigration_identity(subject)
    except Exception as failure:
        log.error("a cleared identity could not be read (%s): the answer is bare", type(failure).__name__)
        return None


def charge_completeness(*, ori: str | None = None) -> ChargeCompleteness:
    """How many charges have a code, and why the others have none (S4); of all arrests, or of one agency's."""
    charges = Charge.objects.filter(arrest__ori=ori) if ori else Charge.objects.all()
    arrests = Arrest.objects.filter(ori=ori) if ori else Arrest.objects.all()
    sources = dict(charges.values_list("code_source").annotate(Count("id")))
    unknown = charges.filter(code_source=CodeSource.UNKNOWN)
    with_code = Charge.objects.filter(arrest=OuterRef("pk"), code__isnull=False)
    return ChargeCompleteness(
        submitted=sources.get(CodeSource.SUBMITTED, 0),
        human_confirmed=sources.get(CodeSource.HUMAN_CONFIRMED, 0),
        unknown_by_reason=dict(unknown.values_list("unknown_reason").annotate(Count("id")).order_by("unknown_reason")),
        arrests=arrests.count(),
        arrests_with_a_code=arrests.filter(Exists(with_code)).count(),
    )


def _criminal_record(subject: RegisterSubject) -> CriminalRecord:
    record = CriminalRecord.objects.select_related("subject__data_key").filter(subject_id=subject.pk).first()
    if record is None:
        raise RecordMissingError(f"subject {subject.number} has no criminal record")
    return record


def _criminal_identity(record: CriminalRecord, arrests: Sequence[Arrest]) -> CriminalIdentity:
    key = record.subject.data_key
    stored = sealing.unseal(key, record.sealed_demographics, Column.DEMOGRAPHICS)
    given = [name for one in arrests for name in _details(one, key)["names"]]
    stored["aliases"] = [
        name for name in dict.fromkeys([*stored.get("aliases", []), *given]) if name not in stored["names"]
    ]
    return criminal_identity_of(record.subject.number, stored)


def _details(arrest: Arrest, key: DataKey) -> dict[str, Any]:
    details: dict[str, Any] = sealing.unseal(key, arrest.sealed_details, Column.ARREST_DETAILS)
    return details


def _arrest_view(arrest: Arrest, key: DataKey) -> sheets.ArrestView:
    details = _details(arrest, key)
    return sheets.ArrestView(
        arrest_date=arrest.arrest_date,
        ori=arrest.ori,
        correlation=arrest.correlation,
        oca=details["oca"],
        names=tuple(details["names"]),
        charges=tuple(_charge_view(one, key) for one in arrest.charges.all()),
    )


def _charge_view(charge: Charge, key: DataKey) -> sheets.ChargeView:
    entry = offence(charge.code)
    latest = next(iter(charge.dispositions.all()), None)
    return sheets.ChargeView(
        number=charge.sequence,
        code=charge.code,
        code_source=charge.code_source,
        unknown_reason=charge.unknown_reason,
        description=entry.description if entry else "",
        literal=sealing.unseal(key, charge.sealed_words, Column.CHARGE_WORDS)["literal"],
        state=charge.issuing_state,
        offence_date=charge.offence_date,
        outcome=_outcome_view(latest) if latest else None,
    )


def _outcome_view(row: Disposition) -> sheets.OutcomeView:
    return sheets.OutcomeView(
        kind=DispositionKind(row.kind),
        decided_on=row.decided_on,
        source=row.source,
        sentence_months=row.sentence_months,
        maximum_months=row.maximum_months,
    )
