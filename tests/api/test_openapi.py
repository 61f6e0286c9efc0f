# SPDX-License-Identifier: Apache-2.0
"""The published schema is a promise to booking systems: it changes on purpose or not at all; junk is never a fault."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ninja import Schema

from secure_communities.platform.access.roles import Role
from tests.api.callers import TOKEN, Machine, Person
from tests.api.openapi import KEPT, schema
from tests.identify import builders as a
from tests.platform.builders import a_user

Operation = tuple[str, str, dict[str, Any]]
STAFF = (Role.EXAMINER, Role.LEAD_EXAMINER, Role.SUPPORT_SPECIALIST, Role.AUTHORISED_OFFICER)


def operations(of: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in of["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


ALL = list(operations(json.loads(KEPT.read_text())))


def test_the_schema_is_the_kept_one() -> None:
    assert schema() == json.loads(KEPT.read_text()), (
        f"changed on purpose? Refresh {KEPT.name}: see tests/api/openapi.py"
    )


@pytest.mark.parametrize(("method", "path", "operation"), ALL, ids=lambda one: one if isinstance(one, str) else "")
def test_every_operation_says_who_may_call_it_and_what_it_does(method: str, path: str, operation: dict) -> None:
    assert operation["security"] and operation["summary"] and operation["description"]
    assert path.startswith("/api/v1/")


def named_in(annotation: Any) -> Iterator[type]:
    """The classes that an annotation brings into the schema by their names."""
    if isinstance(annotation, type) and issubclass(annotation, Schema | Enum):
        yield annotation
    for part in get_args(annotation):
        yield from named_in(part)


def shapes(of: type) -> set[Any]:
    return {each for one in of.__subclasses__() for each in (one, *shapes(one))}


def test_no_two_shapes_of_the_api_have_one_name() -> None:
    """The schema names a shape by its class alone: of two with one name, the second would stand for both."""
    modules = [module for name, module in sys.modules.items() if name.startswith("secure_communities.api.")]
    schemas = {one for module in modules for one in vars(module).values() if isinstance(one, type)} & shapes(Schema)
    fields = [field.annotation for one in schemas for field in one.model_fields.values()]
    names = Counter(one.__name__ for one in schemas | {one for each in fields for one in named_in(each)})
    assert len(names) > 60
    assert [name for name, times in names.items() if times > 1] == []


# -- junk --------------------------------------------------------------------------------------------------------------

SPECIAL = st.sampled_from(
    [
        "",
        "\x00",
        "a\x00b",
        "\ud800",
        "<script>",
        "' OR 1=1 --",
        "\r\nX: y",
        "\u202e",
        "../../etc/passwd",
        "1e999",
        "NaN",
    ]
)
TEXT = SPECIAL | st.text(max_size=30)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


def shaped(schema: dict[str, Any], of: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of about the right shape, so that junk gets past the first look."""
    if "$ref" in schema:
        return shaped(of["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], of)
    if "anyOf" in schema:
        return st.one_of(*(shaped(one, of) for one in schema["anyOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) | TEXT
    match schema.get("type"):
        case "integer":
            return st.integers(0, 5) | st.integers()
        case "string" if schema.get("format") == "date-time":
            return st.sampled_from(["2026-11-22T10:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
        case "string":
            return TEXT
        case "array":
            return st.lists(shaped(schema["items"], of), max_size=3)
        case "object":
            properties = schema.get("properties", {})
            return st.fixed_dictionaries({name: shaped(one, of) for name, one in properties.items()})
        case "null":
            return st.none()
    return JUNK


def body_of(operation: dict[str, Any], of: dict[str, Any]) -> st.SearchStrategy[bytes]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    values = (shaped(content, of) | JUNK) if content else JUNK
    return values.map(lambda value: json.dumps(value).encode(errors="surrogatepass")) | st.binary(max_size=60)


@pytest.mark.django_db
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_no_junk_at_any_operation_is_a_fault_of_the_server(callers: list[Client], data: st.DataObject) -> None:
    kept = json.loads(KEPT.read_text())
    method, path, operation = data.draw(st.sampled_from(ALL), label="operation")
    for parameter in operation.get("parameters", []):
        value = data.draw(TEXT | st.integers().map(str), label=parameter["name"])
        path = path.replace("{" + parameter["name"] + "}", quoted(value))
    client = data.draw(st.sampled_from(callers), label="caller")
    body = data.draw(body_of(operation, kept), label="body")
    kind = data.draw(st.sampled_from(["application/json", "application/vnd.ebts", "multipart/form-data", ""]))
    answer = client.generic(method, path, body, kind, headers={"X-CSRFToken": TOKEN})
    assert answer.status_code < 500, (method, path, body)
    if answer.status_code >= 400:
        assert b"<script>" not in answer.content and b"\x00" not in answer.content


def quoted(value: str) -> str:
    from urllib.parse import quote

    return quote(value.encode(errors="surrogatepass"), safe="")


@pytest.fixture
def callers() -> list[Client]:
    a.a_draft(a.a_confirmed_match())
    jail = a.OriginatingAgency.objects.get(ori="ZZTX00101")
    return [Machine(jail).client, Person(a_user(*STAFF)).client, Client(raise_request_exception=False)]
