# SPDX-License-Identifier: Apache-2.0
"""Ask the policy map. Services call `require` before they write; screens call `may` to show what is possible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from secure_communities.platform import clock
from secure_communities.platform.access.conditions import (
    Condition,
    everywhere,
    own_agency,
    own_ori,
    own_state,
    serves_its_county,
)
from secure_communities.platform.access.policy import POLICY, Permission
from secure_communities.platform.access.roles import Role

SIGN_IN = "Sign in first: nobody acts here unnamed."


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes; `roles` are those that gave the permission."""

    roles: frozenset[Role]

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Refused:
    """No; `why` is a sentence for the person who asked."""

    why: str

    def __bool__(self) -> bool:
        return False


class NotAllowed(Exception):
    """The actor may not do this. The text is a sentence for the actor."""

    def __init__(self, permission: Permission, why: str) -> None:
        super().__init__(why)
        self.permission = permission
        self.why = why


def may(
    actor: Any,
    permission: Permission,
    thing: Any = None,
    *,
    at: datetime | None = None,
    roles: frozenset[Role] | None = None,
) -> Allowed | Refused:
    """Whether the actor holds the permission for `thing`; without a thing, whether for any at all.

    `thing` is the ORI for submissions (the one submitting or that submitted), the examined item for examinations,
    the determination for signing. `roles`: those of `roles_of`, where the caller asks many things at one moment.
    """
    rule = POLICY[permission]
    held = roles_of(actor, at) if roles is None else roles
    if held is None:
        return Refused(SIGN_IN)
    mine = held & rule.roles.keys()
    if not mine:
        return Refused(rule.sentence)
    if thing is None:
        return Allowed(frozenset(mine))
    refusals = {role: rule.roles[role](actor, thing) for role in sorted(mine)}
    allowed = frozenset(role for role, refusal in refusals.items() if refusal is None)
    return Allowed(allowed) if allowed else Refused(next(why for why in refusals.values() if why))


def require(actor: Any, permission: Permission, thing: Any = None, *, at: datetime | None = None) -> Allowed:
    """Return the permission or raise `NotAllowed`. Leaving out the thing that a condition speaks of is a TypeError."""
    if thing is None and POLICY[permission].conditional:
        raise TypeError(f"{permission} depends on the thing concerned: pass it")
    answer = may(actor, permission, thing, at=at)
    if isinstance(answer, Refused):
        raise NotAllowed(permission, answer.why)
    return answer


class Scope(StrEnum):
    """How far a view permission reaches, for selectors that must filter a list by it."""

    EVERYWHERE = "EVERYWHERE"
    OWN_STATE = "OWN_STATE"
    OWN_OFFICE = "OWN_OFFICE"
    OWN_AGENCY = "OWN_AGENCY"
    OWN_ORI = "OWN_ORI"


_SCOPES: dict[Condition, Scope] = {
    everywhere: Scope.EVERYWHERE,
    own_state: Scope.OWN_STATE,
    serves_its_county: Scope.OWN_OFFICE,
    own_agency: Scope.OWN_AGENCY,
    own_ori: Scope.OWN_ORI,
}


def scopes(actor: Any, permission: Permission, *, at: datetime | None = None) -> frozenset[Scope]:
    """The scopes under which the actor holds a permission over ORIs; empty when it does not hold it."""
    rule = POLICY[permission]
    return frozenset(_SCOPES[rule.roles[role]] for role in (roles_of(actor, at) or frozenset()) & rule.roles.keys())


def roles_of(actor: Any, at: datetime | None = None) -> frozenset[Role] | None:
    """The roles that an actor holds at a moment; None for nobody who could hold one."""
    ask = getattr(actor, "roles", None)
    return ask(at or clock.now()) if callable(ask) else None
