# SPDX-License-Identifier: Apache-2.0
"""The clocks there are, read from the table beside this module and checked.

In: `clocks.toml`. Out: frozen `Standard`s, by name and by the day they are in force.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any


class ClockName(StrEnum):
    """The kinds of work that a clock runs for."""

    EXAMINATION = "examination"
    DETERMINATION = "determination"
    CITIZENSHIP_REVIEW = "citizenship_review"
    LINKAGE_REVIEW = "linkage_review"
    GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Standard:
    """One version of a clock: its target, the parts of it at which to warn and to escalate, and where it comes from.

    Raises ValueError when it is no clock: no time allowed, or parts that are not positive and rising.
    """

    name: ClockName
    version: int
    in_force_from: date
    target: timedelta
    warn_at: tuple[float, ...]
    escalate_at: tuple[float, ...]
    citation: str

    def __post_init__(self) -> None:
        if self.target <= timedelta(0) or not self.citation:
            raise ValueError(f"clock {self.name} v{self.version} allows no time, or says not where it comes from")
        for parts, most in ((self.warn_at, 1.0), (self.escalate_at, float("inf"))):
            if list(parts) != sorted(set(parts)) or not all(0 < part <= most for part in parts):
                raise ValueError(f"clock {self.name} v{self.version}: parts must rise, from above 0 to at most {most}")
        if any(part >= 1 for part in self.warn_at):
            raise ValueError(f"clock {self.name} v{self.version}: a warning comes before the clock runs out")

    def due(self, started: datetime) -> datetime:
        """When work that started then is due."""
        return started + self.target


@cache
def standards() -> tuple[Standard, ...]:
    """Every version of every clock, by name and version."""
    text = (resources.files(__package__) / "clocks.toml").read_text(encoding="utf-8")
    found = sorted((_of(entry) for entry in tomllib.loads(text)["clock"]), key=lambda one: (one.name, one.version))
    for before, after in pairwise(found):
        later = after.version == before.version + 1 and after.in_force_from > before.in_force_from
        if before.name == after.name and not later:
            raise ValueError(f"clock {after.name}: versions follow each other by number and by day")
    return tuple(found)


def _of(entry: dict[str, Any]) -> Standard:
    return Standard(
        name=ClockName(entry["name"]), version=entry["version"], in_force_from=entry["in_force_from"],
        target=timedelta(minutes=entry["target_minutes"]), warn_at=tuple(entry["warn_at"]),
        escalate_at=tuple(entry["escalate_at"]), citation=entry["citation"],
    )  # fmt: skip


def standard(name: ClockName, *, on: date | None = None, version: int | None = None) -> Standard:
    """The version of a clock in force on a day (without a day: the latest), or the version asked for.

    Raises LookupError when there is none.
    """
    versions = [one for one in standards() if one.name == name]
    if version is not None:
        versions = [one for one in versions if one.version == version]
    elif on is not None:
        versions = [one for one in versions if one.in_force_from <= on]
    if not versions:
        raise LookupError(f"no version of the clock {name} fits (day {on}, version {version})")
    return versions[-1]
