# SPDX-License-Identifier: Apache-2.0
"""The policy map: who may do what, under which condition, and who never may."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from secure_communities.platform.access.policy import POLICY, Permission
from secure_communities.platform.access.roles import CASE_ROLES, HUMAN_ROLES, SEPARATED, Role, incompatible
from secure_communities.platform.access.services import Allowed, NotAllowed, Refused, Scope, may, require, scopes

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class Somebody:
    """An actor as the policy map sees one."""

    held: frozenset[Role] = frozenset()
    pk: int = 1
    agency_id: int = 10
    agency: object = None
    asked_at: list = field(default_factory=list)

    def roles(self, at):
        self.asked_at.append(at)
        return self.held


@dataclass
class Thing:
    """Anything that a condition asks about."""

    pk: int = 5
    agency_id: int = 10
    agency: object = None
    examiner_ids: frozenset[int] = frozenset()
    drafted_by_id: int | None = 99


@dataclass
class Office:
    state_id: str | None


def somebody(*roles, **fields):
    return Somebody(held=frozenset(roles), **fields)


DECISIONS = [
    Permission.CRIMINAL_CANDIDATE_DECIDE,
    Permission.EXAMINATION_DECIDE,
    Permission.EXAMINATION_LEAD,
    Permission.RESEARCH_CLAIM,
    Permission.RESEARCH_DRAFT,
    Permission.DETERMINATION_SIGN,
]

WHO_DECIDES = {
    Permission.CRIMINAL_CANDIDATE_DECIDE: {Role.EXAMINER, Role.LEAD_EXAMINER},
    Permission.EXAMINATION_DECIDE: {Role.EXAMINER, Role.LEAD_EXAMINER},
    Permission.EXAMINATION_LEAD: {Role.LEAD_EXAMINER},
    Permission.RESEARCH_CLAIM: {Role.SUPPORT_SPECIALIST},
    Permission.RESEARCH_DRAFT: {Role.SUPPORT_SPECIALIST},
    Permission.DETERMINATION_SIGN: {Role.AUTHORISED_OFFICER},
}


@pytest.mark.parametrize("permission", Permission)
def test_every_permission_has_a_rule_with_roles_and_a_sentence(permission):
    rule = POLICY[permission]
    assert rule.roles
    assert rule.sentence.endswith(".")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", DECISIONS)
def test_each_decision_belongs_to_its_profession_alone(permission, role):
    answer = may(somebody(role), permission, Thing(), at=AT)
    assert bool(answer) == (role in WHO_DECIDES[permission])


@pytest.mark.parametrize("permission", Permission)
def test_nobody_without_a_role_and_nobody_unnamed_may_do_anything(permission):
    assert may(somebody(), permission, Thing(), at=AT) == Refused(POLICY[permission].sentence)
    for unnamed in (None, object(), "system:worker", "examiner.one"):
        assert isinstance(may(unnamed, permission, Thing(), at=AT), Refused)
        with pytest.raises(NotAllowed, match="Sign in"):
            require(unnamed, permission, Thing(), at=AT)


def test_the_same_examiner_never_decides_twice_on_one_item_in_whatever_role():
    item = Thing(examiner_ids=frozenset({1, 2}))
    for roles in ([Role.EXAMINER], [Role.LEAD_EXAMINER], [Role.EXAMINER, Role.LEAD_EXAMINER]):
        for permission in (Permission.EXAMINATION_DECIDE, Permission.EXAMINATION_LEAD):
            assert not may(somebody(*roles, pk=1), permission, item, at=AT)
    assert may(somebody(Role.EXAMINER, pk=3), Permission.EXAMINATION_DECIDE, item, at=AT)


def test_whoever_drafted_does_not_sign_and_nobody_signs_nothing():
    officer = somebody(Role.AUTHORISED_OFFICER, Role.SUPPORT_SPECIALIST, pk=7)
    with pytest.raises(NotAllowed, match="another officer must sign"):
        require(officer, Permission.DETERMINATION_SIGN, Thing(drafted_by_id=7), at=AT)
    with pytest.raises(NotAllowed, match="no draft"):
        require(officer, Permission.DETERMINATION_SIGN, Thing(drafted_by_id=None), at=AT)
    assert require(officer, Permission.DETERMINATION_SIGN, Thing(drafted_by_id=8), at=AT)


@pytest.mark.parametrize("permission", [permission for permission, rule in POLICY.items() if rule.conditional])
def test_a_service_that_forgets_the_thing_is_stopped_rather_than_let_through(permission):
    everyone = somebody(*Role)
    assert may(everyone, permission, at=AT)
    with pytest.raises(TypeError, match="pass it"):
        require(everyone, permission, at=AT)


def test_a_booking_officer_acts_for_the_own_agency_and_a_booking_system_for_the_own_ori():
    officer = somebody(Role.BOOKING_OFFICER, agency_id=10)
    assert may(officer, Permission.SUBMISSION_SUBMIT, Thing(agency_id=10), at=AT)
    assert not may(officer, Permission.SUBMISSION_SUBMIT, Thing(agency_id=11), at=AT)
    system = somebody(Role.BOOKING_SYSTEM, pk=5)
    assert may(system, Permission.SUBMISSION_VIEW, Thing(pk=5), at=AT)
    assert not may(system, Permission.SUBMISSION_VIEW, Thing(pk=6), at=AT)


def test_a_state_bureau_sees_its_own_state_and_a_bureau_without_one_sees_nothing():
    texas, nowhere = Office("48"), Office(None)
    for own, other, seen in ((texas, texas, True), (texas, Office("06"), False), (nowhere, nowhere, False)):
        bureau = somebody(Role.STATE_BUREAU, agency=own)
        assert bool(may(bureau, Permission.SUBMISSION_VIEW, Thing(agency=other), at=AT)) is seen


def test_a_second_role_widens_and_a_narrow_one_does_not_narrow():
    both = somebody(Role.BOOKING_OFFICER, Role.EXAMINER, agency_id=10)
    answer = may(both, Permission.SUBMISSION_VIEW, Thing(agency_id=11), at=AT)
    assert answer == Allowed(frozenset({Role.EXAMINER}))


def test_those_who_do_no_casework_see_no_submissions():
    for role in (Role.ADMINISTRATOR, Role.PROGRAMME_MANAGER, Role.FIELD_OFFICER, Role.COUNSEL):
        assert not may(somebody(role), Permission.SUBMISSION_VIEW, Thing(), at=AT)


def test_only_auditors_and_operators_verify_the_log():
    allowed = {role for role in Role if may(somebody(role), Permission.EVENT_VERIFY, at=AT)}
    assert allowed == {Role.AUDITOR, Role.OPERATOR}


def test_every_person_with_a_role_may_look_at_the_agencies():
    assert {role for role in Role if may(somebody(role), Permission.AGENCY_VIEW, at=AT)} == set(HUMAN_ROLES)


def test_roles_are_those_held_at_the_moment_that_is_asked_about():
    actor = somebody(Role.EXAMINER)
    may(actor, Permission.AGENCY_VIEW, at=AT)
    assert actor.asked_at == [AT]


def test_a_list_is_filtered_by_the_same_scopes():
    assert scopes(somebody(Role.BOOKING_OFFICER), Permission.SUBMISSION_VIEW, at=AT) == {Scope.OWN_AGENCY}
    assert scopes(somebody(Role.AUDITOR), Permission.SUBMISSION_VIEW, at=AT) == {Scope.EVERYWHERE}
    assert scopes(somebody(Role.COUNSEL), Permission.SUBMISSION_VIEW, at=AT) == frozenset()
    assert scopes(None, Permission.SUBMISSION_VIEW, at=AT) == frozenset()


def test_whoever_audits_holds_no_other_role():
    for role in HUMAN_ROLES:
        if role is not Role.AUDITOR:
            assert incompatible(role, frozenset({Role.AUDITOR})) is Role.AUDITOR
            assert incompatible(Role.AUDITOR, frozenset({role})) is role
    assert incompatible(Role.EXAMINER, frozenset({Role.LEAD_EXAMINER})) is None


def test_whoever_hears_complaints_has_no_part_in_a_case_and_supervisor_and_counsel_are_two_people():
    for role in CASE_ROLES:
        assert incompatible(Role.REDRESS_OFFICER, frozenset({role})) is role
        assert incompatible(role, frozenset({Role.REDRESS_OFFICER})) is Role.REDRESS_OFFICER
    assert incompatible(Role.REDRESS_OFFICER, frozenset({Role.PROGRAMME_MANAGER})) is None
    assert incompatible(Role.SUPPORT_SUPERVISOR, frozenset({Role.COUNSEL})) is Role.COUNSEL
    assert incompatible(Role.COUNSEL, frozenset({Role.EXAMINER, Role.FIELD_SUPERVISOR})) is Role.FIELD_SUPERVISOR
    assert all(why.strip() for why in SEPARATED.values())
