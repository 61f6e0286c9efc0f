# SPDX-License-Identifier: Apache-2.0
"""Which referred cases an event concerns: by its booking, and by every record of a person that it touches.

In: an event. Out: register subjects, and the referred cases whose person they are known to be.
"""

from __future__ import annotations

from django.db.models import Q

from secure_communities.identify.people.models import Assignment
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.events.models import Event
from secure_communities.prioritize.facts.selectors import cases_of, subjects_of


def subjects(event: Event) -> set[int]:
    """The register subjects whose record an event touches; of a person, those that were the person's before too."""
    if event.about_type == "register_subject":
        return {int(event.about_id)}
    if event.about_type != "person":
        return set()
    ever = Assignment.objects.filter(Q(person=event.about_id) | Q(person__merged_into=event.about_id))
    found = ever.exclude(record__subject=None).values_list("record__subject", flat=True)
    return set(found.distinct())


def cases(event: Event) -> list[StatusQuery]:
    """The referred cases whose facts an event may have changed."""
    referred = StatusQuery.objects.filter(referrals__isnull=False).select_related("submission__data_key")
    found = set(referred.filter(submission__control_number=event.correlation)) if event.correlation else set()
    if event.about_type == "query":
        found |= set(referred.filter(pk=event.about_id))
    for subject in subjects(event):
        found |= _of_subject(subject)
    if event.kind.startswith("citizenship:"):
        for query in list(found):
            for subject in subjects_of(query):
                found |= _of_subject(subject)
    return sorted(found, key=lambda one: one.pk)


def _of_subject(subject: int) -> set[StatusQuery]:
    found = cases_of(subject).filter(referrals__isnull=False)
    return set(found.select_related("submission__data_key"))
