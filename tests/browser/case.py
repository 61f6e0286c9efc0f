# SPDX-License-Identifier: Apache-2.0
"""Fill a fresh system for the browser, in a process of its own: one comparison that waits, and people with passwords.

Out, on standard output: JSON with the control number, the comparison's number the password of all,
and the key of their authenticator apps.
"""

from __future__ import annotations

import json
import sys

import django

PASSWORD = "synthetic-staff-1"
AUTHENTICATOR_KEY = "ONSWG4TFORZWKY3SMV2HGZLDOJSXI4ZR"  # of everybody here but the booking officer, who needs none


def prepare() -> dict[str, object]:
    from allauth.mfa.totp.internal.auth import TOTP

    from secure_communities.platform import clock
    from secure_communities.platform.access.roles import Role
    from secure_communities.platform.accounts.second_factor import required_of
    from tests.identify.builders import a_candidate_match
    from tests.platform.builders import a_user

    compared = a_candidate_match()
    people = {
        "examiner.a": a_user(Role.EXAMINER, username="examiner.a"),
        "examiner.b": a_user(Role.EXAMINER, username="examiner.b"),
        "specialist.a": a_user(Role.SUPPORT_SPECIALIST, username="specialist.a"),
        "officer.a": a_user(Role.AUTHORISED_OFFICER, username="officer.a"),
        "booking.a": a_user(Role.BOOKING_OFFICER, username="booking.a", agency=compared.submission.originator.agency),
    }
    for user in people.values():
        user.set_password(PASSWORD)
        user.save()
        if required_of(user.roles(clock.now())):
            TOTP.activate(user, AUTHENTICATOR_KEY)
    return {
        "control": compared.submission.control_number, "examination": compared.pk, "password": PASSWORD,
        "authenticator_key": AUTHENTICATOR_KEY,
    }  # fmt: skip


if __name__ == "__main__":
    django.setup()
    from django.db import transaction

    with transaction.atomic():
        facts = prepare()
    sys.stdout.write(json.dumps(facts))
