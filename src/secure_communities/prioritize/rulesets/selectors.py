# SPDX-License-Identifier: Apache-2.0
"""Which rule sets there are, and which one orders the work at a moment."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet

from secure_communities.policy.priority import RuleSet, RuleSetError, rule_set, rule_sets
from secure_communities.prioritize.rulesets.models import Activation, RuleSetVersion

DEFAULT = "SC-2009"  # until a supervisor activates another


class UnknownRules(ObjectDoesNotExist):
    """No rule set of that hash is in store."""


def by_hash(digest: str) -> RuleSet:
    """The rule set of that hash: shipped, or loaded. Raises UnknownRules."""
    for one in rule_sets():
        if one.hash == digest:
            return one
    return _stored(digest)


@lru_cache(maxsize=64)
def _stored(digest: str) -> RuleSet:
    row = RuleSetVersion.objects.filter(hash=digest).first()
    if row is None:
        raise UnknownRules(f"no rule set of hash {digest[:12]}… is in store")
    try:
        found = RuleSet.of_bundle(bytes(row.canonical))
    except RuleSetError:
        found = None
    if found is None or found.hash != digest:  # what is stored was altered: nothing is computed with it
        raise UnknownRules(f"the stored text of {digest[:12]}… does not have its hash")
    return found


def activation_at(at: datetime) -> Activation | None:
    """The activation in force at a moment, or None before the first."""
    found = standing().filter(effective_from__lte=at).select_related("version", "shadow_run")
    return found.order_by("-effective_from", "-id").first()


def standing() -> QuerySet[Activation]:
    """The activations but those that were taken back before their moment."""
    return Activation.objects.filter(withdrawal=None)


def coming(at: datetime) -> Activation | None:
    """The activation that is decided and not in force yet."""
    return standing().filter(effective_from__gt=at).select_related("version").order_by("effective_from").first()


def active_rule_set(at: datetime) -> RuleSet:
    """The rule set that orders the work at a moment."""
    activation = activation_at(at)
    return by_hash(activation.version.hash) if activation else rule_set(DEFAULT)


def selectable(at: datetime) -> list[RuleSet]:
    """The rule sets every case is assessed under: the shipped ones, and the active one in place of its code's."""
    active = active_rule_set(at)
    return [active, *(one for one in rule_sets() if one.code != active.code)]


def readable() -> list[RuleSet]:
    """Every version, shipped or loaded, by date; one whose stored text was altered is not among them."""
    found = {one.hash: one for one in rule_sets()}
    for row in in_store():
        if row.hash not in found:
            try:
                found[row.hash] = by_hash(row.hash)
            except UnknownRules:
                continue
    return sorted(found.values(), key=lambda one: (one.effective_from, one.code, one.version))


def in_store() -> list[RuleSetVersion]:
    """Every version in store, by code."""
    return list(RuleSetVersion.objects.all())
