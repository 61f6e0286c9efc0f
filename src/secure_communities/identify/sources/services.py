# SPDX-License-Identifier: Apache-2.0
"""Fill the synthetic registers; take a source down and put it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from secure_communities.identify.evidence import contents
from secure_communities.identify.evidence.facts import FactKind
from secure_communities.identify.evidence.ports import Basis, SourceCode, SourceRecord
from secure_communities.identify.sources import numbers
from secure_communities.identify.sources.adapters import CONTEXT
from secure_communities.identify.sources.models import RegisterEntry, SourceFault
from secure_communities.identify.sources.rules import FaultKind
from secure_communities.identify.sources.synthetic import Entry
from secure_communities.platform import identifiers
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.events import services as events
from secure_communities.platform.keys import services as keys
from secure_communities.platform.keys.models import DataKey


class SourceRefused(Exception):
    """The step cannot be taken, and why, in a sentence for the operator."""


class NotSynthetic(ValueError):
    """An entry that is not made of reserved numbers and names: nothing else is held here."""


def enter(*, data_key: DataKey, entries: Iterable[Entry], at: datetime) -> list[RegisterEntry]:
    """File entries of one person. Raises NotSynthetic."""
    rows = []
    for one in entries:
        if refusal := numbers.refuse(one.numbers) or _refuse_names(one.record):
            raise NotSynthetic(refusal)
        filed = [numbers.index(basis, number) for basis, every in one.numbers.items() for number in every]
        sealed = keys.seal_json(data_key, contents.as_json(one.record), context=CONTEXT)
        rows.append(
            RegisterEntry(
                source=one.source, record_id=one.record.record_id, numbers=filed, data_key=data_key, sealed=sealed,
                entered_at=at,
            )
        )  # fmt: skip
    return RegisterEntry.objects.bulk_create(rows)


def _refuse_names(record: SourceRecord) -> str | None:
    """Every surname, each of its words, is a reserved one."""
    for fact in record.facts:
        if fact.kind is FactKind.NAME:
            surname, _, given = fact.value.partition(",")
            for word in surname.split():
                if refusal := identifiers.refuse_name(f"{word},{given}"):
                    return refusal
        if fact.kind is FactKind.A_NUMBER and (refusal := numbers.RESERVED[Basis.A_NUMBER](fact.value)):
            return refusal
    return None


@transaction.atomic
def take_down(*, source: str, kind: FaultKind, reason: str, operator: Any, at: datetime) -> SourceFault:
    """Take a source down until it is put back. Raises NotAllowed, SourceRefused."""
    access.require(operator, Permission.SOURCE_SWITCH, source, at=at)
    code = _known(source)
    if not reason.strip():
        raise SourceRefused("Say why the source is taken down: the log keeps it.")
    if standing := SourceFault.objects.filter(source=code, ended_at=None).first():
        raise SourceRefused(f"{code} is down already, since {standing.set_at:%Y-%m-%d %H:%M} UTC.")
    fault = SourceFault.objects.create(source=code, kind=kind, reason=reason.strip()[:200], set_by=operator, set_at=at)
    events.append(
        kind="source:taken-down", actor=operator, about=("source_fault", fault.pk), reason=fault.reason, at=at,
        data={"source": code, "fault": kind},
    )  # fmt: skip
    return fault


@transaction.atomic
def put_back(*, source: str, operator: Any, at: datetime) -> SourceFault:
    """Put a source back into use. Raises NotAllowed, SourceRefused."""
    access.require(operator, Permission.SOURCE_SWITCH, source, at=at)
    fault = SourceFault.objects.select_for_update().filter(source=_known(source), ended_at=None).first()
    if fault is None:
        raise SourceRefused(f"{source} is not down.")
    fault.ended_by, fault.ended_at = operator, at
    fault.save(update_fields=["ended_by", "ended_at"])
    events.append(
        kind="source:restored", actor=operator, about=("source_fault", fault.pk), at=at, data={"source": fault.source}
    )
    return fault


def _known(source: str) -> SourceCode:
    try:
        return SourceCode(source)
    except ValueError:
        raise SourceRefused(f"There is no source {source}: one of {', '.join(SourceCode)}.") from None
