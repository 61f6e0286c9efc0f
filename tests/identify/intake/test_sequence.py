# SPDX-License-Identifier: Apache-2.0
"""Row 17 of the catalogue of bad input: fingers in the wrong place are refused before anything is searched."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from secure_communities.biometrics.synthetic.identity import Identity
from secure_communities.biometrics.synthetic.impression import finger_image
from secure_communities.biometrics.synthetic.slap import slap_image
from secure_communities.identify.intake import preparation
from secure_communities.identify.intake.preparation import Refused
from secure_communities.identify.intake.sequence import CODE
from secure_communities.interchange.itl import Finding, Record, fingerprint_record
from secure_communities.platform.agencies.vocabulary import Purpose
from tests.builders.images import encode
from tests.builders.transactions import REGISTER, TODAY, a_booking

WHO = Identity(77)
SHOWN = (2, 3, 4, 7, 8, 9)  # the rolled prints that these files carry; the rest is declared missing
MISSING = [[f"{finger:02d}", "UP"] for finger in range(1, 11) if finger not in SHOWN]


def an_image(position: int, pixels: np.ndarray) -> Record:
    height, width = pixels.shape
    return fingerprint_record(
        idc=position, impression=3, positions=[position], width=width, height=height, compression=1,
        data=encode(pixels, "WSQ20"),
    )  # fmt: skip


@cache
def rolled(position: int, finger: int, impression: int = 1) -> Record:
    """A print of `finger` sent as `position`."""
    return an_image(position, finger_image(WHO, finger, impression=impression))


@cache
def slap(position: int, shown: int) -> Record:
    """The slap `shown` sent as `position`."""
    absent = frozenset(range(1, 11)) - frozenset(SHOWN)
    return an_image(position, slap_image(WHO, shown, impression=2, missing=absent).pixels)


def examine(*images: Record) -> preparation.Prepared:
    content = a_booking(images=images, person={"2.084": MISSING})
    return preparation.examine(content, received_on=TODAY, destination=REGISTER, purpose=Purpose.BOOKING)


def findings(*images: Record) -> list[Finding]:
    with pytest.raises(Refused) as caught:
        examine(*images)
    return list(caught.value.findings)


def test_a_card_in_order_is_taken() -> None:
    prepared = examine(*(rolled(finger, finger) for finger in SHOWN), slap(13, 13), slap(14, 14))
    assert sorted(prepared.tenprint) == list(SHOWN) and "sequence" in prepared.seconds


def test_slaps_under_each_others_number_are_refused_at_the_slap() -> None:
    [finding] = findings(*(rolled(finger, finger) for finger in SHOWN), slap(13, 14), slap(14, 13))
    assert (finding.code, finding.tag) == (CODE, "4.004")
    assert finding.idc in (13, 14)
    assert finding.code.startswith("L") and "hands swapped" in finding.message


@pytest.mark.slow
def test_two_rolled_prints_in_each_others_place_are_refused_at_the_print() -> None:
    cards = [rolled(finger, {2: 3, 3: 2}.get(finger, finger)) for finger in SHOWN]
    [finding] = findings(*cards, slap(13, 13), slap(14, 14))
    assert (finding.code, finding.tag) == (CODE, "4.004") and finding.idc in (2, 3)
    assert "rolled 2 is plain 3" in finding.message


def test_one_finger_in_every_box_is_refused_even_without_plain_prints() -> None:
    cards = [rolled(finger, 3, impression) for impression, finger in enumerate(SHOWN, 1)]
    [finding] = findings(*cards)
    assert finding.code == CODE and "are of one finger" in finding.message
