# SPDX-License-Identifier: Apache-2.0
"""What protects one record of a person protects every case of theirs while the records are joined (S2, S19)."""

from __future__ import annotations

import pytest

from secure_communities.identify.citizenship import selectors as citizenship
from secure_communities.identify.citizenship.services import PathBlocked
from secure_communities.identify.people import prints, registration
from secure_communities.identify.people.models import Person
from secure_communities.identify.people.reading import PersonPurpose
from secure_communities.identify.records.rules import ProtectedClass
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.policy.priority import Outside
from secure_communities.prioritize.facts import confirming
from secure_communities.prioritize.facts import selectors as facts
from secure_communities.prioritize.reviews import reading
from tests.identify.builders import AT, a_determination, an_immigration_subject
from tests.identify.people.builders import AT as NOON
from tests.identify.people.builders import merged, person_of, undone
from tests.prioritize import cases as p

pytestmark = pytest.mark.django_db


def the_person_of(query) -> Person:
    prints.link_confirmed(submission=query.submission, subject=query.subject, at=NOON)
    found = facts.person_of(query)
    assert found is not None
    return found


def somebody_protected() -> Person:
    subject = an_immigration_subject(3, protected_class=ProtectedClass.VAWA)
    return person_of(registration.register_subject(subject, at=NOON, actor="system:test"))


def test_s19_a_case_that_is_joined_to_a_protected_persons_record_is_withheld_until_they_are_parted() -> None:
    query = p.a_referred_case()
    officer, charge = p.an_officer(query), p.the_charge(query)

    def withheld() -> bool:
        return reading.open_case(query.pk, reader=officer, purpose=PersonPurpose.REFERRAL, at=AT).withheld

    assert not withheld()
    confirming.open_charge(charge.pk, reader=officer, purpose=PersonPurpose.REFERRAL, at=AT)
    change = merged(the_person_of(query), somebody_protected())
    assert withheld()
    with pytest.raises(NotAllowed) as refusal:
        confirming.open_charge(charge.pk, reader=officer, purpose=PersonPurpose.REFERRAL, at=AT)
    assert refusal.value.permission is Permission.PERSON_PROTECTED
    counsel = p.an_officer(query, Role.COUNSEL)
    assert not reading.open_case(query.pk, reader=counsel, purpose=PersonPurpose.COUNSEL, at=AT).withheld
    undone(change)
    assert not withheld()


def test_s2_a_sign_of_citizenship_of_one_record_stops_every_case_that_is_joined_to_it() -> None:
    query = p.a_referred_case(1)
    p.confirm_all(query, "1206")
    assert p.assessed(query).answer == "LEVEL_1"
    possible_citizen = p.a_referred_case(2, determined=False, fields={"2.020": "TX"})
    change = merged(the_person_of(query), the_person_of(possible_citizen))
    stopped = p.assessed(query)
    assert stopped.answer in {str(one) for one in Outside} and stopped.inputs["standing"] == "CITIZENSHIP_OPEN"
    undone(change)
    assert p.assessed(query).answer == "LEVEL_1"


def test_s2_no_adverse_path_is_open_of_a_case_that_is_joined_to_a_possible_citizens_record() -> None:
    decided, undecided = p.a_referred_case(1), p.a_referred_case(3, determined=False)
    assert citizenship.adverse_path_open(decided.submission)
    possible_citizen = the_person_of(p.a_referred_case(2, determined=False, fields={"2.020": "TX"}))
    merged(the_person_of(decided), possible_citizen)
    change = merged(the_person_of(undecided), the_person_of(decided))
    assert not citizenship.adverse_path_open(decided.submission)
    with pytest.raises(PathBlocked):
        a_determination(undecided)
    undone(change)
    a_determination(undecided)
    assert citizenship.adverse_path_open(undecided.submission)
    assert not citizenship.adverse_path_open(decided.submission)
