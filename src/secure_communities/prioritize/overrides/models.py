# SPDX-License-Identifier: Apache-2.0
"""Storage of overrides. What was proposed is never changed, and what was decided is decided once (trigger)."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.keys.boxes import EMPTY_BOX
from secure_communities.platform.listed import named, one_of
from secure_communities.prioritize.assessments.models import OUTSIDE, Assessment
from secure_communities.prioritize.overrides.rules import Reason
from secure_communities.prioritize.overrides.states import State


class Override(models.Model):
    """One person proposes another answer than the assessment's, another person decides; it ends by itself."""

    query = models.ForeignKey(StatusQuery, on_delete=models.PROTECT, related_name="overrides")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="overrides")
    answer = models.CharField(max_length=20)
    rank = models.PositiveSmallIntegerField()
    reason_code = models.CharField(max_length=16, choices=named(Reason))
    sealed_text = models.BinaryField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=named(State), default=State.PROPOSED.value)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    sealed_decision = models.BinaryField(default=bytes)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["expires_at"], condition=Q(state="in_force"), name="overrides_to_end")]
        constraints = [
            one_of("an_override_has_a_known_reason", "reason_code", Reason),
            one_of("an_override_is_in_a_known_state", "state", State),
            models.CheckConstraint(name="an_override_gives_a_level_of_the_order", condition=~Q(answer__in=OUTSIDE)),
            models.CheckConstraint(
                name="nobody_approves_their_own_override",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="a_decided_override_names_who_decided",
                condition=Q(state="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | Q(state="ended")
                | Q(state__in=["in_force", "refused"], decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_override_ends_within_ninety_days",
                condition=Q(expires_at__gt=F("proposed_at"), expires_at__lte=F("proposed_at") + timedelta(days=91)),
            ),
            models.CheckConstraint(
                name="an_override_says_why", condition=GreaterThan(Length("sealed_text"), EMPTY_BOX)
            ),
            models.UniqueConstraint(
                fields=["query"], condition=Q(state__in=["proposed", "in_force"]), name="one_override_of_a_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} for {self.query_id} ({self.state})"

    @property
    def originator(self) -> OriginatingAgency:
        """The ORI that submitted the case: its county says which field office decides."""
        ori: OriginatingAgency = self.query.submission.originator
        return ori

    @property
    def proposer_id(self) -> int:
        """The user who proposed it."""
        return self.proposed_by_id
