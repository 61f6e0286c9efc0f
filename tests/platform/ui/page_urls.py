# SPDX-License-Identifier: Apache-2.0
"""Addresses for tests of pages that need no database: the screens alone, and one that fails."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


urlpatterns = [
    path("", include("secure_communities.web.urls")),
    path("", include("secure_communities.web.account_urls")),
    path("fail/", fail),
]
