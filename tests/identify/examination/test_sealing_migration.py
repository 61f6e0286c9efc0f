# SPDX-License-Identifier: Apache-2.0
"""Rationales that stood in clear are sealed by the migration word for word, and the trigger that keeps them is back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from secure_communities.identify.examination.models import RATIONALE, Decision
from secure_communities.platform.keys import services as keys
from tests.identify import builders as a

CLEAR, NOW = ("examination", "0004_contributions"), ("examination", "0008_leads_look_first")


def migrate(to: tuple[str, str]) -> Any:
    executor = MigrationExecutor(connection)
    return executor.migrate([to]).apps


@pytest.mark.django_db(transaction=True)
def test_rationales_are_sealed_and_opened_word_for_word_and_stay_unchangeable() -> None:
    with transaction.atomic():
        compared = a.a_candidate_match()
        a.identify(compared)
    try:
        before = migrate(CLEAR)
        [clear] = before.get_model("examination", "Decision").objects.all()
        assert clear.rationale == "All ten fingers agree."
    finally:
        migrate(NOW)
    decision = Decision.objects.select_related("examination__submission__data_key").get()
    box = bytes(decision.sealed_rationale)
    key = decision.examination.submission.data_key
    assert keys.unseal(key, box, context=RATIONALE) == b"All ten fingers agree."
    with pytest.raises(Exception, match="never changed"), transaction.atomic():
        Decision.objects.update(sealed_rationale=b"other")
