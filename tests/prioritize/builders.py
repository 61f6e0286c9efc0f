# SPDX-License-Identifier: Apache-2.0
# SPDX-License-Identifier: Apache-2.0
"""A referred case with charges, built through the services of the floors below."""

from datetime import timedelta
from typing import Any

from secure_communities.identify.examination.models import Examination
from secure_communities.identify.galleries.models import Register
from secure_communities.identify.records import services as records
from secure_communities.identify.records.models import Charge, Disposition
from secure_communities.identify.records.rules import DispositionFacts, DispositionKind
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.access.roles import Role
from secure_communities.platform.agencies.models import Agency, AreaOfResponsibility, OriginatingAgency
from secure_communities.platform.agencies.vocabulary import AgencyKind
from secure_communities.prioritize.assessments import services
from secure_communities.prioritize.assessments.models import Assessment
from secure_communities.prioritize.assessments.vocabulary import Trigger
from tests.identify.builders import (
    AT,
    a_determination,
    a_jail,
    a_specialist,
    an_accepted_submission,
    an_immigration_subject,
    identify,
    search_criminal,
    search_immigration,
)
from tests.platform.builders import a_county, a_user, an_agency

LATER = AT + timedelta(hours=1)


def a_field_office() -> Agency:
    """The field office of the state that the sample jail lies in."""
    area = AreaOfResponsibility.objects.filter(state="48", county=None).select_related("field_office").first()
    if area is None:
        office = an_agency(AgencyKind.FIELD_OFFICE)
        area = AreaOfResponsibility.objects.create(field_office=office, state=a_county().state)
    return area.field_office


def a_referred_case(person: int = 1, **options: Any) -> StatusQuery:
    """A match of one sampled person whose determination was signed and referred to the field office."""
    a_field_office()
    jail = OriginatingAgency.objects.filter(ori="ZZTX00101").first() or a_jail()
    an_immigration_subject(person)
    submission = search_immigration(an_accepted_submission(jail, person=person, **options))
    search_criminal(submission)
    compared = Examination.objects.get(submission=submission, register=Register.IMMIGRATION)
    identify(compared)
    identify(compared)
    query = StatusQuery.objects.get(submission=submission)
    a_determination(query)
    return StatusQuery.objects.get(pk=query.pk)


def the_charge(query: StatusQuery) -> Charge:
    return Charge.objects.filter(arrest__correlation=query.submission.control_number).order_by("pk").first()


def confirm(query: StatusQuery, code: str) -> Charge:
    return records.confirm_charge_code(charge=the_charge(query), code=code, confirmed_by=a_specialist(), at=AT)


def becomes(query: StatusQuery, kind: DispositionKind, **values: Any) -> Disposition:
    facts = DispositionFacts(kind=kind, source="COURT", decided_on=AT.date(), **values)
    return records.record_disposition(charge=the_charge(query), facts=facts, at=AT, actor="system:test")


def dismissed(query: StatusQuery) -> None:
    """Every charge of the booking is dismissed."""
    facts = DispositionFacts(kind=DispositionKind.DISMISSED, source="COURT", decided_on=AT.date())
    for charge in Charge.objects.filter(arrest__correlation=query.submission.control_number):
        records.record_disposition(charge=charge, facts=facts, at=AT, actor="system:test")


def assessed(query: StatusQuery, *, at: Any = AT, trigger: Trigger = Trigger.ON_DEMAND) -> Assessment:
    return services.assess_query(query=query, trigger=trigger, by="system:test", at=at)


def a_field_officer(query: StatusQuery, role: Role = Role.FIELD_OFFICER) -> Any:
    """An officer of the office that serves the case's county."""
    return a_user(role, agency=a_field_office())
