# SPDX-License-Identifier: Apache-2.0
"""The adapters: five synthetic registers in tables of their own, and our own criminal register.

In: a request. Out: records, or a SourceFailure. The database's statement timeout keeps the time limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction

from secure_communities.identify.evidence import contents
from secure_communities.identify.evidence.facts import FactKind
from secure_communities.identify.evidence.ports import (
    Basis,
    EvidenceSource,
    FailureReason,
    RecordFact,
    SearchRequest,
    SourceAnswer,
    SourceCode,
    SourceFailure,
    SourceKind,
    SourceRecord,
)
from secure_communities.identify.galleries.models import Register, RegisterSubject
from secure_communities.identify.records import rap_sheet
from secure_communities.identify.records import selectors as records
from secure_communities.identify.records.rules import DispositionKind
from secure_communities.identify.records.selectors import RecordMissingError
from secure_communities.identify.sources import numbers
from secure_communities.identify.sources.models import RegisterEntry, SourceFault
from secure_communities.identify.sources.rules import FaultKind
from secure_communities.platform.keys import services as keys
from secure_communities.platform.keys.services import KeyDestroyed

LIMIT = timedelta(seconds=8)
CONTEXT = "sources.entry"
QUERY_CANCELED = "57014"
NOISE = "<html>Service temporarily moved</html>"  # what a source answers that has no answer


@contextmanager
def _within(limit: timedelta) -> Iterator[None]:
    """Statements in here end by themselves after `limit`; one that did is a time-out of the source."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(_milliseconds(limit))])
            yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")  # we may be inside a longer transaction
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == QUERY_CANCELED:
            raise SourceFailure(FailureReason.TIMED_OUT) from None
        raise SourceFailure(FailureReason.UNAVAILABLE) from None
    except DatabaseError:
        raise SourceFailure(FailureReason.ERROR) from None


def _milliseconds(limit: timedelta) -> int:
    return max(1, int(limit.total_seconds() * 1_000))


def _suffer(code: SourceCode, limit: timedelta) -> None:
    """Do what the fault of a source says, if an operator set one."""
    fault = SourceFault.objects.filter(source=code, ended_at=None).first()
    if fault is None:
        return
    match FaultKind(fault.kind):
        case FaultKind.OUTAGE:
            raise SourceFailure(FailureReason.UNAVAILABLE)
        case FaultKind.REFUSES:
            raise SourceFailure(FailureReason.REFUSED)
        case FaultKind.GARBLES:
            contents.answer_of(NOISE)
        case FaultKind.HANGS:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(%s)", [limit.total_seconds() + 2])


@dataclass(slots=True)
class SyntheticRegister:
    """A register of the synthetic nation: entries found by the numbers they are filed under."""

    code: SourceCode
    title: str
    system: str
    kind: SourceKind
    version: str = "synthetic-1"
    limit: timedelta = LIMIT
    keeps_time: bool = True

    def search(self, request: SearchRequest) -> SourceAnswer:
        """Every entry filed under a number of the request."""
        with _within(self.limit):
            _suffer(self.code, self.limit)
            asked = numbers.of_request(request)
            found = RegisterEntry.objects.filter(source=self.code, numbers__overlap=list(asked))
            raw = [_opened(entry, asked) for entry in found.select_related("data_key").order_by("record_id")]
        return contents.answer_of([one for one in raw if one is not None])


def _opened(entry: RegisterEntry, asked: dict[bytes, Basis]) -> dict[str, Any] | None:
    """An entry as the register answers with it; an expunged one is none."""
    try:
        held: dict[str, Any] = keys.unseal_json(entry.data_key, entry.sealed, context=CONTEXT)
    except KeyDestroyed:
        return None
    matched = [asked[bytes(number)] for number in entry.numbers if bytes(number) in asked]
    return {**held, "record_id": entry.record_id, "basis": str(matched[0])}


@dataclass(slots=True)
class CriminalRegister:
    """Our own criminal history register, asked by the UCN under which the first response identified the person."""

    code: SourceCode = SourceCode.CRIMINAL_HISTORY
    title: str = "Criminal history"
    system: str = "CRIMINAL HISTORY REGISTER"
    kind: SourceKind = SourceKind.CRIMINAL
    version: str = "register-1"
    limit: timedelta = LIMIT
    keeps_time: bool = True

    def search(self, request: SearchRequest) -> SourceAnswer:
        """The record of that UCN. While the criminal side has not answered, it is not known whether there is one."""
        with _within(self.limit):
            _suffer(self.code, self.limit)
            if request.ucn is None:
                if not request.criminal_side_answered:
                    raise SourceFailure(FailureReason.NOT_YET)
                return SourceAnswer()
            subject = RegisterSubject.objects.filter(register=Register.CRIMINAL, number=request.ucn).first()
            try:
                view = records.record_view(subject) if subject else None
            except (RecordMissingError, KeyDestroyed):
                view = None
        return SourceAnswer((_criminal_record(view),)) if view else SourceAnswer()


def _criminal_record(view: rap_sheet.RecordView) -> SourceRecord:
    person = view.identity
    facts = [RecordFact(FactKind.NAME, name) for name in dict.fromkeys((*person.names, *person.aliases))]
    if person.dob:
        facts.append(RecordFact(FactKind.BIRTH_DATE, person.dob.isoformat()))
    if person.pob:
        facts.append(RecordFact(FactKind.BIRTHPLACE, person.pob))
    if person.citizenship:
        facts.append(RecordFact(FactKind.CITIZENSHIP, person.citizenship))
    fields = [("UCN", person.ucn)]
    for arrest in view.arrests:
        for charge in arrest.charges:
            words = charge.literal or charge.description or "no words given"
            facts.append(RecordFact(FactKind.ARREST, words, arrest.arrest_date))
            outcome = charge.outcome
            if outcome and outcome.kind is DispositionKind.CONVICTED:
                facts.append(RecordFact(FactKind.CONVICTION, words, outcome.decided_on))
            ended = (
                f"{outcome.kind.lower().replace('_', ' ')} {_day(outcome.decided_on)}" if outcome else "not reported"
            )
            fields.append((f"Arrest {_day(arrest.arrest_date)}, {arrest.ori}", f"{words}. Outcome: {ended.strip()}."))
    return SourceRecord(person.ucn, "Criminal history record", Basis.UCN, tuple(facts), tuple(fields))


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""


ALL: tuple[EvidenceSource, ...] = (
    SyntheticRegister(
        SourceCode.IMMIGRATION_HISTORY, "Immigration history", "SYNTHETIC IMMIGRATION HISTORY", SourceKind.HISTORY
    ),
    SyntheticRegister(
        SourceCode.BENEFITS, "Benefits and petitions", "SYNTHETIC BENEFITS REGISTER", SourceKind.APPLICATIONS
    ),
    SyntheticRegister(SourceCode.ENTRY_EXIT, "Entries and exits", "SYNTHETIC BORDER REGISTER", SourceKind.MOVEMENTS),
    SyntheticRegister(SourceCode.COURT, "Immigration court", "SYNTHETIC COURT REGISTER", SourceKind.PROCEEDINGS),
    CriminalRegister(),
    SyntheticRegister(
        SourceCode.NATURALISATION, "Naturalisation", "SYNTHETIC NATURALISATION REGISTER", SourceKind.CITIZENSHIP
    ),
)
