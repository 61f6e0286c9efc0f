# SPDX-License-Identifier: Apache-2.0
"""Who calls the API in tests: a booking system with its key, a person with a session and the token of their forms."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.http import HttpResponse
from django.test import Client

from secure_communities.identify.intake import preparation, services
from secure_communities.identify.intake.booking import read_booking
from secure_communities.identify.intake.models import Submission
from secure_communities.interchange import itl
from secure_communities.platform.accounts.machine_keys import issue_machine_key
from secure_communities.platform.accounts.models import User
from secure_communities.platform.agencies.models import OriginatingAgency
from tests.builders.transactions import a_booking
from tests.identify import builders as a
from tests.platform.builders import an_administrator

SUBMISSIONS = "/api/v1/submissions"
TOKEN = "t" * 32
EBTS = "application/vnd.ebts"

_numbers = count(1)


class Machine:
    """A booking system."""

    def __init__(self, ori: OriginatingAgency) -> None:
        self.ori = ori
        made = a.AT - timedelta(hours=1)
        self.key = issue_machine_key(ori=ori, reason="Sample", by=an_administrator(), at=made)
        self.client = Client(headers={"Authorization": f"Bearer {self.key}"}, raise_request_exception=False)

    def post(self, content: bytes, **extra: Any) -> HttpResponse:
        return self.client.post(SUBMISSIONS, data=content, content_type=EBTS, **extra)

    def get(self, path: str) -> HttpResponse:
        return self.client.get(path)

    def submit(self, **booking: Any) -> Submission:
        """Hand a booking in over HTTP and give back what is stored of it."""
        answer = self.post(self.booking(**booking))
        assert answer.status_code == 202, answer.content
        return Submission.objects.get(control_number=answer.json()["control_number"])

    def booking(self, **booking: Any) -> bytes:
        return a_booking(ori=self.ori.ori, tcn=f"SYN{self.ori.ori}-API-{next(_numbers):06d}", **booking)


class Person:
    """A member of staff who is signed in, with the token that their forms carry."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        self.client.force_login(user)
        self.client.cookies["csrftoken"] = TOKEN

    def get(self, path: str) -> HttpResponse:
        return self.client.get(f"/api/v1{path}")

    def post(self, path: str, body: Any, *, token: str | None = TOKEN) -> HttpResponse:
        headers = {"X-CSRFToken": token} if token else {}
        return self.client.post(f"/api/v1{path}", data=body, content_type="application/json", headers=headers)


def accepted(submission: Submission, *, person: int = 1) -> Submission:
    """What the preparing job makes of a submission, with sampled templates in place of extracted images."""
    parsed = itl.parse(services.content_of(submission))
    prepared = preparation.Prepared(parsed, read_booking(parsed), a.fingers_again(person))
    preparation.accept(services.locked(submission.pk), prepared, at=a.AT)
    return a.fresh(submission)


def responses_of(machine: Machine, submission: Submission) -> list[dict[str, Any]]:
    answer = machine.get(f"{SUBMISSIONS}/{submission.control_number}/responses")
    assert answer.status_code == 200, answer.content
    return list(answer.json())


def identification(examination: Any, **changes: Any) -> dict[str, Any]:
    return {
        "verdict": "identification",
        "candidate": examination.candidates.get(rank=1).pk,
        "rationale": "All ten fingers agree.",
        **changes,
    }


def a_draft(**changes: Any) -> dict[str, Any]:
    evidence = [{"system": "IMMIGRATION REGISTER", "record": "ENCOUNTERS", "retrieved_at": a.AT.isoformat()}]
    return {"code": "NONIMM_OVERSTAY", "evidence": evidence, "confidence": "Two records agree.", **changes}


def a_signature(draft: int, **changes: Any) -> dict[str, Any]:
    return {"draft": draft, "authority": "Sample delegation 1", "reason": "The evidence supports it.", **changes}
