# SPDX-License-Identifier: Apache-2.0
"""May X do Y to Z, and why; who opened what, and for which purpose. Feeds pages and API alike.

In: a username, a permission, perhaps the kind and the number of a thing. Out: the explanation, or `AccessAsked` with a
sentence about what could not be found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet

from secure_communities.identify.examination.models import Examination
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.access.explain import Explanation, explain
from secure_communities.platform.access.policy import POLICY, Permission
from secure_communities.platform.accounts.models import User
from secure_communities.platform.accounts.selectors import held_by
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.events.models import Event
from secure_communities.platform.worklists import registry as worklists

READ = ":read"


class AccessAsked(Exception):
    """The question cannot be answered as asked. The text says what to change."""


def _submission(number: str) -> OriginatingAgency:
    submission = Submission.objects.select_related("originator").defer("content").get(control_number=number)
    return _ori(submission.originator.ori)


def _ori(number: str) -> OriginatingAgency:
    found: OriginatingAgency = OriginatingAgency.objects.select_related("agency__state").get(ori=number.upper())
    return found


def _query(number: str) -> StatusQuery:
    return StatusQuery.objects.get(reference=number)


def _examination(number: str) -> Examination:
    found = Examination.objects.get(pk=int(number))
    if found.closed_at is None:  # the reason of a no would tell whoever looks yet that somebody has decided (S1)
        raise AccessAsked("This comparison is still open, and examiners conclude alone: ask once it is closed.")
    return found


def _worklist(name: str) -> Any:
    found = worklists.find(name)
    if found is None:
        raise LookupError(name)
    return found


# kind of thing → how it is called, and how its number finds it
KINDS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "submission": ("Submission (control number)", _submission),
    "ori": ("Agency (ORI)", _ori),
    "query": ("Status query (reference)", _query),
    "examination": ("Comparison (number)", _examination),
    "worklist": ("Worklist (name)", _worklist),
}

# Whose conditions speak of what: the kinds whose thing a permission can be asked about, by the first word of its name.
ABOUT: Mapping[str, frozenset[str]] = {
    "submission": frozenset({"submission", "ori"}),
    "examination": frozenset({"examination"}),
    "determination": frozenset({"query"}),
    "work": frozenset({"worklist"}),
}


def answer(*, username: str, permission: Permission, kind: str = "", number: str = "", at: datetime) -> Explanation:
    """Explain whether the user may do it (to that thing). Raises AccessAsked."""
    user = User.objects.select_related("agency__state").filter(username=username.strip().lower()).first()
    if user is None:
        raise AccessAsked("There is no user of that name.")
    thing, words = _thing(permission, kind, number.strip())
    return explain(user, held_by(user, at=at), permission, thing, who=user.display_name, thing_words=words, at=at)


def _thing(permission: Permission, kind: str, number: str) -> tuple[Any, str]:
    if not kind or not number:
        return None, ""
    if kind not in KINDS:
        raise AccessAsked(f"Choose what kind of thing it is: one of {', '.join(KINDS)}.")
    try:
        thing = KINDS[kind][1](number)
    except (LookupError, ValueError, ObjectDoesNotExist):
        raise AccessAsked("There is no such thing on record: look at the number again.") from None
    words = f"to {KINDS[kind][0].partition(' (')[0].lower()} {number}"
    if not POLICY[permission].conditional:
        return None, words  # the answer is the same for everything
    kinds = ABOUT.get(permission.value.partition(".")[0], frozenset())
    if kind not in kinds:
        fitting = " or ".join(sorted(KINDS[one][0] for one in kinds)) or "nothing that can be looked up here"
        raise AccessAsked(f"This permission is about another kind of thing: {fitting}.")
    return thing, words


def opened_by(user: User) -> QuerySet[Event]:
    """Every record that a user opened, the latest first."""
    return Event.objects.filter(actor=f"user:{user.username}", kind__endswith=READ).order_by("-id")


def readers_of(number: str) -> QuerySet[Event]:
    """Every opening of a record, by the number it is known by, the latest first."""
    return Event.objects.filter(correlation=number, kind__endswith=READ).order_by("-id")
