# SPDX-License-Identifier: Apache-2.0
"""Entries of the synthetic registers for tests."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from random import Random

from secure_communities.identify.galleries.models import RegisterSubject
from secure_communities.identify.records import synthetic
from secure_communities.identify.records.synthetic import PersonFacts, Story
from secure_communities.identify.sources import services
from secure_communities.identify.sources.models import RegisterEntry
from secure_communities.identify.sources.synthetic import Entry, Twist, entries
from tests.identify.builders import AT

PERSON = PersonFacts(
    family="SAMPLEHIDDEN", given="VIOLETTA", middle="Q", dob=date(1980, 4, 9), sex="F", pob="XX", citizenship="XX",
    state="TX", ori="ZZTX00101",
)  # fmt: skip


def invented(
    story: Story, *, fin: str = "9000000001", twists: Collection[Twist] = (), seed: int = 1, a_number: str = ""
) -> list[Entry]:
    """The entries of the sample person under one story."""
    rng = Random(seed)
    history = synthetic.immigration_history(rng, PERSON, story, today=AT.date())
    if a_number:
        history = synthetic.ImmigrationHistory(
            story, history.identities, a_number, history.encounters, history.protected_class
        )
    return entries(rng, PERSON, history, fin=fin, today=AT.date(), twists=twists)


def filed(subject: RegisterSubject, story: Story, **options: object) -> list[RegisterEntry]:
    """The same, filed in the registers under the subject's own numbers."""
    written = invented(story, fin=subject.number, a_number="A000000001", **options)  # type: ignore[arg-type]
    return services.enter(data_key=subject.data_key, entries=written, at=AT)
