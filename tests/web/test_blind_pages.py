# SPDX-License-Identifier: Apache-2.0
"""Attacks on the blind look: whatever the second examiner can open reads alike whether or not a first has decided."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from secure_communities.identify.examination.models import Candidate, Examination
from secure_communities.identify.examination.rules import Verdict
from secure_communities.platform.access.roles import Role
from secure_communities.platform.accounts.models import User
from secure_communities.platform.worklists import services as worklists
from secure_communities.platform.worklists.errors import ItemTaken
from secure_communities.platform.worklists.models import WorkItem
from tests.identify import builders as a
from tests.platform.builders import a_user
from tests.platform.ui.markup import find
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db
# What changes from one rendering to the next whatever happened: form tokens, passes of images, serial ids.
PASSING = re.compile(r'value="[A-Za-z0-9]{64}"|view=[\w:%.-]+|marks-\d+|message-\d+')


def work_on(compared: Examination) -> WorkItem:
    return WorkItem.objects.get(about_type="examination", about_id=str(compared.pk))


def seen(client: Client, compared: Examination) -> dict[str, str]:
    """Everything an examiner has a way to."""
    number = compared.submission.control_number
    addresses = [
        "/my-work/", "/examination/", f"/examination/{compared.pk}/?purpose=examination", "/submissions/",
        f"/submissions/{number}/?purpose=examination", "/api/v1/examinations", "/examination/statistics/",
        f"/examination/{compared.pk}/scores/", f"/examination/{compared.pk}/done/",
        f"/api/v1/examinations/{compared.pk}/scores", f"/api/v1/examinations/{compared.pk}/opinions",
        "/worklists/", "/worklists/late/", f"/worklists/items/{work_on(compared).pk}/",
    ]  # fmt: skip
    return {address: PASSING.sub("", client.get(address).content.decode()) for address in addresses}


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("role", [Role.EXAMINER, Role.LEAD_EXAMINER])
def test_the_second_examiner_finds_no_trace_of_the_first(desk: SignedIn, verdict: Verdict, role: Role) -> None:
    compared, first, second = a.a_candidate_match(), a.an_examiner(), a_user(role)
    before = seen(desk(second), compared)
    candidate = compared.candidates.get().pk if verdict is Verdict.IDENTIFICATION else None
    worklists.claim(item_id=work_on(compared).pk, user=first, at=a.AT)
    a.conclude(compared, first, verdict, candidate, "A first opinion, in words.")
    after = seen(desk(second), compared)
    for address, html in after.items():
        assert html == before[address], address
        assert "A first opinion" not in html


def test_while_somebody_holds_a_comparison_nobody_reads_who_it_is(desk: SignedIn) -> None:
    compared, first, second = a.a_candidate_match(), a.an_examiner(), a.an_examiner()
    User.objects.filter(pk=first.pk).update(display_name="Somebody Named")
    item = work_on(compared)
    worklists.claim(item_id=item.pk, user=first, at=a.AT)
    with pytest.raises(ItemTaken, match="with a colleague"):
        worklists.claim(item_id=item.pk, user=second, at=a.AT)
    for address, html in seen(desk(second), compared).items():
        assert "Somebody Named" not in html and first.username not in html, address


def test_an_examiner_with_a_second_role_is_not_told_by_that_role(desk: SignedIn) -> None:
    compared, first = a.a_candidate_match(), a.an_examiner()
    both = a_user(Role.EXAMINER, Role.SUPPORT_SUPERVISOR)
    address = f"/submissions/{compared.submission.control_number}/?purpose=research"
    before = PASSING.sub("", desk(both).get(address).content.decode())
    a.identify(compared, first)
    assert PASSING.sub("", desk(both).get(address).content.decode()) == before


def test_neither_page_nor_api_gives_rank_or_score_or_the_machines_order(desk: SignedIn) -> None:
    compared = a.a_candidate_match()
    for rank in range(2, 6):
        Candidate.objects.create(
            examination=compared, subject=a.an_immigration_subject(person=50 + rank), rank=rank, score=4711.0 + rank,
            finger_scores={"1": 0.8152}, contributions={"1": 31.415}, policy_version="test",
        )  # fmt: skip
    ranks = dict(compared.candidates.values_list("pk", "rank"))
    orders = []
    for _ in range(6):
        client = desk(a.an_examiner())
        [listed] = client.get("/api/v1/examinations").json()
        assert {frozenset(one) for one in listed["candidates"]} == {frozenset({"id", "letter", "number"})}
        orders.append([ranks[one["id"]] for one in listed["candidates"]])
        html = client.get(f"/examination/{compared.pk}/?purpose=examination").content.decode()
        for told in ("471", "8152", "31.4", "rank"):
            assert told not in find(html, "main")[0].text.lower()
        shown = [one.get("value") for one in find(html, "input") if (one.get("value") or "").startswith("identif")]
        assert [ranks[int(str(one).partition(":")[2])] for one in shown] == orders[-1]
    assert any(order != sorted(order) for order in orders) and len({tuple(order) for order in orders}) > 1


def lead_page(client: Client, compared: Examination) -> str:
    return client.get(f"/examination/{compared.pk}/?purpose=examination").content.decode()


def a_dispute() -> tuple[Examination, list[User]]:
    compared, people = a.a_candidate_match(), [a.an_examiner(), a.an_examiner()]
    a.conclude(compared, people[0], Verdict.IDENTIFICATION, compared.candidates.get().pk, "A whorl with a scar.")
    a.conclude(compared, people[1], Verdict.EXCLUSION, None, "No scar at all.")
    return compared, people


def test_a_lead_reads_the_others_after_the_own_look_and_never_their_names(desk: SignedIn) -> None:
    compared, people = a_dispute()
    client = desk(a_user(Role.LEAD_EXAMINER))
    blind = lead_page(client, compared)
    assert "A whorl with a scar." not in blind and "No scar at all." not in blind
    path = f"/examination/{compared.pk}/?purpose=examination"
    looked = client.post(path, {"verdict": "inconclusive", "rationale": "Too faint."})
    assert looked.status_code == 302 and looked.headers["Location"] == path
    told = lead_page(client, compared)
    for words in ("A whorl with a scar.", "No scar at all.", "Too faint.", "Identification: candidate A"):
        assert words in told
    assert not any(one.username in told or f"{one.pk}:" in told for one in people)
    other = lead_page(desk(a_user(Role.LEAD_EXAMINER)), compared)
    assert "A whorl with a scar." not in other and "Too faint." not in other
    done = client.post(path, {"verdict": "exclusion", "rationale": "The second is right."})
    assert done.headers["Location"].endswith("/done/")


@pytest.mark.parametrize("role", [Role.EXAMINER, Role.SUPPORT_SUPERVISOR, Role.AUDITOR])
def test_what_was_said_in_a_dispute_is_shown_to_nobody_else(desk: SignedIn, role: Role) -> None:
    compared, _ = a_dispute()
    client = desk(a_user(role))
    answers: list[Any] = [client.get(f"/api/v1/examinations/{compared.pk}/opinions")]
    assert answers[0].status_code == 403
    answers.append(client.get(f"/examination/{compared.pk}/?purpose=examination"))
    assert all("scar" not in one.content.decode() for one in answers)


def test_scores_are_opened_by_whoever_decided_and_by_nobody_before(desk: SignedIn) -> None:
    compared, examiner = a.a_candidate_match(), a.an_examiner()
    client = desk(examiner)
    assert client.get(f"/examination/{compared.pk}/scores/").status_code == 404
    assert client.get(f"/api/v1/examinations/{compared.pk}/scores").status_code == 409
    a.exclude(compared, examiner)
    html = client.get(f"/examination/{compared.pk}/scores/").content.decode()
    assert "Candidate A: rank 1" in html and "bans in all" in html
    assert client.get(f"/api/v1/examinations/{compared.pk}/scores").json()[0]["rank"] == 1


def test_pairs_of_one_finger_come_without_a_score_and_only_with_the_pass_of_the_open_page(desk: SignedIn) -> None:
    compared, client = a.a_candidate_match(), desk(a.an_examiner())
    html = lead_page(client, compared)
    [bench] = [one for one in find(html, "section") if one.get("data-pairs")]
    address = str(bench.get("data-pairs")).replace("/0/pairs/", "/2/pairs/")
    answer = client.get(address)
    assert set(answer.json()) == {"pairs", "lie"} and len(answer.json()["pairs"]) > 5
    assert set(answer.json()["lie"]) == {"turn", "across", "down"}
    assert desk(a.an_examiner()).get(address).status_code == 403  # somebody else's pass
    assert client.get(address.replace("/2/pairs/", "/11/pairs/")).status_code == 404
