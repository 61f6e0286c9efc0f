# SPDX-License-Identifier: Apache-2.0
"""The rules of the participation register (S9), of transaction types, delivery and NFF, as pure functions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.platform.agencies.rules import (
    CIVIL_TOTS,
    CRIMINAL_TOTS,
    UNSCREENED_TOTS,
    Coverage,
    Entry,
    Preference,
    Reason,
    SearchFacts,
    eligible_for_immigration_search,
    nff_effect,
    receives_immigration_response,
    standing,
)
from secure_communities.platform.agencies.vocabulary import Consent, Exit, IdrDelivery, Purpose

DAY = date(2026, 11, 22)


def an_entry(**fields):
    return Entry(
        **(
            {
                "number": 1,
                "of_one_ori": False,
                "starts_on": date(2020, 1, 1),
                "ends_on": None,
                "consent": Consent.AGREED,
            }
            | fields
        )
    )


def some_facts(**fields):
    return SearchFacts(
        **(
            {
                "on": DAY,
                "tot": "CAR",
                "purpose": Purpose.BOOKING,
                "ori_in_force": True,
                "ori_purpose": Purpose.BOOKING,
                "permitted_tots": frozenset({"CAR"}),
                "entries": (an_entry(),),
            }
            | fields
        )
    )


def test_a_submission_under_a_valid_entry_is_searched_and_names_the_entry():
    decision = eligible_for_immigration_search(some_facts(entries=(an_entry(number=7),)))
    assert decision.allowed
    assert decision.entry == 7


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ori_in_force": False}, Reason.ORI_NOT_IN_FORCE),
        ({"tot": "FAUF"}, Reason.TYPE_CIVIL),
        ({"tot": "DEK"}, Reason.TYPE_NOT_SCREENED),
        ({"tot": "XXX"}, Reason.TYPE_UNKNOWN),
        ({"tot": "car"}, Reason.TYPE_UNKNOWN),
        ({"tot": "CNA"}, Reason.TYPE_NOT_PERMITTED),
        ({"ori_purpose": None}, Reason.PURPOSE_NOT_OF_THE_ORI),
        ({"purpose": Purpose.COMMUNITY_SUPERVISION}, Reason.PURPOSE_NOT_OF_THE_ORI),
        ({"entries": ()}, Reason.NO_PARTICIPATION),
        ({"entries": (an_entry(starts_on=date(2026, 11, 23)),)}, Reason.PARTICIPATION_NOT_YET),
        ({"entries": (an_entry(consent=Consent.PENDING),)}, Reason.CONSENT_PENDING),
        ({"entries": (an_entry(consent=Consent.OBJECTED),)}, Reason.JURISDICTION_OBJECTS),
        ({"entries": (an_entry(ends_on=DAY, exit=Exit.WITHDREW),)}, Reason.JURISDICTION_LEFT),
        ({"entries": (an_entry(ends_on=DAY, exit=Exit.EXPIRED),)}, Reason.PARTICIPATION_ENDED),
        ({"nff": True, "later_arrest": True}, Reason.NFF_LATER_ARREST),
    ],
)
def test_each_missing_condition_alone_stops_the_search_and_is_the_reason(change, reason):
    decision = eligible_for_immigration_search(some_facts(**change))
    assert not decision
    assert decision.reason_code is reason
    assert decision.entry is None
    assert decision.sentence.endswith(".")


@pytest.mark.parametrize("tot", sorted(CIVIL_TOTS | UNSCREENED_TOTS))
def test_civil_and_unscreened_types_are_never_searched_even_where_someone_permitted_them(tot):
    assert not eligible_for_immigration_search(some_facts(tot=tot, permitted_tots=frozenset({tot})))


def test_the_kinds_of_transaction_do_not_overlap():
    assert not CRIMINAL_TOTS & CIVIL_TOTS
    assert not CRIMINAL_TOTS & UNSCREENED_TOTS


@pytest.mark.parametrize(
    ("nff", "forward", "later", "searched"),
    [
        (False, False, True, True),
        (True, False, False, True),
        (True, False, True, False),
        (True, True, True, True),
    ],
)
def test_only_a_later_arrest_in_a_non_forwarding_nff_state_is_left_out(nff, forward, later, searched):
    facts = some_facts(nff=nff, forward_subsequent=forward, later_arrest=later)
    assert eligible_for_immigration_search(facts).allowed is searched


def test_a_day_belongs_to_an_entry_from_its_first_day_up_to_but_not_including_its_last():
    entry = an_entry(starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1), exit=Exit.WITHDREW)
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1)]
    assert [standing([entry], on=day).allowed for day in days] == [False, True, True, False]


def test_leaving_later_does_not_undo_what_was_searched_while_taking_part():
    entry = an_entry(ends_on=date(2026, 6, 1), exit=Exit.WITHDREW)
    assert standing([entry], on=date(2026, 5, 31))
    assert standing([entry], on=date(2026, 6, 1)).reason_code is Reason.JURISDICTION_LEFT


def test_an_ori_that_objects_is_not_overruled_by_its_county():
    own = an_entry(number=2, of_one_ori=True, consent=Consent.OBJECTED)
    assert standing([an_entry(), own], on=DAY).reason_code is Reason.JURISDICTION_OBJECTS


def test_an_ori_that_agrees_takes_part_although_its_county_objects():
    own = an_entry(number=2, of_one_ori=True)
    assert standing([an_entry(consent=Consent.OBJECTED), own], on=DAY).entry == 2


@pytest.mark.parametrize(
    ("exit_kind", "searched"),
    [(Exit.WITHDREW, False), (Exit.TERMINATED, False), (Exit.EXPIRED, True), (Exit.SUPERSEDED, True)],
)
def test_an_ori_that_left_is_not_brought_back_by_its_county(exit_kind, searched):
    own = an_entry(number=2, of_one_ori=True, ends_on=date(2024, 1, 1), exit=exit_kind)
    assert standing([an_entry(), own], on=DAY).allowed is searched


def test_an_entry_withdrawn_before_it_began_was_never_in_force():
    entry = an_entry(starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 1), exit=Exit.WITHDREW)
    assert not any(standing([entry], on=day) for day in (date(2025, 12, 31), date(2026, 1, 1), DAY))


days = st.dates(date(2018, 1, 1), date(2030, 1, 1))


@given(
    st.lists(
        st.builds(
            an_entry,
            number=st.integers(1, 99),
            of_one_ori=st.booleans(),
            starts_on=days,
            ends_on=st.none() | days,
            consent=st.sampled_from(Consent),
            exit=st.none() | st.sampled_from(Exit),
        ),
        max_size=5,
    ),
    days,
)
def test_nothing_is_searched_without_an_agreed_entry_in_force_on_that_very_day(entries, on):
    decision = standing(entries, on=on)
    if decision:
        relied = [entry for entry in entries if entry.number == decision.entry]
        assert any(entry.consent is Consent.AGREED and entry.in_force(on) for entry in relied)
        assert eligible_for_immigration_search(some_facts(entries=entries, on=on))
    else:
        assert not eligible_for_immigration_search(some_facts(entries=entries, on=on))


@pytest.mark.parametrize(
    ("delivery", "matched", "reason"),
    [
        (IdrDelivery.NONE, True, Reason.NOT_WANTED),
        (IdrDelivery.NONE, False, Reason.NOT_WANTED),
        (IdrDelivery.MATCH_ONLY, True, Reason.ELIGIBLE),
        (IdrDelivery.MATCH_ONLY, False, Reason.NOT_WANTED),
        (IdrDelivery.NO_MATCH_AND_MATCH, True, Reason.ELIGIBLE),
        (IdrDelivery.NO_MATCH_AND_MATCH, False, Reason.ELIGIBLE),
    ],
)
def test_an_ori_receives_what_it_asked_for(delivery, matched, reason):
    preference = Preference(delivery, state_capable=True, ori_capable=True)
    assert receives_immigration_response(preference, matched=matched).reason_code is reason


def test_an_ori_that_cannot_be_reached_or_never_asked_receives_nothing():
    reachable = Preference(IdrDelivery.MATCH_ONLY, state_capable=True, ori_capable=True)
    for broken in (replace(reachable, state_capable=False), replace(reachable, ori_capable=False)):
        assert receives_immigration_response(broken, matched=True).reason_code is Reason.NOT_REACHABLE
    assert receives_immigration_response(None, matched=True).reason_code is Reason.NOT_WANTED


def test_an_nff_state_that_does_not_forward_has_reduced_coverage_and_says_so():
    assert nff_effect(nff=False, forward_subsequent=False).coverage is Coverage.ALL_ARRESTS
    assert nff_effect(nff=True, forward_subsequent=True).coverage is Coverage.ALL_ARRESTS
    reduced = nff_effect(nff=True, forward_subsequent=False)
    assert reduced.coverage is Coverage.FIRST_ARRESTS_ONLY
    assert "reduced" in reduced.sentence
