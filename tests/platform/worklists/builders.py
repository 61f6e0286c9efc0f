# SPDX-License-Identifier: Apache-2.0
"""Work items of two sample lists, and the people who work on them."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.events.models import Event
from secure_communities.platform.keys import services as keys
from secure_communities.platform.keys.models import DataKey
from secure_communities.platform.worklists import services
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.platform.worklists.registry import Worklist
from secure_communities.policy.clocks import ClockName
from tests.platform.builders import AT, a_user


class Thing:
    """What a sample item is about: `drafted_by_id` is read out of its title, `examiner_ids` are nobody's."""

    def __init__(self, item: WorkItem) -> None:
        wrote = item.title.partition("by ")[2]
        self.drafted_by_id = int(wrote) if wrote else 0
        self.examiner_ids: frozenset[int] = frozenset()


def key_of(item: WorkItem) -> DataKey | None:
    return DataKey.objects.order_by("created_at").first() or keys.create_data_key(at=AT)


SAMPLE = Worklist(
    name="sample", title="Sample work", permission=Permission.RESEARCH_CLAIM, supervisor=Role.SUPPORT_SUPERVISOR,
    clock=ClockName.DETERMINATION, thing=Thing, page="web:query", noun="piece", data_key=key_of,
)  # fmt: skip
SECRET = Worklist(
    name="signing", title="Sample signatures", permission=Permission.DETERMINATION_SIGN,
    supervisor=Role.SUPPORT_SUPERVISOR, clock=ClockName.DETERMINATION, thing=Thing, page="web:query", notes=False,
    data_key=key_of,
)  # fmt: skip

a_specialist = partial(a_user, Role.SUPPORT_SPECIALIST)
an_officer = partial(a_user, Role.AUTHORISED_OFFICER)
a_supervisor = partial(a_user, Role.SUPPORT_SUPERVISOR)


def an_item(number: int = 1, *, due: int | None = None, at: datetime = AT, **fields: Any) -> WorkItem:
    """An open item of the sample list; `due` in minutes."""
    given: dict[str, Any] = {
        "worklist": "sample", "about": ("query", number), "title": f"Research {number}", "order_reason": "due first",
        "correlation": "SC-X", "at": at, "due_at": None if due is None else at + timedelta(minutes=due),
    }  # fmt: skip
    return services.open_item(**(given | fields))


def after(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


def told(item: WorkItem) -> list[str]:
    """The kinds of event about an item, in order."""
    found = Event.objects.filter(about_type="work", about_id=str(item.pk)).order_by("id")
    return list(found.values_list("kind", flat=True))
