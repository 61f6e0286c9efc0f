# SPDX-License-Identifier: Apache-2.0
"""Humans merge and split, one proposing and another approving, and take back what was wrong.

Nothing here reads a weight. A must-not-link rule beats every proposal.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from secure_communities.identify.people import link_rules, moving, registration, states
from secure_communities.identify.people.models import Assignment, Change, Person
from secure_communities.identify.people.registration import PeopleRefused
from secure_communities.identify.people.states import Proposal, Step
from secure_communities.identify.people.vocabulary import Basis, ChangeKind, RuleKind
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.events import services as events
from secure_communities.platform.worklists import services as worklists

CHANGES = "people.change"  # proposed changes that wait for a supervisor


def propose_merge(*, person: Person, other: Person, rationale: str, by: Any, at: datetime) -> Change:
    """Propose that the records of `other` are `person`'s. Nothing moves until a supervisor approves."""
    return _propose(ChangeKind.MERGE, person, rationale=rationale, by=by, at=at, other=other)


def propose_split(*, person: Person, records: Collection[int], rationale: str, by: Any, at: datetime) -> Change:
    """Propose that these of a person's records (by id, with their other versions) are somebody else's."""
    return _propose(ChangeKind.SPLIT, person, rationale=rationale, by=by, at=at, records=sorted(set(records)))


def propose_undo(*, change: Change, rationale: str, by: Any, at: datetime) -> Change:
    """Propose to take back an approved merge or split."""
    if change.kind == ChangeKind.UNDO:
        raise PeopleRefused("An undoing is not undone: propose the merge or the split anew.")
    return _propose(ChangeKind.UNDO, change.person, rationale=rationale, by=by, at=at, undoes=change)


@transaction.atomic
def _propose(kind: ChangeKind, person: Person, *, rationale: str, by: Any, at: datetime, **parts: Any) -> Change:
    access.require(by, Permission.PERSON_LINK, at=at)
    change = Change(
        kind=kind, person=person, proposed_by=by, proposed_at=at, rationale=moving.stated(rationale), **parts
    )
    _refuse_impossible(change)
    open_ones = Change.objects.filter(state=Proposal.OPEN, kind=kind, person=person)
    if any((one.other_id, one.records, one.undoes_id) == (change.other_id, change.records, change.undoes_id)
           for one in open_ones):  # fmt: skip
        raise PeopleRefused("The same change is proposed already and waits for a supervisor.")
    change.save()
    worklists.open_item(
        worklist=CHANGES, about=("change", change.pk), title=f"{kind.value.capitalize()} of {person.number}",
        order_reason="oldest first", correlation=person.number, at=at,
    )  # fmt: skip
    _note("person:change-proposed", change, by=by, at=at)
    return change


@transaction.atomic
def approve(*, change_id: int, by: Any, reason: str, at: datetime) -> Change:
    """A supervisor, never the proposer, approves: the records move, in the same transaction.

    Raises access.NotAllowed; PeopleRefused where the change is not possible any more, with the rule that forbids it.
    """
    change = _decide(change_id, Step.APPROVE, by=by, reason=reason, at=at)
    _refuse_impossible(change)
    carry_out = {ChangeKind.MERGE: _merge, ChangeKind.SPLIT: _split, ChangeKind.UNDO: _undo}[ChangeKind(change.kind)]
    carry_out(change, by=by, at=at)
    return change


@transaction.atomic
def refuse(*, change_id: int, by: Any, reason: str, at: datetime) -> Change:
    """A supervisor refuses a proposed change, with the reason."""
    change = _decide(change_id, Step.REFUSE, by=by, reason=reason, at=at)
    _note("person:change-refused", change, by=by, at=at)
    return change


@transaction.atomic
def withdraw(*, change_id: int, by: Any, reason: str, at: datetime) -> Change:
    """The proposer takes the proposal back."""
    change = Change.objects.select_for_update().get(pk=change_id)
    if change.proposed_by_id != by.pk:
        raise PeopleRefused("Only who proposed a change withdraws it; a supervisor refuses it.")
    _step(change, Step.WITHDRAW, by=by, reason=reason, at=at)
    _note("person:change-withdrawn", change, by=by, at=at)
    return change


def _decide(change_id: int, step: Step, *, by: Any, reason: str, at: datetime) -> Change:
    change = Change.objects.select_for_update(of=("self",)).select_related("undoes").get(pk=change_id)
    access.require(by, Permission.PERSON_LINK_APPROVE, change, at=at)
    _step(change, step, by=by, reason=reason, at=at)
    return change


def _step(change: Change, step: Step, *, by: Any, reason: str, at: datetime) -> None:
    try:
        change.state = states.after(change.state, step)
    except states.ForbiddenStep as error:
        raise PeopleRefused(str(error)) from error
    change.decided_by, change.decided_at, change.decision_reason = by, at, moving.stated(reason)
    change.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
    worklists.close_item(worklist=CHANGES, about=("change", change.pk), reason=change.state, at=at)


def _refuse_impossible(change: Change) -> None:
    """Raise PeopleRefused where a change cannot be carried out as things stand. Locks the people concerned."""
    if change.kind == ChangeKind.UNDO:
        if change.undoes is None or change.undoes.state != Proposal.APPROVED:
            raise PeopleRefused("Only an approved merge or split is undone, and only once.")
        return
    people = moving.lock([one for one in (change.person, change.other) if one is not None])
    for one in people:
        if one.merged_into is not None:
            raise PeopleRefused(f"{one.number} was merged into {one.merged_into.number}: open that record.")
    if change.other is not None:
        if change.other_id == change.person_id:
            raise PeopleRefused("A person cannot be merged with the same person.")
        if rule := link_rules.rule_between(moving.records_of(change.person), moving.records_of(change.other)):
            raise PeopleRefused(
                f"{link_rules.describe(rule)} keeps these records apart: "
                "it must be withdrawn before the two are merged."
            )
        return
    mine = moving.records_of(change.person)
    picked = moving.with_versions(change.records, mine)
    left = [one for one in mine if one not in picked]
    if not picked or {one.pk for one in picked}.isdisjoint(change.records) or not left:
        raise PeopleRefused("Pick some of this person's records, and not all of them.")
    if strangers := set(change.records) - {one.pk for one in mine}:
        raise PeopleRefused(f"{len(strangers)} of the picked records are not this person's any more.")
    if rule := link_rules.rule_between(picked, left, kind=RuleKind.MUST_LINK):
        raise PeopleRefused(
            f"{link_rules.describe(rule)} holds these records together: it must be withdrawn before the split."
        )


def _merge(change: Change, *, by: Any, at: datetime) -> None:
    if change.other is None:
        raise PeopleRefused("A merge names two people.")
    moving.move(
        moving.records_of(change.other), to=change.person, basis=Basis.MERGE, by=by, reason=_short(change.rationale),
        at=at, change=change,
    )  # fmt: skip
    moving.close(change.other, into=change.person)
    _note("person:merged", change, by=by, at=at)


def _split(change: Change, *, by: Any, at: datetime) -> None:
    mine = moving.records_of(change.person)
    picked = moving.with_versions(change.records, mine)
    fresh = Person.objects.create(number=registration.new_number(), created_at=at)
    moving.move(picked, to=fresh, basis=Basis.SPLIT, by=by, reason=_short(change.rationale), at=at, change=change)
    link_rules.keep_apart(picked, [one for one in mine if one not in picked], change=change, by=by, at=at)
    _note("person:split", change, by=by, at=at, split_off=str(fresh.pk))


def _undo(change: Change, *, by: Any, at: datetime) -> None:
    """Each record that the change moved, and stands where it put it, goes back to whom it came from."""
    undone = change.undoes
    if undone is None:
        raise PeopleRefused("An undoing names what it undoes.")
    placed = list(undone.assignments.filter(ends_at=None).select_related("record", "person"))
    origins = {one.record_id: _before(one) for one in placed}
    here = list({one.person for one in placed})
    people = {one.pk: one for one in moving.lock([*here, *origins.values()])}
    for rule in undone.rules.filter(withdrawn_at=None):
        link_rules.end_rule(rule, by=by, reason=f"Change {undone.pk} was undone", at=at)
    for origin in {one.pk for one in origins.values()}:
        back = people[origin]
        if back.merged_into_id is not None and undone.kind == ChangeKind.MERGE:
            Person.objects.filter(pk=origin).update(merged_into=None)
        mine = [one.record for one in placed if origins[one.record_id].pk == origin]
        going = [
            version
            for where in here
            for version in moving.with_versions([one.pk for one in mine], moving.records_of(where))
        ]
        if undone.kind == ChangeKind.SPLIT and (apart := link_rules.rule_between(going, moving.records_of(back))):
            raise PeopleRefused(f"{link_rules.describe(apart)} keeps these records apart: withdraw it first.")
        moving.move(going, to=back, basis=Basis.UNDO, by=by, reason=_short(change.rationale), at=at, change=change)
        if undone.kind == ChangeKind.MERGE:
            staying = [one for where in here for one in moving.records_of(where)]
            link_rules.keep_apart(going, staying, change=change, by=by, at=at)
    for person in here:
        if undone.kind == ChangeKind.SPLIT and not moving.records_of(person):
            moving.close(person, into=undone.person)
    undone.state = states.after(undone.state, Step.UNDO)
    undone.save(update_fields=["state"])
    _note("person:undone", change, by=by, at=at, undone=undone.pk)


def _before(assignment: Assignment) -> Person:
    """Whose the record was before."""
    earlier = (
        Assignment.objects.filter(record=assignment.record_id, pk__lt=assignment.pk)
        .select_related("person")
        .order_by("-pk")[0]
    )
    return earlier.person


def _note(kind: str, change: Change, *, by: Any, at: datetime, **data: Any) -> None:
    for person in {change.person_id, change.other_id} - {None}:
        events.append(
            kind=kind,
            actor=by,
            about=("person", person),
            at=at,
            data={"change": change.pk, "kind": change.kind, "summary": f"change {change.pk}", **data},
        )


def _short(words: str) -> str:
    return words[:200]
