# SPDX-License-Identifier: Apache-2.0
"""Cases for tests of priorities: a confirmed match with a charge on record, at a field office, assessed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from secure_communities.identify.examination.models import Examination
from secure_communities.identify.galleries.models import Register
from secure_communities.identify.records import services as records
from secure_communities.identify.records.models import Charge, Disposition
from secure_communities.identify.records.rules import DispositionFacts, DispositionKind
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.access.roles import Role
from secure_communities.platform.accounts.models import User
from secure_communities.platform.agencies.models import Agency, AreaOfResponsibility, OriginatingAgency, State
from secure_communities.platform.agencies.vocabulary import AgencyKind
from secure_communities.prioritize.assessments.models import Assessment
from secure_communities.prioritize.assessments.services import assess_query
from secure_communities.prioritize.assessments.vocabulary import Trigger
from secure_communities.prioritize.overrides import services as overrides
from secure_communities.prioritize.overrides.rules import Reason
from tests.identify import builders as a
from tests.platform.builders import a_user, an_agency

AT = a.AT
WORDS = "The report describes a quantity for own use."


def a_case(code: str | None = "3562", *, assessed: bool = True, **options: Any) -> StatusQuery:
    """A case whose person was booked on two charges with this code, confirmed by a specialist (None: as submitted)."""
    a.a_criminal_subject()
    query = a.a_confirmed_match(**options)
    if code:
        confirm_all(query, code)
    an_office(query)
    a.a_determination(query)
    if assessed:
        assess(query)
    return query


def the_charges(query: StatusQuery) -> list[Charge]:
    """The charges of the case's own booking."""
    return list(Charge.objects.filter(arrest__correlation=query.submission.control_number).order_by("pk"))


def confirm_all(query: StatusQuery, code: str) -> None:
    """A specialist confirms the code of every charge of the booking."""
    specialist = a.a_specialist()
    for charge in the_charges(query):
        records.confirm_charge_code(charge=charge, code=code, confirmed_by=specialist, at=AT)


def assess(query: StatusQuery, trigger: Trigger = Trigger.REFERRAL) -> Assessment:
    """Assess the case now."""
    return assess_query(query=StatusQuery.objects.get(pk=query.pk), trigger=trigger, by="system:test", at=AT)


def the_outcome(query: StatusQuery, kind: DispositionKind, **facts: Any) -> None:
    """What became of the charges, as a court reported it."""
    told = DispositionFacts(kind=kind, source="COURT", decided_on=AT.date(), **facts)
    for charge in the_charges(query):
        records.record_disposition(charge=charge, facts=told, at=AT, actor="system:test")


def an_office(query: StatusQuery) -> Agency:
    """The field office that serves the county of the booking."""
    return _office_of(query.submission.originator.county.state)


def _office_of(state: State) -> Agency:
    area = AreaOfResponsibility.objects.filter(state=state, county=None).first()
    if area is None:
        office = an_agency(AgencyKind.FIELD_OFFICE)
        area = AreaOfResponsibility.objects.create(field_office=office, state=state)
    return area.field_office


def an_officer(query: StatusQuery, role: Role = Role.FIELD_OFFICER) -> User:
    """A member of the field office of the case."""
    return a_user(role, agency=an_office(query))


def a_proposal(query: StatusQuery, *, by: User | None = None, answer: str = "LEVEL_3") -> Any:
    """An override that waits for a second person."""
    return overrides.propose_override(
        query=query, answer=answer, reason_code=Reason.REVIEW_DECIDED, text=WORDS,
        expires_on=AT.date() + timedelta(days=30), by=by or an_officer(query), at=AT,
    )  # fmt: skip


def a_referred_case(person: int = 1, *, determined: bool = True, **options: Any) -> StatusQuery:
    """A match of one sampled person whose determination was signed (`determined`) and referred to the field office."""
    jail = OriginatingAgency.objects.filter(ori="ZZTX00101").first() or a.a_jail()
    _office_of(jail.county.state)
    a.an_immigration_subject(person)
    submission = a.search_immigration(a.an_accepted_submission(jail, person=person, **options))
    a.search_criminal(submission)
    compared = Examination.objects.get(submission=submission, register=Register.IMMIGRATION)
    a.identify(compared)
    a.identify(compared)
    query = StatusQuery.objects.get(submission=submission)
    if determined:
        a.a_determination(query)
    return StatusQuery.objects.get(pk=query.pk)


def the_charge(query: StatusQuery) -> Charge:
    """The first charge of the case's own booking."""
    return the_charges(query)[0]


def confirm(query: StatusQuery, code: str) -> Charge:
    return records.confirm_charge_code(charge=the_charge(query), code=code, confirmed_by=a.a_specialist(), at=AT)


def becomes(query: StatusQuery, kind: DispositionKind, **values: Any) -> Disposition:
    facts = DispositionFacts(kind=kind, source="COURT", decided_on=AT.date(), **values)
    return records.record_disposition(charge=the_charge(query), facts=facts, at=AT, actor="system:test")


def dismissed(query: StatusQuery) -> None:
    """Every charge of the booking is dismissed."""
    the_outcome(query, DispositionKind.DISMISSED)


def assessed(query: StatusQuery, *, at: Any = AT) -> Assessment:
    """Assess the case on what is on record at a moment."""
    return assess_query(query=query, trigger=Trigger.ON_DEMAND, by="system:test", at=at)
