# SPDX-License-Identifier: Apache-2.0
"""Storage of claims, indicia and conclusions. Nothing here is ever changed or deleted (triggers)."""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from secure_communities.identify.galleries.models import RegisterSubject
from secure_communities.identify.intake.models import Submission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.keys.boxes import EMPTY_BOX
from secure_communities.platform.listed import named, one_of
from secure_communities.policy.citizenship import IndiciumCode


class Source(StrEnum):
    """Where a claim comes from."""

    SUBMISSION_POB = "SUBMISSION_POB"  # field 2.020 of the booking
    SUBMISSION_CTZ = "SUBMISSION_CTZ"  # field 2.021 of the booking
    OWN_STATEMENT = "OWN_STATEMENT"
    PARENT = "PARENT"
    PASSPORT = "PASSPORT"
    NATURALISATION = "NATURALISATION"
    BIRTH_RECORD = "BIRTH_RECORD"
    DETERMINATION = "DETERMINATION"
    OTHER = "OTHER"


class Conclusion(StrEnum):
    """What a reviewer concludes about one indicium."""

    CLEARED = "CLEARED"  # it does not hold; takes supervisor and counsel together
    CONFIRMED = "CONFIRMED"  # the person is a citizen; either says so


CAPACITIES = (Role.SUPPORT_SUPERVISOR, Role.COUNSEL)


class Claim(models.Model):
    """What one source said about a person's citizenship, once. A later claim stands beside it."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="citizenship_claims")
    subject = models.ForeignKey(RegisterSubject, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=16, choices=named(Source))
    sealed = models.BinaryField()  # {value, provenance} under the submission's data key
    recorded_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "version"], name="one_claim_a_version"),
            one_of("a_claim_has_a_known_source", "source", Source),
            models.CheckConstraint(name="a_claim_names_who_recorded_it", condition=~Q(recorded_by="")),
        ]

    def __str__(self) -> str:
        return f"claim {self.version} of {self.submission_id}: {self.source}"


class Indicium(models.Model):
    """One sign of citizenship. Whether it is open follows from its conclusions, in `citizenship_standing`."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="indicia")
    subject = models.ForeignKey(RegisterSubject, null=True, on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey(Claim, null=True, on_delete=models.PROTECT, related_name="indicia")
    code = models.CharField(max_length=24, choices=named(IndiciumCode))
    sealed = models.BinaryField()  # {why, source, record, value} under the submission's data key
    mark = models.BinaryField(max_length=32)  # blind index of the fact, so that the same one is raised once
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        ordering = ["opened_at", "id"]
        verbose_name_plural = "indicia"
        constraints = [
            models.UniqueConstraint(fields=["submission", "mark"], name="one_indicium_for_one_fact"),
            one_of("an_indicium_has_a_known_code", "code", IndiciumCode),
            models.CheckConstraint(name="an_indicium_is_due_after_it_opened", condition=Q(due_at__gt=F("opened_at"))),
        ]

    def __str__(self) -> str:
        return f"indicium {self.pk} of {self.submission_id}: {self.code}"


class Clearance(models.Model):
    """One reviewer's conclusion. Two different people, supervisor and counsel, clear; a trigger holds the roles."""

    indicium = models.ForeignKey(Indicium, on_delete=models.PROTECT, related_name="clearances")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=20, choices=named(CAPACITIES))
    conclusion = models.CharField(max_length=12, choices=named(Conclusion))
    sealed_reason = models.BinaryField()
    concluded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["indicium", "reviewer", "conclusion"], name="a_reviewer_concludes_once"),
            models.UniqueConstraint(fields=["indicium", "capacity", "conclusion"], name="a_capacity_concludes_once"),
            one_of("a_capacity_is_supervisor_or_counsel", "capacity", CAPACITIES),
            one_of("a_conclusion_is_known", "conclusion", Conclusion),
            models.CheckConstraint(
                name="a_conclusion_has_a_reason", condition=GreaterThan(Length("sealed_reason"), EMPTY_BOX)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.capacity} on {self.indicium_id}: {self.conclusion}"
