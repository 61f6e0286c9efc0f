# SPDX-License-Identifier: Apache-2.0
"""The data response: layout, copies for two readers, protected persons, tolerant reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from secure_communities.interchange.messages import (
    Audience,
    Encounter,
    Identity,
    ImmigrationDataResponse,
    Kind,
    MessageError,
    Protection,
    Verification,
)
from tests.builders.messages import NOON, TCN, a_match, a_no_match, an_error

decode = ImmigrationDataResponse.decode
SECRETS = ("9000000001", "SAMPLE", "19800101", "000000001 ", "TRAVEL", "EXAMINER", "PRT")


@pytest.mark.parametrize("message", [a_match(), a_no_match(), an_error()])
def test_what_is_written_is_read_back(message: ImmigrationDataResponse) -> None:
    assert decode(message.encode()) == message
    assert decode(message.encode().encode()) == message
    assert decode(message.encode().replace("\n", "\r\n")) == message


def test_a_match_is_written_as_the_layout_says() -> None:
    assert a_match().for_agency(protected_answer=Kind.MATCH).encode() == (
        "IDR/1.0 MATCH\n"
        "TCN:SYNZZTX00101-20261122-000001\n"
        "REV:1\n"
        "CPY:AGENCY\n"
        "ORI:ZZTX00101\n"
        "OCA:TEST-0001\n"
        "GEN:20261122120000Z\n"
        "FIN:9000000001\n"
        "NAM:SAMPLE, ONE\n"
        "DOB:19800101\n"
        "POB:ZZ\n"
        "CIT:ZZ\n"
        "SEX:X\n"
        "DOC:PASSPORT 000000001\n"
        "ENC:20050316;CLASS=TRAVEL;SITE=DEMO\n"
        "VER:EXAMINER_2\n"
        "FNG:10\n"
        "NOTE:A MATCH IS NOT A STATEMENT OF GUILT, OF UNLAWFUL PRESENCE OR OF\n"
        "  CITIZENSHIP, AND NOT A DETAINER\n"
    )


def test_no_match_says_only_that_no_record_was_found() -> None:
    text = a_no_match().encode().replace("\n ", "")
    assert "No record was found in the immigration register." in text
    assert "not a statement about citizenship or status" in text
    with pytest.raises(MessageError, match="FIN"):
        a_no_match(fin="9000000001", audience=Audience.OFFICER).encode()


def test_the_agency_copy_omits_the_score() -> None:
    copy = a_match().for_agency(protected_answer=Kind.MATCH)
    assert "71.25" in a_match().encode()
    assert "71.25" not in copy.encode()
    assert "2026.1" not in copy.encode()
    assert copy.fin == "9000000001"


def test_an_agency_copy_with_a_score_is_not_written() -> None:
    with pytest.raises(MessageError, match="score"):
        a_match(audience=Audience.AGENCY).encode()


@pytest.mark.parametrize("finding", [Protection.UNKNOWN, Protection.PROTECTED])
@pytest.mark.parametrize("answer", [Kind.MATCH, Kind.NO_MATCH])
def test_a_person_who_is_not_cleared_leaves_a_bare_answer(finding: Protection, answer: Kind) -> None:
    message = a_match(protection=finding, identities=(Identity("SAMPLE, ONE"),), extra=(("ZZSECRET", "SAMPLE"),))
    text = message.for_agency(protected_answer=answer).encode()
    assert text.startswith(f"IDR/1.0 {answer}\n")
    assert not [secret for secret in SECRETS if secret in text]


def test_a_bare_no_match_cannot_be_told_from_a_true_one() -> None:
    hidden = a_match(protection=Protection.PROTECTED, oca="").for_agency(protected_answer=Kind.NO_MATCH)
    assert hidden.encode() == a_no_match().for_agency(protected_answer=Kind.NO_MATCH).encode()


@pytest.mark.parametrize(
    "shown",
    [
        {"fin": "9000000001"},
        {"identities": (Identity("SAMPLE, ONE"),)},
        {"encounter": Encounter(NOON.date(), "TRAVEL")},
        {"photograph": True},
    ],
)
def test_the_encoder_itself_denies_a_person_who_is_not_cleared(shown: dict[str, object]) -> None:
    bare = ImmigrationDataResponse(kind=Kind.MATCH, tcn=TCN, destination="ZZTX00101", generated_at=NOON)
    bare.encode()
    with pytest.raises(MessageError, match="not cleared"):
        replace(bare, **shown).encode()


def test_a_protected_answer_is_never_an_error() -> None:
    with pytest.raises(MessageError, match="MATCH or NO_MATCH"):
        a_match(protection=Protection.UNKNOWN).for_agency(protected_answer=Kind.ERROR)


def test_items_are_read_in_any_order_and_unknown_tags_are_kept() -> None:
    head, *items = a_match(extra=(("ZZNEW", "SOMETHING"),)).encode().replace("\n ", "").splitlines()
    assert decode("\n".join([head, *reversed(items)])) == a_match(extra=(("ZZNEW", "SOMETHING"),))


def test_several_identities_keep_their_order_and_their_own_items() -> None:
    message = a_match(
        identities=(Identity("SAMPLE, ONE", sex="M"), Identity("SAMPLE, TWO"), Identity("SAMPLE, SIX", sex="F"))
    )
    assert decode(message.encode()).identities == message.identities


@pytest.mark.parametrize(
    ("change", "code", "tag"),
    [
        ({"tcn": ""}, "E0001", "TCN"),
        ({"tcn": "SYN 1"}, "E0002", "TCN"),
        ({"destination": "ZZ1"}, "E0003", "ORI"),
        ({"oca": "x" * 21}, "E0003", "OCA"),
        ({"oca": "A\nNAM:EVIL"}, "E0002", "OCA"),
        ({"oca": "A\u202eB"}, "E0002", "OCA"),
        ({"oca": "=cmd"}, "E0002", "OCA"),
        ({"oca": "<script>"}, "E0002", "OCA"),
        ({"oca": " A"}, "E0002", "OCA"),
        ({"fin": "90000000A1"}, "E0002", "FIN"),
        ({"encounter": Encounter(NOON.date(), "A;SITE=B")}, "E0002", "ENC"),
        ({"verification": Verification("GUESS")}, "E0002", "VER"),
        ({"generated_at": datetime(2026, 11, 22, 12)}, "E0002", "GEN"),
        ({"extra": (("FIN", "9000000002"),)}, "E0005", "FIN"),
        ({"extra": (("NOTE", "IT IS A DETAINER"),)}, "E0005", "NOTE"),
        ({"extra": (("bad tag", "A"),)}, "E0005", ""),
    ],
)
def test_a_value_that_cannot_travel_is_refused_with_its_tag(change: dict[str, object], code: str, tag: str) -> None:
    with pytest.raises(MessageError) as caught:
        a_match(**change).encode()
    assert (caught.value.code, caught.value.tag) == (code, tag)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("IAR/1.0 MATCH", "begin with IDR"),
        ("IDR/9.9 MATCH", "no layout"),
        ("IDR/../../secret MATCH", "no layout"),
        ("IDR/1.0 GUILTY", "vocabulary"),
        ("IDR/1.0 MATCH\nnonsense", "not TAG:value"),
        ("IDR/1.0 MATCH\nFIN:9000000001", "mandatory"),
        ("IDR/1.0 NO_MATCH\nFIN:9000000001", "does not belong"),
        ("IDR/1.0 MATCH\nTCN:A\nTCN:B", "more than once"),
        (b"IDR/1.0 \xff", "UTF-8"),
        ("A" * 70_000, "characters"),
    ],
)
def test_an_unreadable_message_is_refused_with_a_reason(text: str | bytes, reason: str) -> None:
    with pytest.raises(MessageError, match=reason):
        decode(text)


def test_the_identity_key_tells_kinds_and_versions_apart() -> None:
    assert a_match().identity_key == (TCN, "IDR-MATCH", 1)
    assert len({m.identity_key for m in (a_match(), a_match(version=2), a_no_match(), an_error())}) == 4
