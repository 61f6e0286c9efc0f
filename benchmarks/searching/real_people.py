# SPDX-License-Identifier: Apache-2.0
"""Persons put together from the ten fingers of sets of real images, enrolled among the sampled ones.

In: folders in FVC layout. Out: encounters by set, and how they rank. Fingers of such a person come from different
people and one sensor, so what several bad fingers of one capture have in common is not in these figures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.searching import people, rates
from secure_communities.biometrics.evaluation import pseudo_subjects
from secure_communities.biometrics.template import TenPrint
from secure_communities.cli.fingers import folder_at, labelled_set


def read(folders: Sequence[str], *, cache: Path, say: Callable[[str], None]) -> list[list[TenPrint]]:
    """Encounters of one person a folder, the first of which is enrolled. Templates are kept in `cache`."""
    persons: list[list[TenPrint]] = []
    for item in folders:
        folder, ppi = folder_at(item)
        say(f"templates of {folder.name}")
        cache.mkdir(parents=True, exist_ok=True)
        templates = labelled_set(folder, ppi or 500.0, cache).templates
        encounters = pseudo_subjects(templates)
        persons.append([encounters[number] for number in sorted(encounters)])
    return persons


def search(
    backend: rates.Backend, persons: Sequence[Sequence[TenPrint]], rows: Sequence[int], rng: np.random.Generator
) -> dict[str, Any] | None:
    """Search for every later encounter of every person, with ten fingers, and with four and two of them."""
    if not persons:
        return None
    found: dict[str, Any] = {}
    for fingers in (10, 4, 2):
        probes = [
            ({finger: encounter[finger] for finger in people.fingers_for(rng, fingers) if finger in encounter}, row)
            for person, row in zip(persons, rows, strict=True)
            for encounter in person[1:]
            for _ in range(1 if fingers == 10 else 5)
        ]
        tally = rates.measure(backend, probes, fingers=fingers)
        found[str(fingers)] = {
            "first": rates.share(tally.first, tally.searches),
            "hit": rates.share(tally.found, tally.searches),
            "through_first_stage": rates.share(tally.compared, tally.searches),
            "false_hits": rates.share(tally.false_hits, tally.searches),
            "lowest_mate_bans": min(tally.mates),
            "highest_other_bans": max(tally.best_other),
        }
    return {"persons": len(persons), **found["10"], "by_fingers": found}
