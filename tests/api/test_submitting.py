# SPDX-License-Identifier: Apache-2.0
"""POST /api/v1/submissions: who may, what is taken, and a plain refusal of everything else."""

from __future__ import annotations

import pytest

from secure_communities.identify.intake.models import RefusedInput, Submission
from secure_communities.interchange import itl
from secure_communities.platform.accounts.machine_keys import revoke_machine_key
from secure_communities.platform.accounts.models import MachineKey
from secure_communities.platform.events.models import Event
from tests.api.callers import EBTS, SUBMISSIONS, Machine, Person
from tests.builders.transactions import a_booking
from tests.identify import builders as a
from tests.platform.builders import an_administrator, an_ori

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine() -> Machine:
    return Machine(a.a_jail())


def problem(answer, status: int, code: str) -> dict:
    """The refusal, in the one shape that all have."""
    assert answer.status_code == status, answer.content
    body = answer.json()
    assert body["code"] == code and body["detail"] and body["what_to_do"]
    return body


def test_a_file_is_taken_under_a_control_number_and_the_ways_on_are_named(machine: Machine) -> None:
    answer = machine.post(machine.booking())
    assert answer.status_code == 202
    receipt = answer.json()
    assert receipt["repeated"] is False and receipt["status"] == "received"
    assert receipt["follow"] == f"{SUBMISSIONS}/{receipt['control_number']}"
    assert machine.get(receipt["follow"]).status_code == machine.get(receipt["responses"]).status_code == 200
    [event] = Event.objects.filter(kind="submission:received")
    assert event.actor == "ori:ZZTX00101" and event.correlation == receipt["control_number"]


def test_the_same_file_again_is_the_same_submission(machine: Machine) -> None:
    content = machine.booking()
    first, again = machine.post(content), machine.post(content)
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["control_number"] == first.json()["control_number"] and again.json()["repeated"]
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("junk", [b"", b"x", b"<html></html>", b"%PDF-1.7\n", b"PK\x03\x04" + bytes(50), bytes(500)])
def test_what_is_no_transaction_is_refused_at_the_door(machine: Machine, junk: bytes) -> None:
    assert "error_response" not in problem(machine.post(junk), 400, "E0004")
    assert RefusedInput.objects.count() == 1 and not Submission.objects.exists()


def test_a_request_without_any_body_is_refused_at_the_door(machine: Machine) -> None:
    problem(machine.client.generic("POST", SUBMISSIONS), 400, "E0004")


@pytest.mark.parametrize("length", ["abc", "-1", "1e3", "٣", "", "0x10", "9" * 400])
def test_a_hostile_content_length_is_no_fault_of_the_server(machine: Machine, length: str) -> None:
    answer = machine.client.generic("POST", SUBMISSIONS, b"x", EBTS, CONTENT_LENGTH=length)
    assert answer.status_code in (400, 413)


def test_a_body_announced_as_larger_than_64_megabytes_is_refused(machine: Machine) -> None:
    answer = machine.client.generic("POST", SUBMISSIONS, b"x", EBTS, CONTENT_LENGTH=str(64 * 1024 * 1024 + 1))
    problem(answer, 413, "E0003")


def test_a_chunked_body_is_taken_whatever_its_type_says(machine: Machine) -> None:
    content = machine.booking()
    for content_type in ("multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/json"):
        answer = machine.client.generic("POST", SUBMISSIONS, content, content_type)
        assert answer.status_code in (200, 202)
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer nonsense", "Basic YTpi", "Bearer sc_" + "a" * 12 + "_" + "b" * 52],
)
def test_without_a_good_key_nothing_is_looked_at(machine: Machine, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    machine.client.defaults.pop("HTTP_AUTHORIZATION")
    answer = machine.client.post(SUBMISSIONS, data=machine.booking(), content_type=EBTS, headers=headers)
    assert answer.status_code == 401
    assert not Submission.objects.exists() and not RefusedInput.objects.exists()


def test_a_revoked_key_ends_at_once(machine: Machine) -> None:
    submission = machine.submit()
    prefix = MachineKey.objects.get().prefix
    revoke_machine_key(prefix=prefix, reason="Lost", by=an_administrator(), at=a.AT)
    assert machine.post(machine.booking()).status_code == 401
    assert machine.get(f"{SUBMISSIONS}/{submission.control_number}").status_code == 401


def test_a_key_speaks_for_its_own_agency_only(machine: Machine) -> None:
    an_ori("ZZTX00102")
    body = problem(machine.post(a_booking(ori="ZZTX00102")), 403, "A0004")
    assert "error_response" not in body and not Submission.objects.exists()


def test_a_session_of_a_person_is_no_key(machine: Machine) -> None:
    person = Person(a.an_examiner())
    answer = person.client.post(SUBMISSIONS, data=machine.booking(), content_type=EBTS)
    assert answer.status_code == 401


def test_other_content_under_a_used_number_is_refused_with_an_error_response_of_its_own(machine: Machine) -> None:
    tcn = "SYNZZTX00101-API-CONFLICT"
    machine.post(a_booking(tcn=tcn))
    body = problem(machine.post(a_booking(tcn=tcn, person={"2.018": "SAMPLE,OTHER"})), 409, "H0002")
    fetched = machine.get(body["error_response"])
    assert fetched.status_code == 200 and fetched["Content-Type"] == EBTS
    assert fetched["X-Content-Type-Options"] == "nosniff"
    answer = itl.parse(fetched.content)
    assert (answer.tot, answer.tcr, answer.dai, answer.ori) == ("ERRT", tcn, "ZZTX00101", "ZZFBI0001")
    assert Machine(a.a_jail("ZZTX00102", participating=False)).get(body["error_response"]).status_code == 404


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tcn": "REAL-20261122-000001"}, "H0002"),
        ({"tcn": "SYN<script>alert(1)</script>"}, "H0002"),
        ({"tcn": "SYN' OR '1'='1' --"}, "H0002"),
        ({"tcn": "=cmd|' /C calc'!A0"}, "H0002"),
        ({"dai": "ZZLESC001"}, "H0002"),
        ({"ori": "TX1010000"}, "H0002"),
        ({"tot": "ERRT"}, "H0002"),
        ({"tot": "SRE"}, "H0002"),
    ],
)
def test_a_header_that_cannot_be_worked_with_is_refused_and_not_repeated(
    machine: Machine, changes: dict[str, str], code: str
) -> None:
    content = a_booking(**{"tcn": "SYNZZTX00101-API-000000", **changes})
    answer = machine.post(content)
    problem(answer, 422, code)
    hostile = [value for value in changes.values() if len(value) > 4]
    assert not [value for value in hostile if value.encode() in answer.content and not value.startswith("ZZ")]
    assert not Submission.objects.exists()


@pytest.mark.parametrize("value", [b"CA\x00R", b"\xff\xfe", "CA\u202eR".encode(), b"<b>", b"A" * 5000, b""])
def test_a_hostile_type_of_transaction_is_no_fault_of_the_server(machine: Machine, value: bytes) -> None:
    content = machine.booking().replace(b"1.004:CAR", b"1.004:" + value, 1)
    answer = machine.post(content)
    assert answer.status_code in (202, 422)
    assert b"<b>" not in answer.content and b"\x00" not in answer.content


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "GET"])
def test_no_other_method_is_known(machine: Machine, method: str) -> None:
    assert machine.client.generic(method, SUBMISSIONS, b"x").status_code == 405
