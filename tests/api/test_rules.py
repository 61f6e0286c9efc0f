# SPDX-License-Identifier: Apache-2.0
"""Rule sets over HTTP: read with their text, asked about an offence, a shadow run followed."""

from __future__ import annotations

import hashlib
import json

import pytest

from secure_communities.platform.access.roles import Role
from secure_communities.policy.priority import rule_set
from secure_communities.prioritize.rulesets import services
from tests.api.callers import Person
from tests.identify.builders import AT
from tests.platform.builders import a_user
from tests.prioritize import versions

pytestmark = pytest.mark.django_db
SC = rule_set("SC-2009")


def test_every_version_is_listed_and_the_one_in_force_says_so() -> None:
    found = Person(a_user(Role.COUNSEL)).get("/rule-sets").json()
    assert [one["code"] for one in found] == ["FS-2009", "SC-2009", "ICE-2010", "DET-2012"]
    assert [one["code"] for one in found if one["orders_work"]] == ["SC-2009"]
    assert all(one["draft"] for one in found)


def test_the_text_of_a_version_has_the_hash_that_names_it() -> None:
    document = Person(a_user(Role.AUDITOR)).get(f"/rule-sets/{SC.hash}").json()["document"]
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == SC.hash


def test_an_offence_is_looked_up_and_a_filler_is_none() -> None:
    reader = Person(a_user(Role.FIELD_OFFICER))
    found = reader.get(f"/rule-sets/{SC.hash}/answers/3562").json()
    assert {"ground": "CONVICTED", "sentence": [{"since": 13, "to": None}], "maximum": None, "answer": "LEVEL_1",
            "title": "Level 1"} in found  # fmt: skip
    assert reader.get(f"/rule-sets/{SC.hash}/answers/0399").status_code == 404
    assert reader.get(f"/rule-sets/{'0' * 64}/answers/3562").status_code == 404
    assert reader.get("/rule-sets/short").status_code == 422


def test_a_shadow_run_is_followed_and_a_stranger_to_rules_is_refused() -> None:
    run = versions.shadowed(services.stored(rule_set("ICE-2010"), at=AT))
    found = Person(a_user(Role.PROGRAMME_MANAGER)).get(f"/shadow-runs/{run.pk}").json()
    assert (found["candidate"], found["against"]) == (rule_set("ICE-2010").hash, SC.hash)
    assert found["finished_at"] and found["cases"] == 0
    assert Person(a_user(Role.BOOKING_OFFICER)).get(f"/shadow-runs/{run.pk}").status_code == 403
