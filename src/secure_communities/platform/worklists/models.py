# SPDX-License-Identifier: Apache-2.0
"""Storage of work items and of what colleagues write on them. Who may hold an item when is guarded by a trigger too."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from secure_communities.platform.agencies.models import Agency
from secure_communities.platform.keys.models import DataKey
from secure_communities.platform.listed import named, one_of
from secure_communities.platform.worklists import rules
from secure_communities.platform.worklists.vocabulary import NoteKind


class WorkItem(models.Model):
    """One piece of work for one person at a time.

    `order_key` sorts as items are served. `acted_at`: the holder's last act, which a page that is merely open does not
    move. `noticed`: how many moments of the clock were announced; the next one is at `next_notice_at`. `office`: whose
    people alone see and take the item; None: everybody's on the list.
    """

    worklist = models.CharField(max_length=40)
    about_type = models.CharField(max_length=40)
    about_id = models.CharField(max_length=64)
    correlation = models.CharField(max_length=64, blank=True)
    office = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=200)
    order_class = models.PositiveSmallIntegerField(default=rules.USUAL)
    order_key = models.CharField(max_length=24, db_collation="C")
    order_reason = models.CharField(max_length=200)
    opened_at = models.DateTimeField()
    clock = models.CharField(max_length=40, blank=True)
    clock_version = models.PositiveSmallIntegerField(default=1)
    clock_started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    noticed = models.PositiveSmallIntegerField(default=0)
    next_notice_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    acted_at = models.DateTimeField(null=True)
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lease_until = models.DateTimeField(null=True)
    escalation = models.PositiveSmallIntegerField(default=0)  # 0: nobody was called, or the call was answered
    escalated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_reason = models.CharField(max_length=80, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["worklist", "due_at"], condition=Q(closed_at__isnull=True), name="open_items"),
            models.Index(
                fields=["worklist", "order_key", "id"], condition=Q(closed_at__isnull=True), name="open_items_in_order"
            ),
            models.Index(
                fields=["office", "worklist", "order_key", "id"],
                condition=Q(closed_at__isnull=True, office__isnull=False),
                name="open_items_of_an_office",
            ),
            models.Index(fields=["next_notice_at"], condition=Q(closed_at__isnull=True), name="open_items_to_announce"),
            models.Index(fields=["claimed_by"], condition=Q(claimed_by__isnull=False), name="items_held"),
            models.Index(fields=["about_type", "about_id"], name="items_about"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["worklist", "about_type", "about_id"],
                condition=Q(closed_at__isnull=True),
                name="one_open_item_for_one_piece_of_work",
            ),
            models.CheckConstraint(
                name="a_claim_has_a_lease",
                condition=Q(
                    claimed_by__isnull=True, claimed_at__isnull=True, acted_at__isnull=True, handed_by__isnull=True,
                    lease_until__isnull=True,
                )
                | Q(
                    claimed_by__isnull=False, claimed_at__isnull=False, acted_at__isnull=False,
                    lease_until__isnull=False, acted_at__gte=F("claimed_at"), lease_until__gt=F("claimed_at"),
                ),
            ),
            models.CheckConstraint(
                name="a_hold_ends_soon_after_the_last_act",
                condition=Q(lease_until__isnull=True) | Q(lease_until__lte=F("acted_at") + rules.UNATTENDED),
            ),
            models.CheckConstraint(
                name="closed_work_is_held_by_nobody",
                condition=Q(closed_at__isnull=True) | Q(claimed_by__isnull=True),
            ),
            models.CheckConstraint(
                name="the_first_class_sorts_first",
                condition=Q(order_class=rules.FIRST, order_key__startswith="0-")
                | Q(order_class__gt=rules.FIRST, order_class__lte=rules.LAST, order_key__startswith="1-"),
            ),
            models.CheckConstraint(name="an_order_says_why", condition=~Q(order_reason="")),
            models.CheckConstraint(name="work_is_due_after_it_started", condition=Q(due_at__gt=F("clock_started_at"))),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.worklist}: {self.title}"


class WorkNote(models.Model):
    """What somebody wrote about an item, sealed: it may speak of a person. Never changed (trigger)."""

    item = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=12, choices=named(NoteKind))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_to = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("a_note_is_of_a_known_kind", "kind", NoteKind),
            models.CheckConstraint(
                name="a_hand_over_names_the_colleague",
                condition=Q(kind=NoteKind.HAND_OVER.value, handed_to__isnull=False)
                | (~Q(kind=NoteKind.HAND_OVER.value) & Q(handed_to__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.item_id} at {self.written_at:%Y-%m-%d %H:%M}"
