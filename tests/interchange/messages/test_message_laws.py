# SPDX-License-Identifier: Apache-2.0
"""Laws of the messages: what is written is read back; decoders let nothing but MessageError escape."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.interchange.messages import (
    Acknowledgement,
    CombinedResponse,
    Encounter,
    Identity,
    ImmigrationDataResponse,
    ImmigrationQuery,
    ImmigrationResponse,
    MessageError,
    Verification,
    safe_text,
)
from secure_communities.interchange.messages.text import check_value, fold, unfold
from tests.builders.messages import a_match, a_query, an_acknowledgement, an_answer

MOMENTS = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))
SEXES = st.sampled_from(["", "M", "F", "X", "U"])


LETTERS = "ABC 09-,'()éßŁя漢"


def texts(minimum: int, maximum: int, *, without: str = "") -> st.SearchStrategy[str]:
    raw = st.text(LETTERS if without else LETTERS + "./:", min_size=minimum, max_size=maximum)
    safe = raw.map(lambda text: safe_text(text, without=without, maximum=maximum))
    return safe.filter(lambda text: len(text) >= minimum)


QUERY_TEXTS = partial(texts, without="./")
IDENTITIES = st.builds(Identity, texts(3, 110), st.none() | DAYS, st.sampled_from(["", "ZZ"]), st.just(""), SEXES)
ENCOUNTERS = st.builds(Encounter, DAYS, texts(1, 60), texts(0, 60), texts(0, 30))
VERIFICATIONS = st.builds(
    Verification,
    st.sampled_from(["AUTO", "EXAMINER_1", "EXAMINER_2"]),
    st.none() | st.integers(0, 10**6).map(lambda score: score / 1000),
    st.sampled_from(["", "2026.1"]),
    st.none() | st.integers(0, 10),
)


@given(
    st.lists(IDENTITIES, max_size=4).map(tuple),
    st.none() | ENCOUNTERS,
    st.none() | VERIFICATIONS,
    MOMENTS,
    st.booleans(),
)
def test_a_data_response_is_read_back(
    identities: tuple[Identity, ...],
    encounter: Encounter | None,
    verification: Verification | None,
    moment: datetime,
    photograph: bool,
) -> None:
    message = a_match(
        identities=identities,
        encounter=encounter,
        verification=verification,
        generated_at=moment,
        photograph=photograph,
    )
    assert ImmigrationDataResponse.decode(message.encode()) == message


@given(QUERY_TEXTS(3, 30), QUERY_TEXTS(0, 300), st.lists(QUERY_TEXTS(3, 30), max_size=5).map(tuple))
def test_a_query_is_read_back(name: str, remarks: str, aliases: tuple[str, ...]) -> None:
    message = a_query(name=name, remarks=remarks, aliases=aliases)
    assert ImmigrationQuery.decode(message.encode()) == message


@given(texts(3, 30), texts(0, 300), texts(0, 300), texts(1, 60), MOMENTS)
def test_an_answer_is_read_back(name: str, note: str, confidence: str, officer: str, moment: datetime) -> None:
    message = an_answer(name=name, criminal_note=note, confidence=confidence, officer=officer, determined_at=moment)
    assert ImmigrationResponse.decode(message.encode()) == message


@given(st.text())
def test_safe_text_is_always_safe(value: str) -> None:
    check_value("TAG", safe_text(value), minimum=0, without="./")


@given(st.text("AB ", max_size=400).map(lambda text: " ".join(text.split())))
def test_folding_is_undone_by_unfolding_and_survives_trimmed_lines(value: str) -> None:
    folded = fold(value)
    assert unfold(folded) == value
    assert all(len(line) <= 72 and line == line.rstrip() for line in folded.split("\n"))


DECODERS = {
    ImmigrationDataResponse: a_match().encode(),
    ImmigrationQuery: a_query().encode(),
    ImmigrationResponse: an_answer().encode(),
    Acknowledgement: an_acknowledgement().encode(),
    CombinedResponse: CombinedResponse(a_match(), an_answer()).encode(),
}


@given(st.sampled_from([*DECODERS]), st.text() | st.binary())
def test_only_message_errors_escape_from_any_text(kind: type[CombinedResponse], text: str | bytes) -> None:
    with pytest.raises(MessageError):
        kind.decode(text)


@pytest.mark.parametrize("kind", [*DECODERS])
def test_only_message_errors_escape_from_mutants(kind: type[CombinedResponse]) -> None:
    whole, chance = DECODERS[kind].encode(), random.Random(1)
    accepted = 0
    for _ in range(600):
        mutant = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(mutant))
            match chance.randrange(4):
                case 0:
                    mutant[place] = chance.randrange(256)
                case 1:
                    del mutant[place : place + chance.randint(1, 20)]
                case 2:
                    mutant[place:place] = mutant[place : place + chance.randint(1, 60)]
                case _:
                    mutant[place] = chance.choice(b"\n :/.;=0Z")
        try:
            kind.decode(bytes(mutant))
            accepted += 1
        except MessageError:
            pass
    assert accepted < 600
