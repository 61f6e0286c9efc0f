# SPDX-License-Identifier: Apache-2.0
"""The query and the response of the support centre in XML: the same items, the same checks, nothing dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from secure_communities.interchange.messages import (
    BANNER,
    Audience,
    Basis,
    Determination,
    Evidence,
    ImmigrationQuery,
    ImmigrationResponse,
    MessageError,
    Protection,
)
from secure_communities.interchange.xml import inquiries

AT = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
QUERY = ImmigrationQuery(
    sender="ZZIDENT01", destination="ZZ", attention="SGT SAMPLE", phone="5550100", name="SYNTH, ALEX QUILL",
    dob="19900401", sex="M", pob="XX", in_custody=True, offence="0399", a_number="A00000001",
    aliases=("SAMPLE, ONE", "SAMPLE, TWO"),
    remarks="SEEN AT DEMO", fin="9000000001", tcn="SYNZZTX00101-000001", data_response="IAQ-TEST",
)  # fmt: skip
RESPONSE = ImmigrationResponse(
    sender="ZZLESC001", destination="ZZTX00101", control="IAQ-TEST", tcn="SYNZZTX00101-000001", generated_at=AT,
    basis=Basis.BIOMETRIC, determination=Determination.LPR, version=2, name="SYNTH, ALEX", dob="19900401", sex="M",
    officer="Sample Person", authority="Sample delegation 1", determined_at=AT, confidence="Two records agree",
    evidence=(Evidence("IMMIGRATION REGISTER", "ENCOUNTERS", AT), Evidence("COURT", "NONE", AT)),
    protection=Protection.CLEARED, audience=Audience.OFFICER,
)  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        QUERY,
        replace(QUERY, aliases=(), a_number="", remarks="", fin="", tcn="", data_response="", control="CONTROL-1"),
        replace(QUERY, dob="00000000", offence="1203", in_custody=False, name="ÉMILE, ÅSA"),
        replace(QUERY, dob="040190"),
    ],
)
def test_a_query_comes_back_equal_under_the_published_names(query: ImmigrationQuery) -> None:
    written = inquiries.write_query(query)
    assert inquiries.read_query(written) == query
    text = written.decode()
    for name in ("n2:PurposeCode", "n2:ResponseAttentionDescriptionText", "nc:ContactTelephoneNumber", "nc:StatusText"):
        assert f"<{name}>" in text
    assert BANNER in text


@pytest.mark.parametrize("response", [RESPONSE, RESPONSE.for_agency(), RESPONSE.withheld()])
def test_a_response_comes_back_equal_in_each_copy(response: ImmigrationResponse) -> None:
    written = inquiries.write_response(response)
    assert inquiries.read_response(written) == response
    assert BANNER in written.decode()
    if response.determination is None:
        assert b"SYNTH" not in written and b"Sample" not in written


def test_an_agencys_copy_of_an_uncleared_person_is_not_written() -> None:
    with pytest.raises(MessageError):
        inquiries.write_response(replace(RESPONSE.for_agency(), protection=Protection.UNKNOWN))


def test_items_without_a_place_are_refused_and_named() -> None:
    with pytest.raises(MessageError) as caught:
        inquiries.write_query(replace(QUERY, extra=(("XYZ", "ONE"),)))
    assert caught.value.tag == "XYZ"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<nc:StatusText>Y</nc:StatusText>", b""),
        (b"<n2:PurposeCode>C<", b"<n2:PurposeCode>Q<"),
        (b"<nc:StatusText>Y", b"<nc:StatusText>Y.NAM/OTHER"),
        (b"<nc:PersonFullName>SYNTH, ALEX QUILL<", b"<nc:PersonFullName>SYNTH,\n ALEX<"),
        (b"<n2:Person>", b"<n2:Person><n2:Strange/>"),
        (b"<n2:Person>", b"<!DOCTYPE x><n2:Person>"),
        (b"NLETSInquiryData", b"NLETSResponseData"),
    ],
)
def test_a_spoiled_query_is_refused_as_its_text_form_would_be(old: bytes, new: bytes) -> None:
    written = inquiries.write_query(QUERY)
    assert old in written
    with pytest.raises(MessageError):
        inquiries.read_query(written.replace(old, new))
