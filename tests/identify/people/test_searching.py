# SPDX-License-Identifier: Apache-2.0
"""People are found under other spellings, without a clear name in the database; reasons are given, searches logged."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from secure_communities.identify.intake.reading import NotFound, PurposeMissing
from secure_communities.identify.people import link_rules, looking, reading, registration, reviews, search, selectors
from secure_communities.identify.people.models import BlockingIndex, Review
from secure_communities.identify.people.registration import PeopleRefused
from secure_communities.identify.people.vocabulary import Opinion
from secure_communities.linkage.weighing import Word
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.events.models import Event
from secure_communities.platform.keys import services as keys
from tests.identify import builders as identify
from tests.identify.people.builders import a_person, a_record, a_specialist, approve, merged, person_of, said, whose
from tests.platform.builders import AT, a_user

pytestmark = pytest.mark.django_db

PEOPLE = Path(search.__file__).parent
ENTITLED = (Role.SUPPORT_SPECIALIST, Role.AUTHORISED_OFFICER, Role.SUPPORT_SUPERVISOR, Role.COUNSEL)
OTHERS = (Role.FIELD_OFFICER, Role.FIELD_SUPERVISOR, Role.AUDITOR, Role.REDRESS_OFFICER)
NEVER = sorted(set(Role) - {*ENTITLED, *OTHERS, Role.BOOKING_SYSTEM})


def find(reader: Any = None, purpose: str = "research", **asked: Any) -> list[search.Found]:
    return search.search(asked, reader=reader or a_specialist(), purpose=purpose, at=AT)


@pytest.mark.parametrize(
    "asked",
    [
        {"names": ["SAMPLEWELL,ADA"], "birth_dates": ["1988-03-14"]},
        {"names": ["SANPLEWEL,ADA"], "birth_dates": ["1988-03-14"]},
        {"names": ["ADA SAMPLEWELL"]},
        {"names": ["ADA,SAMPLEWELL"], "birth_dates": ["1988"]},
        {"names": ["SAMPLEWELL"]},
        {"names": ["SAMPLEWELL,ADA"], "birth_dates": ["1988-04-13"]},
        {"birth_dates": ["1988-03-14"]},
        {"numbers": ["ZZ123456"]},
        {"numbers": ["SAMPLE REGISTER/7"]},
    ],
    ids=str,
)
def test_a_person_is_found_by_what_is_known(asked: dict[str, Any]) -> None:
    wanted = a_record(said(numbers=["ZZ123456"]), reference="SAMPLE REGISTER/7")
    a_record(said("WILLOWGARTH,ULRICH", dob="1961-10-02"))
    (found, *_) = find(**asked)
    assert found.person == person_of(wanted)
    assert found.weighing.steps


def test_each_person_stands_once_with_the_record_that_fits_best() -> None:
    one, other = a_person("SAMPLEWELL,ADA"), a_person("SAMPLEWELL,ADELA")
    merged(one, other)
    (found,) = find(names=["SAMPLEWELL,ADA"], birth_dates=["1988-03-14"])
    assert (found.person, found.said["names"]) == (one, ["SAMPLEWELL,ADA"])


def test_no_name_and_no_readable_key_stands_in_the_database() -> None:
    a_record()
    tables = ("people_sourcerecord", "people_blockingindex", "people_person", "people_assignment", "events_event")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")
            assert not any("SAMPLEWELL" in row[0] or "1988-03-14" in row[0] for row in cursor.fetchall()), table


def test_equal_facts_have_equal_keys_and_others_have_none_in_common() -> None:
    same = [set(BlockingIndex.objects.get(record=a_record(reference=f"R/{at}")).keys) for at in range(2)]
    other = set(BlockingIndex.objects.get(record=a_record(said("WILLOWGARTH,ULRICH", dob="1961-10-02"))).keys)
    assert len(same[0] & same[1]) == len(same[0]) - 1  # all but the record's own number
    assert not same[0] & other


def test_a_search_needs_a_purpose_and_is_logged_without_its_words() -> None:
    person = a_person()
    with pytest.raises(PurposeMissing):
        find(purpose="curiosity", names=["SAMPLEWELL,ADA"])
    find(names=["SAMPLEWELL,ADA"])
    event = Event.objects.get(kind="person:searched")
    assert (event.purpose, event.data) == ("research", {"found": 1, "people": [str(person.pk)]})


def test_a_search_for_nothing_is_refused() -> None:
    with pytest.raises(PeopleRefused, match="Give a name"):
        find(names=[","])


def test_an_expunged_record_is_not_found_and_says_so_on_its_persons_page() -> None:
    record = a_record()
    keys.destroy_data_key(record.data_key, reason="expunged", at=AT)
    assert not find(names=["SAMPLEWELL,ADA"])
    (held,) = selectors.picture(person_of(record), reader=a_specialist(), at=AT).held
    assert (held.said, held.hidden) == (None, "expunged")


# -- who may look (S19, S23) -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", NEVER)
def test_nobody_else_opens_or_searches_people(role: Role) -> None:
    person, reader = a_person(), a_user(role)
    with pytest.raises(NotAllowed):
        reading.open_person(person.number, reader=reader, purpose="research", at=AT)
    with pytest.raises(NotAllowed):
        find(reader, names=["SAMPLEWELL,ADA"])
    assert not Event.objects.filter(kind__in=["person:read", "person:searched"]).exists()


def test_a_jail_never_reaches_a_person() -> None:
    person, jail = a_person(), identify.a_jail()
    with pytest.raises(NotAllowed):
        reading.open_person(person.number, reader=jail, purpose="research", at=AT)


def test_opening_a_person_is_logged_with_the_purpose() -> None:
    person, reader = a_person(), a_specialist()
    assert reading.open_person(person.number, reader=reader, purpose="linkage", at=AT) == person
    event = Event.objects.get(kind="person:read")
    assert (event.about_id, event.purpose, event.actor) == (str(person.pk), "linkage", f"user:{reader.username}")


@pytest.mark.parametrize("number", ["SC-PXXXXXXXXXX", "SC-P", "' OR 1=1"])
def test_a_number_that_nobody_has_is_not_found(number: str) -> None:
    with pytest.raises(NotFound):
        reading.open_person(number, reader=a_specialist(), purpose="linkage", at=AT)


@pytest.mark.parametrize("protected_class", ["VAWA", "UNKNOWN", None])
@pytest.mark.parametrize("role", OTHERS)
def test_a_protected_record_is_withheld_from_those_not_entitled(role: Role, protected_class: str | None) -> None:
    subject = identify.an_immigration_subject(protected_class=protected_class)
    record = registration.register_subject(subject, at=AT, actor="system:test")
    reader = a_user(role)
    assert not find(reader, "oversight", names=["SAMPLEHIDDEN,VIOLETTA"])
    picture = selectors.picture(person_of(record), reader=reader, at=AT)
    assert (picture.withheld, picture.name, picture.claims) == (True, "", [])
    assert not any(event.kind.startswith(("register:", "immigration:")) for event in picture.events)


@pytest.mark.parametrize("role", ENTITLED)
def test_the_support_centre_and_counsel_see_a_protected_persons_record(role: Role) -> None:
    subject = identify.an_immigration_subject(protected_class="VAWA")
    record = registration.register_subject(subject, at=AT, actor="system:test")
    assert find(a_user(role), names=["SAMPLEHIDDEN,VIOLETTA"])[0].record == record


def test_a_record_that_is_not_protected_is_shown_to_all_who_may_look() -> None:
    registration.register_subject(identify.an_immigration_subject(), at=AT, actor="system:test")
    assert find(a_user(Role.AUDITOR), "oversight", names=["SAMPLEHIDDEN,VIOLETTA"])


# -- claims ------------------------------------------------------------------------------------------------------------


def test_claims_stand_side_by_side_each_with_its_sources() -> None:
    one = person_of(a_record(said("SAMPLEWELL,ADA"), reference="R/1"))
    merged(one, person_of(a_record(said("SAMPLEWELL,ADA", "SYNTHFORD,ADA", dob="1987-03-14"), reference="R/2")))
    claims = selectors.picture(one, reader=a_specialist(), at=AT).claims
    dates = {
        claim.value: [record.reference for record in claim.sources] for claim in claims if claim.title == "Birth date"
    }
    assert dates == {"1988-03-14": ["R/1"], "1987-03-14": ["R/2"]}
    names = {claim.value: len(claim.sources) for claim in claims if claim.title == "Name"}
    assert names == {"SAMPLEWELL,ADA": 2, "SYNTHFORD,ADA": 1}


# -- records to look at ------------------------------------------------------------------------------------------------


def a_review() -> Review:
    a_record(said("SAMPLEWELL,ADA MARIA"))
    (review,) = looking.open_reviews(a_record(said("SAMPLEWELL,ADA MARIA")), at=AT)
    return review


def test_a_weight_puts_records_on_a_list_and_joins_nothing() -> None:
    review = a_review()
    assert len(set(whose().values())) == 2
    assert review.opinion == ""
    assert looking.open_reviews(review.second, at=AT) == [review]  # a pair stands there once


def test_what_does_not_resemble_is_not_put_there() -> None:
    a_record(said("WILLOWGARTH,ULRICH", dob="1961-10-02"))
    assert looking.open_reviews(a_record(), at=AT) == []


def test_same_proposes_a_merge_that_waits_for_a_supervisor() -> None:
    review = reviews.decide_review(
        review_id=a_review().pk, opinion=Opinion.SAME, rationale="One file number.", by=a_specialist(), at=AT
    )
    assert len(set(whose().values())) == 2
    assert review.change is not None
    approve(review.change)
    assert len(set(whose().values())) == 1


def test_different_keeps_the_two_apart_for_good() -> None:
    review = a_review()
    reviews.decide_review(
        review_id=review.pk, opinion=Opinion.DIFFERENT, rationale="Two people.", by=a_specialist(), at=AT
    )
    assert link_rules.rule_between([review.first], [review.second]) is not None
    assert looking.open_reviews(review.second, at=AT) == []


def test_a_pair_is_decided_once() -> None:
    review = a_review()
    unclear: dict[str, Any] = {"opinion": Opinion.UNDECIDED, "rationale": "Unclear.", "by": a_specialist(), "at": AT}
    reviews.decide_review(review_id=review.pk, **unclear)
    with pytest.raises(PeopleRefused, match="looked at already"):
        reviews.decide_review(review_id=review.pk, **unclear)


def test_twins_are_put_before_people_and_never_called_likely() -> None:
    a_record(said("SAMPLEWELL,ADA"))
    (review,) = looking.open_reviews(a_record(said("SAMPLEWELL,BRUNO")), at=AT)
    weighed = search.compare(review.first, review.second)
    assert weighed.twins
    assert weighed.word is not Word.LIKELY


# -- no score joins ----------------------------------------------------------------------------------------------------


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
    return names


def test_nothing_that_assigns_records_knows_a_weight() -> None:
    weighers = {"secure_communities.linkage.weighing", "secure_communities.linkage.model"}
    here = "secure_communities.identify.people"
    for path in PEOPLE.glob("*.py"):
        known = imports_of(path)
        if path.stem not in ("search", "looking"):
            assert not known & weighers, path.name
            assert f"{here}.search" not in known, path.name
        if path.stem in ("services", "moving", "prints", "link_rules", "registration", "reviews"):
            assert not any(one.startswith("secure_communities.linkage") for one in known), path.name
            assert f"{here}.looking" not in known, path.name
    others = (path for path in PEOPLE.parent.rglob("*.py") if PEOPLE not in path.parents)
    assert not [path.name for path in others if any("linkage" in one for one in imports_of(path))]
