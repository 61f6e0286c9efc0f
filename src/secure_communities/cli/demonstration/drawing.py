# SPDX-License-Identifier: Apache-2.0
"""Draw one person's fingers and compose the booking file, in a process of its own. No Django here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from secure_communities.biometrics.synthetic.booking import Purpose, booking_file
from secure_communities.biometrics.synthetic.cards import Print, compress, compress_card, draw_card
from secure_communities.biometrics.synthetic.identity import Identity
from secure_communities.biometrics.synthetic.impression import finger_image
from secure_communities.cli.demonstration.scenario import Part

FINGERS = range(1, 11)
ENROLMENT, ENCOUNTER, BOOKING = 1, 2, 3  # impression numbers: no register holds the very image of the booking


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn of one person: compressed fingers for the registers, the booking file.

    Who is in both registers was printed once for both; nobody's booking is an image that a register holds.
    """

    number: int
    criminal: Mapping[int, Print]
    immigration: Mapping[int, Print]
    booking: bytes


def draw(part: Part, *, on: date) -> Drawn:
    """Draw one person's fingers as often as needed, and compose the booking file. Seconds of one core."""
    identity = Identity(part.number)

    def fingers(impression: int, kind: str) -> dict[int, Print]:
        images = {finger: finger_image(identity, finger, impression=impression, kind=kind) for finger in FINGERS}
        return {finger: compress(pixels, position=finger) for finger, pixels in images.items()}

    images = compress_card(draw_card(identity, BOOKING))
    if part.blank_finger:
        one = images[part.blank_finger]
        blank = np.full((one.height, one.width), 235, np.uint8)
        images[part.blank_finger] = compress(blank, position=part.blank_finger)
    file = booking_file(
        part.booked,
        images=images,
        ori=part.ori,
        tcn=part.tcn,
        date=on,
        tot=part.tot,
        purpose=Purpose.SUPERVISION if part.supervision else Purpose.BOOKING,
    )
    return Drawn(
        number=part.number,
        criminal=fingers(ENROLMENT, "rolled") if part.criminal else {},
        immigration=fingers(ENCOUNTER, "plain") if part.story and not part.criminal else {},
        booking=file,
    )
