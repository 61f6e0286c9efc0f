# SPDX-License-Identifier: Apache-2.0
"""Booking files: complete, valid under their profile, and saying what they are."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import nistitl
import numpy as np
import pytest
from PIL import Image

from secure_communities.biometrics.synthetic.booking import Charge, Purpose, booking_file, draw_charges
from secure_communities.biometrics.synthetic.cards import Print, compress_card, draw_card
from secure_communities.biometrics.synthetic.identity import Identity
from secure_communities.biometrics.synthetic.people import person
from secure_communities.interchange import profiles
from secure_communities.interchange.itl import Transaction, emit, parse

DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def card() -> Mapping[int, Print]:
    return compress_card(draw_card(Identity(7), 0))


def book(card: Mapping[int, Any], **changes: Any) -> Transaction:
    values: dict[str, Any] = {
        "images": card,
        "ori": "ZZTX00101",
        "tcn": "SYNZZTX00101-20261120-000007",
        "date": DAY,
    }
    return parse(booking_file(person(7), **(values | changes)))


def type2(transaction: Transaction) -> Any:
    return transaction.of_type(2)[0]


@pytest.mark.parametrize("record_type", [4, 14])
@pytest.mark.parametrize("tot", ["CAR", "CNA", "CPDR", "CPNU"])
def test_a_booking_passes_the_profile_of_its_transaction(card: Mapping[int, Print], tot: str, record_type: int) -> None:
    booking = book(card, tot=tot, record_type=record_type, gmt=datetime(2026, 11, 20, 12, tzinfo=UTC))
    profile = profiles.profile_for(booking)
    assert profile == f"ebts-10.0/{tot}"
    assert profiles.validate(booking, profile, received_on=DAY) == []
    assert booking.warnings == ()
    assert parse(emit(booking)).records == booking.records


def test_a_booking_has_ten_rolled_fingers_four_plain_images_and_a_photograph(card: Mapping[int, Print]) -> None:
    booking = book(card)
    assert [r.type for r in booking.records] == [1, 2] + [4] * 14 + [10]
    prints = [image for image in booking.images() if image.type == 4]
    assert [image.positions for image in prints] == [(position,) for position in range(1, 15)]
    assert [image.impression for image in prints] == [1] * 10 + [0] * 4
    assert {image.compression for image in prints} == {"WSQ20"}
    for image in prints:
        with Image.open(io.BytesIO(image.data)) as decoded:
            assert decoded.size == (image.width, image.height)
    (face,) = [image for image in booking.images() if image.type == 10]
    with Image.open(io.BytesIO(face.data)) as decoded:
        assert (decoded.format, *decoded.size) == ("JPEG", face.width, face.height)


def test_another_reader_agrees(card: Mapping[int, Print]) -> None:
    message = nistitl.Message()
    message.parse(booking_file(person(7), images=card, ori="ZZTX00101", tcn="SYNZZTX00101-000007", date=DAY))
    assert message.TOT == "CAR"
    assert sum(1 for _ in message.iter(4)) == 14


def test_the_file_says_that_person_and_prints_are_synthetic(card: Mapping[int, Print]) -> None:
    record = type2(book(card))
    assert "SYNTHETIC" in record.text("2.056")
    assert record.text("2.018").startswith(("SYNTH", "SAMPLE"))
    assert record.text("2.016").startswith("000")


def test_slaps_in_type_14_say_where_each_finger_is_left_right_top_bottom(card: Mapping[int, Print]) -> None:
    slap = book(card, record_type=14).of_type(14)[13]
    assert slap.text("14.013") == "14"
    segments = {int(f): [int(v) for v in box] for f, *box in slap.values("14.021")}
    assert list(segments) == [7, 8, 9, 10]
    left, right, top, bottom = segments[10]
    assert left < right < segments[9][0]
    assert top < bottom


def test_offence_codes_are_a_field_of_their_own_and_never_part_of_the_text(card: Mapping[int, Print]) -> None:
    charges = [Charge("ROBBERY", DAY, "1203"), Charge("SOMETHING LOCAL"), Charge("TRESPASSING", None, "5707")]
    record = type2(book(card, charges=charges))
    assert record.values("2.047") == [["20261120", "ROBBERY"], ["", "SOMETHING LOCAL"], ["", "TRESPASSING"]]
    assert record.values("2.900") == [["1", "1203"], ["3", "5707"]]


def test_without_a_submitted_code_the_code_field_is_absent(card: Mapping[int, Print]) -> None:
    assert type2(book(card, charges=[Charge("ROBBERY")])).values("2.900") == []


def test_supervision_is_a_purpose_of_its_own(card: Mapping[int, Print]) -> None:
    assert type2(book(card)).text("2.901") == "BOOKING"
    assert type2(book(card, purpose=Purpose.SUPERVISION)).text("2.901") == "SUPERVISION"


def test_a_booking_without_answer_asks_for_none(card: Mapping[int, Print]) -> None:
    record = type2(book(card, tot="CNA"))
    assert record.text("2.006") is None
    assert record.text("2.070") is None


def test_missing_fingers_are_declared_and_may_not_be_printed_too(card: Mapping[int, Print]) -> None:
    nine = {position: print_ for position, print_ in card.items() if position != 3}
    booking = book(nine, missing={3: "XX"})
    assert type2(booking).values("2.084") == [["3", "XX"]]
    # The whole slap still shows the finger, which the validator may not know; the rolled prints are consistent.
    assert profiles.validate(booking, "ebts-10.0/CAR", received_on=DAY) == []
    with pytest.raises(ValueError, match=r"\[3\] are both printed and missing"):
        book(card, missing={3: "XX"})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ori": "TX0010100"}, "reserved"),
        ({"ori": "ZZ1"}, "reserved"),
        ({"tcn": "TX-20261120-000007"}, "SYN"),
        ({"record_type": 5}, "Type-4 or Type-14"),
    ],
)
def test_nothing_that_could_be_taken_for_real_is_written(
    card: Mapping[int, Print], change: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        book(card, **change)


def test_pixels_are_compressed_on_the_way(card: Mapping[int, Print]) -> None:
    pixels = np.full((64, 96), 240, np.uint8)
    pixels[::4] = 30
    (image,) = book({2: pixels}, with_photograph=False).images()
    assert (image.width, image.height, image.positions) == (96, 64, (2,))


def test_drawn_charges_are_stable_and_lie_before_the_arrest() -> None:
    assert draw_charges(5, before=DAY) == draw_charges(5, before=DAY)
    for number in range(50):
        charges = draw_charges(number, before=DAY)
        assert 1 <= len(charges) <= 3
        assert all(c.offence_on is not None and c.offence_on <= DAY for c in charges)
