# SPDX-License-Identifier: Apache-2.0
"""Only public https addresses and plain mailboxes can be entered, whatever they pretend to be."""

from __future__ import annotations

import pytest

from secure_communities.platform.delivery.targets import BadTarget, mailbox, refuse_private, web_target


@pytest.mark.parametrize(
    "address",
    [
        "http://jail.example/responses",
        "ftp://jail.example/",
        "https://user:word@jail.example/",
        "https://jail.example/#part",
        "https://localhost/",
        "https://jail/",
        "https://database.internal/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fd00::1]/",
        "https://[fec0::1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://jail.example:0/",
        "https://jail.example:99999/",
        "https://jail.example/\r\nHost: other",
        "https://jail example/",
        "https://jail.exämple/",
        "https://jail_x.example/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https:///nothing",
        "https://" + "a" * 300 + ".example/",
    ],
)
def test_what_is_no_public_https_address_is_refused(address: str) -> None:
    if address in ("https://0x7f.1/",):  # a name, as far as one can read it: refused when it is resolved
        target = web_target(address, allow_private=False)
        with pytest.raises(BadTarget):
            refuse_private(["127.0.0.1"])
        assert target.host == "0x7f.1"
        return
    with pytest.raises(BadTarget):
        web_target(address, allow_private=False)


def test_a_public_https_address_is_taken_apart() -> None:
    target = web_target("https://jail.example:8443/in/responses?of=7", allow_private=False)
    assert (target.host, target.port, target.path) == ("jail.example", 8443, "/in/responses?of=7")
    assert target.authority == "jail.example:8443"
    assert web_target("https://jail.example", allow_private=False).authority == "jail.example"


def test_the_operator_may_allow_a_demonstration_on_one_machine() -> None:
    assert web_target("http://127.0.0.1:9000/", allow_private=True).port == 9000
    with pytest.raises(BadTarget):
        web_target("ftp://127.0.0.1/", allow_private=True)


@pytest.mark.parametrize(
    "addresses",
    [[], ["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["::1"], ["fe80::1%eth0"], ["::ffff:10.0.0.1"], ["0.0.0.0"],
     ["224.0.0.1"], ["100.64.0.1"], ["2002:7f00:1::"]],
)  # fmt: skip
def test_a_name_that_resolves_into_a_private_network_is_refused(addresses: list[str]) -> None:
    with pytest.raises(BadTarget):
        refuse_private(addresses)


def test_public_addresses_pass() -> None:
    refuse_private(["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])


@pytest.mark.parametrize(
    "address",
    ["", "jail", "a@b", "a@b.c",
     "a b@jail.example", "a@jail.example\r\nBcc: x@y.example", "a@jail.example,b@jail.example",
     '"a"@jail.example', "<a@jail.example>", "a..b@jail.example", "a@-jail.example", "ä@jail.example", "@jail.example"],
)  # fmt: skip
def test_what_is_no_plain_mailbox_is_refused(address: str) -> None:
    with pytest.raises(BadTarget):
        mailbox(address)


def test_plain_mailboxes_pass() -> None:
    assert mailbox("booking.desk+responses@tarrant.jail.example") == "booking.desk+responses@tarrant.jail.example"
