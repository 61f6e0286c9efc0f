# SPDX-License-Identifier: Apache-2.0
"""Builders of records for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from secure_communities.identify.galleries.models import Register, RegisterSubject, Source
from secure_communities.identify.records import services
from secure_communities.identify.records.models import Arrest, ImmigrationRecord
from secure_communities.identify.records.rules import ArrestFacts, ChargeFacts
from secure_communities.platform.access.roles import Role
from secure_communities.platform.accounts.models import RoleGrant, User
from secure_communities.platform.agencies.models import Agency
from secure_communities.platform.agencies.vocabulary import AgencyKind
from secure_communities.platform.keys.services import create_data_key

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ACTOR = "system:test"
IDENTITY = {
    "family": "SAMPLEHIDDEN",
    "given": "VIOLETTA",
    "middle": "QUILL",
    "dob": date(1988, 2, 29),
    "pob": "XZ",
    "citizenship": "XQ",
    "sex": "F",
    "doc_type": "PASSPORT",
    "doc_no": "SYN7654321",
}
ENCOUNTER = {"date": date(2005, 3, 16), "class": "TRAVEL", "site": "DEMO AIRPORT", "reason": "ADMISSION"}


def a_subject(register: Register, number: int = 0) -> RegisterSubject:
    criminal = register == Register.CRIMINAL
    return RegisterSubject.objects.create(
        register=register,
        number=f"S{number + 1:07d}Z" if criminal else f"900{number + 1:07d}",
        row=number,
        source=Source.BOOKING if criminal else Source.ENCOUNTER,
        data_key=create_data_key(at=AT),
        enrolled_at=AT,
    )


def a_user(username: str, *roles: Role) -> User:
    agency, _ = Agency.objects.get_or_create(name="Support Centre", kind=AgencyKind.SUPPORT_CENTRE)
    user = User.objects.create_user(username, display_name=username.title(), agency=agency)
    administrator, _ = User.objects.get_or_create(username="administrator", display_name="A", agency=agency)
    for role in roles:
        starts_at = datetime(2026, 1, 1, tzinfo=UTC)
        RoleGrant.objects.create(user=user, role=role, starts_at=starts_at, granted_by=administrator)
    return user


def arrest_facts(*charges: ChargeFacts, **changes: Any) -> ArrestFacts:
    values: dict[str, Any] = {
        "correlation": "SYNZZTX00101-20261122-000001",
        "ori": "ZZTX00101",
        "arrest_date": date(2026, 11, 21),
        "charges": charges or (ChargeFacts("SHOPLIFTING", "2303", date(2026, 11, 20), "TX"),),
        "names": ("SAMPLE,ONE",),
        "dob": date(1980, 1, 1),
        "sex": "M",
        "pob": "TX",
    }
    return ArrestFacts(**(values | changes))


def an_arrest(subject: RegisterSubject, *charges: ChargeFacts, **changes: Any) -> Arrest:
    services.open_criminal_record(
        subject=subject,
        demographics={"names": ["SAMPLE,ONE"], "dob": date(1980, 1, 1), "sex": "M", "pob": "TX", "sid": "ZZ0001234"},
        at=AT,
        actor=ACTOR,
    )
    return services.record_arrest(subject=subject, facts=arrest_facts(*charges, **changes), at=AT, actor=ACTOR)


def an_immigration_record(subject: RegisterSubject, protected_class: Any = "NONE") -> ImmigrationRecord:
    return services.open_immigration_record(
        subject=subject,
        identities=[IDENTITY],
        a_number="A000123456",
        last_encounter=ENCOUNTER,
        protected_class=protected_class,
        at=AT,
        actor=ACTOR,
    )
