# SPDX-License-Identifier: Apache-2.0
"""A person's history merged from all sources, by day, each item with who says it. No Django.

In: facts. Out: items, oldest first. Two sources that tell the same thing stay two items: it is not ours to join them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from secure_communities.identify.evidence.facts import EvidenceFact, FactKind

TOLD: dict[FactKind, str] = {
    FactKind.STATUS: "Status recorded",
    FactKind.PETITION: "Application",
    FactKind.ENTRY: "Entry",
    FactKind.EXIT: "Exit",
    FactKind.COURT: "Court",
    FactKind.REMOVAL: "Removal",
    FactKind.DEATH: "Death",
    FactKind.ARREST: "Arrest",
    FactKind.CONVICTION: "Conviction",
    FactKind.NATURALISATION: "Naturalisation",
    FactKind.PASSPORT: "Passport of the United States shown",
}


@dataclass(frozen=True, slots=True, repr=False)
class HistoryItem:
    """One thing that a source says happened. `ends`: it is the recorded end of what the fact tells."""

    on: date
    fact: EvidenceFact
    ends: bool = False

    def __repr__(self) -> str:
        return f"HistoryItem({self.fact.kind})"


def history(facts: Iterable[EvidenceFact]) -> tuple[HistoryItem, ...]:
    """What happened when, oldest first; a status also ends where its record says so."""
    items = []
    for one in facts:
        if one.kind not in TOLD:
            continue
        if one.on:
            items.append(HistoryItem(one.on, one))
        if one.until and one.kind is FactKind.STATUS:
            items.append(HistoryItem(one.until, one, ends=True))
    return tuple(sorted(items, key=lambda item: (item.on, item.fact.source, item.fact.kind, item.ends)))
