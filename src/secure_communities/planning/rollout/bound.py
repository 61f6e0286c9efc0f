# SPDX-License-Identifier: Apache-2.0
"""What no order can exceed: for each month the best set of sites that the budget so far could have paid, in fractions.

Months are looked at one by one, so that a site may be in one month's best set and not in the next's: a relaxation,
hence a bound. The limit of sites gives another one; the lower of both counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from secure_communities.planning.rollout.sites import Capacity, Site


def upper_bound(
    sites: Iterable[Site], capacity: Capacity, *, done: Mapping[str, int] | None = None, now: int = 0
) -> float:
    """The largest share of risk × months that any plan could cover: 0 to 1."""
    found = list(sites)
    total = sum(one.risk for one in found) * capacity.months
    if not total:
        return 0.0
    fixed = done or {}
    settled = sum(one.risk * max(0, capacity.months - fixed[one.code]) for one in found if one.code in fixed)
    open_sites = [one for one in found if one.code not in fixed]
    if not open_sites:
        return float(settled / total)
    risk = np.array([one.risk for one in open_sites])
    effort = np.array([one.effort for one in open_sites])
    opens = np.maximum([capacity.opens(one) for one in open_sites], now)
    by_density, by_risk = np.argsort(-risk / effort, kind="stable"), np.argsort(-risk, kind="stable")
    budget = np.cumsum(np.where(np.arange(capacity.months) >= now, capacity.effort, 0.0))
    places = None
    if capacity.sites is not None:
        places = np.cumsum(np.where(np.arange(capacity.months) >= now, capacity.sites, 0))
    best = 0.0
    for month in range(now, capacity.months):
        order = by_density[opens[by_density] <= month]
        paid = np.cumsum(effort[order])
        whole = int(np.searchsorted(paid, budget[month], side="right"))
        value = float(risk[order[:whole]].sum())
        if whole < len(order):
            left = budget[month] - (paid[whole - 1] if whole else 0.0)
            value += float(risk[order[whole]] * left / effort[order[whole]])
        if places is not None:
            first = by_risk[opens[by_risk] <= month][: int(places[month])]
            value = min(value, float(risk[first].sum()))
        best += value
    return float((settled + best) / total)
