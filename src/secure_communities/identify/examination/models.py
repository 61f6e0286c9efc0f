# SPDX-License-Identifier: Apache-2.0
"""Storage of examinations, their candidates, each examiner's decision and a lead's first look.

Decisions and looks are never changed (triggers). Rationales are sealed under the submission's data key.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from secure_communities.identify.examination.rules import Finding, Verdict
from secure_communities.identify.galleries.models import Register, RegisterSubject
from secure_communities.identify.intake.models import Submission


class Examination(models.Model):
    """One probe with its candidates in one register, waiting for people."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="examinations")
    register = models.CharField(max_length=12, choices=Register.choices)
    finding = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Finding], default="open")
    confirmed = models.ForeignKey("Candidate", null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "register"], name="one_examination_a_side"),
            models.CheckConstraint(
                name="confirmed_names_its_candidate",
                condition=Q(finding="confirmed", confirmed__isnull=False)
                | (~Q(finding="confirmed") & Q(confirmed__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission} in the {self.register} register"

    @property
    def examiner_ids(self) -> frozenset[int]:
        """The examiners who decided already: none of them decides again (S1)."""
        return frozenset(self.decisions.values_list("examiner_id", flat=True))


class Candidate(models.Model):
    """A record the machine ranked. A record to look at, not a match.

    `score`, and what each finger contributes to it, in bans; `finger_scores` 0–1. By finger position.
    """

    examination = models.ForeignKey(Examination, on_delete=models.CASCADE, related_name="candidates")
    subject = models.ForeignKey(RegisterSubject, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField()
    score = models.FloatField()
    finger_scores = models.JSONField(default=dict)
    contributions = models.JSONField(default=dict)
    policy_version = models.CharField(max_length=60)

    class Meta:
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["examination", "subject"], name="a_candidate_stands_once")]

    def __str__(self) -> str:
        return f"candidate {self.rank} of {self.examination}"


RATIONALE = "examination.decision.rationale"  # what the boxes of either table are bound to
LOOK_RATIONALE = "examination.first_look.rationale"


class Decision(models.Model):
    """What one examiner decided, with the rationale in their own words, sealed. One for each examiner."""

    examination = models.ForeignKey(Examination, on_delete=models.PROTECT, related_name="decisions")
    examiner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=16, choices=[(one.value, one.value.capitalize()) for one in Verdict])
    candidate = models.ForeignKey(Candidate, null=True, on_delete=models.PROTECT, related_name="+")
    sealed_rationale = models.BinaryField()
    lead = models.BooleanField(default=False)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["examination", "examiner"], name="one_decision_an_examiner"),
            models.CheckConstraint(
                name="an_identification_names_its_candidate",
                condition=Q(verdict="identification", candidate__isnull=False)
                | (~Q(verdict="identification") & Q(candidate__isnull=True)),
            ),
            models.CheckConstraint(name="a_decision_has_a_rationale", condition=~Q(sealed_rationale=b"")),
        ]

    def __str__(self) -> str:
        return f"{self.examiner}: {self.verdict}"


class FirstLook(models.Model):
    """What a lead examiner saw in a disputed comparison before reading what the others said. Not a decision."""

    examination = models.ForeignKey(Examination, on_delete=models.PROTECT, related_name="first_looks")
    examiner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=16, choices=[(one.value, one.value.capitalize()) for one in Verdict])
    candidate = models.ForeignKey(Candidate, null=True, on_delete=models.PROTECT, related_name="+")
    sealed_rationale = models.BinaryField()
    looked_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["examination", "examiner"], name="one_first_look_a_lead"),
            models.CheckConstraint(
                name="a_look_that_identifies_names_its_candidate",
                condition=Q(verdict="identification", candidate__isnull=False)
                | (~Q(verdict="identification") & Q(candidate__isnull=True)),
            ),
            models.CheckConstraint(name="a_first_look_has_a_rationale", condition=~Q(sealed_rationale=b"")),
        ]

    def __str__(self) -> str:
        return f"{self.examiner} looked first: {self.verdict}"
