# SPDX-License-Identifier: Apache-2.0
"""Suggestions of codes: explained, ranked, and never more than suggestions (S18)."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.identify.records.synthetic import CHARGES
from secure_communities.policy.offences import UNKNOWN_CODE, crosswalk, offence, offences, states_an_offence
from secure_communities.policy.offences.crosswalk import BY_STATE, MOST, PHRASES, Ground, suggest

SOURCE = Path(inspect.getfile(crosswalk)).parents[2]


def codes(literal: str, **options: str) -> list[str]:
    return [one.offence.code for one in suggest(literal, **options)]


def test_every_offence_is_found_by_the_catalogues_own_words() -> None:
    for code, entry in offences().items():
        if not states_an_offence(code):
            continue
        first = suggest(entry.description)[0]
        assert first.ground is Ground.SAME_WORDS
        same = crosswalk.reading(entry.description).words
        assert crosswalk.reading(first.offence.description).words == same


@pytest.mark.parametrize(("literal", "code", "most"), CHARGES)
def test_what_booking_desks_type_is_among_the_suggestions(literal: str, code: str, most: int) -> None:
    assert code in codes(literal) or code in ("1313", "2411")  # words that the catalogue does not have


def test_neither_the_filler_nor_a_persons_status_is_ever_suggested() -> None:
    for entry in offences().values():
        found = codes(entry.description, submitted=UNKNOWN_CODE)
        assert UNKNOWN_CODE not in found
        assert all(states_an_offence(one) for one in found)


def test_a_short_form_of_one_state_means_nothing_in_another() -> None:
    assert {"5403", "5404"} <= set(codes("OWI", state="WI"))
    assert codes("OWI", state="TX") == []
    assert codes("OWI") == []
    told = suggest("OWI", state="wi")[0].because
    assert "“OWI” was read in WI as driving under influence" in told


def test_a_submitted_code_comes_before_mere_words_and_after_the_same_words() -> None:
    found = suggest("SHOPLIFTING", submitted="5707")
    assert [(one.offence.code, one.ground) for one in found[:2]] == [
        ("2303", Ground.SAME_WORDS), ("5707", Ground.SUBMITTED),
    ]  # fmt: skip
    assert suggest("LARCENY FROM A YARD", submitted="5707")[0].ground is Ground.SUBMITTED


def test_words_that_share_nothing_suggest_nothing() -> None:
    assert suggest("HOLD 14 22 ZZZ") == ()
    assert suggest("") == ()


@given(st.text(max_size=80), st.sampled_from(["", "TX", "WI", "??"]))
def test_whatever_was_typed_gives_few_suggestions_each_with_its_reason(literal: str, state: str) -> None:
    found = suggest(literal, state=state)
    assert len(found) <= MOST
    assert all(one.because and (one.shared or one.ground is Ground.SUBMITTED) for one in found)
    assert found == suggest(literal, state=state)


def test_short_forms_are_written_out_in_words_of_the_catalogue() -> None:
    known = {word for entry in offences().values() for word in crosswalk.reading(entry.description).words}
    for phrase in [*PHRASES.values(), *(one for table in BY_STATE.values() for one in table.values())]:
        assert set(phrase) <= known


def test_s18_nothing_that_writes_a_code_knows_the_suggestions() -> None:
    """Only what shows a charge to a person asks for suggestions; no service, job or reading of a submission does."""
    users = [
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and "crosswalk" in f"{getattr(node, 'module', '')} {' '.join(one.name for one in node.names)}"
    ]
    assert set(users) <= {"web/presenters/charges.py", "web/views/charges.py"}
    assert offence("1206") is not None
