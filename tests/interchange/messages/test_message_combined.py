# SPDX-License-Identifier: Apache-2.0
"""The combined second response, and what holds for every encoder."""

from __future__ import annotations

import pytest

from secure_communities.interchange.messages import (
    BANNER,
    Acknowledgement,
    Audience,
    CombinedResponse,
    Determination,
    Kind,
    MessageError,
    Protection,
    carries_banner,
)
from secure_communities.interchange.messages.combined import SEPARATOR
from tests.builders.messages import TCN, a_match, a_no_match, a_query, an_acknowledgement, an_answer, an_error

decode = CombinedResponse.decode


def every_message() -> list[str]:
    both = CombinedResponse(a_match(), an_answer())
    return [
        *(message.encode() for message in (a_match(), a_no_match(), an_error(), a_query(), an_answer())),
        *(an_answer(determination=code, **_NOBODY).encode() for code in Determination),
        *(an_answer(determination=code, **_NOBODY).for_agency().encode() for code in Determination),
        *(
            a_match(protection=finding).for_agency(protected_answer=kind).encode()
            for finding in Protection
            for kind in _KINDS
        ),
        *(both.for_agency(protected_answer=kind).encode() for kind in _KINDS),
        CombinedResponse(a_match()).encode(),
        both.encode(),
        an_acknowledgement().encode(),
    ]


_KINDS = (Kind.MATCH, Kind.NO_MATCH)
_NOBODY = {"name": "", "dob": "", "sex": "", "pob": "", "offence": "", "a_number": "", "evidence": ()}


def test_every_encoded_message_carries_the_banner() -> None:
    """Safeguard S1."""
    assert all(word in BANNER for word in ("GUILT", "UNLAWFUL PRESENCE", "CITIZENSHIP", "NOT A DETAINER"))
    for text in every_message():
        assert carries_banner(text), text


def test_no_message_calls_a_person_or_a_match_illegal() -> None:
    never = ("illegal", "alien")  # words never used
    assert not [text for text in every_message() if any(word in text.lower() for word in never)]


def test_every_line_has_at_most_72_characters() -> None:
    assert all(len(line) <= 72 for text in every_message() for line in text.splitlines())


def test_the_acknowledgement_is_read_back() -> None:
    assert Acknowledgement.decode(an_acknowledgement().encode()) == an_acknowledgement()
    with pytest.raises(MessageError, match="mandatory"):
        Acknowledgement.decode("ACK/1.0\nTCN:A")


def test_both_parts_are_read_in_either_order() -> None:
    message = CombinedResponse(a_match(), an_answer())
    first, second = message.encode().split(f"{SEPARATOR}\n")
    assert decode(message.encode()) == message
    assert decode(f"{second}{SEPARATOR}\n{first}") == message


def test_a_missing_answer_is_pending_and_the_supplement_is_another_message() -> None:
    pending, complete = CombinedResponse(a_match()), CombinedResponse(a_match(), an_answer())
    assert pending.encode().endswith("\nIAR:PENDING\n")
    assert decode(pending.encode()) == pending
    assert pending.pending
    assert not complete.pending
    assert pending.identity_key != complete.identity_key


@pytest.mark.parametrize("data", [a_no_match(), an_error()])
def test_a_no_match_and_an_error_stand_alone(data: object) -> None:
    message = CombinedResponse(data)
    assert decode(message.encode()) == message
    assert not message.pending
    assert "PENDING" not in message.encode()
    with pytest.raises(MessageError, match="only a MATCH"):
        CombinedResponse(data, an_answer(audience=Audience.AGENCY))


def test_parts_about_different_submissions_are_refused() -> None:
    with pytest.raises(MessageError, match="different submissions"):
        CombinedResponse(a_match(), an_answer(tcn="SYNZZTX00101-20261122-000002"))


def test_parts_for_different_readers_are_refused() -> None:
    with pytest.raises(MessageError, match="different readers"):
        CombinedResponse(a_match(), an_answer().for_agency())


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (a_match(protection=Protection.PROTECTED), an_answer()),
        (a_match(), an_answer(protection=Protection.PROTECTED)),
        (a_match(), an_answer(protection=Protection.UNKNOWN)),
        (a_match(), an_answer(determination=Determination.ASYLEE)),
    ],
)
@pytest.mark.parametrize("kind", _KINDS)
def test_one_protected_part_hides_the_person_in_both(data: object, answer: object, kind: Kind) -> None:
    """Safeguard S19."""
    copy = CombinedResponse(data, answer).for_agency(protected_answer=kind)
    text = copy.encode()
    assert not [
        word for word in ("SAMPLE", "9000000001", "1980", "TRAVEL", "ASYLEE", "LPR", "PROTECTED") if word in text
    ]
    assert copy.data.kind is kind
    assert decode(text) == copy
    if kind is Kind.NO_MATCH:
        assert text == a_no_match(oca="TEST-0001").encode()


def test_the_agency_copy_of_a_cleared_person_has_both_parts() -> None:
    copy = CombinedResponse(a_match(), an_answer()).for_agency(protected_answer=Kind.NO_MATCH)
    assert decode(copy.encode()) == copy
    assert (copy.tcn, copy.data.fin, copy.answer.determination) == (TCN, "9000000001", Determination.LPR)


@pytest.mark.parametrize(
    "text",
    [
        "",
        SEPARATOR,
        a_match().encode(),
        a_match().encode() + SEPARATOR,
        f"{a_match().encode()}{SEPARATOR}\n" * 2,
        f"{a_match().encode()}{SEPARATOR}\nIAR:LATER\n",
        f"{a_no_match().encode()}{SEPARATOR}\nIAR:PENDING\n",
    ],
)
def test_a_response_without_its_two_parts_is_refused(text: str) -> None:
    with pytest.raises(MessageError):
        decode(text)
