# SPDX-License-Identifier: Apache-2.0
"""Jurisdictions, coverage and ranking over HTTP: read by everybody with a role, written by programme managers."""

from __future__ import annotations

from typing import Any

import pytest

from secure_communities.platform.access.roles import HUMAN_ROLES, Role
from secure_communities.platform.agencies.models import Participation
from secure_communities.policy.local import Switch
from secure_communities.prioritize.deployment.models import Readiness, SwitchSetting
from tests.api.callers import Person
from tests.identify.builders import a_jail, a_submission
from tests.platform.builders import a_county, a_manager, a_participation, a_user, an_ori
from tests.prioritize import cases

pytestmark = pytest.mark.django_db

HERE = "/jurisdictions/48201"
SWITCH = {
    "switch": Switch.NO_DETAINER_BEFORE_CONVICTION.value, "on": True, "starts_on": "2026-11-22",
    "citation": "Sample ordinance 12",
}  # fmt: skip
READY = {"name": "STAFF_TRAINED", "value": 0.6, "low": 0.5, "high": 0.7, "source": "Bureau", "as_of": "2026-11-20"}
ENTRY = {
    "purpose": "BOOKING", "legal_basis": "MEMORANDUM", "citation": "Sample memorandum", "agreement_date": "2026-11-01",
    "starts_on": "2026-12-01", "consent": "AGREED", "reason": "Signed",
}  # fmt: skip
END = {"ends_on": "2026-12-02", "exit": "WITHDREW", "reason": "The council voted"}
WRITES: dict[str, dict[str, Any]] = {f"{HERE}/switches": SWITCH, f"{HERE}/readiness": READY, f"{HERE}/entries": ENTRY}


def test_counties_come_by_their_codes_page_by_page() -> None:
    for fips, usps in (("06037", "CA"), ("48201", "TX"), ("48203", "TX")):
        a_county(fips, usps=usps)
    reader = Person(a_user(Role.EXAMINER))
    assert [one["fips"] for one in reader.get("/jurisdictions").json()] == ["06037", "48201", "48203"]
    assert [one["fips"] for one in reader.get("/jurisdictions?state=TX&after=48201").json()] == ["48203"]
    assert reader.get("/jurisdictions?state=texas").status_code == 422


def test_what_is_recorded_of_a_jurisdiction_is_read_again() -> None:
    a_submission(a_jail(participating=False))
    manager = Person(a_manager())
    for path, body in WRITES.items():
        assert manager.post(path, body).status_code == 200, path
    own = manager.post(f"{HERE}/entries", {**ENTRY, "ori": "ZZTX00101", "consent": "OBJECTED"}).json()["id"]
    assert manager.post(f"{HERE}/entries/{own}/end", END).status_code == 200
    found = manager.get(HERE).json()
    assert list(found["in_force"]) == ["NO_DETAINER_BEFORE_CONVICTION"]
    assert found["switches"] == [SWITCH]
    assert found["readiness"] == [READY]
    assert {one["ori"]: one["ends_on"] for one in found["entries"]} == {"ZZTX00101": "2026-12-02", None: None}
    assert [(one["code"], one["submissions"], one["share"]) for one in found["coverage"]] == [("ZZTX00101", 1, 1.0)]


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        (f"{HERE}/switches", {**SWITCH, "starts_on": "2026-11-21"}, 409, "from today on"),
        (f"{HERE}/switches", {**SWITCH, "citation": "  "}, 409, "Cite the ordinance"),
        (f"{HERE}/readiness", {**READY, "low": 0.65}, 409, "within its interval"),
        (f"{HERE}/readiness", {**READY, "value": 60}, 422, "value"),
        (f"{HERE}/readiness", {**READY, "as_of": "2026-11-23"}, 409, "what is to come"),
        (f"{HERE}/readiness", {**READY, "name": "SERIOUS_BOOKINGS"}, 409, "counted from the record"),
        (f"{HERE}/readiness", {**READY, "name": "FOREIGN_BORN"}, 422, "none of the values"),
        (f"{HERE}/entries", {**ENTRY, "starts_on": "2026-10-01"}, 409, "before the agreement"),
        (f"{HERE}/entries", {**ENTRY, "ori": "ZZTX00999"}, 404, "no such item"),
        (f"{HERE}/entries/999999/end", END, 404, "no such item"),
        ("/jurisdictions/99999/switches", SWITCH, 404, "no such item"),
        ("/jurisdictions/4820/switches", SWITCH, 422, "fips"),
    ],
)
def test_what_is_wrong_is_refused_in_words_and_nothing_is_kept(
    path: str, body: dict[str, Any], status: int, words: str
) -> None:
    a_county()
    answer = Person(a_manager()).post(path, body)
    assert (answer.status_code, words in answer.json()["detail"]) == (status, True), answer.json()
    assert not (SwitchSetting.objects.exists() or Readiness.objects.exists() or Participation.objects.exists())


def test_an_entry_is_ended_through_its_own_county_alone() -> None:
    a_county("48203")
    entry = a_participation()
    answer = Person(a_manager()).post(f"/jurisdictions/48203/entries/{entry.pk}/end", END)
    assert answer.status_code == 404
    assert Participation.objects.get().ends_on is None


def test_nobody_but_a_programme_manager_writes() -> None:
    entry = a_participation()
    for role in set(HUMAN_ROLES) - {Role.PROGRAMME_MANAGER}:
        person = Person(a_user(role))
        assert person.get(HERE).status_code == 200
        for path, body in {**WRITES, f"{HERE}/entries/{entry.pk}/end": END}.items():
            assert person.post(path, body).status_code == 403, (role, path)
    assert not (SwitchSetting.objects.exists() or Readiness.objects.exists())


def test_coverage_counts_who_submits_by_state_and_county() -> None:
    a_submission(a_jail())
    an_ori("ZZTX00102")
    [state] = Person(a_user(Role.AUDITOR)).get("/coverage?days=30").json()
    assert (state["code"], state["oris"], state["submitting"], state["share"]) == ("TX", 2, 1, 0.5)
    assert [one["code"] for one in state["counties"]] == ["48201"]


def test_the_ranking_comes_with_weights_parts_and_what_is_missing() -> None:
    cases.confirm(cases.a_referred_case(), "1201")
    reader = Person(a_user(Role.AUDITOR))
    found = reader.get("/ranking").json()
    assert found["places"] == 1 and sum(found["weights"].values()) == pytest.approx(1)
    [only] = found["order"]
    assert (only["fips"], only["rank"], only["parts"]) == ("48201", 1, {"SERIOUS_BOOKINGS": pytest.approx(0.6)})
    assert "STAFF_TRAINED" in only["missing"]
    assert reader.get("/ranking?after=1").json()["order"] == []
