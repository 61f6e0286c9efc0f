# SPDX-License-Identifier: Apache-2.0
"""May X do Y to Z, and why: the answer of the policy taken apart, role by role. Pure.

In: an actor, the grants it holds, a permission, perhaps a thing. Out: yes or no with its sentence, and for each role
that carries the permission who granted it when, and what its condition said. It asks the same map as `may`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from secure_communities.platform.access.conditions import everywhere
from secure_communities.platform.access.policy import POLICY, Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import Refused, may
from secure_communities.platform.access.words import condition_of, role_name, title_of


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds: since when, until when (None: open), granted by whom (empty: the installation)."""

    role: Role
    since: datetime
    until: datetime | None
    granted_by: str


@dataclass(frozen=True, slots=True)
class OneRole:
    """What one role does for the question. `refused`: the condition's sentence, or empty; `open`: nothing was asked."""

    role: Role
    carries: bool
    held: Held | None
    condition: str
    refused: str = ""
    open: bool = False

    @property
    def gives(self) -> bool:
        """Whether this role alone answers with yes."""
        return self.carries and self.held is not None and not self.refused

    @property
    def sentence(self) -> str:
        """The role's part of the answer in words."""
        name = role_name(self.role)
        if not self.carries:
            return f"{name} is held, but does not carry this permission."
        if self.held is None:
            return f"{name} carries it, but is not held."
        if self.refused:
            return f"{name} carries it and is held, but here: {self.refused}"
        if self.open:
            return f"{name} carries it and is held; on each thing it depends: {self.condition}"
        return f"{name} carries it and is held."


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer: `roles` first those that say yes, then those held, then those that would carry it."""

    who: str
    permission: Permission
    thing: str
    allowed: bool
    sentence: str
    roles: tuple[OneRole, ...]

    @property
    def title(self) -> str:
        """What was asked for."""
        return title_of(self.permission)


def explain(
    actor: Any, held: Sequence[Held], permission: Permission, thing: Any, *, who: str, thing_words: str, at: datetime
) -> Explanation:
    """Explain the policy's answer for this actor. `thing` None asks whether for any at all, as `may` does."""
    rule = POLICY[permission]
    grants = {one.role: one for one in held}
    answers = []
    for role in sorted({*rule.roles, *grants}):
        carries = role in rule.roles
        condition = rule.roles.get(role, everywhere)
        refused = ""
        if carries and role in grants and thing is not None:
            refused = condition(actor, thing) or ""
        answers.append(
            OneRole(
                role=role,
                carries=carries,
                held=grants.get(role),
                condition=condition_of(condition) if carries else "",
                refused=refused,
                open=thing is None and condition is not everywhere,
            )
        )
    answers.sort(key=lambda one: (not one.gives, one.held is None, one.role))
    answer = may(actor, permission, thing, at=at)
    about = f" {thing_words}" if thing_words else ""
    if isinstance(answer, Refused):
        sentence = answer.why
    else:
        names = ", ".join(sorted(role_name(role) for role in answer.roles))
        sentence = f"{who} may do this{about}, as {names}."
        if any(one.open and one.gives for one in answers):
            sentence += " It depends on the thing: name one to know."
    return Explanation(who, permission, thing_words, bool(answer), sentence, tuple(answers))
