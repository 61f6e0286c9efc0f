# SPDX-License-Identifier: Apache-2.0
"""Background work of reviews: an override that waits for a second person is an item of work until it does not."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from secure_communities.platform.events.models import Event
from secure_communities.platform.jobs import queues
from secure_communities.platform.worklists import services as worklists
from secure_communities.prioritize.overrides.models import Override
from secure_communities.prioritize.overrides.states import State
from secure_communities.prioritize.reviews.worklists import WORKLIST

KINDS = ("override:proposed", "override:approved", "override:refused", "override:ended")


@app.task(queue=queues.PRIORITY, retry=queues.RETRY)
def follow_override(event_id: int) -> None:
    """Open or close the item of the override that an event is about, by how it stands now. Safe to run twice."""
    event = Event.objects.get(pk=event_id)
    with transaction.atomic():
        rows = Override.objects.select_for_update(of=("self",)).select_related("query__submission")
        override = rows.defer("query__submission__content").get(pk=event.data["override"])
        about = ("override", override.pk)
        if override.state == State.PROPOSED:
            worklists.open_item(
                worklist=WORKLIST, about=about, title=f"Override {override.pk} of {override.query.reference}",
                order_reason="a second person must decide", at=override.proposed_at,
                correlation=override.query.submission.control_number,
            )  # fmt: skip
        else:
            worklists.close_item(worklist=WORKLIST, about=about, reason=override.state, at=event.occurred_at)
