# SPDX-License-Identifier: Apache-2.0
"""The merged history and what the booking says: by day, every item with its source."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from secure_communities.identify.evidence import booked
from secure_communities.identify.evidence.facts import BOOKING, EvidenceFact, FactKind
from secure_communities.identify.evidence.history import history
from secure_communities.identify.intake.booking import Booking, ChargedOffence

BOOKED = Booking(
    name="SAMPLE,ONE", aliases=("SAMPLETWO,ONE",), birth_dates=("19800409", "1980"), sex="M", birthplace="TX",
    citizenship=("US",), race="U", height="", weight="", eyes="", hair="", agency_case="", state_number="",
    arrest_date="20261121", controlling_agency="", attention="", retain=False, rap_sheet_wanted=False,
    charges=(ChargedOffence("TRESPASSING", None, None),),
)  # fmt: skip


def test_history_is_by_day_with_the_end_of_a_status_and_without_what_has_no_day() -> None:
    stay = EvidenceFact(FactKind.STATUS, "TPS", "BENEFITS", "B", date(2010, 1, 1), date(2012, 1, 1))
    entry = EvidenceFact(FactKind.ENTRY, "Airport", "ENTRY_EXIT", "M", date(2009, 1, 1))
    name = EvidenceFact(FactKind.NAME, "SAMPLE,ONE", "COURT", "C")
    told = history([stay, name, entry])
    assert [(item.on.year, item.fact.kind, item.ends) for item in told] == [
        (2009, FactKind.ENTRY, False),
        (2010, FactKind.STATUS, False),
        (2012, FactKind.STATUS, True),
    ]


def test_two_sources_that_tell_the_same_stay_two_items() -> None:
    one = EvidenceFact(FactKind.ENTRY, "Airport", "ENTRY_EXIT", "M", date(2009, 1, 1))
    assert len(history([one, replace(one, source="BENEFITS")])) == 2


def test_a_booking_states_facts_under_its_control_number_and_no_more_than_it_says() -> None:
    facts = booked.facts_of(BOOKED, "SC-1")
    assert {(one.source, one.record) for one in facts} == {(BOOKING, "SC-1")}
    assert [(one.kind, one.value) for one in facts] == [
        (FactKind.NAME, "SAMPLE,ONE"),
        (FactKind.NAME, "SAMPLETWO,ONE"),
        (FactKind.BIRTH_DATE, "1980-04-09"),
        (FactKind.BIRTHPLACE, "TX"),
        (FactKind.CITIZENSHIP, "US"),
        (FactKind.ARREST, "TRESPASSING"),
    ]
