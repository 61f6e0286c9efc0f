# SPDX-License-Identifier: Apache-2.0
"""Writes of the records: open them, record arrests and dispositions, confirm a charge's code.

Each service runs in one transaction with its event. Identifiers other than the reserved ones are refused here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from secure_communities.identify.galleries.models import Register, RegisterSubject
from secure_communities.identify.records import rules, sealing
from secure_communities.identify.records.identities import (
    CriminalIdentity,
    Encounter,
    Identity,
    criminal_identity_of,
    encounter_of,
    identity_of,
    plain,
)
from secure_communities.identify.records.models import Arrest, Charge, CriminalRecord, Disposition, ImmigrationRecord
from secure_communities.identify.records.rules import (
    ArrestFacts,
    ChargeFacts,
    CodeSource,
    DispositionFacts,
    ProtectedClass,
)
from secure_communities.identify.records.sealing import Column
from secure_communities.platform import identifiers
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.events import services as events
from secure_communities.platform.events.services import actor_name
from secure_communities.platform.keys.models import DataKey
from secure_communities.platform.refusals import Refusal
from secure_communities.policy.offences import states_an_offence


class RecordRefusedError(Refusal, ValueError):
    """What was given cannot be recorded; the sentence says what, and what to do. It never repeats a personal value."""


@transaction.atomic
def open_criminal_record(
    *, subject: RegisterSubject, demographics: Mapping[str, Any], at: datetime, actor: Any
) -> CriminalRecord:
    """Open the criminal record of a subject; where there is one already, return it as it is.

    `demographics`: the fields of `CriminalIdentity` without the UCN, e.g. names, aliases, dob, sex, pob, sid.
    """
    _require_register(subject, Register.CRIMINAL)
    given = {key: value for key, value in demographics.items() if value not in (None, "", [], ())}
    identity = criminal_identity_of(subject.number, given)
    _refuse_unreserved_identity(identity)
    record, opened = CriminalRecord.objects.get_or_create(
        subject=subject,
        defaults={
            "sealed_demographics": sealing.seal(_key_of(subject), plain(given), Column.DEMOGRAPHICS),
            "opened_at": at,
            "opened_by": actor_name(actor),
        },
    )
    if opened:
        _append("record:criminal-opened", subject, actor=actor, at=at, data={"number": subject.number})
    return record


@transaction.atomic
def record_arrest(*, subject: RegisterSubject, facts: ArrestFacts, at: datetime, actor: Any) -> Arrest:
    """Record one arrest with its charges; the same submission again returns the arrest as it was recorded."""
    record = CriminalRecord.objects.select_for_update().filter(subject=subject).first()
    if record is None:
        raise RecordRefusedError(f"{subject.number} has no criminal record yet: open it before recording an arrest")
    if known := record.arrests.filter(correlation=facts.correlation).first():
        return known
    _refuse(identifiers.refuse_ori(facts.ori))
    for name in facts.names:
        _refuse(identifiers.refuse_name(name))
    if facts.sid:
        _refuse(identifiers.refuse_sid(facts.sid))
    key = _key_of(subject)
    details = {
        "names": facts.names, "dob": facts.dob, "sex": facts.sex, "pob": facts.pob, "sid": facts.sid, "oca": facts.oca,
    }  # fmt: skip
    arrest = Arrest.objects.create(
        record=record,
        correlation=facts.correlation,
        ori=facts.ori,
        arrest_date=facts.arrest_date,
        sealed_details=sealing.seal(key, plain(details), Column.ARREST_DETAILS),
        recorded_at=at,
        recorded_by=actor_name(actor),
    )
    charges = [_charge(arrest, number, one, key) for number, one in enumerate(facts.charges, 1)]
    Charge.objects.bulk_create(charges)
    coded = sum(charge.code is not None for charge in charges)
    _append(
        "record:arrest-recorded", subject, actor=actor, at=at, correlation=facts.correlation,
        data={
            "arrest": arrest.pk, "ori": facts.ori, "codes": [charge.code for charge in charges],
            "unknown_reasons": [charge.unknown_reason for charge in charges if charge.unknown_reason],
            "summary": f"{len(charges)} charge{'s' * (len(charges) != 1)}, {coded} with a submitted code",
        },
    )  # fmt: skip
    return arrest


def _charge(arrest: Arrest, number: int, facts: ChargeFacts, key: DataKey) -> Charge:
    coded = rules.charge_of(facts.code, facts.literal)
    words = {"literal": facts.literal, "submitted_code": facts.code}
    return Charge(
        arrest=arrest,
        sequence=number,
        code=coded.code,
        code_source=coded.code_source,
        unknown_reason=coded.unknown_reason or "",
        issuing_state=facts.state,
        offence_date=facts.offence_date,
        sealed_words=sealing.seal(key, words, Column.CHARGE_WORDS),
    )


@transaction.atomic
def record_disposition(*, charge: Charge, facts: DispositionFacts, at: datetime, actor: Any) -> Disposition:
    """Record what became of a charge. It supersedes what was recorded before, which stays.

    A source acts under its own name, a text; a person needs the permission (S18). Raises NotAllowed, and
    RecordRefusedError for what cannot be.
    """
    if not isinstance(actor, str):
        access.require(actor, Permission.DISPOSITION_RECORD, at=at)
    _refuse(rules.refuse_disposition(facts, today=at.date()))
    row = Disposition.objects.create(
        charge=charge,
        kind=facts.kind,
        decided_on=facts.decided_on,
        sentence_months=facts.sentence_months,
        maximum_months=facts.maximum_months,
        source=facts.source,
        recorded_at=at,
        recorded_by=actor_name(actor),
    )
    arrest = Arrest.objects.select_related("record__subject").get(pk=charge.arrest_id)
    _append(
        "record:disposition-recorded", arrest.record.subject, actor=actor, at=at, correlation=arrest.correlation,
        data={"disposition": row.pk, "charge": charge.pk, "kind": row.kind, "source": row.source},
    )  # fmt: skip
    return row


@transaction.atomic
def record_history(
    *,
    subject: RegisterSubject,
    arrests: Iterable[tuple[ArrestFacts, Mapping[int, Sequence[DispositionFacts]]]],
    at: datetime,
    actor: Any,
) -> list[Arrest]:
    """Record past arrests, each with its dispositions by charge number (from 1); what is known already stays."""
    recorded = []
    for facts, outcomes in arrests:
        arrest = record_arrest(subject=subject, facts=facts, at=at, actor=actor)
        for charge in arrest.charges.filter(sequence__in=list(outcomes), dispositions__isnull=True):
            for outcome in outcomes[charge.sequence]:
                record_disposition(charge=charge, facts=outcome, at=at, actor=actor)
        recorded.append(arrest)
    return recorded


@transaction.atomic
def confirm_charge_code(*, charge: Charge, code: str, confirmed_by: Any, at: datetime) -> Charge:
    """A person states which code a charge has, having read its words (S4, S18).

    Raises NotAllowed for who may not, and RecordRefusedError for what is no offence of the catalogue: the filler
    0399 cannot be confirmed.
    """
    access.require(confirmed_by, Permission.CHARGE_CONFIRM, at=at)
    if not states_an_offence(code):
        raise RecordRefusedError(
            f"{code!r} is not an offence of the catalogue: give a four-digit code, and neither the filler 0399 nor "
            "one of the 8000 series, which describes a person and not an offence"
        )
    locked = Charge.objects.select_for_update().select_related("arrest__record__subject").get(pk=charge.pk)
    if locked.code == code and locked.confirmed_by_id == confirmed_by.pk:
        return locked
    before, before_source = locked.code, locked.code_source
    locked.code, locked.code_source, locked.unknown_reason = code, CodeSource.HUMAN_CONFIRMED, ""
    locked.confirmed_by, locked.confirmed_at = confirmed_by, at
    locked.save(update_fields=["code", "code_source", "unknown_reason", "confirmed_by", "confirmed_at"])
    _append(
        "record:charge-confirmed", locked.arrest.record.subject, actor=confirmed_by, at=at,
        correlation=locked.arrest.correlation,
        data={
            "charge": locked.pk, "code": code, "before": before, "before_source": before_source,
            "summary": f"charge {locked.sequence}: {code}, before {before or 'UNKNOWN'}",
        },
    )  # fmt: skip
    return locked


@transaction.atomic
def open_immigration_record(
    *,
    subject: RegisterSubject,
    identities: Sequence[Identity | Mapping[str, Any]],
    a_number: str | None,
    last_encounter: Encounter | Mapping[str, Any] | None,
    protected_class: ProtectedClass | str | None,
    encounters: Sequence[Encounter | Mapping[str, Any]] = (),
    at: datetime,
    actor: Any,
) -> ImmigrationRecord:
    """Open the immigration record of a subject. A class not given is UNKNOWN, which is never disclosed.

    `encounters`: the whole history where it is known, for the people who research a match.
    """
    _require_register(subject, Register.IMMIGRATION)
    known = [identity_of(one) for one in identities]
    if not known:
        raise RecordRefusedError("an immigration record holds at least one identity")
    for identity in known:
        _refuse(identifiers.refuse_name(identity.name))
    if a_number:
        _refuse(identifiers.refuse_a_number(a_number))
    last = encounter_of(last_encounter) if last_encounter else None
    key = _key_of(subject)
    record = ImmigrationRecord.objects.create(
        subject=subject,
        sealed_identities=sealing.seal(key, plain(known), Column.IDENTITIES),
        sealed_a_number=sealing.seal(key, a_number, Column.A_NUMBER) if a_number else None,
        sealed_last_encounter=sealing.seal(key, plain(last), Column.LAST_ENCOUNTER),
        sealed_encounters=sealing.seal(key, plain([encounter_of(one) for one in encounters]), Column.ENCOUNTERS),
        sealed_protected_class=sealing.seal_class(key, _class_of(protected_class)),
        opened_at=at,
        opened_by=actor_name(actor),
    )
    _append("record:immigration-opened", subject, actor=actor, at=at, data={"number": subject.number})
    return record


def _class_of(given: ProtectedClass | str | None) -> ProtectedClass:
    try:
        return ProtectedClass(given) if given else ProtectedClass.UNKNOWN
    except ValueError:
        codes = ", ".join(ProtectedClass)
        raise RecordRefusedError(
            f"the protected class is none of {codes}; give UNKNOWN where it is not known"
        ) from None


def _key_of(subject: RegisterSubject) -> DataKey:
    return DataKey.objects.get(pk=subject.data_key_id)


def _require_register(subject: RegisterSubject, register: Register) -> None:
    if subject.register != register:
        raise RecordRefusedError(f"{subject.number} is in the {subject.register} register, not in the {register} one")


def _refuse_unreserved_identity(identity: CriminalIdentity) -> None:
    if not identity.names:
        raise RecordRefusedError("a criminal record holds at least one name: give `names`, the principal one first")
    for name in (*identity.names, *identity.aliases):
        _refuse(identifiers.refuse_name(name))
    if identity.sid:
        _refuse(identifiers.refuse_sid(identity.sid))


def _refuse(sentence: str | None) -> None:
    if sentence:
        raise RecordRefusedError(sentence)


def _append(
    kind: str, subject: RegisterSubject, *, actor: Any, at: datetime, data: dict[str, Any], correlation: str = ""
) -> None:
    events.append(
        kind=kind, actor=actor, about=("register_subject", subject.pk), correlation=correlation, at=at, data=data
    )
