# SPDX-License-Identifier: Apache-2.0
"""Every page and every API operation stands in the table of doors, and nobody comes in whom the table keeps out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from secure_communities.platform.access.doors import (
    API,
    MACHINE_SCOPES,
    OPERATIONS,
    PAGES,
    Standing,
    operation_of,
)
from tests.api.openapi import schema

TABLE = "src/secure_communities/platform/access/doors.py"
NUMBERS = {"int": 999_999, "slug": "none", "str": "none", "uuid": "00000000-0000-4000-8000-000000000000"}


def patterns(resolver: URLResolver | None = None, spaces: tuple[str, ...] = (), route: str = "") -> Iterator[Any]:
    """Every address: name with its name spaces, whole route, converters by argument."""
    for one in (resolver or get_resolver()).url_patterns:
        here = route + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, (*spaces, one.namespace) if one.namespace else spaces, here)
        else:
            yield ":".join((*spaces, one.name or "")), here, one


ADDRESSES = list(patterns())
CALLED = [
    f"{method.upper()} {path.removeprefix('/api/v1')}"
    for path, methods in schema()["paths"].items()
    for method in methods
]


def test_every_page_has_its_line_in_the_table_and_no_line_is_left_over() -> None:
    pages = {name for name, route, _ in ADDRESSES if not route.startswith(API) or name in PAGES}
    missing, gone = sorted(pages - PAGES.keys()), sorted(PAGES.keys() - pages)
    assert not missing, f"add a line to PAGES in {TABLE} for each of: " + ", ".join(f'"{one}"' for one in missing)
    assert not gone, f"take out of PAGES in {TABLE}, the address is gone: {', '.join(gone)}"


def test_every_operation_has_its_line_in_the_table_and_no_line_is_left_over() -> None:
    missing, gone = sorted(set(CALLED) - OPERATIONS.keys()), sorted(OPERATIONS.keys() - set(CALLED))
    assert not missing, f"add a line to OPERATIONS in {TABLE} for each of: " + ", ".join(f'"{one}"' for one in missing)
    assert not gone, f"take out of OPERATIONS in {TABLE}, the operation is gone: {', '.join(gone)}"


def test_every_operation_of_machines_names_the_scope_a_key_needs() -> None:
    machines = {name for name, entry in OPERATIONS.items() if entry is Standing.MACHINE}
    assert machines == MACHINE_SCOPES.keys(), f"each operation of machines has its line in MACHINE_SCOPES in {TABLE}"


def test_an_operation_of_the_schema_is_found_by_the_route_that_was_called() -> None:
    routes = {route for name, route, _ in ADDRESSES if route.startswith(API) and name not in PAGES}
    names = {operation_of(one.split()[0], route) for one in CALLED for route in routes}
    assert set(CALLED) <= names


def filled(route: str, pattern: URLPattern) -> str:
    address = "/" + route
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        address = address.replace(f"<{kind}:{name}>", str(NUMBERS[kind])).replace(f"<{name}>", "none")
    return address


PAGED = [(name, filled(route, pattern)) for name, route, pattern in ADDRESSES if not route.startswith(API)]
CLOSED = [(name, address) for name, address in PAGED if PAGES.get(name, Standing.SIGNED_IN) is not Standing.PUBLIC]


@pytest.mark.django_db
def test_nobody_unnamed_comes_in_at_any_page_that_is_not_public() -> None:
    for name, address in CLOSED:
        for answer in (Client().get(address), Client().post(address)):
            assert answer.status_code == 302, name
            assert answer.headers["Location"].startswith("/sign-in/?next="), name


def _parts(address: str) -> list[str]:
    import re

    return re.split(r"(\{\w+\})", address)


@pytest.mark.django_db
def test_no_operation_but_the_public_ones_answers_somebody_unnamed() -> None:
    for called in CALLED:
        method, path = called.split()
        address = "/api/v1" + "".join("1" if part.startswith("{") else part for part in _parts(path))
        status = Client(raise_request_exception=False).generic(method, address, b"{}", "application/json").status_code
        assert status == 401 or OPERATIONS[called] is Standing.PUBLIC, called
