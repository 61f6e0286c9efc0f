# SPDX-License-Identifier: Apache-2.0
"""One assessment as a document: what it says, its standards, the same bytes each time."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from secure_communities.identify.records.rules import DispositionKind
from secure_communities.platform.access.roles import Role
from secure_communities.prioritize.assessments import selectors
from secure_communities.prioritize.assessments.models import Assessment
from secure_communities.prioritize.overrides import services as overrides
from secure_communities.prioritize.overrides.rules import Reason
from secure_communities.prioritize.reviews import documents
from tests.identify.builders import AT
from tests.prioritize import cases

pytestmark = pytest.mark.django_db


def words(content: bytes) -> str:
    pages = PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())


def test_it_says_what_the_explanation_says_and_what_it_does_not_say() -> None:
    cases.a_case("3562")
    made = Assessment.objects.get(rule_set="SC-2009")
    said, text = selectors.explanation_of(made), words(documents.pdf_of(made))
    assert "For a person to decide" in text and "no level at all" in text and "Why it is provisional" in text
    for sentence in (*said.missing, *said.notices, *(one.sentence for one in said.changes)):
        assert " ".join(sentence.translate(documents.STRAIGHT).split())[:40] in text
    assert "[U+" not in text
    assert "not a statement of guilt" in text
    assert made.rule_hash in text.replace(" ", "") and made.inputs_hash in text.replace(" ", "")


def test_it_is_tagged_for_screen_readers_and_the_same_each_time() -> None:
    query = cases.a_case("1201")
    cases.the_outcome(query, DispositionKind.CONVICTED, sentence_months=48)
    made = cases.assess(query)
    content = documents.pdf_of(made)
    reader = PdfReader(BytesIO(content))
    catalogue = reader.trailer["/Root"]
    packet = catalogue["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in packet and catalogue["/Lang"] == "en-US"
    assert content == documents.pdf_of(made)
    text = words(content)
    assert "Level 1" in text and "4 years" in text and "Convicted of" in text


def test_it_names_the_override_that_counts_in_its_place() -> None:
    query = cases.a_case("1201")
    made = cases.assess(query)
    assert "counts in its place" not in words(documents.pdf_of(made))
    override = overrides.propose_override(
        query=query, answer="LEVEL_3", reason_code=Reason.HUMANITARIAN, text="Cares for two children alone.",
        expires_on=AT.date() + timedelta(days=9), by=cases.an_officer(query), at=AT,
    )  # fmt: skip
    overrides.decide_override(
        override=override, approve=True, reason="The circumstances are shown.",
        by=cases.an_officer(query, Role.FIELD_SUPERVISOR), at=AT,
    )  # fmt: skip
    assert "Level 3 counts in its place" in words(documents.pdf_of(made))
