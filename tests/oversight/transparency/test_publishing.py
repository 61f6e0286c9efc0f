# SPDX-License-Identifier: Apache-2.0
"""Publishing: once, when the quarter is over, by a named person, and never changed afterwards; attacks on each."""

from __future__ import annotations

import io
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from pypdf import PdfReader

from secure_communities.identify.records.rules import DispositionKind
from secure_communities.oversight.transparency import files, selectors, services
from secure_communities.oversight.transparency.files import Kind
from secure_communities.oversight.transparency.models import Publication, PublishedFile
from secure_communities.oversight.transparency.paper import paper
from secure_communities.oversight.transparency.periods import Quarter
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.agencies.models import State
from secure_communities.platform.events.models import Event
from secure_communities.platform.refusals import Refusal
from secure_communities.policy.local import Switch
from secure_communities.policy.priority import rule_set
from secure_communities.prioritize.assessments.models import CurrentAssessment
from secure_communities.prioritize.deployment import services as deployment
from secure_communities.prioritize.rulesets import services as rulesets
from tests.identify import builders as a
from tests.platform.builders import a_county, a_user
from tests.prioritize import cases
from tests.prioritize.versions import a_trusted_signer, activated, loaded, shadowed

pytestmark = pytest.mark.django_db
QUARTER = Quarter(2026, 4)
LATER = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_var(tmp_path: Path, settings: Any) -> None:
    settings.VAR = tmp_path


def texas() -> State:
    return State.objects.get(usps="TX")


def published(**options: Any) -> Publication:
    given = {"state": texas(), "quarter": QUARTER, "by": a_user(Role.PROGRAMME_MANAGER), "at": LATER, **options}
    return services.publish(**given)


def test_s5_the_report_has_the_mix_of_the_raw_data() -> None:
    query = cases.a_case("5499")
    cases.dismissed(query)
    cases.assess(query)
    a.an_accepted_submission(query.submission.originator, person=2)
    counts = selectors.inputs(texas(), QUARTER, at=LATER)
    levels, charges, outcomes = (one["by_county"]["48201"] for one in counts["mixes"])
    raw = Counter(
        one.effective_answer if one.basis == "NONE" else f"{one.effective_answer}:{one.basis}"
        for one in CurrentAssessment.objects.filter(rule_set=counts["rules"]["code"])
    )
    assert levels == dict(raw) and sum(raw.values()) == 1
    assert charges == {"5400": 1} and outcomes == {"ENDED": 1}
    assert sum(counts["agencies"][0]["counts"].values()) == 2 and counts["agencies"][0]["counts"]["MATCHED"] == 1


def test_a_conviction_on_one_charge_is_no_ended_booking() -> None:
    query = cases.a_case("3562")
    cases.dismissed(query)
    cases.becomes(query, DispositionKind.CONVICTED, sentence_months=3)
    assert selectors.inputs(texas(), QUARTER, at=LATER)["mixes"][2]["by_county"]["48201"] == {"NOT_ENDED": 1}


def test_s24_the_report_builds_again_from_stored_data() -> None:
    cases.a_case()
    made = published()
    assert selectors.stands(made)
    assert files.files(selectors.inputs(texas(), QUARTER, at=LATER)) == {
        Kind(one.kind): bytes(one.content) for one in made.files.exclude(kind=Kind.REPORT_PDF)
    }
    content = files.content_of(selectors.file_of("TX", "2026-Q4", Kind.REPORT_JSON))
    assert paper(content) == selectors.file_of("TX", "2026-Q4", Kind.REPORT_PDF)


def test_s24_what_is_recorded_later_changes_no_published_byte() -> None:
    query = cases.a_case()
    made = published()
    before = {one.kind: bytes(one.content) for one in made.files.all()}
    a.an_accepted_submission(query.submission.originator, person=2)
    assert {kind: selectors.file_of("TX", "2026-Q4", Kind(kind)) for kind in before} == before
    assert selectors.stands(Publication.objects.get())


def test_s24_a_quarter_is_published_once_so_that_no_difference_tells() -> None:
    a.a_jail()
    published()
    with pytest.raises(Refusal, match="published already"):
        published()
    assert Publication.objects.count() == 1


def test_a_quarter_that_is_not_over_is_not_published_by_service_or_by_sql() -> None:
    a.a_jail()
    manager = a_user(Role.PROGRAMME_MANAGER)
    with pytest.raises(Refusal, match="is not over"):
        published(at=a.AT, by=manager)
    with pytest.raises(IntegrityError, match="when it is over"), transaction.atomic():
        Publication.objects.create(
            state=texas(), year=2026, quarter=4, inputs=b"{}", published_by=manager, published_at=a.AT
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.create(
            state=texas(), year=2025, quarter=5, inputs=b"{}", published_by=manager, published_at=LATER
        )


def test_s24_the_database_keeps_what_was_published() -> None:
    a.a_jail()
    made = published()
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in (
        "UPDATE transparency_publishedfile SET content = 'x'", "DELETE FROM transparency_publishedfile",
        "UPDATE transparency_publication SET quarter = 1", "DELETE FROM transparency_publication",
        "TRUNCATE transparency_publishedfile", "TRUNCATE transparency_publication CASCADE",
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            connection.cursor().execute(statement)
    with pytest.raises(IntegrityError, match="another digest"), transaction.atomic():
        PublishedFile.objects.create(publication=made, kind=Kind.REPORT_CSV, content=b"x", sha256="0" * 64)


@pytest.mark.parametrize("role", sorted({Role.AUDITOR, Role.FIELD_SUPERVISOR, Role.SUPPORT_SUPERVISOR, Role.OPERATOR}))
def test_nobody_but_a_programme_manager_publishes(role: Role) -> None:
    a.a_jail()
    with pytest.raises(NotAllowed):
        published(by=a_user(role))
    assert not Publication.objects.exists()


def test_publishing_is_an_event_with_the_digests_of_the_files() -> None:
    a.a_jail()
    made = published()
    event = Event.objects.get(kind="transparency:published")
    assert event.data["sha256"] == dict(made.files.values_list("kind", "sha256"))
    assert event.actor == f"user:{made.published_by.username}"


def test_s24_local_switches_are_told_with_ground_and_day() -> None:
    a.a_jail()
    for on, day in ((True, a.AT.date()), (False, LATER.date())):
        deployment.set_switch(
            county=a_county(), switch=Switch.NO_DETAINER_BEFORE_CONVICTION, on=on, starts_on=day,
            citation="Sample ordinance 7", by=a_user(Role.PROGRAMME_MANAGER), at=a.AT,
        )  # fmt: skip
    published()
    content = files.content_of(selectors.file_of("TX", "2026-Q4", Kind.REPORT_JSON))
    assert [(one["on"], one["from"], one["ground"]) for one in content["switches"]] == [
        (True, "2026-11-22", "Sample ordinance 7")
    ]


def test_nobody_can_be_named_from_a_published_file() -> None:
    query = cases.a_case()
    made = published()
    names = [query.submission.control_number, query.submission.tcn, query.reference, made.published_by.username,
             made.published_by.display_name, "SAMPLE"]  # fmt: skip
    for one in made.files.all():
        content = bytes(one.content)
        if one.kind == Kind.REPORT_PDF:
            content = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).encode()
        text = content.decode().replace("Sample agency", "")
        assert not [name for name in names if name in text], one.kind


def test_a_year_is_published_once_all_four_quarters_are() -> None:
    a.a_jail()
    with pytest.raises(Publication.DoesNotExist, match="0 of its four"):
        selectors.year_of("TX", "2026")
    for number in (1, 2, 3, 4):
        published(quarter=Quarter(2026, number))
    with pytest.raises(Publication.DoesNotExist, match=r"no report\.pdf"):
        selectors.file_of("TX", "2026", Kind.REPORT_PDF)
    assert files.content_of(selectors.file_of("TX", "2026", Kind.REPORT_JSON))["period"] == "2026"


def test_rules_that_come_into_force_as_the_next_quarter_begins_are_not_of_this_one() -> None:
    cases.a_case("3562")
    version = rulesets.stored(rule_set("ICE-2010"), at=a.AT)
    activated(version, shadowed(version), effective_from=LATER)
    counts = selectors.inputs(texas(), QUARTER, at=LATER)
    assert counts["rules"]["code"] == "SC-2009"
    assert "NOT_ASSESSED" not in counts["mixes"][0]["by_county"]["48201"]


def test_answers_under_one_version_are_not_published_as_those_of_another(tmp_path: Path, monkeypatch: Any) -> None:
    query = cases.a_case("3562")
    version = loaded(a_trusted_signer(tmp_path, monkeypatch))
    activated(version, shadowed(version), effective_from=LATER)
    counts = selectors.inputs(texas(), QUARTER, at=LATER)
    assert (counts["rules"]["version"], counts["mixes"][0]["by_county"]["48201"]) == (2, {"NOT_ASSESSED": 1})
    cases.assessed(query, at=LATER)
    assert "NOT_ASSESSED" not in selectors.inputs(texas(), QUARTER, at=LATER)["mixes"][0]["by_county"]["48201"]
