# SPDX-License-Identifier: Apache-2.0
"""Which agencies' OpenID Connect services may vouch for their people. Off unless the environment names one. Pure.

In: the environment: `OIDC_SERVICES=harris,la`, and for each `OIDC_HARRIS_NAME`, `_CLIENT_ID`, `_SECRET`, `_SERVER_URL`.
Out: the services as django-allauth wants them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FIELDS = {"name": "NAME", "client_id": "CLIENT_ID", "secret": "SECRET"}


def agency_sign_in(environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """One entry for each service named. Raises ValueError naming the variable that is missing."""
    services = []
    for word in environment.get("OIDC_SERVICES", "").split(","):
        if not (name := word.strip()):
            continue
        prefix = f"OIDC_{name.upper().replace('-', '_')}_"
        service: dict[str, Any] = {"provider_id": name}
        for field, variable in FIELDS.items():
            service[field] = _given(environment, prefix + variable)
        address = _given(environment, f"{prefix}SERVER_URL")
        if not address.startswith("https://"):
            raise ValueError(f"{prefix}SERVER_URL must begin with https://")
        service["settings"] = {"server_url": address}
        services.append(service)
    return services


def _given(environment: Mapping[str, str], variable: str) -> str:
    if value := environment.get(variable, "").strip():
        return value
    raise ValueError(f"OIDC_SERVICES names a service whose {variable} is not set")
