# SPDX-License-Identifier: Apache-2.0
"""The API's description, with the refusals that operations have in common, which no operation lists itself."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

PROBLEM = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
METHODS = frozenset({"get", "post", "put", "patch", "delete"})


class DescribedAPI(NinjaAPI):
    """An API whose schema says of every operation what the door, the reader of bodies and the guard may answer."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        """The schema of ninja, completed."""
        schema = super().get_openapi_schema(*args, **kwargs)
        for path in schema["paths"].values():
            for method in METHODS & path.keys():
                _complete(path[method])
        return schema


def _complete(operation: dict[str, Any]) -> None:
    common = {401: "Who calls is not known: no session, no key, or none that is good"}
    common[403] = "The caller may not do this, or the request does not carry the token of the caller's forms"
    if "requestBody" in operation:
        common[400] = "The body cannot be read"
    if operation.get("parameters") or "requestBody" in operation:
        common[422] = "The request has another shape than this schema gives"
    for status, words in common.items():
        operation["responses"].setdefault(status, {"description": words, **PROBLEM})
