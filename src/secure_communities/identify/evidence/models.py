# SPDX-License-Identifier: Apache-2.0
"""Storage of what sources were asked and what they answered. Answers are never changed or deleted (trigger)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from secure_communities.identify.evidence.ports import FailureReason, Outcome, SourceCode
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.listed import named, one_of


class Inquiry(models.Model):
    """One question to one source about one query. Answered once; asked again, it is another attempt."""

    query = models.ForeignKey(StatusQuery, on_delete=models.PROTECT, related_name="inquiries")
    source = models.CharField(max_length=24, choices=named(SourceCode))
    attempt = models.PositiveSmallIntegerField()
    requested_by = models.CharField(max_length=120)
    requested_at = models.DateTimeField()
    numbers_asked = models.PositiveSmallIntegerField(null=True)  # how many numbers the request carried
    outcome = models.CharField(max_length=16, blank=True, default="", choices=named(Outcome))
    failure = models.CharField(max_length=16, blank=True, default="", choices=named(FailureReason))
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["query"], condition=Q(failure=FailureReason.NOT_YET), name="inquiries_not_yet_possible"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["query", "source", "attempt"], name="one_inquiry_an_attempt"),
            models.UniqueConstraint(
                fields=["query", "source"], condition=Q(answered_at=None), name="a_source_is_asked_once_at_a_time"
            ),
            one_of("an_inquiry_asks_a_known_source", "source", SourceCode),
            one_of("an_inquiry_has_a_known_outcome", "outcome", Outcome, blank=True),
            models.CheckConstraint(
                name="an_answered_inquiry_has_an_outcome",
                condition=Q(answered_at=None, outcome="") | (Q(answered_at__isnull=False) & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="only_a_failed_inquiry_says_why",
                condition=(Q(outcome=Outcome.FAILED) & ~Q(failure="")) | (~Q(outcome=Outcome.FAILED) & Q(failure="")),
            ),
            models.CheckConstraint(name="an_inquiry_names_who_asked", condition=~Q(requested_by="")),
        ]

    def __str__(self) -> str:
        return f"{self.source} for {self.query}, attempt {self.attempt}"


class Evidence(models.Model):
    """One record a source answered with; or that it holds none; or that it failed, and why.

    `sealed`: the record as JSON under the submission's data key, padded and salted; `digest`: SHA-256 of that JSON.
    """

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="evidence")
    query = models.ForeignKey(StatusQuery, on_delete=models.PROTECT, related_name="evidence")
    source = models.CharField(max_length=24, choices=named(SourceCode))
    system = models.CharField(max_length=80)
    record_id = models.CharField(max_length=40, blank=True, default="")
    outcome = models.CharField(max_length=16, choices=named(Outcome))
    failure = models.CharField(max_length=16, blank=True, default="", choices=named(FailureReason))
    retrieved_at = models.DateTimeField()
    sealed = models.BinaryField(null=True)
    digest = models.BinaryField(max_length=32, null=True)
    adapter_version = models.CharField(max_length=40)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["query", "source", "id"])]
        constraints = [
            models.UniqueConstraint(fields=["inquiry", "record_id"], name="a_record_is_answered_once"),
            one_of("evidence_is_of_a_known_source", "source", SourceCode),
            one_of("a_failure_is_of_a_known_reason", "failure", FailureReason, blank=True),
            models.CheckConstraint(
                name="evidence_is_a_record_or_says_that_there_is_none",
                condition=(
                    Q(outcome=Outcome.FOUND, failure="", sealed__isnull=False, digest__isnull=False) & ~Q(record_id="")
                )
                | Q(outcome=Outcome.NOTHING_FOUND, failure="", record_id="", sealed=None, digest=None)
                | (Q(outcome=Outcome.FAILED, record_id="", sealed=None, digest=None) & ~Q(failure="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.record_id or self.outcome}"

    @property
    def attempt(self) -> int:
        """Which time the source was asked."""
        return self.inquiry.attempt
