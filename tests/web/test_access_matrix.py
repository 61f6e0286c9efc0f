# SPDX-License-Identifier: Apache-2.0
"""Every role at every page and operation, over things that exist: what the policy says, and what the door really does.

Each call is undone, so all meet the same things. A refused call writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from secure_communities.identify.citizenship.models import Indicium
from secure_communities.identify.emergency import services as emergency
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.people import services as people
from secure_communities.identify.responses import selectors as responses
from secure_communities.platform import clock
from secure_communities.platform.access.doors import API, OPERATIONS, PAGES, Entry, Standing
from secure_communities.platform.access.policy import POLICY, Permission
from secure_communities.platform.access.roles import HUMAN_ROLES, Role
from secure_communities.platform.access.services import may
from secure_communities.platform.accounts.models import User
from secure_communities.platform.agencies.models import AreaOfResponsibility
from secure_communities.platform.agencies.vocabulary import AgencyKind
from secure_communities.platform.delivery.models import Delivery
from secure_communities.platform.events.models import Event
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.policy.priority import rule_set
from secure_communities.prioritize.rulesets import services as rulesets
from secure_communities.web.presenters.sight import PURPOSES
from tests.api.callers import SUBMISSIONS, TOKEN, Machine
from tests.identify import builders as a
from tests.identify.people.builders import a_person
from tests.platform.builders import a_state, a_user, an_agency
from tests.prioritize import cases, plans, versions
from tests.web.conftest import SignedIn
from tests.web.test_doors import ADDRESSES

pytestmark = pytest.mark.django_db

WRITES = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM) "(?!django_session|accounts_signin)', re.IGNORECASE)
CLOSED = [(name, route) for name, route, _ in ADDRESSES if isinstance(PAGES.get(name), tuple)]


@pytest.fixture
def things(desk: SignedIn) -> dict[str, Any]:
    """One of everything that an address can name."""
    query = a.a_confirmed_match(fields={"2.020": "TX"})
    a.a_draft(query)
    sign = Indicium.objects.get()
    examination = query.examination
    one, other = a_person("SAMPLE,ONE"), a_person("SAMPLE,TWO")
    change = people.propose_merge(
        person=one, other=other, rationale="Same photograph.", by=a.a_specialist(), at=a.AT
    )  # fmt: skip
    submission = query.submission
    assessment = cases.assess(query)
    clerk = a_user(Role.HEARING_CLERK)
    opened = emergency.open_record(
        control_number=submission.control_number, user=clerk, reason="The hearing has begun.", at=a.AT
    )  # fmt: skip
    return {
        "control_number": submission.control_number,
        "tcn": responses.ready_for_agency(submission)[0].tcn,
        "examination_id": examination.pk,
        "candidate_id": examination.candidates.get(rank=1).pk,
        "position": 1,
        "query_id": query.pk,
        "emergency_id": opened.pk,
        "assessment_id": assessment.pk,
        "charge_id": cases.the_charges(query)[0].pk,
        "number": one.number,
        "change_id": change.pk,
        "plan_id": plans.a_plan().pk,
        "delivery_id": Delivery.objects.earliest("pk").pk,
        "item_id": WorkItem.objects.latest("pk").pk,
        "ori": submission.originator.ori,
        "fips": submission.originator.county_id,
        "submission_id": submission.pk,
        "indicium_id": sign.pk,
        "act": "drafted",
        "kind": "csv",
        "digest": rule_set("SC-2009").hash,
        "run_id": versions.shadowed(rulesets.stored(rule_set("FS-2009"), at=a.AT)).pk,
    }


def address_of(route: str, things: dict[str, Any]) -> str:
    """The address with existing things in it; a thing of another kind has a number that nothing has."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>|\{(\w+)\}", lambda one: str(things.get(one[1] or one[2], 999_999)), route)


@contextmanager
def undone() -> Iterator[CaptureQueriesContext]:
    connection.queries_log.clear()
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        yield queries
        transaction.set_rollback(True)


def called(client: Client, method: str, address: str, body: bytes = b"") -> tuple[HttpResponse, list[str]]:
    """The answer, and what was written for it."""
    kind = "application/json" if body else "application/x-www-form-urlencoded"
    with undone() as queries:
        answer = client.generic(method, address, body, kind, headers={"X-CSRFToken": TOKEN})
    return answer, [one["sql"][:200] for one in queries if WRITES.match(one["sql"])]


def lets_in(role: Role, entry: Entry) -> bool:
    return isinstance(entry, tuple) and any(role in POLICY[permission].roles for permission in entry)


def kept_out(answer: HttpResponse, entry: tuple[Permission, ...]) -> bool:
    """Whether it was the door that refused, with its own sentence."""
    text = (answer.getvalue() if answer.streaming else answer.content).decode(errors="replace")
    return answer.status_code == 403 and POLICY[entry[0]].sentence.split(".")[0].replace("'", "&#x27;") in text


def judged(role: Role, name: str, entry: tuple[Permission, ...], answer: HttpResponse, wrote: list[str]) -> str | None:
    """What is wrong with an answer, or None."""
    if answer.status_code >= 500:
        return f"{role} at {name}: a fault, {answer.status_code}"
    if lets_in(role, entry):
        return f"{role} is kept out of {name}" if kept_out(answer, entry) else None
    if answer.status_code != 403:
        return f"{role} came in at {name}: {answer.status_code}"
    return f"{role} was refused at {name}, and yet: {wrote}" if wrote else None


def test_a_role_comes_in_at_exactly_the_pages_of_the_table(things: dict[str, Any], desk: SignedIn) -> None:
    wrong = []
    for role in HUMAN_ROLES:
        client = desk(a_user(role))
        client.raise_request_exception = False
        purpose = urlencode({"purpose": PURPOSES.get(role, ("research",))[0]})
        for name, route in CLOSED:
            for method in ("GET", "POST"):
                answer, wrote = called(client, method, f"{address_of(route, things)}?{purpose}")
                wrong.append(judged(role, f"{method} {name}", PAGES[name], answer, wrote))
    assert not [one for one in wrong if one]


def test_a_role_may_call_exactly_the_operations_of_the_table(things: dict[str, Any], desk: SignedIn) -> None:
    wrong = []
    for role in HUMAN_ROLES:
        client = desk(a_user(role))
        client.raise_request_exception = False
        for name, entry in OPERATIONS.items():
            method, path = name.split()
            answer, wrote = called(client, method, f"/{API.rstrip('/')}{address_of(path, things)[1:]}", b"{}")
            if entry is Standing.MACHINE:
                wrong.append(None if answer.status_code == 401 and not wrote else f"{role} at {name}: {answer}")
            elif isinstance(entry, tuple):
                wrong.append(judged(role, name, entry, answer, wrote))
    assert not [one for one in wrong if one]


def test_nobody_unnamed_and_no_key_comes_in_anywhere_else_and_nothing_is_written(
    things: dict[str, Any], desk: SignedIn
) -> None:
    machine = Machine(Submission.objects.get(pk=things["submission_id"]).originator)
    wrong = []
    for who, client in (("nobody", Client(raise_request_exception=False)), ("a key", machine.client)):
        for name, route in CLOSED:
            for method in ("GET", "POST"):
                answer, wrote = called(client, method, address_of(route, things))
                if answer.status_code != 302 or not answer.headers["Location"].startswith("/sign-in/?next=") or wrote:
                    wrong.append(f"{who} at {method} {name}: {answer.status_code} {wrote}")
        for name, entry in OPERATIONS.items():
            method, path = name.split()
            own = who == "a key" and entry is Standing.MACHINE
            answer, wrote = called(client, method, f"/{API.rstrip('/')}{address_of(path, things)[1:]}", b"{}")
            if not own and (answer.status_code != 401 or wrote):
                wrong.append(f"{who} at {name}: {answer.status_code} {wrote}")
            if own and answer.status_code in (401, 403, 500):
                wrong.append(f"{who} is kept out of {name}: {answer.status_code}")
    assert not wrong


# -- whose thing it is -------------------------------------------------------------------------------------------------


def at(client: Client, name: str, *args: Any, **query: str) -> int:
    return client.get(f"{reverse(name, args=args)}?{urlencode(query)}").status_code


def test_a_booking_is_opened_by_its_own_agency_and_its_own_state_alone(things: dict[str, Any], desk: SignedIn) -> None:
    number = things["control_number"]
    ori = Submission.objects.get(pk=things["submission_id"]).originator
    elsewhere = an_agency(AgencyKind.STATE_BUREAU, state=a_state("CA", fips="06"))
    readers: list[tuple[User, bool]] = [
        (a_user(Role.BOOKING_OFFICER, agency=ori.agency), True),
        (a_user(Role.BOOKING_OFFICER, agency=an_agency()), False),
        (a_user(Role.STATE_BUREAU, agency=an_agency(AgencyKind.STATE_BUREAU)), True),
        (a_user(Role.STATE_BUREAU, agency=elsewhere), False),
    ]
    for reader, sees in readers:
        client, before = desk(reader), Event.objects.count()
        assert bool(may(reader, Permission.PORTAL_VIEW, ori, at=a.AT)) is sees
        expected = 200 if sees else 403
        assert at(client, "web:portal-booking", number) == expected
        assert at(client, "web:submission", number, purpose="own_submission") == expected
        assert (number in client.get(reverse("web:portal")).content.decode()) is sees
        assert (number in client.get(reverse("web:submissions")).content.decode()) is sees
        assert sees or Event.objects.count() == before
        receipt = client.post(reverse("web:portal-acknowledge", args=[number, things["tcn"]]))
        assert (receipt.status_code == 403) is not (sees and Role.BOOKING_OFFICER in reader.roles(a.AT))


def test_a_key_reads_the_bookings_of_its_own_ori_alone(things: dict[str, Any]) -> None:
    own = Machine(Submission.objects.get(pk=things["submission_id"]).originator)
    other = Machine(a.a_jail("ZZTX00102", participating=False))
    here = f"{SUBMISSIONS}/{things['control_number']}"
    for path in (here, f"{here}/responses", f"{here}/responses/{things['tcn']}/file"):
        assert own.get(path).status_code == 200
        before = Event.objects.count()
        assert other.get(path).status_code == 404
        assert Event.objects.count() == before


def test_a_field_office_opens_records_of_the_counties_it_serves_in_an_emergency(
    things: dict[str, Any], desk: SignedIn
) -> None:
    form = {
        "number": things["control_number"],
        "reason": "The person is ill and nobody knows who it is.",
        "understood": "on",
    }
    ours, theirs = an_agency(AgencyKind.FIELD_OFFICE), an_agency(AgencyKind.FIELD_OFFICE)
    AreaOfResponsibility.objects.create(field_office=ours, state=a_state())
    for office, status in ((ours, 302), (theirs, 403)):
        client = desk(a_user(Role.FIELD_OFFICER, agency=office))
        assert client.post(reverse("web:emergency"), form).status_code == status


def test_an_emergency_opens_one_record_to_one_person_for_an_hour_and_nothing_else(
    things: dict[str, Any], desk: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    custodian, colleague = a_user(Role.CUSTODY), a_user(Role.CUSTODY)
    opened = emergency.open_record(
        control_number=things["control_number"], user=custodian, reason="The person is ill in custody.", at=a.AT
    )
    client = desk(custodian)
    assert at(client, "web:emergency-record", opened.pk) == 200
    assert at(desk(colleague), "web:emergency-record", opened.pk) == 403
    assert at(client, "web:emergency-record", things["emergency_id"]) == 403  # the clerk's
    assert at(client, "web:submission", things["control_number"], purpose="oversight") == 403
    assert at(client, "web:query", things["query_id"], purpose="research") == 403
    assert at(client, "web:person", things["number"]) == 403
    monkeypatch.setattr(clock, "now", lambda: a.AT + timedelta(hours=1))
    assert at(desk(custodian), "web:emergency-record", opened.pk) == 403  # signed in anew, an hour later
