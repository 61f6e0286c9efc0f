# SPDX-License-Identifier: Apache-2.0
"""S2, S3 and S16 attacked through the API, and corrections over it."""

from __future__ import annotations

from typing import Any

import pytest

from secure_communities.identify.citizenship.models import Indicium
from secure_communities.platform.access.roles import Role
from tests.api.callers import Person, a_draft, a_signature
from tests.identify import builders as a
from tests.platform.builders import a_user

pytestmark = pytest.mark.django_db


def conclusion(role: Role, **changes: Any) -> dict[str, Any]:
    return {"capacity": role.value, "conclusion": "CLEARED", "reason": "Entered by mistake.", **changes}


def test_s2_no_adverse_signature_over_the_api_until_supervisor_and_counsel_have_cleared_the_sign() -> None:
    query = a.a_confirmed_match(fields={"2.020": "TX"})
    sign = Indicium.objects.get()
    draft = Person(a.a_specialist()).post(f"/queries/{query.pk}/drafts", a_draft()).json()["draft"]
    officer = Person(a.an_officer())
    supervisor, counsel = Person(a_user(Role.SUPPORT_SUPERVISOR)), Person(a_user(Role.COUNSEL))
    path, signature = f"/citizenship/{sign.pk}/conclusions", f"/queries/{query.pk}/signature"

    def refused() -> None:
        answer = officer.post(signature, a_signature(draft))
        assert answer.status_code == 409
        assert answer.json()["code"] == "PATH_BLOCKED" and answer.json()["detail"].startswith("(S2)")

    refused()
    assert officer.post(path, conclusion(Role.COUNSEL)).status_code == 403
    assert supervisor.post(path, conclusion(Role.COUNSEL)).status_code == 409
    assert supervisor.post(path, conclusion(Role.SUPPORT_SUPERVISOR)).json() == {"standing": "open"}
    assert supervisor.post(path, conclusion(Role.SUPPORT_SUPERVISOR)).status_code == 409
    refused()
    assert counsel.post(path, conclusion(Role.COUNSEL)).json() == {"standing": "cleared"}
    assert officer.post(signature, a_signature(draft)).status_code == 200


def test_s2_a_claim_over_the_api_blocks_at_once_and_s3_a_confirmed_citizen_is_beyond_reach() -> None:
    query = a.a_confirmed_match()
    body = {"source": "OWN_STATEMENT", "value": "US", "provenance": "Interview"}
    assert Person(a.a_specialist()).post(f"/queries/{query.pk}/claims", body).status_code == 200
    forged = {**body, "source": "SUBMISSION_POB"}
    assert Person(a.a_specialist()).post(f"/queries/{query.pk}/claims", forged).status_code == 409
    assert Person(a.an_examiner()).post(f"/queries/{query.pk}/claims", body).status_code == 403
    path = f"/citizenship/{Indicium.objects.get().pk}/conclusions"
    confirmed = conclusion(Role.COUNSEL, conclusion="CONFIRMED")
    assert Person(a_user(Role.COUNSEL)).post(path, confirmed).json() == {"standing": "confirmed"}
    draft = Person(a.a_specialist()).post(f"/queries/{query.pk}/drafts", a_draft()).json()["draft"]
    answer = Person(a.an_officer()).post(f"/queries/{query.pk}/signature", a_signature(draft))
    assert answer.json()["detail"].startswith("(S3)")


def test_s16_a_resident_is_not_found_removable_over_the_api_without_conviction_and_agreement() -> None:
    a.a_criminal_subject()
    query = a.a_confirmed_match()
    specialist, path = Person(a.a_specialist()), f"/queries/{query.pk}/drafts"
    body = a_draft(code="LPR_POSSIBLY_REMOVABLE")
    assert "(S16)" in specialist.post(path, body).json()["detail"]
    draft = specialist.post(path, {**body, "conviction": a.a_conviction(query).pk}).json()["draft"]
    signature = f"/queries/{query.pk}/signature"
    assert "(S16)" in Person(a.an_officer()).post(signature, a_signature(draft)).json()["detail"]
    for role in (Role.SUPPORT_SUPERVISOR, Role.COUNSEL):
        agreement = {"draft": draft, "capacity": role.value, "reason": "It holds."}
        assert Person(a_user(role)).post(f"/queries/{query.pk}/concurrences", agreement).status_code == 200
    assert Person(a.an_officer()).post(signature, a_signature(draft)).status_code == 200


def test_corrections_over_the_api_are_for_those_who_may_and_answer_what_they_supersede() -> None:
    a.a_criminal_subject()
    query = a.a_confirmed_match()
    a.a_determination(query)
    path, body = f"/queries/{query.pk}/corrections", {"code": "ERROR", "words": "Another person's record."}
    assert Person(a.a_specialist()).post(path, body).status_code == 403
    assert Person(a.an_officer()).post(path, body).json()["supersedes"] == 1
    assert Person(a.an_officer()).post(path, body).status_code == 409
    first = f"/staff/submissions/{query.submission.control_number}/first-response/corrections"
    assert Person(a.an_examiner()).post(first, {"reason": "Cores differ."}).status_code == 403
    lead = Person(a_user(Role.LEAD_EXAMINER))
    assert lead.post(first, {"reason": "Cores differ."}).json()["version"] == 2
    assert lead.post("/staff/submissions/SC-NONE/first-response/corrections", {"reason": "x"}).status_code == 404
