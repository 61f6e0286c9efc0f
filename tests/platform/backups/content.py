# SPDX-License-Identifier: Apache-2.0
"""Fill a migrated database for the backup's test, or ask it: in a process of its own, JSON on standard output.

`fill`: two people in the criminal register, one of them expunged later by `expunge`. `ask`: who is found.
"""

from __future__ import annotations

import json
import sys

import django
import numpy as np


def tenprint(seed: int) -> object:
    from secure_communities.biometrics.synthetic.sampler import sample_tenprint

    return sample_tenprint(np.random.default_rng(seed))


def fill() -> dict[str, object]:
    from secure_communities.identify.galleries import services as galleries
    from secure_communities.identify.galleries.models import Register, Source
    from secure_communities.identify.records import services as records
    from secure_communities.platform import clock
    from secure_communities.platform.events import services as events

    numbers = []
    for seed in (1, 2):
        subject = galleries.enrol(
            register=Register.CRIMINAL, source=Source.BOOKING, tenprint=tenprint(seed), actor="system:nation",
            at=clock.now(),
        )  # fmt: skip
        records.open_criminal_record(
            subject=subject, demographics={"names": ["SAMPLE,ONE"]}, at=clock.now(), actor="system:nation"
        )
        numbers.append(subject.number)
    events.seal_pending()
    return {"numbers": numbers}


def expunge() -> dict[str, object]:
    from secure_communities.identify.galleries.models import RegisterSubject
    from secure_communities.platform import clock
    from secure_communities.platform.keys.services import destroy_data_key

    second = RegisterSubject.objects.order_by("pk")[1]
    destroy_data_key(second.data_key, reason="expunged", at=clock.now())
    return {}


def ask() -> dict[str, object]:
    from django.db import connection

    from secure_communities.identify.galleries import services as galleries
    from secure_communities.identify.galleries.models import Register, RegisterSubject
    from secure_communities.identify.records.models import CriminalRecord
    from secure_communities.platform.keys.models import DataKey
    from secure_communities.platform.keys.services import unseal_json

    found = galleries.search(Register.CRIMINAL, tenprint(1))
    first = RegisterSubject.objects.order_by("pk")[0]
    box = CriminalRecord.objects.get(subject=first).sealed_demographics
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = 'sc_app' AND table_schema = 'public' ORDER BY 1, 2"
        )
        rights = [list(row) for row in cursor.fetchall()]
    return {
        "found": [subject.number for subject, _ in found.candidates][:1],
        "names": unseal_json(first.data_key, box, context="records.criminal.demographics")["names"],
        "destroyed": DataKey.objects.filter(wrapped=None).count(),
        "rights": rights,
    }


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps({"fill": fill, "ask": ask, "expunge": expunge}[sys.argv[1]]()))
