# SPDX-License-Identifier: Apache-2.0
"""Who is in the registers before the first booking: the cast from drawn images, the rest from sampled templates."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from random import Random

import numpy as np
from django.db import transaction

from secure_communities.biometrics.extraction import FingerImage, NoTemplate, extract_many
from secure_communities.biometrics.synthetic.cards import Print
from secure_communities.biometrics.synthetic.people import Person, person
from secure_communities.biometrics.synthetic.sampler import impress_tenprint, sample_tenprint
from secure_communities.biometrics.template import Template
from secure_communities.cli.demonstration.drawing import Drawn
from secure_communities.cli.demonstration.scenario import BACKGROUND, FIRST_BACKGROUND_PERSON, SEED, Part
from secure_communities.identify.galleries import services as galleries
from secure_communities.identify.galleries.models import Register, RegisterSubject, Source
from secure_communities.identify.records import services as records
from secure_communities.identify.records import synthetic
from secure_communities.identify.records.synthetic import PersonFacts, Story
from secure_communities.identify.sources import services as sources
from secure_communities.identify.sources.synthetic import Twist
from secure_communities.identify.sources.synthetic import entries as source_entries

ACTOR = "system:nation"


def templates(prints: Mapping[int, Print]) -> dict[int, Template]:
    """Extract the fingers of one person (a trusted, own image: decoded here)."""
    from PIL import Image

    images = [
        FingerImage(np.asarray(Image.open(io.BytesIO(prints[finger].data)).convert("L")), 500.0, finger)
        for finger in sorted(prints)
    ]
    return {one.position: one for one in extract_many(images) if not isinstance(one, NoTemplate)}


def enrol_part(part: Part, drawn: Drawn, *, at: datetime) -> dict[str, str]:
    """Enrol one member of the cast where the table says; return their numbers by register."""
    someone, numbers = part.person, {}
    rng, prints = Random(SEED + part.number), drawn.criminal or drawn.immigration
    tenprint = templates(prints) if prints else {}
    if part.criminal:
        numbers["criminal"] = _enrol_criminal(rng, someone, tenprint, prints, at=at).number
    if part.story:
        numbers["immigration"] = _enrol_immigration(
            rng, someone, tenprint, prints, part.story, at=at, twists=part.twists
        ).number
    return numbers


def fill_background(*, at: datetime, progress: Callable[[int], None]) -> int:
    """Enrol the people that only fill the registers; what stands already stays. Returns how many were added."""
    standing = RegisterSubject.objects.filter(data_key__isnull=False).count()
    if standing >= BACKGROUND:
        return 0
    rng, added = np.random.default_rng(SEED), 0
    for index in range(BACKGROUND):
        tenprint = sample_tenprint(rng)
        second = impress_tenprint(tenprint, rng)
        someone, dice = person(FIRST_BACKGROUND_PERSON + index), Random(SEED + index)
        where = ("criminal", "immigration", "both")[index % 3]
        with transaction.atomic():
            if where in ("criminal", "both"):
                _enrol_criminal(dice, someone, tenprint, {}, at=at, arrests=1)
            if where in ("immigration", "both"):
                story = list(Story)[index % len(Story)]
                _enrol_immigration(dice, someone, second, {}, story, at=at)
        added += 1
        progress(added)
    return added


def _facts(someone: Person) -> PersonFacts:
    return PersonFacts(
        family=someone.surname,
        given=someone.given,
        middle=someone.middle,
        dob=someone.birth_date,
        sex=someone.sex,
        pob=someone.birth_place,
        citizenship=someone.birth_place,
        state="TX",
        ori="ZZTX00101",
    )


@transaction.atomic
def _enrol_criminal(
    rng: Random, someone: Person, tenprint: Mapping[int, Template], prints: Mapping[int, Print], *, at: datetime,
    arrests: int | None = None,
) -> RegisterSubject:  # fmt: skip
    subject = galleries.enrol(
        register=Register.CRIMINAL,
        source=Source.BOOKING,
        tenprint=tenprint,
        images={finger: one.data for finger, one in prints.items()},
        actor=ACTOR,
        at=at,
    )
    facts = _facts(someone)
    records.open_criminal_record(
        subject=subject,
        demographics={"names": [facts.name], "dob": facts.dob, "sex": facts.sex, "pob": facts.pob},
        at=at,
        actor=ACTOR,
    )
    history = synthetic.criminal_history(rng, facts, today=at.date(), arrests=arrests)
    records.record_history(subject=subject, arrests=[(one.facts, one.outcomes) for one in history], at=at, actor=ACTOR)
    return subject


@transaction.atomic
def _enrol_immigration(
    rng: Random, someone: Person, tenprint: Mapping[int, Template], prints: Mapping[int, Print], story: Story, *,
    at: datetime, twists: Collection[Twist] = (),
) -> RegisterSubject:  # fmt: skip
    subject = galleries.enrol(
        register=Register.IMMIGRATION,
        source=Source.ENCOUNTER,
        tenprint=tenprint,
        images={finger: one.data for finger, one in prints.items()},
        actor=ACTOR,
        at=at,
    )
    facts = _facts(someone)
    history = synthetic.immigration_history(rng, facts, story, today=at.date())
    records.open_immigration_record(
        subject=subject,
        identities=history.identities,
        a_number=history.a_number,
        last_encounter=history.last_encounter,
        encounters=history.encounters,
        protected_class=history.protected_class,
        at=at,
        actor=ACTOR,
    )
    entries = source_entries(rng, facts, history, fin=subject.number, today=at.date(), twists=twists)
    sources.enter(data_key=subject.data_key, entries=entries, at=at)
    return subject
