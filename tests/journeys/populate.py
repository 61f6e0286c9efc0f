# SPDX-License-Identifier: Apache-2.0
"""Fill a fresh system for the journeys, in a process of its own whose environment names the database.

Out, on standard output: JSON with the key of each jail, the password of each member of staff, the numbers of the
drawn person. The booking files of the drawn people are written into the folder given.
"""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from pathlib import Path
from random import Random

import django
import numpy as np

PRESENT, ABSENT = 2, 0  # the person both registers know, and one whom neither does
JAILS = ("ZZTX00101", "ZZTX00102")
STAFF = (
    "examiner.one", "examiner.two", "lead.one", "specialist.one", "officer.one", "officer.two", "supervisor.one",
    "counsel.one", "auditor.one", "booking.one",
)  # fmt: skip
OTHERS = 5  # sampled people in each register


def populate(folder: Path) -> dict[str, object]:
    from secure_communities.biometrics.synthetic.people import person
    from secure_communities.biometrics.synthetic.sampler import sample_tenprint
    from secure_communities.cli.demonstration.drawing import draw
    from secure_communities.cli.demonstration.population import enrol_part
    from secure_communities.cli.demonstration.scenario import Part
    from secure_communities.identify.galleries import services as galleries
    from secure_communities.identify.galleries.models import Register, Source
    from secure_communities.identify.records import services as records
    from secure_communities.identify.records.synthetic import Story
    from secure_communities.platform import clock
    from secure_communities.platform.accounts.machine_keys import issue_machine_key
    from secure_communities.platform.accounts.models import User
    from secure_communities.platform.agencies.models import OriginatingAgency
    from secure_communities.platform.nation.passwords import demo_authenticator_key, demo_password
    from secure_communities.platform.nation.services import build_nation

    at = clock.now()
    build_nation(at=at)
    administrator = User.objects.get(username="administrator.one")
    keys = {
        ori: issue_machine_key(
            ori=OriginatingAgency.objects.get(ori=ori), reason="Journey", by=administrator, at=clock.now()
        )
        for ori in JAILS
    }
    rng = np.random.default_rng(Random(7).randrange(2**32))
    for number in range(OTHERS):
        someone = person(500 + number)
        subject = galleries.enrol(
            register=Register.CRIMINAL, source=Source.BOOKING, tenprint=sample_tenprint(rng), actor="system:nation",
            at=at,
        )  # fmt: skip
        records.open_criminal_record(
            subject=subject, demographics={"names": [f"{someone.surname},{someone.given}"], "sex": someone.sex},
            at=at, actor="system:nation",
        )  # fmt: skip
        galleries.enrol(
            register=Register.IMMIGRATION, source=Source.ENCOUNTER, tenprint=sample_tenprint(rng),
            actor="system:nation", at=at,
        )  # fmt: skip
    known = Part(PRESENT, JAILS[0], "Known to both", criminal=True, story=Story.VISA)
    yesterday: date = at.date() - timedelta(days=1)
    drawn = draw(known, on=yesterday)
    numbers = enrol_part(known, drawn, at=at)
    (folder / "known.ebts").write_bytes(drawn.booking)
    (folder / "unknown.ebts").write_bytes(draw(Part(ABSENT, JAILS[0], "Known to neither"), on=yesterday).booking)
    return {
        "keys": keys,
        "numbers": numbers,
        "passwords": {name: demo_password(name) for name in STAFF},
        "authenticators": {name: demo_authenticator_key(name) for name in STAFF},
    }


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(populate(Path(sys.argv[1]))))
