# SPDX-License-Identifier: Apache-2.0
"""XML over HTTP, as a booking system sends it, and answers as documents."""

from __future__ import annotations

import time

import pytest

from secure_communities.interchange import files, itl, xml
from secure_communities.interchange.files import Form
from tests.api.callers import Machine, accepted, responses_of
from tests.identify import builders as a
from tests.interchange.xml.hostile import HOSTILE_XML, XINCLUDE

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine() -> Machine:
    return Machine(a.a_jail())


def as_xml(machine: Machine, **booking) -> bytes:
    return xml.emit(itl.parse(machine.booking(**booking)))


def test_a_booking_in_xml_is_taken_and_its_file_and_refusals_come_as_xml(machine: Machine) -> None:
    content = as_xml(machine)
    assert machine.post(content).status_code == 202
    assert machine.post(content).status_code == 200  # the same bytes again
    refused = machine.post(content.replace(b"<nc:PersonSurName>SYNTH<", b"<nc:PersonSurName>SAMPLE<"))
    assert refused.status_code == 409
    answer = machine.get(refused.json()["error_response"])
    assert answer.headers["Content-Type"] == "application/xml"
    assert answer.headers["Content-Disposition"].endswith('.xml"')
    assert files.form_of(answer.content) is Form.XML and files.read(answer.content).tot == "ERRT"


def test_the_answer_is_fetched_as_a_file_and_as_a_document_and_either_is_delivery(machine: Machine) -> None:
    submission = a.search_criminal(accepted(machine.submit()))
    [listed] = responses_of(machine, submission)
    document = machine.get(listed["pdf"])
    assert document.headers["Content-Type"] == "application/pdf" and document.content.startswith(b"%PDF-")
    assert document.headers["Content-Disposition"] == f'attachment; filename="{listed["tcn"]}.pdf"'
    assert responses_of(machine, submission)[0]["delivered_at"] is not None
    other = Machine(a.a_jail("ZZTX00102", participating=False))
    assert other.get(listed["pdf"]).status_code == 404


@pytest.mark.parametrize("name", HOSTILE_XML)
def test_hostile_xml_is_refused_at_once_and_a_good_file_still_goes_through(machine: Machine, name: str) -> None:
    started = time.process_time()
    answer = machine.post(HOSTILE_XML[name])
    assert time.process_time() - started < 2.0  # under one second of work on a quiet machine
    assert answer.status_code == 400 and answer.json()["code"][0] == "E"
    assert b"hostname" not in answer.content and "error_response" not in answer.json()
    assert machine.post(as_xml(machine)).status_code == 202


def test_an_xinclude_is_no_element_of_ours_and_nothing_is_fetched(machine: Machine) -> None:
    content = as_xml(machine).replace(b"<nc:PersonSurName>", XINCLUDE + b"<nc:PersonSurName>")
    with pytest.raises(itl.CodecError, match="no place"):
        files.read(content)
    assert machine.post(content).status_code == 202  # its header is readable: it gets an ERRT
