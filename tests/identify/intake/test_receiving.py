# SPDX-License-Identifier: Apache-2.0
"""The one inbox: nothing lost, nothing twice, nothing real, and one answer to everything."""

from __future__ import annotations

import pytest

from secure_communities.identify.intake import services
from secure_communities.identify.intake.models import Channel, RefusedInput, Submission
from secure_communities.identify.intake.services import TransportRefusal
from secure_communities.interchange import itl
from secure_communities.platform.events.models import Event
from secure_communities.platform.keys import services as keys
from tests.builders.transactions import a_booking
from tests.identify import builders as a
from tests.platform.builders import an_ori

pytestmark = pytest.mark.django_db


def receive(content: bytes, presented_by=None):
    actor = f"ori:{presented_by.ori}" if presented_by else "system:command"
    return services.receive(content=content, channel=Channel.API, presented_by=presented_by, actor=actor, at=a.AT)


def test_a_file_is_kept_as_it_came_and_sealed() -> None:
    jail = an_ori()
    content = a_booking()
    submission = receive(content, jail).submission
    assert services.content_of(submission) == content
    assert content[:200] not in bytes(submission.content)


def test_the_same_bytes_again_return_the_stored_submission() -> None:
    jail, content = an_ori(), a_booking()
    first, again = receive(content, jail), receive(content, jail)
    assert again.repeated and again.submission == first.submission
    assert Submission.objects.count() == 1


def test_other_bytes_under_a_known_control_number_are_refused_with_an_error_response() -> None:
    jail = an_ori()
    receive(a_booking(), jail)
    with pytest.raises(TransportRefusal) as caught:
        receive(a_booking(person={"2.018": "SAMPLE,OTHER"}), jail)
    refusal = caught.value
    assert (refusal.code, refusal.status) == ("H0002", 409)
    assert Submission.objects.count() == 1
    refused = refusal.refused
    answer = itl.parse(keys.unseal(refused.data_key, refused.error_response, context=services.ERROR_RESPONSE))
    assert answer.tot == "ERRT" and answer.tcr == itl.parse(a_booking()).tcn and answer.dai == jail.ori


@pytest.mark.parametrize(
    "junk", [b"", b"x", b"<html></html>", b"%PDF-1.7\n", b"PK\x03\x04" + bytes(100), b"1.0", bytes(1000)]
)
def test_what_is_no_transaction_is_refused_at_the_door_and_noted(junk: bytes) -> None:
    with pytest.raises(TransportRefusal) as caught:
        receive(junk, an_ori())
    assert caught.value.status == 400
    refused = RefusedInput.objects.get()
    assert refused.size == len(junk) and refused.error_response is None
    assert Event.objects.filter(kind="submission:unreadable").count() == 1


def test_a_key_cannot_speak_for_another_agency_and_nothing_is_answered_to_the_other() -> None:
    ours, theirs = an_ori("ZZTX00101"), an_ori("ZZTX00102")
    with pytest.raises(TransportRefusal) as caught:
        receive(a_booking(ori=theirs.ori), ours)
    assert caught.value.status == 403
    assert RefusedInput.objects.get().error_response is None


@pytest.mark.parametrize(
    ("changes", "tag"),
    [
        ({"ori": "TX1010000"}, "ORI"),
        ({"tcn": "REAL-20261122-000001"}, "control number"),
        ({"dai": "ZZLESC001"}, "1.007"),
    ],
)
def test_only_reserved_addresses_and_our_own_destination_are_taken(changes: dict[str, str], tag: str) -> None:
    an_ori()
    with pytest.raises(TransportRefusal) as caught:
        receive(a_booking(**changes))
    assert caught.value.status == 422
    assert not Submission.objects.exists()


@pytest.mark.parametrize("tot", ["SRE", "ERRT"])
def test_a_response_is_never_answered_with_another(tot: str) -> None:
    jail = an_ori()
    content = a_booking().replace(b"1.004:CAR", b"1.004:" + tot.encode(), 1)
    with pytest.raises(TransportRefusal) as caught:
        receive(content, jail)
    assert caught.value.refused.error_response is None


def test_a_submission_is_never_deleted_nor_its_content_changed() -> None:
    submission = receive(a_booking(), an_ori()).submission
    from django.db import transaction

    for attempt in (
        submission.delete,
        lambda: Submission.objects.update(content=b"forged"),
        lambda: Submission.objects.update(tcn="SYN-FORGED-0001"),
    ):
        with pytest.raises(Exception, match=r"never (deleted|changed)"), transaction.atomic():
            attempt()


def test_control_numbers_cannot_be_guessed_from_one_another() -> None:
    drawn = {services.new_control_number() for _ in range(200)}
    assert len(drawn) == 200
    assert len({number[:6] for number in drawn}) > 150
