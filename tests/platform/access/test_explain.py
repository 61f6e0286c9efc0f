# SPDX-License-Identifier: Apache-2.0
"""The policy in words and taken apart: nothing without a title, and the explanation never differs from the answer."""

from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace

import pytest

from secure_communities.platform.access.conditions import everywhere
from secure_communities.platform.access.explain import Held, explain
from secure_communities.platform.access.policy import POLICY, Permission
from secure_communities.platform.access.roles import HUMAN_ROLES, Role
from secure_communities.platform.access.services import may
from secure_communities.platform.access.words import TITLES, condition_of, thing_of, title_of
from tests.platform.builders import AT


def actor(*roles: Role, pk: int = 1) -> SimpleNamespace:
    return SimpleNamespace(pk=pk, agency_id=1, agency=SimpleNamespace(state_id="48"), roles=lambda at: frozenset(roles))


def held(*roles: Role) -> list[Held]:
    return [Held(role, AT, None, "Ada Alderbrook") for role in roles]


def test_every_permission_has_a_title_and_every_condition_says_what_it_asks():
    assert not sorted(set(Permission) - TITLES.keys()), "add a title in platform/access/words.py"
    for permission, rule in POLICY.items():
        assert title_of(permission) and thing_of(permission)
        for condition in rule.roles.values():
            assert condition_of(condition).endswith((".", ")")), f"{condition} needs a docstring: the screen shows it"


@pytest.mark.parametrize("permission", Permission)
def test_without_a_thing_the_explanation_says_what_the_policy_says(permission):
    for roles in [(), *((role,) for role in HUMAN_ROLES), *combinations(HUMAN_ROLES[:5], 2)]:
        someone = actor(*roles)
        found = explain(someone, held(*roles), permission, None, who="X", thing_words="", at=AT)
        assert found.allowed == bool(may(someone, permission, at=AT)) == any(one.gives for one in found.roles)
        assert found.sentence and all(one.sentence for one in found.roles)
        if not found.allowed:
            assert found.sentence == POLICY[permission].sentence


def test_a_condition_that_refuses_is_told_with_its_own_words():
    item = SimpleNamespace(examiner_ids=[1])
    someone = actor(Role.EXAMINER)
    found = explain(
        someone, held(Role.EXAMINER), Permission.EXAMINATION_DECIDE, item, who="X", thing_words="to comparison 3", at=AT
    )
    assert not found.allowed and "already decided" in found.sentence
    [mine] = [one for one in found.roles if one.held]
    assert mine.carries and not mine.gives and "already decided" in mine.sentence
    assert mine.held.granted_by == "Ada Alderbrook" and mine.held.since == AT


def test_a_role_that_is_held_and_carries_nothing_here_is_told_too():
    found = explain(
        actor(Role.COUNSEL), held(Role.COUNSEL), Permission.ROLE_GRANT, None, who="X", thing_words="", at=AT
    )
    says = {one.role: one for one in found.roles}
    assert not says[Role.COUNSEL].carries and says[Role.COUNSEL].held
    assert says[Role.ADMINISTRATOR].carries and says[Role.ADMINISTRATOR].held is None


def test_what_depends_on_the_thing_is_said_to_depend():
    found = explain(
        actor(Role.BOOKING_OFFICER), held(Role.BOOKING_OFFICER), Permission.SUBMISSION_VIEW, None,
        who="X", thing_words="", at=AT,
    )  # fmt: skip
    assert found.allowed and "depends on the thing" in found.sentence
    assert POLICY[Permission.SUBMISSION_VIEW].roles[Role.AUDITOR] is everywhere
