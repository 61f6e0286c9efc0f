# SPDX-License-Identifier: Apache-2.0
"""Fill a fresh system for the browser, in a process of its own: a query researched while one source was down.

Out, on standard output: JSON with the query's number, the number of a record, password and authenticator key.
"""

from __future__ import annotations

import json
import sys

import django


def prepare() -> dict[str, object]:
    from allauth.mfa.totp.internal.auth import TOTP

    from secure_communities.identify.evidence.ports import SourceCode
    from secure_communities.identify.records.synthetic import Story
    from secure_communities.identify.sources import services as sources
    from secure_communities.identify.sources.rules import FaultKind
    from secure_communities.platform.access.roles import Role
    from tests.browser.case import AUTHENTICATOR_KEY, PASSWORD
    from tests.identify.builders import AT
    from tests.identify.evidence.gathered import a_researched_query
    from tests.platform.builders import a_user

    operator = a_user(Role.OPERATOR, username="operator.a")
    sources.take_down(source="ENTRY_EXIT", kind=FaultKind.OUTAGE, reason="Exercise", operator=operator, at=AT)
    query = a_researched_query(Story.VISA)
    sources.put_back(source="ENTRY_EXIT", operator=operator, at=AT)
    specialist = a_user(Role.SUPPORT_SPECIALIST, username="specialist.a")
    specialist.set_password(PASSWORD)
    specialist.save()
    TOTP.activate(specialist, AUTHENTICATOR_KEY)
    record = query.evidence.filter(source=SourceCode.IMMIGRATION_HISTORY).latest("id")
    return {
        "query": query.pk, "record": record.pk, "control": query.submission.control_number,
        "password": PASSWORD, "authenticator_key": AUTHENTICATOR_KEY,
    }  # fmt: skip


if __name__ == "__main__":
    django.setup()
    from django.db import transaction

    with transaction.atomic():
        facts = prepare()
    sys.stdout.write(json.dumps(facts))
