# SPDX-License-Identifier: Apache-2.0
"""The catalogue of offence codes."""

from __future__ import annotations

from dataclasses import fields

import pytest

from secure_communities.policy.offences import (
    UNKNOWN_CODE,
    Offence,
    catalogue,
    is_code,
    offence,
    offences,
    states_an_offence,
)


def test_the_catalogue_holds_every_code_of_its_edition() -> None:
    assert len(offences()) == catalogue.edition().codes == 458
    assert all(len(code) == 4 and code.isascii() and code.isdigit() for code in offences())
    assert all(one.code == code and one.description and len(one.series) == 4 for code, one in offences().items())


def test_a_code_is_looked_up_with_the_catalogues_own_words() -> None:
    assert offence("1203") == Offence("1203", "ROBBERY - BUSINESS-STGARM", "1200")
    assert offence("2609") == Offence("2609", "FRAUD AND ABUSE, COMPUTER", "2600")


@pytest.mark.parametrize(
    "value", [None, "", "9999", "120", "12030", " 1203", "1203 ", "１２０３", "ROBBERY", "ROBBERY 1203", "1203\n"]
)
def test_what_is_not_exactly_a_code_is_not_found(value: str | None) -> None:
    assert offence(value) is None
    assert not is_code(value)
    assert not states_an_offence(value)


def test_the_filler_is_a_code_of_the_catalogue_but_states_no_offence() -> None:
    assert is_code(UNKNOWN_CODE)
    assert not states_an_offence(UNKNOWN_CODE)


def test_a_status_of_a_person_is_no_offence() -> None:
    statuses = [one.code for one in offences().values() if one.is_status]
    assert statuses == ["8001", "8003", "8004", "8005"]
    assert not any(states_an_offence(code) for code in statuses)
    assert states_an_offence("8101")


def test_the_catalogue_ranks_nothing() -> None:
    assert {field.name for field in fields(Offence)} == {"code", "description", "series"}
    with pytest.raises(TypeError):
        sorted(offences().values())  # type: ignore[type-var]


def test_an_altered_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = catalogue.edition()
    other = catalogue.Edition(
        **{field.name: getattr(recorded, field.name) for field in fields(recorded)} | {"sha256": "0" * 64}
    )
    monkeypatch.setattr(catalogue, "edition", lambda name=catalogue.EDITION: other)
    offences.cache_clear()
    try:
        with pytest.raises(catalogue.CatalogueError, match=r"ncic-niem-2\.0\.csv"):
            offences()
    finally:
        offences.cache_clear()


def test_nobody_can_add_a_code_while_running() -> None:
    with pytest.raises(TypeError):
        offences()["9999"] = Offence("9999", "", "")  # type: ignore[index]
