# SPDX-License-Identifier: Apache-2.0
"""From real image files to templates: the real decode server, the real extractor, and refusals that name the place."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from secure_communities.biometrics.comparison import compare
from secure_communities.biometrics.synthetic.identity import Identity
from secure_communities.biometrics.synthetic.impression import finger_image
from secure_communities.identify.intake import preparation, services
from secure_communities.identify.intake.models import Probe, Submission
from secure_communities.identify.intake.preparation import Refused
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.services import content_of
from secure_communities.interchange import itl
from secure_communities.interchange.itl import Finding, Record, fingerprint_record
from secure_communities.platform.agencies.vocabulary import Purpose
from secure_communities.platform.events.models import Event
from tests.builders.images import encode
from tests.builders.transactions import GOLDEN, REGISTER, TODAY, a_booking
from tests.identify import builders as a

Pixels = NDArray[np.uint8]
MISSING = [[f"{finger:02d}", "UP"] for finger in (1, 3, 4, 5, 6, 8, 9, 10)]  # two fingers keep these tests quick


@cache
def finger(position: int, impression: int = 1, kind: str = "rolled") -> Pixels:
    return finger_image(Identity(77), position, impression=impression, kind=kind)


def an_image(position: int, pixels: Pixels, *, idc: int) -> Record:
    height, width = pixels.shape
    return fingerprint_record(
        idc=idc, impression=3, positions=[position], width=width, height=height, compression=1,
        data=encode(pixels, "WSQ20"),
    )  # fmt: skip


def two_fingers(*, two: Pixels | None = None, seven: Pixels | None = None, **options: object) -> bytes:
    """A booking of fingers 2 and 7 as WSQ images; the other eight are declared missing."""
    images = [
        an_image(2, finger(2) if two is None else two, idc=1),
        an_image(7, finger(7) if seven is None else seven, idc=2),
    ]
    return a_booking(images=images, person={"2.084": MISSING}, **options)  # type: ignore[arg-type]


def examine(content: bytes) -> preparation.Prepared:
    return preparation.examine(content, received_on=TODAY, destination=REGISTER, purpose=Purpose.BOOKING)


def findings(content: bytes) -> list[Finding]:
    with pytest.raises(Refused) as caught:
        examine(content)
    return list(caught.value.findings)


@pytest.mark.django_db
def test_a_real_file_becomes_templates_and_two_searches() -> None:
    submission = services.receive(
        content=two_fingers(), channel=services.Channel.API, presented_by=a.a_jail(), actor="ori:ZZTX00101", at=a.AT
    ).submission
    preparation.prepare(submission.pk, now=lambda: a.AT + timedelta(seconds=3))
    submission = a.fresh(submission)
    assert submission.intake_state == "accepted"
    assert set(submission.timings) == {"validate", "decode", "extract", "sequence"}
    assert Probe.objects.filter(submission=submission).count() == 2
    probe = services.probe_of(submission, services.Register.CRIMINAL)
    assert probe is not None and sorted(probe) == [2, 7]
    assert all(25 <= len(template) <= 150 for template in probe.values())
    [event] = Event.objects.filter(kind="submission:accepted")
    assert event.data["fingers"] == [2, 7]
    preparation.prepare(submission.pk, now=a.now)  # once more: nothing
    assert Event.objects.filter(kind="submission:accepted").count() == 1


def test_another_impression_of_the_same_finger_is_a_mate_and_another_finger_is_not() -> None:
    first = examine(two_fingers()).tenprint
    again = examine(two_fingers(two=finger(2, impression=2), seven=finger(7, impression=2))).tenprint
    mates = [compare(again[position], first[position]).score for position in (2, 7)]
    assert min(mates) > 2 * max(compare(again[2], first[7]).score, compare(again[7], first[2]).score)


POOR = {
    "blank": np.full((600, 500), 235, np.uint8),
    "white": np.full((600, 500), 255, np.uint8),
    "black": np.zeros((600, 500), np.uint8),
    "noise": np.random.default_rng(5).integers(0, 256, (600, 500)).astype(np.uint8),
}


@pytest.mark.parametrize("name", POOR)
def test_an_image_without_ridges_is_refused_for_its_quality_at_its_place(name: str) -> None:
    [finding] = findings(two_fingers(seven=POOR[name]))
    assert (finding.code, finding.record, finding.idc, finding.tag) == ("L0008", 3, 2, "4.999")
    assert finding.message.startswith("RECORD TYPE 4") or "finger 7" in finding.message


def test_every_poor_finger_is_named_at_once() -> None:
    found = findings(two_fingers(two=POOR["blank"], seven=POOR["noise"]))
    assert [one.idc for one in found] == [1, 2]


@pytest.mark.parametrize("factor", [0.5, 2.0], ids=["250 ppi", "1000 ppi"])
def test_a_resolution_that_the_ridges_contradict_is_refused(factor: float) -> None:
    from PIL import Image

    height, width = finger(7).shape
    scaled = np.asarray(Image.fromarray(finger(7)).resize((int(width * factor), int(height * factor))))
    found = findings(two_fingers(seven=scaled))
    assert [(one.code, one.idc) for one in found] == [("E0006", 2)]


@pytest.mark.parametrize("name", ["crash-heap", "crash-no-tables", "crash-small-frame"])
def test_an_image_that_ends_the_decoder_harms_only_its_own_file(name: str) -> None:
    before = examine(two_fingers()).tenprint
    data = (GOLDEN.parent / "wsq" / f"{name}.wsq").read_bytes()
    frame = data.index(b"\xff\xa2")
    height, width = (int.from_bytes(data[frame + 6 + 2 * i : frame + 8 + 2 * i], "big") for i in range(2))
    broken = fingerprint_record(
        idc=2, impression=3, positions=[7], width=width, height=height, compression=1, data=data
    )
    content = a_booking(images=[an_image(2, finger(2), idc=1), broken], person={"2.084": MISSING})
    assert {one.code for one in findings(content)} <= {"E0002", "E0003", "E0006"}
    after = examine(two_fingers()).tenprint
    assert {p: t.to_bytes() for p, t in after.items()} == {p: t.to_bytes() for p, t in before.items()}


def test_a_single_finger_is_too_few() -> None:
    missing = [*MISSING, ["07", "UP"]]
    [finding] = findings(a_booking(images=[an_image(2, finger(2), idc=1)], person={"2.084": missing}))
    assert finding.code == "L0008"


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["name", "number"])
def test_a_real_looking_identity_is_refused_and_never_enters(state: str) -> None:
    person = {"2.018": "JONES,MARY"} if state == "name" else {"2.016": "123456789"}
    submission = a.a_submission(fields=person)
    preparation.prepare(submission.pk, now=a.now)
    submission = a.fresh(submission)
    assert submission.intake_state == "refused" and not Probe.objects.exists()
    [message] = Message.objects.select_related("submission__data_key").all()
    answer = content_of(message)
    assert itl.parse(answer).tot == "ERRT" and b"JONES" not in answer and b"123456789" not in answer
    assert Submission.objects.count() == 1 and submission.findings[0]["tag"] == next(iter(person))
