# SPDX-License-Identifier: Apache-2.0
"""Serious-offence bookings by agency: the one count that the ranking and the planner rest on.

A code counts as it stands on record, submitted or confirmed. Only charges of people who matched the immigration
register are confirmed, so that counting those alone would rank places by immigration matches, which never weigh
(ADR 30). It is a count of bookings in a place; no level of a person comes from it (S18).
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from secure_communities.identify.records.models import Arrest
from secure_communities.policy.priority import rule_set

YEAR: Final = timedelta(days=365)
RULES, LEVEL = "SC-2009", "LEVEL_1"


def serious_codes() -> frozenset[str]:
    """The codes of Level 1 by themselves: those left to a person, or to a sentence, are not among them."""
    rows = (row for row in rule_set(RULES).rows if row.answer == LEVEL and not row.term)
    return frozenset().union(*(row.matching for row in rows))


def serious_bookings(*, as_of: date) -> Counter[str]:
    """By ORI, arrests of the year up to that day (UTC) with a serious charge on record, whatever became of it."""
    until = datetime.combine(as_of + timedelta(days=1), time(), tzinfo=UTC)
    found = Arrest.objects.filter(
        charges__code__in=serious_codes(), recorded_at__gte=until - YEAR, recorded_at__lt=until
    )
    return Counter(ori for _, ori in found.values_list("pk", "ori").distinct())
