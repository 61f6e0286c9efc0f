# SPDX-License-Identifier: Apache-2.0
"""Which cells of a table are hidden: the small ones, and as few others as a simple order of steps finds.

A small cell is safe when, on everything that is told, it could as well be 10 or more, and at least `WIDTH` more than it
is. The steps: small cells are taken from the smallest on; each gets the cheapest ring of hidden cells around which it
could rise so far (cheapest: least people in newly hidden cells, then fewest cells, then first in the table); at the
end each further cell, the largest first, is told again if every small cell stays safe.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from secure_communities.policy.suppression.counts import Arc, Counts, Key

SMALLEST_TOLD: Final = 10  # people: 1 to 9 are hidden; nobody (0) is told
WIDTH: Final = 3  # people


class Reason(StrEnum):
    """Why a cell is hidden. For those inside: told of a cell, it would say that the count is below 10."""

    SMALL = "SMALL"
    COMPLEMENTARY = "COMPLEMENTARY"


class Unprotectable(ValueError):
    """Cells that are told elsewhere leave no way to hide `keys`, whatever else is hidden."""

    def __init__(self, keys: Sequence[Key]) -> None:
        super().__init__(f"{keys[0]} and {len(keys) - 1} others cannot be hidden while what is fixed is told")
        self.keys = keys


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


Step = tuple[int, bool]  # a cell on the way, and whether it rises
Way = list[Step] | None
Near = dict[int, dict[int, tuple[int, bool]]]  # node → cell → the other node, and whether it rises on the way there


class _Network:
    """The cells that are not 0: zeros are told, so a reader knows of each hidden cell that it is at least 1."""

    def __init__(self, arcs: list[Arc], fixed: frozenset[Key]) -> None:
        self.arcs = arcs
        self.small = [at for at, one in enumerate(arcs) if one.value < SMALLEST_TOLD]
        self.fixed = {at for at, one in enumerate(arcs) if one.key in fixed}
        self.all: Near = {}
        self.hidden: Near = {}
        for at in range(len(arcs)):
            if at not in self.fixed:
                self._put(self.all, at)

    def protected(self) -> dict[Key, Reason]:
        """Every hidden cell with its reason. Raises Unprotectable."""
        told = set(range(len(self.arcs))).difference(self.small, self.fixed)
        for at in self.small:
            self._put(self.hidden, at)
        rings: dict[int, set[int]] = {}
        lost = []
        for at in sorted(self.small, key=lambda one: (self.arcs[one].value, one)):
            ring = None if at in self.fixed else self._ring(at, self._shortest) or self._ring(at, self._cheapest)
            if ring is None:
                lost.append(self.arcs[at].key)
                continue
            rings[at] = ring
            for new in sorted(ring & told):
                self._put(self.hidden, new)
            told -= ring
        if lost:
            raise Unprotectable(lost)
        small = set(self.small)
        further = {one for ring in rings.values() for one in ring if one not in small}
        for spare in sorted(further, key=lambda one: (-self.arcs[one].value, one)):
            if self._spared(spare, rings):
                further.discard(spare)
        reasons = dict.fromkeys(small, Reason.SMALL) | dict.fromkeys(further, Reason.COMPLEMENTARY)
        return {self.arcs[at].key: reasons[at] for at in sorted(reasons)}

    def _spared(self, spare: int, rings: dict[int, set[int]]) -> bool:
        """Whether a cell can be told again; then every small cell that needed it has another ring."""
        self._take(self.hidden, spare)
        others: dict[int, set[int]] = {}
        for at, ring in rings.items():
            if spare in ring:
                other = self._ring(at, self._shortest)
                if other is None:
                    self._put(self.hidden, spare)
                    return False
                others[at] = other
        rings |= others
        return True

    def _put(self, near: Near, at: int) -> None:
        arc = self.arcs[at]
        near.setdefault(arc.tail, {})[at] = (arc.head, True)
        if arc.head != arc.tail:
            near.setdefault(arc.head, {})[at] = (arc.tail, False)

    def _take(self, near: Near, at: int) -> None:
        for node in {self.arcs[at].tail, self.arcs[at].head}:
            del near[node][at]

    def _ring(self, at: int, find: Callable[[int, Mapping[int, int], int], Way]) -> set[int] | None:
        """The cells around which a small cell can rise as far as it must; None where it cannot.

        Large steps are looked for first: one ring that carries all of it hides less than many that carry one each.
        """
        wanted = step = needed(self.arcs[at].value)
        moved: dict[int, int] = {}
        while wanted and step:
            way = find(at, moved, step)
            if way is None:
                step //= 2
                continue
            push = min([wanted, *(self._room(arc, moved) for arc, rises in way if not rises)])
            for arc, rises in way:
                moved[arc] = moved.get(arc, 0) + (push if rises else -push)
            wanted -= push
            step = min(step, wanted)
        return None if wanted else {arc for arc, change in moved.items() if change}

    def _room(self, arc: int, moved: Mapping[int, int]) -> int:
        """How far a cell can fall. It can rise without limit."""
        return self.arcs[arc].value - 1 + moved.get(arc, 0)

    def _shortest(self, at: int, moved: Mapping[int, int], step: int) -> Way:
        """The shortest way from the end of a cell back to its start, of hidden cells, that carries `step`."""
        start, goal = self.arcs[at].head, self.arcs[at].tail
        came: dict[int, tuple[int, int, bool]] = {start: (start, at, True)}
        waiting = deque([start])
        while waiting and goal not in came:
            node = waiting.popleft()
            for arc, (other, rises) in self.hidden.get(node, {}).items():
                if other not in came and arc != at and (rises or self._room(arc, moved) >= step):
                    came[other] = (node, arc, rises)
                    waiting.append(other)
        return _way(came, start, goal) if goal in came else None

    def _cheapest(self, at: int, moved: Mapping[int, int], step: int) -> Way:
        """The cheapest way, told cells among it (Dijkstra 1959): people newly hidden, then cells, then its length."""
        start, goal = self.arcs[at].head, self.arcs[at].tail
        best: dict[int, tuple[int, int, int]] = {start: (0, 0, 0)}
        came: dict[int, tuple[int, int, bool]] = {}
        heap, done = [(0, 0, 0, start)], set()
        while heap:
            people, cells, length, node = heapq.heappop(heap)
            if node == goal:
                return _way(came, start, goal)
            if node in done:
                continue
            done.add(node)
            hidden = self.hidden.get(node, {})
            for arc, (other, rises) in self.all.get(node, {}).items():
                if arc == at or other in done or not (rises or self._room(arc, moved) >= step):
                    continue
                told = arc not in hidden and not moved.get(arc)
                cost = (people + self.arcs[arc].value * told, cells + told, length + 1)
                if other not in best or cost < best[other]:
                    best[other], came[other] = cost, (node, arc, rises)
                    heapq.heappush(heap, (*cost, other))
        return None


def _way(came: Mapping[int, tuple[int, int, bool]], start: int, goal: int) -> list[Step]:
    found = []
    while goal != start:
        goal, arc, rises = came[goal]
        found.append((arc, rises))
    return found
