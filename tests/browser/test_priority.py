# SPDX-License-Identifier: Apache-2.0
"""One case in a real browser: a drug charge, left to a person, sentenced, overridden by two, dismissed."""

from __future__ import annotations

from typing import Any

import pytest

from secure_communities.identify.records.rules import DispositionKind
from secure_communities.platform.access.roles import Role
from secure_communities.prioritize.assessments.vocabulary import Trigger
from tests.browser.looking import SITE
from tests.prioritize import cases

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def level_of(page: Any) -> str:
    return str(page.locator("h2#level-title").inner_text())


def test_a_case_from_the_charge_to_the_dismissal(visit: Any) -> None:
    query = cases.a_case(None)
    address = f"{SITE}/assessments/{query.pk}/?purpose=referral"
    officer, second = cases.an_officer(query), cases.an_officer(query, Role.FIELD_SUPERVISOR)
    page = visit(officer)
    page.goto(address)
    assert "Not enough is known" in page.locator("main").inner_text()

    cases.confirm_all(query, "3562")  # a specialist reads the words and confirms the code
    cases.assess(query, Trigger.CHARGE_CONFIRMED)
    page.goto(address)
    assert level_of(page).startswith("For a person to decide")

    cases.the_outcome(query, DispositionKind.CONVICTED, sentence_months=18)
    cases.assess(query, Trigger.DISPOSITION)
    page.goto(address)
    assert level_of(page) == "Level 1, on a conviction."

    page.get_by_role("link", name="Propose another answer").click()
    page.get_by_label("Answer").select_option("LEVEL_2")
    page.get_by_label("Reason", exact=True).select_option("HUMANITARIAN")
    page.get_by_label("The reason in your own words").fill("Two children depend on this person alone.")
    page.get_by_label("Ends on").fill("2026-12-20")
    page.get_by_role("button", name="Check the proposal").click()
    page.get_by_role("button", name="Propose it").click()
    assert "Waits for another person" in page.locator("main").inner_text()
    assert page.get_by_role("button", name="Record the decision").count() == 0

    other = visit(second)
    other.goto(f"{SITE}/overrides/{query.overrides.get().pk}/?purpose=referral")
    other.get_by_text("Approve: it stands from now until it ends").click()
    other.get_by_label("Your reason").fill("I spoke with the family's counsel.")
    other.get_by_role("button", name="Record the decision").click()
    other.goto(address)
    assert "Decided by two people: Level 2" in other.locator("main").inner_text()

    cases.the_outcome(query, DispositionKind.DISMISSED)
    cases.assess(query, Trigger.DISPOSITION)
    other.goto(address)
    said = other.locator("main").inner_text()
    assert "Not ranked" in said and "Decided by two people" not in said
    assert "Before: Level 1" in said
