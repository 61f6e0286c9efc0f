# SPDX-License-Identifier: Apache-2.0
"""A booking that comes as XML goes the same way as any other and is answered as XML."""

from __future__ import annotations

import pytest

from secure_communities.identify.intake import folders, preparation, services
from secure_communities.identify.intake.models import Channel, Submission
from secure_communities.identify.intake.services import TransportRefusal
from secure_communities.identify.intake.states import Intake
from secure_communities.identify.responses import services as responses
from secure_communities.identify.responses.rules import MessageKind
from secure_communities.interchange import files, itl, xml
from secure_communities.interchange.files import Form
from secure_communities.platform.keys import services as keys
from tests.builders.transactions import a_booking
from tests.identify import builders as a
from tests.platform.builders import an_ori

pytestmark = pytest.mark.django_db


def receive(content: bytes, jail):
    return services.receive(
        content=content, channel=Channel.API, presented_by=jail, actor=f"ori:{jail.ori}", at=a.AT
    ).submission


def as_xml(**booking) -> bytes:
    return xml.emit(itl.parse(a_booking(**booking)))


def test_an_xml_file_is_kept_as_it_came_and_sealed() -> None:
    content = as_xml()
    submission = receive(content, an_ori())
    assert services.content_of(submission) == content
    assert submission.form == Form.XML
    assert submission.transaction_type == "CAR"
    assert content[:200] not in bytes(submission.content)


def test_xml_in_is_answered_with_xml_and_the_first_response_says_the_same() -> None:
    submission = a.search_criminal(a.an_accepted_submission(form=Form.XML))
    (message,) = submission.messages.filter(kind=MessageKind.FIRST)
    content = responses.content_of(message)
    assert message.media_type == "application/xml"
    assert files.form_of(content) is Form.XML and xml.schema_findings(content) == []
    answer = files.read(content)
    assert (answer.tot, answer.tcr, answer.of_type(2)[0].text("2.059")) == ("SRE", submission.tcn, "N")


def test_the_second_response_comes_as_xml_too() -> None:
    determination = a.a_determination(a.a_confirmed_match(form=Form.XML))
    (message,) = determination.query.submission.messages.filter(kind=MessageKind.SECOND)
    content = responses.content_of(message)
    sheet = files.read(content).of_type(2)[0].text("2.075") or ""
    assert message.media_type == "application/xml" and xml.schema_findings(content) == []
    assert "IDR/1.0 MATCH" in sheet and "\r\n" in sheet  # the lines survive as they were


def test_an_xml_file_with_a_wrong_field_gets_an_error_response_as_xml() -> None:
    jail = a.a_jail()
    submission = receive(as_xml(person={"2.022": "19800230"}), jail)
    preparation.prepare(submission.pk, now=a.now)
    submission = Submission.objects.get(pk=submission.pk)
    assert submission.intake_state == Intake.REFUSED
    (message,) = submission.messages.all()
    answer = files.read(responses.content_of(message))
    assert message.media_type == "application/xml" and answer.tot == "ERRT"
    assert "2.022" in (answer.of_type(2)[0].text("2.060") or "")


def test_what_cannot_be_read_behind_a_readable_header_is_answered_with_element_and_line() -> None:
    jail = a.a_jail()
    content = as_xml().replace(b"<j:PersonSexCode>", b"<j:PersonEyes>X</j:PersonEyes>\n<j:PersonSexCode>")
    submission = receive(content, jail)
    preparation.prepare(submission.pk, now=a.now)
    (message,) = Submission.objects.get(pk=submission.pk).messages.all()
    text = files.read(responses.content_of(message)).of_type(2)[0].text("2.060") or ""
    assert text.startswith("E0005") and "PersonEyes" in text and "line" in text


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>', "E0005"),
        (b"<html></html>", "E0004"),
        (b"<a>" + b"<b/>" * 100_000 + b"</a>", "E0003"),
        (b"<a>\x01</a>", "E0002"),
    ],
)
def test_xml_without_a_readable_header_is_refused_at_the_door_with_the_reason(content: bytes, code: str) -> None:
    with pytest.raises(TransportRefusal) as caught:
        receive(content, an_ori())
    assert (caught.value.code, caught.value.status) == (code, 400)
    assert caught.value.refused.error_response is None


def test_a_refusal_at_the_door_that_can_be_addressed_is_xml() -> None:
    jail = an_ori()
    receive(as_xml(), jail)
    with pytest.raises(TransportRefusal) as caught:
        receive(as_xml(person={"2.018": "SAMPLE,OTHER"}), jail)
    refused = caught.value.refused
    content = keys.unseal(refused.data_key, refused.error_response, context=services.ERROR_RESPONSE)
    assert caught.value.code == "H0002" and files.form_of(content) is Form.XML
    assert files.read(content).tot == "ERRT"


def test_an_xml_file_in_a_watched_folder_is_taken(tmp_path) -> None:
    jail = a.a_jail()
    folders.open_folders(tmp_path, [jail.ori])
    (tmp_path / jail.ori / "in" / "booking.xml").write_bytes(as_xml())
    watcher = folders.Watcher(tmp_path)
    assert watcher.look(at=a.AT) == 0 and watcher.look(at=a.AT) == 1
    assert Submission.objects.get().form == Form.XML
    (done,) = (tmp_path / jail.ori / "done").iterdir()
    assert done.suffix == ".xml"
