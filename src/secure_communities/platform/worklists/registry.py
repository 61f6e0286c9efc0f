# SPDX-License-Identifier: Apache-2.0
"""The worklists there are. Each subject registers its own in its `worklists.py`; nobody is offered an unknown one.

In: what a subject knows of its work. Out: one table that every screen, door and rule of the mechanism reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.keys.models import DataKey
from secure_communities.policy.clocks import ClockName


def _no_key(item: Any) -> DataKey | None:
    return None


@dataclass(frozen=True, slots=True)
class Worklist:
    """One kind of work.

    `permission`: who may take an item; asked with `thing(item)`. `permission_for`, where it differs by item.
    `supervisor`: the role that is called, and that hands over. `page`: name of the URL of the thing, taken with the
    item's `about_id`; `purpose`: what opening it from here is for. `data_key(item)`: whose notes are sealed under it.
    `notes`: False where colleagues must conclude alone (S1). `of_offices`: each item belongs to one office, and nobody
    of another sees or takes it.
    """

    name: str
    title: str
    permission: Permission
    supervisor: Role
    clock: ClockName
    thing: Callable[[Any], Any]
    page: str
    purpose: str = ""
    noun: str = "item"
    permission_for: Callable[[Any], Permission] | None = None
    data_key: Callable[[Any], DataKey | None] = _no_key
    notes: bool = True
    of_offices: bool = False


_LISTS: dict[str, Worklist] = {}


class UnknownWorklist(LookupError):
    """A worklist nobody registered."""


def register(*lists: Worklist) -> None:
    """Add worklists; the same name with another meaning is a programming error."""
    for one in lists:
        if _LISTS.setdefault(one.name, one) != one:
            raise ValueError(f"the worklist {one.name} is registered twice with different meanings")


def find(name: str) -> Worklist | None:
    """The worklist of that name, or None."""
    return _LISTS.get(name)


def worklist(name: str) -> Worklist:
    """The worklist of that name. Raises UnknownWorklist."""
    found = _LISTS.get(name)
    if found is None:
        raise UnknownWorklist(f"There is no worklist “{name}”.")
    return found


def all_worklists() -> Iterable[Worklist]:
    """Every worklist, by title."""
    return sorted(_LISTS.values(), key=lambda one: one.title)
