# SPDX-License-Identifier: Apache-2.0
"""Roles held apart: the table of the policy, the trigger of the database, and attempts to get round both."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from secure_communities.platform.access.roles import HUMAN_ROLES, SEPARATED, Role
from secure_communities.platform.accounts import services
from secure_communities.platform.accounts.models import RoleGrant
from secure_communities.platform.refusals import Refusal
from tests.platform.builders import AT, a_user, an_administrator

pytestmark = pytest.mark.django_db

INSERT = """INSERT INTO accounts_rolegrant (user_id, role, starts_at, ends_at, granted_by_id)
            VALUES (%s, %s, %s, %s, %s)"""


def test_the_database_holds_the_same_pairs_apart_as_the_policy():
    with connection.cursor() as cursor:
        cursor.execute("SELECT one, other FROM accounts_roles_apart()")
        pairs = {frozenset({Role(one), Role(other)}) for one, other in cursor.fetchall()}
    assert pairs == set(SEPARATED)


@pytest.mark.parametrize(
    "pair", [("AUDITOR", "EXAMINER"), ("REDRESS_OFFICER", "CUSTODY"), ("COUNSEL", "SUPPORT_SUPERVISOR")]
)
@pytest.mark.parametrize("turned", [False, True])
def test_no_statement_of_sql_gives_one_person_two_roles_that_are_held_apart(pair, turned):
    first, second = reversed(pair) if turned else pair
    user, administrator = a_user(Role(first)), an_administrator()
    refused = pytest.raises(IntegrityError, match="not held by one person")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, [user.pk, second, AT, None, administrator.pk])
    with pytest.raises(IntegrityError, match="not held by one person"), transaction.atomic():
        RoleGrant.objects.bulk_create([RoleGrant(user=user, role=second, starts_at=AT, granted_by=administrator)])
    assert user.roles(AT) == {Role(first)}


def test_a_grant_that_starts_while_the_other_is_still_running_is_refused_even_if_it_starts_later():
    user, administrator = a_user(Role.AUDITOR), an_administrator()
    later = AT + timedelta(days=400)
    with pytest.raises(IntegrityError, match="not held by one person"), transaction.atomic():
        RoleGrant.objects.create(user=user, role=Role.OPERATOR, starts_at=later, granted_by=administrator)


def test_one_role_may_follow_the_other():
    user, administrator = a_user(Role.AUDITOR), an_administrator()
    services.end_role(grant=user.role_grants.get(), reason="Moves on", by=administrator, at=AT)
    services.grant_role(user=user, role=Role.EXAMINER, reason="Moves on", by=administrator, at=AT)
    assert user.roles(AT) == {Role.EXAMINER}


def test_the_refusal_says_which_roles_and_why():
    user = a_user(Role.SUPPORT_SUPERVISOR)
    with pytest.raises(Refusal, match=r"COUNSEL and SUPPORT_SUPERVISOR .* as two people \(S2\)"):
        services.grant_role(user=user, role=Role.COUNSEL, reason="Short of staff", by=an_administrator(), at=AT)


def test_every_role_of_people_fits_the_table_of_grants():
    for role in HUMAN_ROLES:
        assert a_user(role).roles(AT) == {role}
