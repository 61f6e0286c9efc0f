# SPDX-License-Identifier: Apache-2.0
"""The published completeness of charge data equals a count of the raw rows, and every figure opens its rows."""

from __future__ import annotations

import pytest

from secure_communities.identify.records.models import Charge
from secure_communities.identify.records.rules import DispositionKind
from secure_communities.prioritize.facts import completeness
from secure_communities.prioritize.facts.completeness import Part
from tests.prioritize import cases as p

pytestmark = pytest.mark.django_db


def the_only() -> completeness.Completeness:
    (one,) = completeness.by_agency()
    return one


def test_completeness_counts_codes_confirmations_and_outcomes_apart() -> None:
    assert completeness.by_agency() == []
    query = p.a_referred_case()
    ori = query.submission.originator.ori
    before = the_only()
    assert (before.ori, before.agency) == (ori, query.submission.originator.agency.name)
    assert before.charges == Charge.objects.filter(arrest__ori=ori).count()
    assert (before.confirmed, before.outcome_known, before.convicted) == (0, 0, 0)
    p.confirm(query, "1206")
    p.becomes(query, DispositionKind.PENDING)
    assert (the_only().confirmed, the_only().outcome_known) == (1, 0)
    p.becomes(query, DispositionKind.CONVICTED, sentence_months=3)
    assert (the_only().outcome_known, the_only().convicted) == (1, 1)
    p.becomes(query, DispositionKind.DISMISSED)  # what came later stands: the conviction is one no more
    after = the_only()
    assert (after.outcome_known, after.convicted) == (1, 0)
    assert after.share(Part.CONFIRMED) == 1 / after.charges
    assert completeness.overall([after, after]).charges == 2 * after.charges


def test_every_figure_opens_as_many_rows_as_it_counts() -> None:
    query = p.a_referred_case()
    p.confirm(query, "1206")
    p.becomes(query, DispositionKind.CONVICTED)
    one = the_only()
    for part in Part:
        counted = getattr(one, part.lower())
        assert completeness.rows_of(part, oris=[one.ori]).count() == counted
        assert completeness.rows_of(part, missing=True).count() == one.charges - counted
    assert completeness.by_agency(oris=[]) == []


def test_no_charge_has_no_share() -> None:
    assert completeness.overall([]).share(Part.CONFIRMED) is None
