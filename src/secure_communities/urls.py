# SPDX-License-Identifier: Apache-2.0
"""All addresses: the API under /api/v1/, the screens everywhere else."""

from __future__ import annotations

from django.urls import include, path

from secure_communities.api import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("secure_communities.web.urls")),
    path("", include("secure_communities.web.account_urls")),
]

handler404 = "secure_communities.web.views.pages.not_found"
