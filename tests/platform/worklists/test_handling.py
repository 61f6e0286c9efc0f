# SPDX-License-Identifier: Apache-2.0
"""Colleagues on one item: notes, hand-over, calls to the supervisor."""

from __future__ import annotations

import pytest

from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.keys import services as keys
from secure_communities.platform.worklists import handling, rules, services
from secure_communities.platform.worklists.models import WorkNote
from tests.platform.builders import AT, a_user
from tests.platform.worklists.builders import a_specialist, a_supervisor, after, an_item, an_officer, key_of, told

pytestmark = pytest.mark.django_db


def test_a_note_is_sealed_read_by_colleagues_and_gone_with_the_persons_key() -> None:
    item, one, other = an_item(), a_specialist(), a_specialist()
    handling.add_note(item_id=item.pk, author=one, text="  Court file arrives tomorrow. ", at=AT)
    assert b"Court" not in bytes(WorkNote.objects.get().sealed)
    [note] = handling.read_notes(item, reader=other, at=AT)
    assert (note["text"], note["author"], note["kind"]) == ("Court file arrives tomorrow.", one, "note")
    with pytest.raises(NotAllowed):
        handling.read_notes(item, reader=a_user(), at=AT)
    with pytest.raises(NotAllowed):
        handling.add_note(item_id=item.pk, author=a_user(Role.AUDITOR), text="Seen.", at=AT)
    key = key_of(item)
    assert key is not None
    keys.destroy_data_key(key, reason="expunged", at=AT)
    assert [note["text"] for note in handling.read_notes(item, reader=other, at=AT)] == [None]


def test_a_note_on_ones_own_item_renews_the_hold() -> None:
    item, one = an_item(), a_specialist()
    services.claim(item_id=item.pk, user=one, at=AT)
    handling.add_note(item_id=item.pk, author=one, text="Asked the court.", at=after(25))
    item.refresh_from_db()
    assert (item.acted_at, item.lease_until) == (after(25), after(55))


@pytest.mark.parametrize("text", ["", "   ", "x" * (handling.LONGEST + 1)])
def test_an_empty_or_endless_note_is_refused(text: str) -> None:
    with pytest.raises(services.WorkRefused):
        handling.add_note(item_id=an_item().pk, author=a_specialist(), text=text, at=AT)


def test_where_people_conclude_alone_nothing_is_written_for_the_next_one() -> None:
    item, one = an_item(worklist="signing"), an_officer()
    with pytest.raises(services.WorkRefused, match="alone"):
        handling.add_note(item_id=item.pk, author=one, text="I think it is the same.", at=AT)
    handling.escalate(item_id=item.pk, by=one, reason="Prints are smudged.", at=AT)
    assert handling.read_notes(item, reader=an_officer(), at=AT) == []
    assert len(handling.read_notes(item, reader=one, at=AT)) == 1
    assert len(handling.read_notes(item, reader=a_supervisor(), at=AT)) == 1


def test_an_item_is_handed_over_with_a_note_and_stays_with_the_colleague_for_an_hour() -> None:
    item, one, other = an_item(), a_specialist(), a_specialist()
    services.claim(item_id=item.pk, user=one, at=AT)
    handling.hand_over(item_id=item.pk, giver=one, to=other, text="My shift ends.", at=after(5))
    item.refresh_from_db()
    assert (item.claimed_by, item.handed_by, item.lease_until) == (other, one, after(5) + rules.HANDED)
    with pytest.raises(services.NotHeld):
        services.renew(item_id=item.pk, user=one, at=after(6))
    with pytest.raises(services.ItemTaken):
        services.claim(item_id=item.pk, user=one, at=after(6))
    services.claim(item_id=item.pk, user=other, at=after(6))
    assert told(item) == ["work:claimed", "work:handed-over"]
    assert handling.read_notes(item, reader=other, at=AT)[0]["handed_to"] == other


def test_an_item_is_never_handed_to_somebody_who_may_not_take_it() -> None:
    item, one = an_item(), a_specialist()
    services.claim(item_id=item.pk, user=one, at=AT)
    for colleague in (a_user(), an_officer(), a_user(Role.AUDITOR)):
        with pytest.raises(NotAllowed, match="cannot take"):
            handling.hand_over(item_id=item.pk, giver=one, to=colleague, text="Please.", at=AT)
    drafter = an_officer()
    draft = an_item(2, worklist="signing", title=f"Sign the draft by {drafter.pk}")
    with pytest.raises(NotAllowed, match="another officer must sign"):
        handling.hand_over(item_id=draft.pk, giver=a_supervisor(), to=drafter, text="Please.", at=AT)
    gone = a_specialist()
    gone.is_active = False
    gone.save()
    with pytest.raises(NotAllowed):
        handling.hand_over(item_id=item.pk, giver=one, to=gone, text="Please.", at=AT)


def test_only_the_holder_or_a_supervisor_hands_over() -> None:
    item, one, other = an_item(), a_specialist(), a_specialist()
    services.claim(item_id=item.pk, user=one, at=AT)
    with pytest.raises(services.NotHeld):
        handling.hand_over(item_id=item.pk, giver=other, to=other, text="Mine now.", at=AT)
    with pytest.raises(services.NotHeld):
        handling.hand_over(item_id=item.pk, giver=one, to=other, text="Too late.", at=AT + services.LEASE)
    with pytest.raises(NotAllowed):
        handling.hand_over(item_id=item.pk, giver=a_user(Role.LEAD_EXAMINER), to=other, text="Please.", at=AT)
    handling.hand_over(item_id=item.pk, giver=a_supervisor(), to=other, text="One is ill.", at=after(1))
    assert services.claimed_by(item_id=item.pk) == other.pk
    with pytest.raises(services.WorkRefused, match="already"):
        handling.hand_over(item_id=item.pk, giver=other, to=other, text="To me.", at=after(2))


def test_a_hand_over_says_why() -> None:
    item, one = an_item(), a_specialist()
    services.claim(item_id=item.pk, user=one, at=AT)
    with pytest.raises(services.WorkRefused):
        handling.hand_over(item_id=item.pk, giver=one, to=a_specialist(), text=" ", at=AT)
    assert services.claimed_by(item_id=item.pk) == one.pk


def test_a_call_to_the_supervisor_stands_until_the_supervisor_answers() -> None:
    item, one, supervisor = an_item(), a_specialist(), a_supervisor()
    handling.escalate(item_id=item.pk, by=one, reason="Two registers contradict each other.", at=after(1))
    handling.escalate(item_id=item.pk, by=one, reason="Still.", at=after(9))
    item.refresh_from_db()
    assert (item.escalation, item.escalated_at) == (1, after(1))
    with pytest.raises(NotAllowed):
        handling.answer_escalation(item_id=item.pk, supervisor=one, text="Never mind.", at=after(10))
    handling.answer_escalation(item_id=item.pk, supervisor=supervisor, text="Ask the court.", at=after(10))
    item.refresh_from_db()
    assert (item.escalation, item.escalated_at) == (0, None)
    with pytest.raises(services.WorkRefused, match="answered"):
        handling.answer_escalation(item_id=item.pk, supervisor=supervisor, text="Again.", at=after(11))
    assert told(item) == ["work:escalated", "work:escalated", "work:escalation-answered"]
