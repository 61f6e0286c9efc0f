# SPDX-License-Identifier: Apache-2.0
"""Records to look at: pairs that a weight put on a list, and what a person said after looking.

The weight decides nothing. SAME proposes a merge, which a supervisor has yet to approve; DIFFERENT sets a rule that
keeps the two apart.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from secure_communities.identify.people import link_rules, moving, registration, services
from secure_communities.identify.people.models import Review, SourceRecord
from secure_communities.identify.people.registration import PeopleRefused
from secure_communities.identify.people.vocabulary import Opinion
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.events import services as events
from secure_communities.platform.worklists import services as worklists

REVIEWS = "people.review"


@transaction.atomic
def open_review(
    *, first: SourceRecord, second: SourceRecord, weight: float, model: str, by: Any, at: datetime
) -> Review | None:
    """Put two records on the list, once; None where they are one person's, or a rule speaks of them."""
    people = registration.people_of([first, second])
    if people[first.pk] == people[second.pk] or link_rules.rule_between([first], [second], kind=None):
        return None
    low, high = sorted((first, second), key=lambda one: one.pk)
    review, new = Review.objects.get_or_create(
        first=low, second=high,
        defaults={"weight": weight, "model": model, "opened_at": at, "opened_by": events.actor_name(by)},
    )  # fmt: skip
    if new:
        worklists.open_item(
            worklist=REVIEWS, about=("review", review.pk), title=f"Look at records {low.pk} and {high.pk}",
            order_reason="oldest first", correlation="", at=at,
        )  # fmt: skip
        for person in people.values():
            events.append(
                kind="person:review-opened", actor=by, about=("person", person.pk), at=at, data={"review": review.pk}
            )
    return review


@transaction.atomic
def decide_review(*, review_id: int, opinion: Opinion, rationale: str, by: Any, at: datetime) -> Review:
    """Record what a person says of two records, before the weight is shown. Raises PeopleRefused, access.NotAllowed."""
    review = Review.objects.select_for_update(of=("self",)).select_related("first", "second").get(pk=review_id)
    access.require(by, Permission.PERSON_LINK, at=at)
    if review.opinion:
        raise PeopleRefused("These records were looked at already.")
    words = moving.stated(rationale)
    people = registration.people_of([review.first, review.second])
    one, other = people[review.first_id], people[review.second_id]
    if opinion is Opinion.SAME and one != other:
        lead, follower = sorted((one, other), key=lambda person: (person.created_at, person.number))
        review.change = services.propose_merge(person=lead, other=follower, rationale=words, by=by, at=at)
    elif opinion is Opinion.DIFFERENT:
        link_rules.must_not_link(first=review.first, second=review.second, rationale=words, by=by, at=at)
    review.opinion, review.rationale, review.decided_by, review.decided_at = opinion, words, by, at
    review.save(update_fields=["opinion", "rationale", "decided_by", "decided_at", "change"])
    worklists.close_item(worklist=REVIEWS, about=("review", review.pk), reason=opinion, at=at)
    for person in {one, other}:
        events.append(
            kind="person:reviewed", actor=by, about=("person", person.pk), at=at,
            data={"review": review.pk, "opinion": opinion},
        )  # fmt: skip
    return review
