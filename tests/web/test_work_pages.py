# SPDX-License-Identifier: Apache-2.0
"""The pages of work: what is mine and what comes next, the board, what is late, one item with its colleagues."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from secure_communities.platform import clock
from secure_communities.platform.access.roles import Role
from secure_communities.platform.events.models import Event
from secure_communities.platform.worklists import handling, services
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.platform.worklists.rules import FIRST
from tests.identify.builders import (
    AT,
    a_candidate_match,
    a_confirmed_match,
    a_draft,
    a_jail,
    a_specialist,
    an_examiner,
    an_officer,
    identify,
)
from tests.platform.builders import a_user
from tests.platform.ui.markup import find
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db


def a_supervisor() -> Any:
    return a_user(Role.SUPPORT_SUPERVISOR)


def a_research_item(**options: Any) -> WorkItem:
    query = a_confirmed_match(**options)
    return WorkItem.objects.get(worklist="research", about_id=str(query.pk), closed_at=None)


def more_items(number: int) -> None:
    """Other research work, of nothing that is ever opened here."""
    for count in range(number):
        services.open_item(
            worklist="research", about=("query", 10_000 + count), title=f"Research IAQ-MORE{count}", at=AT,
            order_reason="answer due first", correlation=f"SC-MORE{count}", due_at=AT + timedelta(minutes=count + 1),
        )  # fmt: skip


def hold(numbers: list[int], user: Any, *, at: datetime = AT, until: int = 30) -> None:
    """Write a hold on some of `more_items` by SQL: there is nothing that a claim could be asked about."""
    WorkItem.objects.filter(about_id__in=[str(10_000 + number) for number in numbers]).update(
        claimed_by=user, claimed_at=at, acted_at=at, lease_until=at + timedelta(minutes=until)
    )


def titles(html: str) -> list[str]:
    return [row.text for row in find(html, "tr") if "IAQ" in row.text]


def act(client: Client, item: WorkItem, name: str, **data: Any) -> Any:
    return client.post(f"/worklists/items/{item.pk}/{name}/", data, follow=True)


# -- my work --


def test_the_next_item_is_named_with_the_reason_and_one_press_takes_and_opens_it(desk: SignedIn) -> None:
    item = a_research_item()
    specialist = a_specialist()
    client = desk(specialist)
    html = client.get("/my-work/").content.decode()
    assert "Answer due first" in titles(html)[0] and "You hold nothing." in html
    answer = client.post("/worklists/next/")
    assert answer.headers["Location"] == f"/research/{item.about_id}/?purpose=research"
    item.refresh_from_db()
    assert item.claimed_by == specialist
    html = client.get("/my-work/").content.decode()
    assert "Nothing waits for you." in html and titles(html) and "until 16:00 UTC" in html


def test_an_officer_is_not_offered_the_own_draft(desk: SignedIn) -> None:
    both = a_user(Role.SUPPORT_SPECIALIST)
    query = a_confirmed_match()
    a_draft(query, author=both)
    officer = an_officer()
    assert titles(desk(officer).get("/my-work/").content.decode())
    item = WorkItem.objects.get(worklist="determination", closed_at=None)
    refused = act(desk(both), item, "take")
    assert refused.status_code == 403


def test_when_nothing_waits_that_is_said_and_nothing_taken(desk: SignedIn) -> None:
    answer = desk(a_specialist()).post("/worklists/next/", follow=True)
    assert "Nothing waits that you could take now." in answer.content.decode()


def test_who_holds_too_much_is_told_to_finish_something(desk: SignedIn) -> None:
    more_items(services.MOST_AT_ONCE + 1)
    specialist = a_specialist()
    hold(list(range(services.MOST_AT_ONCE)), specialist)
    answer = desk(specialist).post("/worklists/next/", follow=True)
    assert "give one back" in answer.content.decode()


def test_an_examiner_who_decided_is_not_offered_the_comparison_again(desk: SignedIn) -> None:
    compared, examiner = a_candidate_match(), an_examiner()
    item = WorkItem.objects.get(worklist="examination.immigration")
    client = desk(examiner)
    assert client.post("/worklists/next/").headers["Location"].startswith(f"/examination/{compared.pk}/")
    identify(compared, examiner)
    item.refresh_from_db()
    assert item.claimed_by is None
    assert "Nothing waits" in client.post("/worklists/next/", follow=True).content.decode()
    other = an_examiner()
    assert desk(other).post("/worklists/next/").headers["Location"].startswith(f"/examination/{compared.pk}/")


# -- the board --


def test_the_board_shows_place_reason_holder_clock_and_call(desk: SignedIn) -> None:
    item, specialist = a_research_item(), a_specialist()
    services.claim(item_id=item.pk, user=specialist, at=AT)
    handling.escalate(item_id=item.pk, by=specialist, reason="Two registers disagree.", at=AT)
    html = desk(a_supervisor()).get("/worklists/").content.decode()
    [row] = titles(html)
    for words in ("Answer due first", specialist.display_name, "until 16:00 UTC", "4 h", "Supervisor called"):
        assert words in row
    assert "Two registers disagree" not in html


def test_a_possible_citizen_stands_first_whatever_is_due(desk: SignedIn) -> None:
    more_items(3)
    services.reorder(
        worklist="research", about=("query", 10_002), order_class=FIRST, order_reason="born in the United States",
        actor="system:test", at=AT,
    )  # fmt: skip
    rows = titles(desk(a_supervisor()).get("/worklists/").content.decode())
    assert "IAQ-MORE2" in rows[0] and "First of all" in rows[0] and "born in the United States" in rows[0]
    assert "IAQ-MORE0" in rows[1]


def test_the_board_is_filtered_sorted_and_paged_by_its_address(desk: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    more_items(60)
    client = desk(a_supervisor())
    hold([0], a_specialist())
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(minutes=10, seconds=30))

    def listed(query: str) -> list[str]:
        html = client.get(f"/worklists/{query}").content.decode()
        return [one.attributes["href"].split("/")[2] for one in find(html, "a") if one.text.startswith("Research IAQ")]

    assert [int(one) - 10_000 for one in listed("")] == list(range(25))
    assert [int(one) - 10_000 for one in listed("?sort=-clock")] == list(range(59, 34, -1))
    assert len(listed("?state=late")) == 10 and len(listed("?state=held")) == 1
    assert listed("?state=mine") == [] and len(listed("?number=SC-MORE7")) == 1
    assert listed("?list=determination") == []
    assert listed("?list=nonsense&state=nonsense&sort=nonsense&after=nonsense")[0] == "10000"
    html = client.get("/worklists/").content.decode()
    following = [one.attributes["href"] for one in find(html, "a") if one.get("rel") == "next"]
    assert [int(one) - 10_000 for one in listed(following[0])] == list(range(25, 50))
    counts = {tile.text: tile.attributes["href"] for tile in find(html, "a") if "ui-tile" in tile.parent.classes}
    assert counts["10Late"] == "/worklists/?state=late"


def test_columns_say_how_they_are_sorted_and_filters_can_be_removed(desk: SignedIn) -> None:
    html = desk(a_supervisor()).get("/worklists/?sort=-clock&state=late").content.decode()
    sorted_by = {one.text: one.get("aria-sort") for one in find(html, "th") if one.get("aria-sort")}
    assert sorted_by == {"Due": "descending"}
    [chip] = find(html, "a", of_class="ui-chip")
    assert chip.attributes["href"] == "/worklists/?sort=-clock"


def test_examiners_see_their_lists_and_the_centre_sees_its_own(desk: SignedIn) -> None:
    a_research_item()
    waiting = a_candidate_match(jail=a_jail("ZZTX00303", participating=False), person=1).submission
    assert "IAQ" not in desk(an_examiner()).get("/worklists/").content.decode()
    assert waiting.control_number in desk(an_examiner()).get("/worklists/").content.decode()
    assert waiting.control_number not in desk(a_supervisor()).get("/worklists/").content.decode()


@pytest.mark.parametrize("role", [Role.BOOKING_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR, Role.TRANSPORT])
def test_who_works_on_no_list_sees_no_board_and_no_item(desk: SignedIn, role: Role) -> None:
    item = a_research_item()
    client = desk(a_user(role))
    for path in ("/worklists/", "/worklists/late/", f"/worklists/items/{item.pk}/"):
        assert client.get(path).status_code == 403
    for path in ("/worklists/next/", f"/worklists/items/{item.pk}/take/", f"/worklists/items/{item.pk}/beat/"):
        assert client.post(path).status_code == 403
    item.refresh_from_db()
    assert item.claimed_by is None


def test_an_item_of_another_trade_stays_closed(desk: SignedIn) -> None:
    item = a_research_item()
    client = desk(an_examiner())
    assert client.get(f"/worklists/items/{item.pk}/").status_code == 403
    assert act(client, item, "note", text="Hello.").status_code == 403
    assert act(client, item, "take").status_code == 403


# -- what is late --


def test_a_supervisor_sees_what_is_late_close_stuck_and_called_for(
    desk: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    more_items(100)
    specialist, supervisor = a_specialist(), a_supervisor()
    items = list(WorkItem.objects.order_by("due_at"))
    hold([90], specialist, until=100)
    WorkItem.objects.filter(pk=items[95].pk).update(escalation=2, escalated_at=AT)
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(minutes=60))
    html = desk(supervisor).get("/worklists/late/").content.decode()
    heads = [one.text for one in find(html, "h2")]
    assert heads == ["Calls to you 1", "Late 60", "Soon late 40", "Held, nothing done 1"] or heads[0].startswith(
        "Calls"
    )
    assert "no act for 1 h" in html and "level 2" in html
    assert "See all 60" in html
    assert desk(specialist).get("/worklists/late/").status_code == 403


def test_a_lead_examiner_supervises_comparisons_and_not_the_support_centre(desk: SignedIn) -> None:
    item = a_research_item()
    client = desk(a_user(Role.LEAD_EXAMINER))
    assert client.get("/worklists/late/").status_code == 200
    assert client.get(f"/worklists/items/{item.pk}/").status_code == 403


# -- one item --


def test_two_browsers_one_item_the_second_is_told_who_has_it(desk: SignedIn) -> None:
    item, one, other = a_research_item(), a_specialist(), a_specialist()
    first, second = desk(one), desk(other)
    assert "Take it" in second.get(f"/worklists/items/{item.pk}/").content.decode()
    act(first, item, "take")
    late = act(second, item, "take")
    assert late.status_code == 409 and "is with" in late.content.decode()
    assert "Take it" not in second.get(f"/worklists/items/{item.pk}/").content.decode()
    assert "Keep it" in first.get(f"/worklists/items/{item.pk}/").content.decode()


def test_a_beat_keeps_the_item_and_tells_whoever_lost_it(desk: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    item, one, other = a_research_item(), a_specialist(), a_specialist()
    client = desk(one)
    act(client, item, "take")
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(minutes=25))
    html = client.post(f"/worklists/items/{item.pk}/beat/").content.decode()
    assert "Yours until" in html and 'hx-trigger="every 60s"' in html
    item.refresh_from_db()
    assert item.lease_until == AT + timedelta(minutes=35)
    client.get("/my-work/")  # a person, not only a page, is there: the session stays open
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(minutes=36))
    services.claim(item_id=item.pk, user=other, at=AT + timedelta(minutes=36))
    html = client.post(f"/worklists/items/{item.pk}/beat/").content.decode()
    assert "not yours any more" in html and "hx-trigger" not in html
    item.refresh_from_db()
    assert item.claimed_by == other


def test_a_page_that_only_beats_keeps_no_session_open(desk: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    item, client = a_research_item(), desk(a_specialist())
    act(client, item, "take")
    for minutes in (10, 20, 29):
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: AT + timedelta(minutes=minutes))
        assert client.post(f"/worklists/items/{item.pk}/beat/").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(minutes=31))
    assert client.post(f"/worklists/items/{item.pk}/beat/").status_code == 302


def test_a_note_is_kept_shown_to_colleagues_and_its_reading_logged(desk: SignedIn) -> None:
    item, one, other = a_research_item(), a_specialist(), a_specialist()
    assert act(desk(one), item, "note", text="The court answers on Monday.").status_code == 200
    html = desk(other).get(f"/worklists/items/{item.pk}/").content.decode()
    assert "The court answers on Monday." in html
    assert Event.objects.filter(kind="work:read", actor=f"user:{other.username}").count() == 1
    empty = act(desk(one), item, "note", text=" ")
    assert empty.status_code == 422 and "need to know" in empty.content.decode()


def test_a_hand_over_on_the_page_asks_for_colleague_and_reason(desk: SignedIn) -> None:
    item, one, other = a_research_item(), a_specialist(), a_specialist()
    client = desk(one)
    assert "Hand it over" not in client.get(f"/worklists/items/{item.pk}/").content.decode()
    act(client, item, "take")
    html = client.get(f"/worklists/items/{item.pk}/").content.decode()
    assert other.username in html and an_officer().username not in html
    assert act(client, item, "hand-over", to="", text="").status_code == 422
    assert act(client, item, "hand-over", to=str(an_officer().pk), text="Please.").status_code == 422
    assert act(client, item, "hand-over", to=str(other.pk), text="My shift ends.").status_code == 200
    item.refresh_from_db()
    assert item.claimed_by == other
    refused = act(client, item, "hand-over", to=str(one.pk), text="Back to me.")
    assert refused.status_code == 409 and "do not hold" in refused.content.decode()


def test_a_call_and_its_answer(desk: SignedIn) -> None:
    item, one, supervisor = a_research_item(), a_specialist(), a_supervisor()
    act(desk(one), item, "escalate", text="Which birth date counts?")
    chief = desk(supervisor)
    assert "Which birth date counts?" in chief.get(f"/worklists/items/{item.pk}/").content.decode()
    assert act(desk(one), item, "answer", text="None.").status_code == 403
    answered = act(chief, item, "answer", text="Ask the benefits register.")
    assert "the call is closed" in answered.content.decode()
    assert act(chief, item, "answer", text="Again.").status_code == 409


def test_giving_back_frees_the_item_and_completed_work_offers_nothing(desk: SignedIn) -> None:
    item, one = a_research_item(), a_specialist()
    client = desk(one)
    act(client, item, "take")
    act(client, item, "keep")
    act(client, item, "give-back")
    item.refresh_from_db()
    assert item.claimed_by is None
    services.close_item(worklist="research", about=("query", item.about_id), reason="drafted", at=AT)
    html = client.get(f"/worklists/items/{item.pk}/").content.decode()
    assert "Completed: drafted" in html and not find(html, "textarea")
    assert act(client, item, "take").status_code == 409
    assert act(client, item, "note", text="Late thought.").status_code == 409


def test_the_board_costs_the_same_queries_however_long_it_is(desk: SignedIn) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get("/worklists/")
        return len(captured)

    client = desk(a_supervisor())
    more_items(2)
    client.get("/worklists/")
    few = queries()
    more_items(25)
    assert queries() == few


@pytest.mark.parametrize("path", ["/my-work/", "/worklists/", "/worklists/late/", "item"])
def test_nothing_is_inline_and_every_page_has_one_heading(desk: SignedIn, path: str) -> None:
    item = a_research_item()
    html = desk(a_supervisor()).get(f"/worklists/items/{item.pk}/" if path == "item" else path).content.decode()
    assert len(find(html, "h1")) == 1
    assert not find(html, "style") and not any(one.get("style") for one in find(html, "div"))
    assert all(one.get("src") for one in find(html, "script"))
