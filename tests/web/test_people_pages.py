# SPDX-License-Identifier: Apache-2.0
"""The people pages: a reason first, then a search with reasons, a person with sources, changes decided by another."""

from __future__ import annotations

from typing import Any

import pytest

from secure_communities.identify.people import looking, prints, services
from secure_communities.identify.people.models import Change
from secure_communities.platform.access.roles import Role
from secure_communities.platform.events.models import Event
from tests.identify.builders import AT, a_confirmed_match, an_immigration_subject
from tests.identify.people.builders import (
    a_person,
    a_record,
    a_specialist,
    a_supervisor,
    merged,
    person_of,
    records_of,
    said,
    whose,
)
from tests.platform.builders import a_user
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db

SEARCH = {"purpose": "research", "name": "SAMPLEWELL,ADA", "born": "1988-03-14"}


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_search_lists_people_with_the_word_and_the_reasons(desk: SignedIn) -> None:
    person = a_person()
    page = text(desk(a_specialist()).post("/people/", SEARCH))
    assert person.number in page
    assert "likely the same" in page
    assert "What speaks for and against, step by step" in page
    assert "the same" in page


def test_the_search_needs_a_reason_and_something_to_search_for(desk: SignedIn) -> None:
    client = desk(a_specialist())
    assert "Choose why you look." in text(client.post("/people/", {"name": "SAMPLEWELL,ADA"}))
    answer = client.post("/people/", {"purpose": "research"})
    assert answer.status_code == 422
    assert "Give a name, a birth date or a number." in text(answer)


@pytest.mark.parametrize("role", [Role.BOOKING_OFFICER, Role.STATE_BUREAU, Role.EXAMINER, Role.LEAD_EXAMINER])
def test_jails_and_examiners_do_not_come_in(desk: SignedIn, role: Role) -> None:
    client, person = desk(a_user(role)), a_person()
    for path in ("/people/", f"/people/{person.number}/?purpose=research", "/people/links/"):
        assert client.get(path).status_code == 403
    assert not Event.objects.filter(kind="person:read").exists()


def test_a_person_opens_after_a_reason_and_the_reading_is_logged(desk: SignedIn) -> None:
    client, person = desk(a_specialist()), a_person()
    asked = client.get(f"/people/{person.number}/")
    assert "To research a status query" in text(asked)
    assert not Event.objects.filter(kind="person:read").exists()
    page = text(client.get(f"/people/{person.number}/?purpose=research"))
    assert "SAMPLEWELL,ADA" in page
    assert "First record of its source" in page
    assert Event.objects.filter(kind="person:read", purpose="research").count() == 1


def test_a_reason_of_another_role_is_refused(desk: SignedIn) -> None:
    person = a_person()
    assert desk(a_specialist()).get(f"/people/{person.number}/?purpose=oversight").status_code == 422


def test_the_timeline_is_merged_and_filtered_by_what_it_is_about(desk: SignedIn) -> None:
    one, other = a_person(), a_person()
    merged(one, other)
    client = desk(a_specialist())
    page = text(client.get(f"/people/{one.number}/?purpose=research"))
    assert "records merged" in page
    assert page.count("Source record registered") == 2
    assert "about=person" in page


def test_a_protected_record_is_withheld_on_the_page(desk: SignedIn) -> None:
    from secure_communities.identify.people import registration

    record = registration.register_subject(an_immigration_subject(protected_class="U_VISA"), at=AT, actor="system:test")
    path = f"/people/{person_of(record).number}/?purpose="
    page = text(desk(a_user(Role.FIELD_OFFICER)).get(f"{path}referral"))
    assert "A record is withheld" in page
    assert "VIOLETTA" not in page
    assert "VIOLETTA" in text(desk(a_specialist()).get(f"{path}research"))


def test_a_query_leads_to_the_persons_records_once_prints_joined_them(desk: SignedIn) -> None:
    query = a_confirmed_match()
    client, path = desk(a_specialist()), f"/research/{query.pk}/?purpose=research"
    assert "Open the person’s records" not in text(client.get(path))
    person = prints.link_confirmed(submission=query.submission, subject=query.subject, at=AT)
    assert person is not None
    assert f"/people/{person.number}/?purpose=research" in text(client.get(path))


def test_a_merge_is_checked_proposed_and_decided_by_another(desk: SignedIn) -> None:
    one, other = a_person(), a_person()
    client, path = desk(a_specialist()), f"/people/{one.number}/propose/?purpose=research"
    form = {"kind": "MERGE", "other": other.number, "rationale": "One file number."}
    assert "Check before you propose" in text(client.post(path, form))
    assert not Change.objects.exists()
    assert client.post(path, form | {"checked": "yes"}).status_code == 302
    change = Change.objects.get()
    decide = f"/people/links/changes/{change.pk}/"
    assert "Only a support-centre supervisor decides" in text(client.get(decide))
    client.post(decide, {"decision": "approve", "reason": "I agree."})
    assert len(set(whose().values())) == 2
    supervisor = desk(a_supervisor())
    assert change.person.number in text(supervisor.get("/people/links/"))
    assert supervisor.post(decide, {"decision": "approve", "reason": "I agree."}).status_code == 302
    assert set(whose().values()) == {one.number}
    assert "This person was merged" in text(client.get(f"/people/{other.number}/?purpose=research"))


def test_a_split_names_records_and_says_why_it_is_not_available(desk: SignedIn) -> None:
    one = a_person()
    client, here = desk(a_specialist()), f"/people/{one.number}/"
    assert "nothing can be split from it" in text(client.get(f"{here}?purpose=research"))
    merged(one, a_person())
    (_, moved) = sorted(records_of(one))
    form = {"kind": "SPLIT", "rationale": "Two birth certificates."}
    missing = client.post(f"{here}propose/?purpose=research", form)
    assert missing.status_code == 422
    assert "Pick the records that are somebody else’s" in text(missing).replace("&#x27;", "’")
    client.post(f"{here}propose/?purpose=research", form | {"records": [str(moved)], "checked": "yes"})
    assert Change.objects.get(kind="SPLIT").records == [moved]


def test_a_refusal_of_a_rule_is_shown_with_the_rule(desk: SignedIn) -> None:
    one, other = a_person(), a_person()
    change = merged(one, other)
    services.approve(
        change_id=services.propose_undo(change=change, rationale="Wrong.", by=a_specialist(), at=AT).pk,
        by=a_supervisor(), reason="Yes.", at=AT,
    )  # fmt: skip
    form = {"kind": "MERGE", "other": other.number, "rationale": "Again.", "checked": "yes"}
    answer = desk(a_specialist()).post(f"/people/{one.number}/propose/?purpose=research", form)
    assert answer.status_code == 409
    assert "keeps these records apart" in text(answer)


def test_an_approved_change_can_be_proposed_to_be_taken_back(desk: SignedIn) -> None:
    change = merged(a_person(), a_person())
    client = desk(a_specialist())
    assert "Take it back" in text(client.get(f"/people/links/changes/{change.pk}/"))
    assert client.post(f"/people/links/changes/{change.pk}/undo/", {"reason": "It was wrong."}).status_code == 302
    assert Change.objects.get(kind="UNDO").undoes == change


def test_the_weight_shows_only_after_the_opinion(desk: SignedIn) -> None:
    a_record(said("SAMPLEWELL,ADA MARIA"))
    (review,) = looking.open_reviews(a_record(said("SAMPLEWELL,ADA MARIA")), at=AT)
    client, path = desk(a_specialist()), f"/people/links/pairs/{review.pk}/"
    blind = text(client.get(path))
    assert "likely the same" not in blind
    assert f"{review.weight:.1f}" not in blind
    assert client.post(path, {"opinion": "SAME"}).status_code == 422
    client.post(path, {"opinion": "UNDECIDED", "rationale": "The photographs are missing."})
    assert "likely the same" in text(client.get(path))
    assert Event.objects.filter(kind="person:read", purpose="linkage").exists()
