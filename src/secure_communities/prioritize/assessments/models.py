# SPDX-License-Identifier: Apache-2.0
"""Storage of assessments. A row is never changed or deleted (trigger); what stands now is a row of its own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from secure_communities.identify.people.models import Person
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.listed import named, one_of
from secure_communities.policy.priority import Basis, Outside
from secure_communities.prioritize.assessments.vocabulary import Trigger

OUTSIDE = sorted(str(one) for one in Outside)
SHA256 = r"^[0-9a-f]{64}$"


class Assessment(models.Model):
    """What one version of one rule set said of a case: inputs, answer, every step. `inputs` holds codes and dates."""

    query = models.ForeignKey(StatusQuery, on_delete=models.PROTECT, related_name="assessments")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="assessments")
    ori = models.CharField(max_length=9)
    rule_set = models.CharField(max_length=12)
    rule_version = models.PositiveSmallIntegerField()
    rule_hash = models.CharField(max_length=64)
    inputs = models.JSONField()
    inputs_hash = models.CharField(max_length=64)
    answer = models.CharField(max_length=20)
    rank = models.PositiveSmallIntegerField(null=True)
    gravest = models.PositiveSmallIntegerField(null=True)
    basis = models.CharField(max_length=12, choices=named(Basis))
    provisional = models.BooleanField()
    result = models.JSONField()
    trigger = models.CharField(max_length=20, choices=named(Trigger))
    supersedes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="superseded_by")
    assessed_at = models.DateTimeField()
    assessed_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["query", "rule_set", "-id"]),
            models.Index(fields=["rule_set", "assessed_at"]),
        ]
        constraints = [
            one_of("an_assessment_rests_on_a_known_basis", "basis", Basis),
            one_of("an_assessment_has_a_known_trigger", "trigger", Trigger),
            models.CheckConstraint(
                name="s6_an_assessment_names_its_rules_and_inputs",
                condition=Q(rule_hash__regex=SHA256, inputs_hash__regex=SHA256, rule_version__gte=1)
                & ~Q(rule_set="") & ~Q(assessed_by="") & Q(inputs__has_key="charges") & Q(result__has_key="decided_by"),
            ),
            models.CheckConstraint(
                name="an_answer_outside_the_order_has_no_rank",
                condition=Q(answer__in=OUTSIDE, rank__isnull=True) | (~Q(answer__in=OUTSIDE) & Q(rank__isnull=False)),
            ),
            models.CheckConstraint(
                name="an_answer_outside_the_order_rests_on_nothing",
                condition=Q(basis=Basis.NONE) | ~Q(answer__in=OUTSIDE),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.rule_set} of {self.query_id}: {self.answer}"


class CurrentAssessment(models.Model):
    """What stands of a case under one rule set. `effective_*`: the same, or what an override in force says."""

    query = models.ForeignKey(StatusQuery, on_delete=models.PROTECT, related_name="current_assessments")
    rule_set = models.CharField(max_length=12)
    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="current")
    answer = models.CharField(max_length=20)
    rank = models.PositiveSmallIntegerField(null=True)
    gravest = models.PositiveSmallIntegerField(null=True)
    basis = models.CharField(max_length=12)
    provisional = models.BooleanField()
    effective_answer = models.CharField(max_length=20)
    effective_rank = models.PositiveSmallIntegerField(null=True)
    override = models.ForeignKey("overrides.Override", null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["query", "rule_set"]
        indexes = [models.Index(fields=["rule_set", "effective_answer", "basis"])]
        constraints = [
            models.UniqueConstraint(fields=["query", "rule_set"], name="one_assessment_stands"),
            models.CheckConstraint(
                name="an_answer_in_force_differs_by_an_override_only",
                condition=Q(override__isnull=False) | Q(effective_answer=models.F("answer")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_set} of {self.query_id}: {self.effective_answer}"
