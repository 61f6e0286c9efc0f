# SPDX-License-Identifier: Apache-2.0
"""The HTTP API, version 1: thin operations over the services and selectors of the apps. OpenAPI at /api/v1/docs."""

from __future__ import annotations

from secure_communities.api import (
    access,
    assessments,
    casework,
    deliveries,
    errors,
    evidence,
    jurisdictions,
    queues,
    review,
    rollout,
    rules,
    submissions,
)
from secure_communities.api.described import DescribedAPI

api = DescribedAPI(
    title="Secure Communities",
    version="1.0.0",
    description="Synthetic data only. Booking systems submit and fetch answers; staff examine, research and sign.",
    urls_namespace="api",
    openapi_extra={"info": {"license": {"name": "Apache-2.0"}}},
)
errors.register(api)
api.add_router("", submissions.router)
api.add_router("", casework.router)
api.add_router("", access.router)
api.add_router("", evidence.router)
api.add_router("", deliveries.router)
api.add_router("", review.router)
api.add_router("", assessments.router)
api.add_router("", queues.router)
api.add_router("", jurisdictions.router)
api.add_router("", rollout.router)
api.add_router("", rules.router)
