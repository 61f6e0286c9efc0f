# SPDX-License-Identifier: Apache-2.0
"""Webhook and mail against real servers that take, refuse, delay, drop, double, redirect and drip."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser

import pytest

from secure_communities.platform.delivery import signing
from secure_communities.platform.delivery.channels import mail, webhook
from secure_communities.platform.delivery.parcels import Parcel
from secure_communities.platform.delivery.receiving import of_mail
from secure_communities.platform.delivery.rules import Outcome, Result
from tests.platform.delivery import receivers

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEYS = {"whk_aaaaaaaa": b"a" * 32}
PARCEL = Parcel(
    number="SYN-SAMPLE-F1", kind="first", version=1, recipient="ZZTX00101", answers="SYN 1; kind=second\r\nX: y",
    media_type="application/vnd.ebts", extension="ebts", content=b"\x1c\x1d\x00binary",
)  # fmt: skip
TO = "desk@jail.example"


@pytest.fixture
def web():
    with receivers.web_receiver() as receiver:
        yield receiver


@pytest.fixture
def post_office():
    with receivers.mail_receiver() as receiver:
        yield receiver


def post(receiver, *, keys=KEYS, limit: float = 5.0, allow_private: bool = True, address: str | None = None) -> Result:
    return webhook.send(
        PARCEL, address=address or receiver.address, keys=keys, at=AT, allow_private=allow_private, limit=limit
    )


def write(receiver, *, parcel: Parcel = PARCEL, to: str = TO, limit: float = 5.0) -> Result:
    relay = mail.Relay(receiver.address, "responses@secure-communities.example")
    return mail.send(parcel, to=to, relay=relay, at=AT, limit=limit)


def test_a_request_carries_the_bytes_and_a_signature_that_the_other_side_can_check(web) -> None:
    assert post(web) == Result(Outcome.DELIVERED, "ok", 204)
    [(number, about)] = web.verified(KEYS, at=AT)
    assert (number, about.kind, about.version, about.answers) == ("SYN-SAMPLE-F1", "first", 1, PARCEL.answers)
    assert web.requests[0].body == PARCEL.content and web.requests[0].headers["Content-Type"] == PARCEL.media_type


def test_during_a_change_of_keys_both_the_old_and_the_new_one_verify(web) -> None:
    post(web, keys={**KEYS, "whk_bbbbbbbb": b"b" * 32})
    for secret in (KEYS, {"whk_bbbbbbbb": b"b" * 32}):
        assert web.verified(secret, at=AT)
    with pytest.raises(signing.BadSignature, match="no key"):
        web.verified({"whk_aaaaaaaa": b"c" * 32}, at=AT)


@pytest.mark.parametrize("changed", [signing.TIMESTAMP, signing.NUMBER, signing.ABOUT, "body"])
def test_a_request_that_was_changed_on_its_way_does_not_verify(web, changed: str) -> None:
    post(web)
    [request] = web.requests
    headers, body = dict(request.headers), request.body
    if changed == "body":
        body += b"x"
    elif changed == signing.TIMESTAMP:
        headers[changed] = str(int(headers[changed]) + 1)
    else:
        headers[changed] = headers[changed].replace("1", "2")
    with pytest.raises(signing.BadSignature):
        signing.verify(headers, body, keys=KEYS, at=AT)


def test_a_request_replayed_later_does_not_verify(web) -> None:
    post(web)
    with pytest.raises(signing.BadSignature, match="five minutes"):
        web.verified(KEYS, at=AT + timedelta(minutes=6))


@pytest.mark.parametrize("broken", [{}, {signing.TIMESTAMP: "soon"}, {signing.SIGNATURE: "nothing"}])
def test_headers_of_another_form_do_not_verify(web, broken: dict[str, str]) -> None:
    post(web)
    headers = {**web.requests[0].headers, **broken} if broken else {}
    with pytest.raises(signing.BadSignature):
        signing.verify(headers, web.requests[0].body, keys=KEYS, at=AT)


@pytest.mark.parametrize(
    ("behaviour", "outcome", "code"),
    [
        (receivers.answer(503), "failed", "http_error"),
        (receivers.answer(422), "refused", "http_refused"),
        (receivers.answer(302, Location="http://127.0.0.1:9/"), "refused", "redirected"),
        (receivers.answer(200, b"x" * 20_000), "failed", "answer_too_large"),
        (receivers.drop, "failed", "dropped"),
    ],
    ids=["error that may pass", "refusal", "redirect", "endless answer", "dropped connection"],
)
def test_what_the_other_side_does_becomes_a_code(web, behaviour, outcome: str, code: str) -> None:
    web.script = [behaviour]
    result = post(web)
    assert (result.outcome, result.code) == (outcome, code)
    assert len(web.requests) == 1  # neither a redirect nor an error is followed up in the same attempt


@pytest.mark.parametrize("behaviour", [receivers.hang, receivers.drip], ids=["says nothing", "drips"])
def test_the_whole_attempt_has_one_deadline(web, behaviour) -> None:
    web.script = [behaviour]
    begun = time.monotonic()
    assert post(web, limit=0.5).code == "timeout"
    assert time.monotonic() - begun < 3


def test_a_server_that_is_not_there_is_unreachable() -> None:
    result = post(None, address=f"http://127.0.0.1:{receivers.free_port()}/")
    assert (result.outcome, result.code) == ("failed", "unreachable")


def test_nothing_private_is_reached_even_if_the_register_holds_it(web, monkeypatch: pytest.MonkeyPatch) -> None:
    assert post(web, allow_private=False).code == "address_refused"
    # A public name that points into our own network:
    import asyncio

    async def into_our_network(self, host, port, **_):
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", into_our_network)
    port = web.address.split(":")[2].split("/")[0]
    result = post(web, allow_private=False, address=f"https://jail.example:{port}/")
    assert (result.outcome, result.code) == ("refused", "address_refused")
    assert not web.requests


def test_without_a_signing_key_nothing_is_posted(web) -> None:
    assert post(web, keys={}) == Result(Outcome.REFUSED, "no_key")
    assert not web.requests


def test_a_mail_carries_the_file_and_nothing_personal_in_its_headers(post_office) -> None:
    assert write(post_office).outcome is Outcome.DELIVERED
    [(sender, recipients, raw)] = post_office.mails
    assert (sender, recipients) == ("responses@secure-communities.example", (TO,))
    received = BytesParser(policy=policy.default).parsebytes(raw)
    assert received["Message-ID"] == "<SYN-SAMPLE-F1@secure-communities.example>"
    assert "X" not in received and len(received.get_all("To")) == 1
    assert of_mail(raw) == ("SYN-SAMPLE-F1", PARCEL.content)
    [attached] = received.iter_attachments()
    assert attached.get_filename() == "SYN-SAMPLE-F1.ebts" and attached.get_content_type() == PARCEL.media_type


@pytest.mark.parametrize(
    ("stage", "reply", "outcome", "code"),
    [
        ("at_recipient", "451 Greylisted, come back", "failed", "smtp_recipient_later"),
        ("at_recipient", "550 No such mailbox", "refused", "smtp_recipient_refused"),
        ("at_data", "452 Disk full", "failed", "smtp_data_later"),
        ("at_data", "554 Not wanted", "refused", "smtp_data_refused"),
        ("at_data", "drop", "failed", "dropped"),
        ("at_recipient", "hang", "failed", "timeout"),
    ],
)
def test_what_the_relay_does_becomes_a_code(post_office, stage: str, reply: str, outcome: str, code: str) -> None:
    setattr(post_office, stage, [reply])
    result = write(post_office, limit=1.0)
    assert (result.outcome, result.code) == (outcome, code)


def test_a_relay_elsewhere_must_encrypt(post_office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "_is_loopback", lambda connection: False)
    assert write(post_office).code == "no_tls"
    assert not post_office.mails


@pytest.mark.parametrize("to", ["a@jail.example\r\nBcc: b@jail.example", "a@jail.example, b@jail.example"])
def test_no_address_brings_a_header_or_a_second_recipient_along(post_office, to: str) -> None:
    assert write(post_office, to=to).code == "address_refused"
    assert not post_office.mails


def test_a_parcel_with_a_number_that_is_no_name_cannot_be_made() -> None:
    for number in ("../x", "a b", "", "a\nb", "x" * 80):
        with pytest.raises(ValueError, match="number"):
            replace(PARCEL, number=number)
