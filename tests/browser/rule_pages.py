# SPDX-License-Identifier: Apache-2.0
"""The pages of the rule sets: read, compared, at work, tried, activated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from secure_communities.platform.access.roles import Role
from secure_communities.platform.accounts.models import User
from secure_communities.policy.priority import rule_set
from secure_communities.prioritize.rulesets import services
from tests.identify.builders import AT
from tests.platform.builders import a_user
from tests.prioritize import cases, versions


class Shown(NamedTuple):
    """A door, who stands before it, the address, and what is posted there first."""

    door: str
    user: User
    address: str
    form: dict[str, str] | None = None


def rule_pages() -> Iterator[Shown]:
    """Three persons of three offences, under the rules of 2009 and tried under those of 2010."""
    manager, supervisor = a_user(Role.PROGRAMME_MANAGER), a_user(Role.SUPPORT_SUPERVISOR)
    for person, code in ((1, "2301"), (2, "1201"), (3, "3562")):
        query = cases.a_referred_case(person=person)
        cases.confirm(query, code)
        cases.assessed(query)
    now, later = rule_set("SC-2009"), rule_set("ICE-2010")
    yield Shown("web:rule-sets", manager, "/rules/")
    yield Shown("web:load-rules", manager, "/rules/load/", {})
    yield Shown("web:rule-set", manager, f"/rules/{now.hash}/?code=3562")
    yield Shown("web:rule-set", supervisor, f"/rules/{later.hash}/")
    yield Shown("web:compare-rules", supervisor, f"/rules/compare/?before={now.hash}&after={later.hash}")
    row, other = (services.stored(one, at=AT) for one in (later, rule_set("FS-2009")))
    waiting = services.ask_shadow_run(candidate=other, by=manager, at=AT)
    yield Shown("web:shadow-run", manager, f"/rules/shadow-runs/{waiting.pk}/")
    run = versions.shadowed(row)
    here = f"/rules/shadow-runs/{run.pk}/"
    yield Shown("web:shadow-run", supervisor, here)
    yield Shown("web:shadow-cases", supervisor, f"{here}cases/")
    yield Shown("web:activate-rules", supervisor, f"{here}activate/")
    yield Shown("web:activate-rules", supervisor, f"{here}activate/", {"reason": "Directive 12"})
    coming = versions.activated(row, run, effective_from=AT + timedelta(days=3))
    yield Shown("web:withdraw-rules", supervisor, f"/rules/activations/{coming.pk}/withdraw/")
    services.withdraw(activation=coming, reason="Directive 12 was revoked", by=supervisor, at=AT)
    versions.activated(row, run)
    yield Shown("web:rule-sets", supervisor, "/rules/")
    yield Shown("web:go-back-rules", supervisor, "/rules/go-back/")
