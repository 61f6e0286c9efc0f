# SPDX-License-Identifier: Apache-2.0
"""Storage of the levers, never changed (trigger), and of what each open case of a queue stands at."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.agencies.models import Agency
from secure_communities.platform.listed import named, one_of
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.policy.priority import Basis, Outside
from secure_communities.prioritize.queues.rules import BOUNDS
from secure_communities.prioritize.queues.vocabulary import Lever


class LeverChange(models.Model):
    """From a moment on, a lever has a value. The latest in force counts; another value is another row."""

    code = models.CharField(max_length=30, choices=named(Lever))
    value = models.PositiveSmallIntegerField()
    effective_at = models.DateTimeField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["-effective_at", "-id"]
        constraints = [
            one_of("a_lever_is_one_of_the_list", "code", Lever),
            models.CheckConstraint(
                name="a_lever_stays_within_its_bounds",
                condition=reduce(
                    or_,
                    (
                        Q(code=str(lever), value__gte=bounds.least, value__lte=bounds.most)
                        for lever, bounds in BOUNDS.items()
                    ),
                ),
            ),
            models.CheckConstraint(name="a_lever_is_set_for_a_reason", condition=Q(reason__regex=r"\S")),
            models.CheckConstraint(name="a_lever_is_not_set_in_the_past", condition=Q(effective_at__gte=F("set_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.code} = {self.value} from {self.effective_at:%Y-%m-%d %H:%M}"


class QueueEntry(models.Model):
    """What the case of an open item stands at, beside the item, so that a queue is counted without opening a case."""

    item = models.OneToOneField(WorkItem, primary_key=True, on_delete=models.PROTECT, related_name="queue_entry")
    office = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    query = models.OneToOneField(StatusQuery, on_delete=models.PROTECT, related_name="queue_entry")
    answer = models.CharField(max_length=20)
    basis = models.CharField(max_length=12, choices=named(Basis))
    provisional = models.BooleanField()
    overridden = models.BooleanField()
    rank = models.PositiveSmallIntegerField(null=True)
    gravest = models.PositiveSmallIntegerField(null=True)
    gravest_code = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [models.Index(fields=["office", "answer", "basis", "provisional"], name="queue_by_answer")]
        constraints = [
            one_of("a_queued_case_rests_on_a_known_basis", "basis", Basis),
            models.CheckConstraint(
                name="s2_no_queue_where_no_rule_applies", condition=~Q(answer=str(Outside.NOT_APPLICABLE))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.query_id} at {self.office_id}: {self.answer}"
