# SPDX-License-Identifier: Apache-2.0
"""Plans of the roll-out for tests, made and approved through the services."""

from typing import Any

from secure_communities.prioritize.rollout import parameters, services
from secure_communities.prioritize.rollout.models import PlanApproval, RolloutPlan
from tests.identify.builders import AT
from tests.platform.builders import a_county, a_manager

ASKED = parameters.Parameters(first="2026-11", months=12, effort=1.0)


def a_plan(*fips: str, by: Any = None, asked: parameters.Parameters = ASKED) -> RolloutPlan:
    for one in fips or ("48201", "48203", "48205"):
        a_county(one)
    return services.keep(parameters=asked, title="First order", by=by or a_manager(), at=AT)


def approved(plan: RolloutPlan, by: Any = None) -> PlanApproval:
    return services.approve(plan=plan, reason="It keeps every date", by=by or a_manager(), at=AT)
