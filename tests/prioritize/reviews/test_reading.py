# SPDX-License-Identifier: Apache-2.0
"""Opening what was assessed of a case: by whom, for what purpose, and what is withheld."""

from __future__ import annotations

from typing import Any

import pytest

from secure_communities.identify.intake.reading import NotFound, PurposeMissing
from secure_communities.identify.records.rules import ProtectedClass
from secure_communities.platform.access.policy import POLICY, Permission
from secure_communities.platform.access.roles import HUMAN_ROLES, Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.agencies.models import AreaOfResponsibility
from secure_communities.platform.agencies.vocabulary import AgencyKind
from secure_communities.platform.events.models import Event
from secure_communities.prioritize.reviews import reading
from tests.identify import builders as a
from tests.platform.builders import a_user, an_agency

pytestmark = pytest.mark.django_db


def an_office(query: Any) -> Any:
    office = an_agency(AgencyKind.FIELD_OFFICE)
    AreaOfResponsibility.objects.create(field_office=office, state=query.submission.originator.county.state)
    return office


def opened(query: Any, who: Any, purpose: str = "referral") -> reading.Opened:
    return reading.open_case(query.pk, reader=who, purpose=purpose, at=a.AT)


def test_a_reading_is_an_event_with_its_purpose_under_the_number_of_the_submission() -> None:
    query = a.a_confirmed_match()
    officer = a_user(Role.FIELD_OFFICER, agency=an_office(query))
    opened(query, officer)
    event = Event.objects.get(kind="assessment:read")
    assert (event.purpose, event.correlation) == ("referral", query.submission.control_number)
    assert event.about_id == str(query.pk)


def test_a_reading_without_a_purpose_is_none_and_nothing_is_logged() -> None:
    query = a.a_confirmed_match()
    with pytest.raises(PurposeMissing):
        opened(query, a_user(Role.AUDITOR), purpose="")
    assert not Event.objects.filter(kind="assessment:read").exists()


def test_an_officer_of_another_office_opens_no_case() -> None:
    query = a.a_confirmed_match()
    an_office(query)
    with pytest.raises(NotAllowed, match="Another field office"):
        opened(query, a_user(Role.FIELD_OFFICER, agency=an_agency(AgencyKind.FIELD_OFFICE)))


@pytest.mark.parametrize("role", HUMAN_ROLES)
def test_only_the_roles_of_the_policy_open_a_case(role: Role) -> None:
    query = a.a_confirmed_match()
    reader = a_user(role, agency=an_office(query))
    if role in POLICY[Permission.ASSESSMENT_VIEW].roles:
        assert opened(query, reader).query == query
    else:
        with pytest.raises(NotAllowed):
            opened(query, reader)


def test_a_booking_system_never_opens_a_case() -> None:
    query = a.a_confirmed_match()
    with pytest.raises(NotAllowed):
        opened(query, query.submission.originator)


@pytest.mark.parametrize("protected_class", [ProtectedClass.VAWA, ProtectedClass.UNKNOWN, None])
def test_of_a_protected_person_the_field_is_told_nothing_but_that_it_is_withheld(protected_class: Any) -> None:
    """S19: unknown and failing count as protected."""
    query = a.a_confirmed_match(protected_class=protected_class)
    office = an_office(query)
    for role in (Role.FIELD_OFFICER, Role.FIELD_SUPERVISOR, Role.AUDITOR):
        assert opened(query, a_user(role, agency=office)).withheld
    for role in (Role.COUNSEL, Role.SUPPORT_SUPERVISOR, Role.AUTHORISED_OFFICER):
        assert not opened(query, a_user(role)).withheld


def test_of_several_cases_all_are_opened_or_none() -> None:
    query = a.a_confirmed_match()
    counsel = a_user(Role.COUNSEL)
    with pytest.raises(NotFound):
        reading.open_cases([query.pk, 999_999], reader=counsel, purpose="counsel", at=a.AT)
    assert not Event.objects.filter(kind="assessment:read").exists()
    with pytest.raises(ValueError, match="At most 20"):
        reading.open_cases(range(1, 22), reader=counsel, purpose="counsel", at=a.AT)


def test_the_list_of_an_office_holds_its_own_cases_only() -> None:
    query = a.a_confirmed_match()
    office = an_office(query)
    assert list(reading.visible_to(a_user(Role.FIELD_OFFICER, agency=office), at=a.AT)) == [query]
    other = a_user(Role.FIELD_OFFICER, agency=an_agency(AgencyKind.FIELD_OFFICE))
    assert not reading.visible_to(other, at=a.AT).exists()
    assert list(reading.visible_to(a_user(Role.COUNSEL), at=a.AT)) == [query]
    with pytest.raises(NotAllowed):
        reading.visible_to(a_user(Role.EXAMINER), at=a.AT)
