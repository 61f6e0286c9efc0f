# SPDX-License-Identifier: Apache-2.0
"""Before anything is searched or enrolled: are the fingers of the card where it says they are (ebts 8, row 17)?

In: the decoded images, the templates made of the rolled ones, the file. Out: findings; nothing is put right, because
only the jail, with the person there, can say which of two prints is in the wrong place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from secure_communities.biometrics.plain import PLAIN, PlainImage, declared_missing, plain_prints, sender_boxes
from secure_communities.biometrics.segmentation import FINGERS
from secure_communities.biometrics.sequence import Fault, SequenceFault, check_sequence
from secure_communities.biometrics.template import Template
from secure_communities.interchange.itl import Finding, Transaction

if TYPE_CHECKING:
    from secure_communities.identify.intake.preparation import Decoded

CODE = "L0009"  # the series is the standard's, the number ours: the published lists at hand do not give it


def check_order(parsed: Transaction, images: Sequence[Decoded], templates: Mapping[int, Template]) -> list[Finding]:
    """Findings for every fault in the order of the fingers; empty for a card in order, or too poor to tell.

    Segments the plain images and extracts their fingertips: seconds, like the rolled prints."""
    by_position = {image.view.positions[0]: image for image in images if len(image.view.positions) == 1}
    plain = [
        PlainImage(image.pixels, position, image.ppi, sender_boxes(parsed.records[image.view.record]))
        for position, image in sorted(by_position.items())
        if position in PLAIN
    ]
    # A plain thumb that stands in for a missing rolled print would only be compared with itself.
    rolled = {position: template for position, template in templates.items() if position in by_position}
    prints = plain_prints(plain, missing=declared_missing(parsed)).templates if plain and rolled else {}
    found = check_sequence(rolled, prints)
    return [_finding(fault, by_position) for fault in found.faults]


def _finding(fault: SequenceFault, by_position: Mapping[int, Decoded]) -> Finding:
    view = next((by_position[place].view for place in _places(fault) if place in by_position), None)
    if view is None:
        return Finding(CODE, message=f"fingers out of sequence: {fault.sentence}")
    tag = "4.004" if view.type == 4 else "14.013"
    message = f"fingers out of sequence: {fault.sentence}"
    return Finding(CODE, message=message, record=view.record, idc=view.idc, tag=tag)


def _places(fault: SequenceFault) -> Iterator[int]:
    """Positions of the images to name, the likeliest first: the slap of swapped hands, else the rolled prints."""
    fingers = [finger for pair in fault.pairs for finger in pair]
    slaps = [slap for slap, shown in FINGERS.items() if set(fingers) & set(shown)]
    of_slaps = fault.fault is Fault.STRANGER or (fault.fault is Fault.HANDS_SWAPPED and len(fault.pairs) > 2)
    yield from ([*reversed(slaps), *fingers] if of_slaps else [*fingers, *slaps])
