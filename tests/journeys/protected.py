# SPDX-License-Identifier: Apache-2.0
"""Enrol the person whom neither register knew as a protected person, in a process of its own, while all runs.

The browser journeys are the last to run: no other journey expects that this person stays unknown.
"""

from __future__ import annotations

import django

from tests.journeys.populate import ABSENT, JAILS


def enrol() -> None:
    from secure_communities.biometrics.synthetic.cards import compress
    from secure_communities.biometrics.synthetic.identity import Identity
    from secure_communities.biometrics.synthetic.impression import finger_image
    from secure_communities.cli.demonstration.drawing import ENCOUNTER, FINGERS, Drawn
    from secure_communities.cli.demonstration.population import enrol_part
    from secure_communities.cli.demonstration.scenario import Part
    from secure_communities.identify.records.synthetic import Story
    from secure_communities.platform import clock

    identity = Identity(ABSENT)
    prints = {
        finger: compress(finger_image(identity, finger, impression=ENCOUNTER, kind="plain"), position=finger)
        for finger in FINGERS
    }
    part = Part(ABSENT, JAILS[0], "Protected", story=Story.PROTECTED)
    enrol_part(part, Drawn(number=ABSENT, criminal={}, immigration=prints, booking=b""), at=clock.now())


if __name__ == "__main__":
    django.setup()
    enrol()
