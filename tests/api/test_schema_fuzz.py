# SPDX-License-Identifier: Apache-2.0
"""The published schema against the running API: requests made from it, right and wrong ones, by every kind of caller.

Whatever is sent: no fault of the server, only statuses, media types and bodies that the schema declares, wrong input
refused, and nothing without the caller's credentials.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from secure_communities.identify.intake.models import Submission
from secure_communities.identify.responses.models import Message
from secure_communities.platform.access.doors import OPERATIONS, Standing
from secure_communities.platform.access.policy import POLICY
from secure_communities.platform.access.roles import Role
from secure_communities.platform.agencies.models import Participation
from secure_communities.platform.delivery.models import Delivery
from tests.api.callers import TOKEN, Machine, Person
from tests.api.openapi import schema
from tests.identify import builders as a
from tests.platform.builders import a_user
from tests.prioritize import cases, plans

pytestmark = pytest.mark.django_db

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
BOUNDS = settings(
    max_examples=16,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
ROLES = (
    Role.EXAMINER,
    Role.LEAD_EXAMINER,
    Role.SUPPORT_SPECIALIST,
    Role.AUTHORISED_OFFICER,
    Role.SUPPORT_SUPERVISOR,
    Role.COUNSEL,
    Role.ADMINISTRATOR,
    Role.PROGRAMME_MANAGER,
    Role.FIELD_SUPERVISOR,
)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Requests reach the application below the test client, which otherwise keeps the test's connection open."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def known() -> dict[str, list[Any]]:
    """A booking in the middle of everything, so that numbers out of the schema find something."""
    query = a.a_confirmed_match()
    a.a_draft(query)
    assessment = cases.assess(query)
    entry = Participation.objects.latest("pk")
    return {
        "fips": [entry.county_id],
        "entry_id": [entry.pk],
        "plan_id": [plans.a_plan().pk],
        "assessment_id": [assessment.pk],
        "examination_id": list(query.submission.examinations.values_list("pk", flat=True)),
        "query_id": [query.pk],
        "delivery_id": list(Delivery.objects.values_list("pk", flat=True)),
        "control_number": list(Submission.objects.values_list("control_number", flat=True)),
        "tcn": list(Message.objects.values_list("tcn", flat=True)),
    }


@schemathesis.serializer("application/vnd.ebts")
def _as_it_is(context: Any, value: Any) -> dict[str, Any]:
    return {"data": getattr(value, "data", value)}


def called(caller: str, known: dict[str, list[Any]], **credentials: dict[str, str]) -> set[int]:
    """Call every operation whose door is open to the caller with what the schema makes; the statuses seen."""
    loaded = schemathesis.openapi.from_dict(schema())
    loaded.app = WSGIHandler()
    loaded.config.generation.with_security_parameters = False  # the credentials are the caller's
    seen: set[int] = set()
    for found in loaded.get_all_operations():
        operation = found.ok()
        if not _open(caller, operation.label):
            continue
        seen |= _call(operation.as_strategy(generation_mode=GenerationMode.POSITIVE), known, credentials)
        if caller == "nobody" or not (operation.body or operation.path_parameters or operation.query):
            continue
        with suppress(Unsatisfiable):  # where any text or any bytes will do, nothing is of a wrong shape
            seen |= _call(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE), {}, credentials)
    return seen


def _call(cases: Any, known: dict[str, list[Any]], credentials: dict[str, Any]) -> set[int]:
    seen = set()

    @seed(20_261_122)
    @BOUNDS
    @given(case=cases, data=st.data())
    def call(case: Any, data: Any) -> None:
        for name in sorted(known.keys() & (case.path_parameters or {}).keys()):
            if known[name] and data.draw(st.integers(0, 3)):
                case.path_parameters[name] = data.draw(st.sampled_from(known[name]))
        seen.add(case.call_and_validate(checks=CHECKS, **credentials).status_code)

    call()
    return seen


def _open(caller: str, label: str) -> bool:
    entry = OPERATIONS[label.replace("/api/v1", "")]
    if caller in ("nobody", "machine"):
        return caller == "nobody" or entry is Standing.MACHINE
    if isinstance(entry, Standing):
        return entry is Standing.SIGNED_IN
    return any(Role(caller) in POLICY[permission].roles for permission in entry)


@pytest.mark.parametrize("role", ROLES)
def test_staff_get_what_the_schema_says(role: Role, known: dict[str, list[Any]]) -> None:
    session = Person(a_user(role)).client.cookies["sessionid"].value
    cookies = {"sessionid": session, "csrftoken": TOKEN}
    seen = called(role.value, known, cookies=cookies, headers={"X-CSRFToken": TOKEN})
    assert 200 in seen and 401 not in seen


def test_a_booking_system_gets_what_the_schema_says(known: dict[str, list[Any]]) -> None:
    machine = Machine(a.OriginatingAgency.objects.get())
    seen = called("machine", known, headers={"Authorization": f"Bearer {machine.key}"})
    assert 200 in seen and 401 not in seen


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"cookies": {"sessionid": "a" * 32, "csrftoken": TOKEN}, "headers": {"X-CSRFToken": TOKEN}},
        {"headers": {"Authorization": f"Bearer sc_{'a' * 12}_{'a' * 52}"}},
    ],
    ids=["nobody", "a session that is none", "a key that is none"],
)
def test_nobody_without_good_credentials_gets_anything(
    known: dict[str, list[Any]], credentials: dict[str, Any]
) -> None:
    assert called("nobody", known, **credentials) <= {401, 403, 404}
