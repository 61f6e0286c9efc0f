# SPDX-License-Identifier: Apache-2.0
"""A query with evidence from the nation's registers, for the tests of pages and API."""

from __future__ import annotations

from typing import Any

from secure_communities.identify.evidence import services
from secure_communities.identify.records.synthetic import Story
from secure_communities.identify.research.models import StatusQuery
from tests.identify.builders import a_confirmed_match, now
from tests.identify.sources.builders import filed


def answer_all(query: StatusQuery) -> None:
    """Do what the jobs do, until no question is open."""
    while waiting := list(query.inquiries.filter(answered_at=None)):
        for inquiry in waiting:
            services.answer(inquiry.pk, now=now)


def a_researched_query(story: Story = Story.BORDER, **options: Any) -> StatusQuery:
    """A confirmed match whose sources have all answered."""
    query = a_confirmed_match(**options)
    filed(query.subject, story)
    answer_all(query)
    return query
