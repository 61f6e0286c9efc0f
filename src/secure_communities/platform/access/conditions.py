# SPDX-License-Identifier: Apache-2.0
"""The conditions under which a role holds a permission. Pure.

In: the actor and the thing concerned. Out: None, or the sentence with which it refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, Protocol

from secure_communities.platform.access.roles import Role


class Actor(Protocol):
    """Whoever acts: a user, or an ORI whose booking system proved its key."""

    pk: Any

    def roles(self, at: datetime) -> frozenset[Role]:
        """The roles held at that moment."""


class Examined(Protocol):
    """An item that examiners decide on. `examiner_ids`: the users who already did."""

    examiner_ids: Collection[int]


class Drafted(Protocol):
    """A determination. `drafted_by_id`: the specialist who wrote the draft, or None."""

    drafted_by_id: int | None


class Supervised(Protocol):
    """A worklist. `supervisor`: the role that looks after it."""

    supervisor: Role


class Proposed(Protocol):
    """A change of a person's records, or a link rule. `proposed_by_id`: the user who wrote it."""

    proposed_by_id: int


class Planned(Protocol):
    """A plan of the roll-out."""

    made_by_id: int


class Opened(Protocol):
    """An emergency access. `user_id`: the user who opened the record."""

    user_id: int


Condition = Callable[[Any, Any], str | None]

# Who looks after worklists; each worklist names one of them.
SUPERVISORS: tuple[Role, ...] = (Role.SUPPORT_SUPERVISOR, Role.LEAD_EXAMINER, Role.FIELD_SUPERVISOR)


def everywhere(actor: Any, thing: Any) -> str | None:
    """No condition."""
    return None


def own_ori(actor: Any, ori: Any) -> str | None:
    """A booking system acts for the one ORI whose key it holds."""
    return None if actor.pk == ori.pk else "A booking system's key is good for its own ORI only."


def own_agency(actor: Any, ori: Any) -> str | None:
    """A booking officer acts for the agency that employs the officer."""
    same = actor.agency_id is not None and actor.agency_id == ori.agency_id
    return None if same else "A booking officer sees and submits for the officer's own agency only."


def own_state(actor: Any, ori: Any) -> str | None:
    """A state bureau sees the agencies of its own state."""
    same = actor.agency.state_id is not None and actor.agency.state_id == ori.agency.state_id
    return None if same else "A state bureau sees the submissions of its own state only."


def own_office(actor: Any, referral: Any) -> str | None:
    """A field officer sees what was referred to the officer's own office."""
    same = actor.agency_id is not None and actor.agency_id == referral.office_id
    return None if same else "A field officer sees the referrals to the officer's own office only."


def serves_its_county(actor: Any, ori: Any) -> str | None:
    """A field office has to do with the counties it serves."""
    same = actor.agency_id is not None and actor.agency_id == ori.field_office_id
    return None if same else "Another field office serves the county of this submission."


def not_examined_before(actor: Any, item: Examined) -> str | None:
    """Two examiners means two people (S1)."""
    return "You have already decided on this item: another examiner must." if actor.pk in item.examiner_ids else None


def not_the_drafter(actor: Any, determination: Drafted) -> str | None:
    """Whoever signs has not written the draft, and there is a draft."""
    if determination.drafted_by_id is None:
        return "There is no draft to sign."
    if determination.drafted_by_id == actor.pk:
        return "You wrote this draft: another officer must sign it."
    return None


def supervising_as(role: Role) -> Condition:
    """A supervisor looks after the worklists of the supervisor's own trade."""

    def condition(actor: Any, worklist: Supervised) -> str | None:
        return None if worklist.supervisor is role else "Another supervisor looks after this worklist."

    condition.__doc__ = supervising_as.__doc__  # the screens show it
    return condition


def not_who_opened_it(actor: Any, access: Opened) -> str | None:
    """Whoever reviews an emergency access has not opened it."""
    return "You opened this yourself: somebody else must review it." if actor.pk == access.user_id else None


def another_than_proposed_it(actor: Any, override: Proposed) -> str | None:
    """Whoever approves an override has not proposed it."""
    return "You proposed this: another person must decide it." if actor.pk == override.proposed_by_id else None


def another_of_the_office(actor: Any, override: Any) -> str | None:
    """A field supervisor approves for the counties of the own office, and never the own proposal."""
    return another_than_proposed_it(actor, override) or serves_its_county(actor, override.originator)


def not_the_proposer(actor: Any, change: Proposed) -> str | None:
    """Whoever approves a change of a person's records has not proposed it."""
    return "You proposed this: another supervisor must decide it." if actor.pk == change.proposed_by_id else None


def not_who_made_the_plan(actor: Any, plan: Planned) -> str | None:
    """Whoever approves a plan has not made it."""
    return "You made this plan: another programme manager approves it." if actor.pk == plan.made_by_id else None
