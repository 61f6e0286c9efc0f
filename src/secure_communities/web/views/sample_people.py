# SPDX-License-Identifier: Apache-2.0
"""Waterfalls for the style-guide page: one that speaks for, one against, possible twins, and nothing to compare."""

from __future__ import annotations

from typing import Any

from secure_communities.linkage.features import features_of
from secure_communities.linkage.weighing import weigh
from secure_communities.web.presenters import people

STEP_COLUMNS = people.STEP_COLUMNS
PAIRS: tuple[tuple[str, tuple[str, str], tuple[str, str]], ...] = (
    ("For", ("SAMPLEZ SYNTHEZ,JOSE", "1988-03-04"), ("SAMPLEZ,PEPE", "1988-04-03")),
    ("Against", ("SAMPLEZ,JOSE", "1988-03-04"), ("SYNTHWELL,ULRICH", "1961-10-20")),
    ("May be twins", ("SAMPLEZ,JOSE", "1988-03-04"), ("SAMPLEZ,ULRICH", "1988-03-04")),
    ("Nothing to compare", ("SAMPLEZ,JOSE", ""), ("", "1988-03-04")),
)


def waterfalls() -> list[dict[str, Any]]:
    """One for each pair."""
    shown = []
    for title, first, second in PAIRS:
        one, other = (features_of({"names": [name], "birth_dates": [born]}) for name, born in (first, second))
        shown.append({"title": title, **people.weighing_item(weigh(one, other))})
    return shown
