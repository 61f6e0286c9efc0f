# SPDX-License-Identifier: Apache-2.0
"""Colleagues on one item: notes, hand-over to a named person, calling the supervisor, the supervisor's answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import NotAllowed, Refused
from secure_communities.platform.accounts.models import User
from secure_communities.platform.keys import services as keys
from secure_communities.platform.keys.models import DataKey
from secure_communities.platform.worklists import offers, registry, rules
from secure_communities.platform.worklists.errors import NotHeld, WorkRefused
from secure_communities.platform.worklists.models import WorkItem, WorkNote
from secure_communities.platform.worklists.services import locked, note_event
from secure_communities.platform.worklists.vocabulary import NoteKind

SEALED = "worklists.note"  # what the boxes of notes are bound to
LONGEST = 4_000
SUPERVISOR_LEVEL = 1


def supervises(user: Any, item: WorkItem, *, at: datetime) -> bool:
    """Whether this person supervises the list of the item, and the item is not another office's."""
    return offers.sees(user, item) and bool(
        access.may(user, Permission.WORK_SUPERVISE, registry.worklist(item.worklist), at=at)
    )


def _require_part(user: Any, item: WorkItem, *, at: datetime) -> None:
    """Only who works on the list, or supervises it, has a say on its items; on another office's, nobody."""
    listed = registry.worklist(item.worklist)
    if not offers.sees(user, item):
        raise NotAllowed(listed.permission, offers.OTHERS)
    answer = access.may(user, listed.permission, at=at)
    if isinstance(answer, Refused) and not supervises(user, item, at=at):
        raise NotAllowed(listed.permission, answer.why)


def _written(
    item: WorkItem, kind: NoteKind, text: str, *, author: Any, at: datetime, handed_to: Any = None
) -> tuple[str, DataKey | None]:
    """Keep a line sealed under the data key of whoever the work is about, and say under which."""
    text = text.strip()
    if not text:
        raise WorkRefused("Write what your colleagues need to know: an empty note helps nobody.")
    if len(text) > LONGEST:
        raise WorkRefused(f"A note has at most {LONGEST:,} characters; this one has {len(text):,}.")
    data_key = registry.worklist(item.worklist).data_key(item)
    if data_key is None:
        raise WorkRefused("Nothing can be written on this item: it names nobody under whose key it would be sealed.")
    WorkNote.objects.create(
        item=item, kind=kind, author=author, handed_to=handed_to, written_at=at, data_key=data_key,
        sealed=keys.seal(data_key, text.encode(), context=SEALED),
    )  # fmt: skip
    return text, data_key


@transaction.atomic
def add_note(*, item_id: int, author: Any, text: str, at: datetime) -> None:
    """Write a note on an item; on one's own it is an act and renews the hold.

    Raises NotAllowed, WorkRefused (an empty or overlong note, or a list whose people conclude alone).
    """
    item = locked(item_id)
    _require_part(author, item, at=at)
    if not registry.worklist(item.worklist).notes:
        raise WorkRefused("Examiners conclude alone (S1): nothing is written for the next one to read.")
    _written(item, NoteKind.NOTE, text, author=author, at=at)
    if item.claimed_by_id == author.pk and rules.is_held(lease_until=item.lease_until, at=at):
        item.acted_at = at
        item.lease_until = max(item.lease_until or at, at + rules.LEASE)
        item.save(update_fields=["acted_at", "lease_until"])
    note_event("work:noted", item, actor=author, at=at)


def read_notes(item: WorkItem, *, reader: Any, at: datetime) -> list[dict[str, Any]]:
    """The lines written on an item, oldest first: kind, author, handed_to, at, text (None once expunged).

    Raises NotAllowed for somebody without a part in the list. What was written on a list whose people conclude alone
    is read by its supervisor and its author only. The reading is logged.
    """
    _require_part(reader, item, at=at)
    shared = registry.worklist(item.worklist).notes or supervises(reader, item, at=at)
    found = list(item.notes.select_related("author", "handed_to", "data_key"))
    if found:
        note_event("work:read", item, actor=reader, at=at, data={"notes": len(found)})
    return [
        {"kind": NoteKind(one.kind), "author": one.author, "handed_to": one.handed_to, "at": one.written_at,
         "text": _text(one)}
        for one in found
        if shared or one.author_id == reader.pk
    ]  # fmt: skip


def _text(note: WorkNote) -> str | None:
    try:
        return keys.unseal(note.data_key, note.sealed, context=SEALED).decode()
    except keys.KeyDestroyed:
        return None


@transaction.atomic
def hand_over(*, item_id: int, giver: Any, to: User, text: str, at: datetime) -> WorkItem:
    """Give an item to a named colleague, with a note: by its holder, or by the supervisor whoever holds it.

    The colleague must be allowed to take the item. Raises NotAllowed, NotHeld, WorkRefused.
    """
    item = locked(item_id)
    listed = registry.worklist(item.worklist)
    own = item.claimed_by_id == giver.pk and rules.is_held(lease_until=item.lease_until, at=at)
    if not own and not supervises(giver, item, at=at):
        _require_part(giver, item, at=at)
        raise NotHeld(f"You do not hold “{item.title}”: only its holder or a supervisor hands it over.")
    if to.pk == item.claimed_by_id and rules.is_held(lease_until=item.lease_until, at=at):
        raise WorkRefused(f"“{item.title}” is with {to.display_name} already.")
    answer = offers.may_take(to, item, at=at)
    if isinstance(answer, Refused):
        raise NotAllowed(listed.permission, f"{to.display_name} cannot take “{item.title}”: {answer.why}")
    before = item.claimed_by_id
    _written(item, NoteKind.HAND_OVER, text, author=giver, at=at, handed_to=to)
    item.claimed_by, item.claimed_at, item.acted_at, item.handed_by = to, at, at, giver
    item.lease_until = at + rules.HANDED
    item.save(update_fields=["claimed_by", "claimed_at", "acted_at", "handed_by", "lease_until"])
    note_event("work:handed-over", item, actor=giver, at=at, data={"from": before, "to": to.pk})
    return item


@transaction.atomic
def escalate(*, item_id: int, by: Any, reason: str, at: datetime) -> None:
    """Call the supervisor of the list, with a reason. The item stays where it is. Raises NotAllowed, WorkRefused."""
    item = locked(item_id)
    _require_part(by, item, at=at)
    _written(item, NoteKind.ESCALATION, reason, author=by, at=at)
    raise_level(item, max(item.escalation, SUPERVISOR_LEVEL), actor=by, at=at, why="PERSON")


def raise_level(item: WorkItem, level: int, *, actor: Any, at: datetime, why: str) -> None:
    """Mark a locked item as escalated; the first call's time stays."""
    item.escalation, item.escalated_at = level, item.escalated_at or at
    item.save(update_fields=["escalation", "escalated_at"])
    note_event("work:escalated", item, actor=actor, at=at, data={"level": level}, reason=why)


@transaction.atomic
def answer_escalation(*, item_id: int, supervisor: Any, text: str, at: datetime) -> None:
    """The supervisor says what happens now; the call is answered. Raises NotAllowed, WorkRefused."""
    item = locked(item_id)
    access.require(supervisor, Permission.WORK_SUPERVISE, registry.worklist(item.worklist), at=at)
    _require_part(supervisor, item, at=at)
    if not item.escalation:
        raise WorkRefused(f"Nobody has called you about “{item.title}”, or the call was answered.")
    _written(item, NoteKind.ANSWER, text, author=supervisor, at=at)
    level, item.escalation, item.escalated_at = item.escalation, 0, None
    item.save(update_fields=["escalation", "escalated_at"])
    note_event("work:escalation-answered", item, actor=supervisor, at=at, data={"level": level})
