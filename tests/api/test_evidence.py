# SPDX-License-Identifier: Apache-2.0
"""Evidence over HTTP: listed and opened by the support centre for a purpose, asked for again by specialists."""

from __future__ import annotations

from typing import Any

import pytest

from secure_communities.identify.evidence.ports import SourceCode
from secure_communities.identify.records.synthetic import Story
from secure_communities.platform.access.roles import Role
from secure_communities.platform.events.models import Event
from tests.api.callers import Person
from tests.identify import builders as a
from tests.identify.evidence.gathered import a_researched_query
from tests.platform.builders import a_user

pytestmark = pytest.mark.django_db


def path(query: Any, tail: str = "", purpose: str = "research") -> str:
    return f"/queries/{query.pk}/evidence{tail}" + (f"?purpose={purpose}" if purpose else "")


def test_a_specialist_lists_how_each_source_answered_and_opens_a_record() -> None:
    query = a_researched_query(Story.VISA)
    caller = Person(a.a_specialist())
    listed = caller.get(path(query)).json()
    assert {one["source"] for one in listed} == set(SourceCode)
    assert {one["outcome"] for one in listed} == {"FOUND", "NOTHING_FOUND"}
    found = next(one for one in listed if one["source"] == "IMMIGRATION_HISTORY")
    record = caller.get(path(query, f"/{found['id']}")).json()
    assert record["record"] == found["record"]
    assert record["facts"][0]["kind"] == "NAME"
    assert record["facts"][0]["value"].startswith("SAMPLEHIDDEN ")
    assert [one.kind for one in Event.objects.filter(kind__endswith=":read").order_by("id")] == [
        "submission:read",
        "evidence:read",
    ]


@pytest.mark.parametrize("purpose", ["", "oversight", "curiosity"])
def test_without_a_purpose_of_the_support_centre_nothing_opens(purpose: str) -> None:
    query = a_researched_query()
    caller, row = Person(a.a_specialist()), query.evidence.filter(outcome="FOUND").first()
    for tail in ("", f"/{row.pk}"):
        answer = caller.get(path(query, tail, purpose))
        assert (answer.status_code, answer.json()["code"]) == (422, "PURPOSE_MISSING")
    assert not Event.objects.filter(kind__endswith=":read").exists()


@pytest.mark.parametrize("role", [Role.BOOKING_OFFICER, Role.EXAMINER, Role.AUDITOR, Role.OPERATOR])
def test_nobody_else_comes_in(role: Role) -> None:
    query = a_researched_query()
    caller, row = Person(a_user(role)), query.evidence.filter(outcome="FOUND").first()
    assert caller.get(path(query)).status_code == 403
    assert caller.get(path(query, f"/{row.pk}")).status_code == 403
    assert caller.post(path(query, purpose=""), {"sources": ["COURT"]}).status_code == 403


def test_a_specialist_asks_a_source_again_and_an_officer_does_not() -> None:
    query = a_researched_query()
    answer = Person(a.a_specialist()).post(path(query, purpose=""), {"sources": ["COURT"]})
    assert answer.status_code == 200
    assert [(one["source"], one["answered_at"]) for one in answer.json()] == [("COURT", None)]
    assert Person(a.an_officer()).post(path(query, purpose=""), {}).status_code == 403
    a.a_draft(query)
    refused = Person(a.a_specialist()).post(path(query, purpose=""), {"sources": None})
    assert (refused.status_code, refused.json()["code"]) == (409, "EVIDENCE_REFUSED")


def test_a_protected_record_has_no_contents_over_http() -> None:
    query = a_researched_query(Story.PROTECTED)
    row = query.evidence.get(source=SourceCode.BENEFITS)
    record = Person(a.a_specialist()).get(path(query, f"/{row.pk}")).json()
    assert record["protected"]
    assert (record["title"], record["fields"]) == ("", [])
    assert record["facts"] == [{"kind": "PROTECTED", "value": "", "on": None, "until": None}]
