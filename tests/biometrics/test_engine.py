# SPDX-License-Identifier: Apache-2.0
"""The whole engine on drawn people: image, template, gallery, search, decision."""

from __future__ import annotations

from pathlib import Path

import pytest

from secure_communities.biometrics.decision import Outcome, decide
from secure_communities.biometrics.extraction import FingerImage, extract_many
from secure_communities.biometrics.gallery import Gallery
from secure_communities.biometrics.search import LocalBackend
from secure_communities.biometrics.synthetic.identity import Identity
from secure_communities.biometrics.synthetic.impression import finger_image
from secure_communities.biometrics.template import Template


def ten_print(seed: int, *, impression: int, kind: str) -> dict[int, Template]:
    """The ten fingers of a drawn person; each must yield a template."""
    person = Identity(seed)
    results = extract_many(
        [FingerImage(finger_image(person, n, impression=impression, kind=kind), 500, n) for n in range(1, 11)]
    )
    return {result.position: result for result in results if isinstance(result, Template)}


@pytest.mark.slow
def test_a_booked_person_is_a_hit_and_a_stranger_is_none(tmp_path: Path) -> None:
    gallery = Gallery.open(tmp_path)
    for seed in (501, 502):
        gallery.append(ten_print(seed, impression=0, kind="rolled"))
    backend = LocalBackend(gallery)
    for row, seed in enumerate((501, 502)):
        for kind in ("rolled", "plain"):
            probe = ten_print(seed, impression=1, kind=kind)
            decision = decide(backend.search(probe, limit=5), fingers=len(probe))
            assert decision.outcome is Outcome.HIT, (seed, kind, decision)
            assert [hit.row for hit in decision.candidates] == [row]
    stranger = ten_print(503, impression=0, kind="rolled")
    decision = decide(backend.search(stranger, limit=5), fingers=len(stranger))
    assert (decision.outcome, decision.candidates) == (Outcome.NO_HIT, ())
