# SPDX-License-Identifier: Apache-2.0
"""Storage of outgoing messages. Content never changes; triggers hold the order and the two-examiner rule."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from secure_communities.identify.galleries.models import RegisterSubject
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.responses.rules import MessageKind, MessageState
from secure_communities.platform.keys.boxes import EMPTY_BOX


class Message(models.Model):
    """One message about one submission: to the submitting agency, or to and from the support centre."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=16, choices=[(one.value, one.value) for one in MessageKind])
    version = models.PositiveSmallIntegerField(default=1)
    sender = models.CharField(max_length=9)
    recipient = models.CharField(max_length=9)
    tcn = models.CharField(max_length=40, unique=True)
    media_type = models.CharField(max_length=60)
    content = models.BinaryField(null=True)  # sealed under the submission's data key; none while held
    state = models.CharField(max_length=12, choices=[(one.value, one.value) for one in MessageState])
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    delivered_by = models.CharField(max_length=16, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "kind", "version"], name="one_message_of_a_kind_and_version"),
            models.CheckConstraint(
                name="only_a_held_message_is_empty",
                condition=Q(state="held", content__isnull=True) | (~Q(state="held") & Q(content__isnull=False)),
            ),
            models.CheckConstraint(
                name="message_times_follow_its_state",
                condition=Q(state="held", ready_at__isnull=True, delivered_at__isnull=True)
                | Q(state="ready", ready_at__isnull=False, delivered_at__isnull=True)
                | Q(state="delivered", ready_at__isnull=False, delivered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.submission}"


class Acknowledgement(models.Model):
    """An officer of the submitting agency said, on the agency's pages, that it has a message. For good (trigger)."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="acknowledgements")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["message", "by"], name="one_acknowledgement_by_a_person")]

    def __str__(self) -> str:
        return f"{self.message} acknowledged"


class FirstCorrection(models.Model):
    """A lead examiner's finding that a first response was wrong: the ground of the superseding one (trigger)."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="first_corrections")
    version = models.PositiveSmallIntegerField()
    subject = models.ForeignKey(RegisterSubject, null=True, on_delete=models.PROTECT, related_name="+")
    examiner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sealed_reason = models.BinaryField()
    corrected_at = models.DateTimeField()

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "version"], name="one_first_correction_a_version"),
            models.CheckConstraint(name="a_first_correction_is_a_later_version", condition=Q(version__gt=1)),
            models.CheckConstraint(
                name="a_first_correction_says_why", condition=GreaterThan(Length("sealed_reason"), EMPTY_BOX)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission} v{self.version}"
