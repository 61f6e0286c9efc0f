# SPDX-License-Identifier: Apache-2.0
"""Link rules as data: which records must, and which must not, be one person's; who says so, and who withdraws it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import product
from typing import Any

from django.db import transaction
from django.db.models import Q

from secure_communities.identify.people import moving, registration
from secure_communities.identify.people.models import Change, LinkRule, SourceRecord
from secure_communities.identify.people.registration import PeopleRefused
from secure_communities.identify.people.vocabulary import RuleKind
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.events import services as events


def must_link(*, first: SourceRecord, second: SourceRecord, rationale: str, by: Any, at: datetime) -> LinkRule:
    """Two records of one person that no split may part. Where they are two people's, propose a merge first."""
    return _set_rule(RuleKind.MUST_LINK, first, second, rationale=rationale, by=by, at=at)


def must_not_link(*, first: SourceRecord, second: SourceRecord, rationale: str, by: Any, at: datetime) -> LinkRule:
    """Two records that are never one person's, whatever else says so. Where they are, propose a split first."""
    return _set_rule(RuleKind.MUST_NOT_LINK, first, second, rationale=rationale, by=by, at=at)


@transaction.atomic
def _set_rule(
    kind: RuleKind, first: SourceRecord, second: SourceRecord, *, rationale: str, by: Any, at: datetime
) -> LinkRule:
    access.require(by, Permission.PERSON_LINK, at=at)
    if first.pk == second.pk:
        raise PeopleRefused("A rule speaks of two records.")
    people = moving.lock(registration.people_of([first, second]).values())
    if (len(people) == 1) != (kind is RuleKind.MUST_LINK):
        raise PeopleRefused(
            "These records are two people's: propose a merge first."
            if kind is RuleKind.MUST_LINK
            else "These records are one person's: propose a split first, which keeps them apart."
        )
    if standing := rule_between([first], [second], kind=None):
        raise PeopleRefused(f"{describe(standing)} speaks of these two records already.")
    rule = _new_rule(kind, first, second, rationale=moving.stated(rationale), by=by, at=at)
    for person in people:
        events.append(
            kind="person:rule-set", actor=by, about=("person", person.pk), at=at, data={"rule": rule.pk, "kind": kind}
        )
    return rule


@transaction.atomic
def withdraw_rule(*, rule_id: int, by: Any, reason: str, at: datetime) -> LinkRule:
    """A supervisor, not the rule's author, withdraws a rule. It stays on record."""
    rule = LinkRule.objects.select_for_update().get(pk=rule_id)
    access.require(by, Permission.PERSON_LINK_APPROVE, rule, at=at)
    if rule.withdrawn_at is not None:
        raise PeopleRefused("This rule was withdrawn already.")
    end_rule(rule, by=by, reason=moving.stated(reason), at=at)
    return rule


def describe(rule: LinkRule) -> str:
    """A rule as a refusal names it."""
    return f"Rule {rule.pk} ({rule.get_kind_display().lower()}, set by {rule.set_by} on {rule.set_at:%Y-%m-%d})"


def _new_rule(
    kind: RuleKind, first: SourceRecord, second: SourceRecord, *, rationale: str, by: Any, at: datetime,
    change: Change | None = None,
) -> LinkRule:  # fmt: skip
    low, high = sorted((first, second), key=lambda one: one.pk)
    return LinkRule.objects.create(
        kind=kind, first=low, second=high, rationale=rationale, set_by=by, set_at=at, change=change
    )


def end_rule(rule: LinkRule, *, by: Any, reason: str, at: datetime) -> None:
    """Write a rule's withdrawal, with an event for each person concerned."""
    rule.withdrawn_by, rule.withdrawn_at, rule.withdrawn_reason = by, at, reason
    rule.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    for person in registration.people_of([rule.first, rule.second]).values():
        events.append(
            kind="person:rule-withdrawn", actor=by, about=("person", person.pk), at=at, data={"rule": rule.pk}
        )


def keep_apart(
    these: Sequence[SourceRecord], those: Sequence[SourceRecord], *, change: Change, by: Any, at: datetime
) -> None:
    """A must-not-link rule for every pair that no rule speaks of yet, part of an approved change."""
    for one, other in product(these, those):
        if rule_between([one], [other]) is None:
            _new_rule(
                RuleKind.MUST_NOT_LINK, one, other, rationale=change.rationale, by=by, at=at, change=change
            )  # fmt: skip


def rule_between(
    these: Iterable[SourceRecord], those: Iterable[SourceRecord], *, kind: RuleKind | None = RuleKind.MUST_NOT_LINK
) -> LinkRule | None:
    """A rule in force between one of these and one of those; `kind` None: of either kind."""
    left, right = [one.pk for one in these], [one.pk for one in those]
    rules = LinkRule.objects.filter(withdrawn_at=None).select_related("set_by")
    if kind is not None:
        rules = rules.filter(kind=kind)
    return rules.filter(Q(first__in=left, second__in=right) | Q(first__in=right, second__in=left)).first()
