# SPDX-License-Identifier: Apache-2.0
"""Storage of people, their source records, and who decided which record is whose. History is kept (triggers)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from secure_communities.identify.galleries.models import RegisterSubject
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.people.states import Proposal
from secure_communities.identify.people.vocabulary import (
    BY_HUMANS,
    BY_PRINTS,
    Basis,
    ChangeKind,
    Opinion,
    RuleKind,
    SourceKind,
)
from secure_communities.platform.keys.models import DataKey
from secure_communities.platform.listed import named, one_of

_HUMAN, _PRINT = sorted(str(one) for one in BY_HUMANS), sorted(str(one) for one in BY_PRINTS)


class Person(models.Model):
    """One believed person: a number, and the records assigned to it. After a merge, `merged_into` says where to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=16, unique=True)
    created_at = models.DateTimeField()
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")

    class Meta:
        constraints = [
            models.CheckConstraint(name="no_person_is_merged_into_itself", condition=~Q(merged_into=F("id")))
        ]

    def __str__(self) -> str:
        return self.number


class SourceRecord(models.Model):
    """What one source said of a person at one time. Never changed: what the source says later is a further version.

    `sealed_features`: names, birth dates, places, sex and numbers (`features.py`) under the source's own data key.
    """

    kind = models.CharField(max_length=12, choices=named(SourceKind))
    reference = models.CharField(max_length=64)  # UCN, FIN, control number, or system and number of a piece of evidence
    version = models.PositiveSmallIntegerField(default=1)
    subject = models.ForeignKey(RegisterSubject, null=True, on_delete=models.PROTECT, related_name="source_records")
    submission = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="source_records")
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    sealed_features = models.BinaryField()
    retrieved_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference", "version"], name="one_source_record_a_version"),
            one_of("a_source_record_is_of_a_known_kind", "kind", SourceKind),
            models.CheckConstraint(
                name="a_source_record_names_its_source",
                condition=Q(kind__in=["CRIMINAL", "IMMIGRATION"], subject__isnull=False, submission__isnull=True)
                | Q(kind="SUBMISSION", submission__isnull=False, subject__isnull=True)
                | (Q(kind="EVIDENCE", subject__isnull=True, submission__isnull=True) & ~Q(reference="")),
            ),
        ]
        indexes = [models.Index(fields=["reference"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference} v{self.version}"


class BlockingIndex(models.Model):
    """Under which blind keys a source record is found. Holds no name; rewritten when the scheme changes, removed with
    the record's data key."""

    record = models.OneToOneField(SourceRecord, primary_key=True, on_delete=models.PROTECT, related_name="index")
    scheme = models.CharField(max_length=24)
    keys = ArrayField(models.BigIntegerField())

    class Meta:
        indexes = [GinIndex(fields=["keys"], name="people_blocking_keys")]

    def __str__(self) -> str:
        return f"index of {self.record_id}"


class Change(models.Model):
    """A merge, a split or an undoing that one human proposed and another approves. Nobody approves their own.

    MERGE: the records of `other` go to `person`. SPLIT: `records` leave `person`. UNDO: `undoes` is taken back.
    """

    kind = models.CharField(max_length=8, choices=named(ChangeKind))
    state = models.CharField(max_length=12, choices=named(Proposal), default=Proposal.OPEN.value)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="changes")
    other = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    records = ArrayField(models.BigIntegerField(), default=list)
    undoes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="undoings")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    rationale = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-id"]
        constraints = [
            one_of("a_change_is_of_a_known_kind", "kind", ChangeKind),
            one_of("a_change_is_in_a_known_state", "state", Proposal),
            models.CheckConstraint(
                name="nobody_approves_their_own_change",
                condition=Q(state__in=["open", "withdrawn"]) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="a_decided_change_names_who_decided",
                condition=Q(state="open", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(name="a_change_has_a_rationale", condition=~Q(rationale="")),
            models.CheckConstraint(
                name="a_change_says_what_it_changes",
                condition=Q(kind="MERGE", other__isnull=False, undoes__isnull=True)
                | (Q(kind="SPLIT", other__isnull=True, undoes__isnull=True) & ~Q(records=[]))
                | Q(kind="UNDO", other__isnull=True, undoes__isnull=False),
            ),
            models.CheckConstraint(name="nobody_is_merged_with_themselves", condition=~Q(other=F("person"))),
            models.UniqueConstraint(
                fields=["undoes"], condition=Q(state__in=["open", "approved"]), name="a_change_is_undone_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.state})"


class Assignment(models.Model):
    """A record is a person's from one moment to another: on what ground, who decided, why. Only its end is written."""

    record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assignments")
    basis = models.CharField(max_length=16, choices=named(Basis))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    assigned_by = models.CharField(max_length=120)
    reason = models.CharField(max_length=200)
    change = models.ForeignKey(Change, null=True, on_delete=models.PROTECT, related_name="assignments")
    prints_of = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["person", "ends_at"])]
        constraints = [
            models.UniqueConstraint(fields=["record"], condition=Q(ends_at=None), name="a_record_is_one_persons"),
            one_of("an_assignment_has_a_known_basis", "basis", Basis),
            models.CheckConstraint(
                name="an_assignment_ends_after_it_starts",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
            ),
            models.CheckConstraint(name="an_assignment_gives_its_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="humans_assign_by_a_change_and_prints_by_a_submission",
                condition=Q(basis__in=_HUMAN, change__isnull=False, prints_of__isnull=True)
                | Q(basis__in=_PRINT, change__isnull=True, prints_of__isnull=False)
                | Q(basis__in=["FIRST_SEEN", "SAME_SOURCE"], change__isnull=True, prints_of__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} → {self.person_id} ({self.basis})"


class LinkRule(models.Model):
    """Two records must, or must not, be one person's. One rule in force a pair; a withdrawn one stays on record."""

    kind = models.CharField(max_length=16, choices=named(RuleKind))
    first = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    change = models.ForeignKey(Change, null=True, on_delete=models.PROTECT, related_name="rules")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    rationale = models.TextField()
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("a_link_rule_is_of_a_known_kind", "kind", RuleKind),
            models.CheckConstraint(name="a_link_rule_orders_its_pair", condition=Q(first__lt=F("second"))),
            models.CheckConstraint(name="a_link_rule_has_a_rationale", condition=~Q(rationale="")),
            models.UniqueConstraint(
                fields=["first", "second"], condition=Q(withdrawn_at=None), name="one_rule_in_force_a_pair"
            ),
            models.CheckConstraint(
                name="a_withdrawn_rule_says_who_and_why",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_id}–{self.second_id}"

    @property
    def proposed_by_id(self) -> int:
        """Who set it: somebody else withdraws it."""
        return self.set_by_id


class Review(models.Model):
    """Two records that somebody should look at. The weight is for ordering and for later study; it decides nothing."""

    first = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    weight = models.FloatField()
    model = models.CharField(max_length=60)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=120)
    opinion = models.CharField(max_length=12, choices=named(Opinion), blank=True, default="")
    rationale = models.TextField(blank=True, default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    change = models.ForeignKey(Change, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="a_review_orders_its_pair", condition=Q(first__lt=F("second"))),
            models.UniqueConstraint(fields=["first", "second"], name="a_pair_is_reviewed_once"),
            one_of("a_review_ends_in_a_known_opinion", "opinion", Opinion, blank=True),
            models.CheckConstraint(
                name="an_opinion_names_its_author_and_rationale",
                condition=Q(opinion="", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(opinion="") & ~Q(rationale="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} beside {self.second_id}"
