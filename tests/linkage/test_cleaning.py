# SPDX-License-Identifier: Apache-2.0
"""Names and dates come to one form, whatever way they are written."""

from __future__ import annotations

import pytest

from secure_communities.linkage import dates, names, phonetics
from secure_communities.linkage.dates import DateLevel, PartialDate


@pytest.mark.parametrize(
    ("written", "surname", "given"),
    [
        ("SAMPLEWELL,ADA MARIA", "SAMPLEWELL", "ADA MARIA"),
        ("samplewell, ada", "SAMPLEWELL", "ADA"),
        ("DE LA SAMPLEZ,JUAN", "SAMPLEZ", "JUAN"),
        ("VAN DER SAMPLE,JAN", "SAMPLE", "JAN"),
        ("AL-SAMPLEDI,OMAR", "SAMPLEDI", "OMAR"),
        ("BIN SAMPLEDI,OMAR", "SAMPLEDI", "OMAR"),
        ("SAMPLEZ-SYNTHEZ,ANA", "SAMPLEZ SYNTHEZ", "ANA"),
        ("SAMPLEZ Y SYNTHEZ,ANA", "SAMPLEZ SYNTHEZ", "ANA"),
        ("O'SAMPLE,NORA", "OSAMPLE", "NORA"),
        ("SAMPLE JR,HUGO", "SAMPLE", "HUGO"),
        ("SAMPLE,HUGO III", "SAMPLE", "HUGO"),
        ("SÁMPLEZ,JOSÉ", "SAMPLEZ", "JOSE"),
        ("SAMPLE,HUGO NMN", "SAMPLE", "HUGO"),
        ("HUGO SAMPLE", "SAMPLE", "HUGO"),
        ("SAMPLE", "SAMPLE", ""),
        ("DE LA,ANA", "DE LA", "ANA"),
        (",", "", ""),
    ],
)
def test_a_name_is_cleaned(written: str, surname: str, given: str) -> None:
    found = names.clean(written)
    assert (" ".join(found.surname), " ".join(found.given)) == (surname, given)


def test_a_suffix_is_kept_beside_the_name() -> None:
    assert names.clean("SAMPLE,HUGO JR").suffix == "JR"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KHADOUREE", "HADURI"),  # Arabic
        ("SAMPLITSKIY", "SAMPLITSKY"),  # Cyrillic
        ("SAMPLOFF", "SAMPLOV"),
        ("SAMPLZADEH", "SAMPLZADA"),  # Persian
        ("XUNG", "SONG"),  # Chinese
        ("BHADWAL", "BADVAL"),  # South Asian
        ("QUILLEZ", "KIYES"),  # Spanish
    ],
)
def test_spellings_of_one_sound_fold_into_one(one: str, other: str) -> None:
    assert phonetics.folded(one) == phonetics.folded(other)


@pytest.mark.parametrize(("one", "other"), [("BALDEZ", "VALDES"), ("JIMENES", "GIMENEZ"), ("SAMPLE", "SAMPEL")])
def test_what_sounds_alike_in_spanish_has_one_code(one: str, other: str) -> None:
    assert phonetics.sound(one) == phonetics.sound(other)


def test_pet_forms_lead_to_the_full_names() -> None:
    assert phonetics.full_forms("PEPE") == {"JOSE"}
    assert phonetics.full_forms("BETO") == {"ALBERTO", "ROBERTO"}
    assert phonetics.full_forms("ZENOBIA") == {"ZENOBIA"}


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("1988-03-14", "1988-03-14", DateLevel.EQUAL),
        ("1988-03-04", "1988-04-03", DateLevel.SWAPPED),
        ("1988-03-14", "1988-03-41", DateLevel.TRANSPOSED),
        ("1988-03-14", "1988-03-15", DateLevel.ONE_DIGIT),
        ("1988-03-14", "1989-03-14", DateLevel.YEAR_BY_ONE),
        ("1988-03-14", "1978-03-14", DateLevel.YEAR_BY_TEN),
        ("1988-03-14", "1988", DateLevel.YEAR_ONLY),
        ("1988-03-14", "19880000", DateLevel.YEAR_ONLY),
        ("1988-03-14", "1988-11-02", DateLevel.SAME_YEAR),
        ("1988-03-14", "1961-03-14", DateLevel.SAME_DAY),
        ("1988-03-14", "1961-10-02", DateLevel.DIFFERENT),
        ("1988-03-14", "1961", DateLevel.DIFFERENT),
    ],
)
def test_dates_agree_at_a_level_in_either_order(one: str, other: str, level: DateLevel) -> None:
    a, b = dates.parse(one), dates.parse(other)
    assert a is not None
    assert b is not None
    assert dates.level(a, b) is dates.level(b, a) is level


@pytest.mark.parametrize("text", ["", "00000000", "14.3.1988", "88"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert dates.parse(text) is None


def test_a_date_that_no_calendar_has_is_kept_as_given() -> None:
    assert dates.parse("1988-06-31") == PartialDate(1988, 6, 31)
