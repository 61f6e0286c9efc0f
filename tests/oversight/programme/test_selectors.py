# SPDX-License-Identifier: Apache-2.0
"""The figures of the programme from records: what is known of charges, and that a booking's are found by an index."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from secure_communities.identify.records.models import Arrest, Charge
from secure_communities.identify.records.rules import DispositionKind
from secure_communities.oversight.programme import selectors
from secure_communities.oversight.programme.rules import Rate
from secure_communities.oversight.programme.selectors import Asked
from tests.identify.builders import AT
from tests.prioritize import cases

pytestmark = pytest.mark.django_db

EVERYTHING = Asked(None, AT + timedelta(days=1))
INDEX = "arrests_of_a_booking"


@pytest.fixture(autouse=True)
def own_var(tmp_path: Path, settings: Any) -> None:
    settings.VAR = tmp_path


@pytest.fixture
def many() -> Arrest:
    """Among so many arrests, one booking's."""
    query = cases.a_referred_case()
    own = cases.the_charge(query).arrest
    others = Arrest.objects.bulk_create(
        Arrest(
            record=own.record, correlation=f"SC-{number:016d}", ori="ZZTX00101", sealed_details=b"-", recorded_at=AT,
            recorded_by="system:test",
        )
        for number in range(5_000)
    )  # fmt: skip
    Charge.objects.bulk_create(
        Charge(arrest=one, sequence=1, code="1201", code_source="SUBMITTED", sealed_words=b"-") for one in others
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE records_arrest, records_charge, intake_submission")
    return own


def test_the_charges_of_a_booking_are_found_by_an_index(many: Arrest) -> None:
    assert INDEX in Charge.objects.filter(arrest__correlation=many.correlation).explain()


def test_the_charges_of_a_few_days_are_found_by_their_bookings(many: Arrest) -> None:
    found = selectors.charges(EVERYTHING)
    assert INDEX in found.explain()
    assert set(found) == set(many.charges.all())


def test_what_is_known_of_charges_is_counted_by_their_latest_outcome() -> None:
    query = cases.a_case(None)
    charges = cases.the_charges(query)
    coded = sum(1 for one in charges if one.code)
    cases.the_outcome(query, DispositionKind.CONVICTED, sentence_months=18)
    whole = len(charges)
    known = selectors.completeness(EVERYTHING)
    assert (known.coded, known.outcome, known.sentence) == (
        Rate(coded, whole),
        Rate(whole, whole),
        Rate(whole, whole),
    )
    cases.the_outcome(query, DispositionKind.CONVICTED)
    assert selectors.completeness(EVERYTHING).sentence == Rate(0, whole)
    cases.the_outcome(query, DispositionKind.PENDING)
    assert selectors.completeness(EVERYTHING).outcome == Rate(0, whole)
    cases.the_outcome(query, DispositionKind.DISMISSED)
    known = selectors.completeness(EVERYTHING)
    assert (known.outcome, known.sentence) == (Rate(whole, whole), Rate(0, 0))
    assert sum(known.reasons.values()) == whole - coded
