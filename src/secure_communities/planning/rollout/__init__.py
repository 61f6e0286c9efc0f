# SPDX-License-Identifier: Apache-2.0
"""Where to deploy first: the order in which sites come on line under monthly capacity, with a bound on the best order.

In: sites with risk, effort and conditions, and what each month can take. Out: a plan, how far it can be from the best,
what cannot be done in time and why. Sites are places; nothing here knows a person (planning guards, domain S11).
"""

from __future__ import annotations

from secure_communities.planning.rollout.bound import upper_bound
from secure_communities.planning.rollout.order import Plan, Problem, plan
from secure_communities.planning.rollout.sites import Capacity, Group, PlanError, Site
from secure_communities.planning.rollout.staffing import MonthOfWork, staffing

__all__ = [
    "Capacity", "Group", "MonthOfWork", "Plan", "PlanError", "Problem", "Site", "plan", "staffing", "upper_bound",
]  # fmt: skip
