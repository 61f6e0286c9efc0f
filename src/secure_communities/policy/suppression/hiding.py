# SPDX-License-Identifier: Apache-2.0
"""Which cells of a table are hidden: the small ones, and as few others as a simple order of steps finds.

A small cell is safe when, on everything that is told, it could as well be 10 or more, and at least `WIDTH` more than it
is. The steps: small cells are taken from the smallest on; each gets the cheapest ring of hidden cells around which it
could rise so far (cheapest: least people in newly hidden cells, then fewest cells, then first in the table); at the
end each further cell, the largest first, is told again if every small cell stays safe.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from secure_communities.policy.suppression.counts import Arc, Counts, Key

SMALLEST_TOLD: Final = 10  # people: 1 to 9 are hidden; nobody (0) is told
WIDTH: Final = 3  # people
UNLIMITED: Final = 1 << 60


class Reason(StrEnum):
    """Why a cell is hidden. For those inside: told of a cell, it would say that the count is below 10."""

    SMALL = "SMALL"
    COMPLEMENTARY = "COMPLEMENTARY"


class Unprotectable(ValueError):
    """Cells that are told elsewhere leave no way to hide `key`."""

    def __init__(self, key: Key) -> None:
        super().__init__(f"{key} cannot be hidden while what is fixed is told")
        self.key = key


@dataclass(frozen=True, slots=True)
class Published:
    """A table as it may be told. A cell is in exactly one of the two."""

    values: Mapping[Key, int]
    hidden: Mapping[Key, Reason]

    def told(self, row: str, column: str) -> int | None:
        """The count, or None where it is hidden. Raises KeyError where the table has no such cell."""
        return None if (row, column) in self.hidden else self.values[row, column]


def hide(counts: Counts, *, fixed: Collection[Key] = frozenset()) -> Published:
    """The table with every small cell protected. `fixed`: cells that are told elsewhere. Raises Unprotectable."""
    network = _Network([one for one in counts.arcs() if one.value > 0], frozenset(fixed))
    hidden = network.protected()
    return Published({key: value for key, value in counts.values().items() if key not in hidden}, hidden)


def needed(value: int) -> int:
    """How far a small cell must be able to rise."""
    return max(SMALLEST_TOLD - value, WIDTH)


class _Network:
    """The cells that are not 0: zeros are told, so a reader knows of each hidden cell that it is at least 1."""

    def __init__(self, arcs: list[Arc], fixed: frozenset[Key]) -> None:
        self.arcs = arcs
        self.small = [at for at, one in enumerate(arcs) if one.value < SMALLEST_TOLD]
        self.fixed = {at for at, one in enumerate(arcs) if one.key in fixed}
        self.near: dict[int, list[tuple[int, int, bool]]] = {}  # node → (arc, the other node, whether it rises)
        for at, one in enumerate(arcs):
            if at not in self.fixed:
                self.near.setdefault(one.tail, []).append((at, one.head, True))
                self.near.setdefault(one.head, []).append((at, one.tail, False))

    def protected(self) -> dict[Key, Reason]:
        """Every hidden cell with its reason."""
        hidden = set(self.small)
        rings: dict[int, set[int]] = {}
        for at in sorted(self.small, key=lambda one: (self.arcs[one].value, one)):
            ring = self._ring(at, hidden, also_told=True)
            if ring is None:
                raise Unprotectable(self.arcs[at].key)
            hidden |= ring
            rings[at] = ring
        for spare in sorted(hidden.difference(self.small), key=lambda one: (-self.arcs[one].value, one)):
            others = {at: self._ring(at, hidden - {spare}) for at, ring in rings.items() if spare in ring}
            if all(ring is not None for ring in others.values()):
                hidden.discard(spare)
                rings |= {at: ring for at, ring in others.items() if ring is not None}
        small = set(self.small)
        return {
            self.arcs[at].key: Reason.SMALL if at in small else Reason.COMPLEMENTARY for at in sorted(hidden)
        }  # fmt: skip

    def _ring(self, at: int, hidden: set[int], *, also_told: bool = False) -> set[int] | None:
        """The cells around which a small cell can rise as far as it must; None where it cannot.

        Large steps are looked for first: one ring that carries all of it hides less than many that carry one each.
        """
        if at in self.fixed:
            return None
        wanted = step = needed(self.arcs[at].value)
        moved: dict[int, int] = {}
        taken = set(hidden)
        while wanted and step:
            way = self._cheapest(at, taken, moved, step, also_told=also_told)
            if way is None:
                step //= 2
                continue
            push = min([wanted, *(self._room(arc, rises, moved) for arc, rises in way)])
            for arc, rises in way:
                moved[arc] = moved.get(arc, 0) + (push if rises else -push)
                taken.add(arc)
            wanted -= push
            step = min(step, wanted)
        return None if wanted else {arc for arc, change in moved.items() if change}

    def _room(self, arc: int, rises: bool, moved: Mapping[int, int]) -> int:
        return UNLIMITED if rises else self.arcs[arc].value - 1 + moved.get(arc, 0)

    def _cheapest(
        self, at: int, hidden: set[int], moved: Mapping[int, int], step: int, *, also_told: bool
    ) -> list[tuple[int, bool]] | None:
        """The cheapest way from the end of a cell back to its start that carries `step` (Dijkstra 1959)."""
        start, goal = self.arcs[at].head, self.arcs[at].tail
        best: dict[int, tuple[int, int, int]] = {start: (0, 0, 0)}  # people hidden, cells hidden, cells on the way
        came: dict[int, tuple[int, int, bool]] = {}
        heap, done = [(0, 0, 0, start)], set()
        while heap:
            people, cells, length, node = heapq.heappop(heap)
            if node == goal:
                return _way(came, start, goal)
            if node in done:
                continue
            done.add(node)
            for arc, other, rises in self.near.get(node, ()):
                told = arc not in hidden
                if arc == at or other in done or (told and not also_told) or self._room(arc, rises, moved) < step:
                    continue
                cost = (people + self.arcs[arc].value * told, cells + told, length + 1)
                if other not in best or cost < best[other]:
                    best[other], came[other] = cost, (node, arc, rises)
                    heapq.heappush(heap, (*cost, other))
        return None


def _way(came: Mapping[int, tuple[int, int, bool]], start: int, goal: int) -> list[tuple[int, bool]]:
    found = []
    while goal != start:
        goal, arc, rises = came[goal]
        found.append((arc, rises))
    return found
