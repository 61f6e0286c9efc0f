# SPDX-License-Identifier: Apache-2.0
"""Fill a fresh system for the workbench, in a process of its own: comparisons that wait, examiners, a lead examiner.

Out, on standard output: JSON with the numbers of the comparisons (open, disputed), the password and the authenticator
key of all.
"""

from __future__ import annotations

import json
import sys

import django

PASSWORD = "synthetic-staff-1"
AUTHENTICATOR_KEY = "ONSWG4TFORZWKY3SMV2HGZLDOJSXI4ZR"  # of all


def prepare() -> dict[str, object]:
    from allauth.mfa.totp.internal.auth import TOTP

    from secure_communities.identify.examination.models import Candidate, Examination
    from secure_communities.platform.access.roles import Role
    from tests.identify import builders as a
    from tests.platform.builders import a_user

    compared = a.a_candidate_match()
    Candidate.objects.create(
        examination=compared, subject=a.an_immigration_subject(person=5), rank=2, score=1.0, policy_version="test"
    )
    jail = compared.submission.originator
    submission = a.search_immigration(a.an_accepted_submission(jail))
    disputed = Examination.objects.get(submission=submission)
    a.identify(disputed)
    a.exclude(disputed)
    for name, role in {"examiner.a": Role.EXAMINER, "examiner.b": Role.EXAMINER, "lead.a": Role.LEAD_EXAMINER}.items():
        user = a_user(role, username=name)
        user.set_password(PASSWORD)
        user.save()
        TOTP.activate(user, AUTHENTICATOR_KEY)
    return {
        "open": compared.pk, "disputed": disputed.pk, "password": PASSWORD, "authenticator_key": AUTHENTICATOR_KEY
    }  # fmt: skip


if __name__ == "__main__":
    django.setup()
    from django.db import transaction

    with transaction.atomic():
        facts = prepare()
    sys.stdout.write(json.dumps(facts))
