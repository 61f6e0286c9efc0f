# SPDX-License-Identifier: Apache-2.0
"""Storage of criminal and immigration records. Personal values are sealed under the subject's data key."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from secure_communities.identify.records.rules import CodeSource, DispositionKind, UnknownReason
from secure_communities.platform.listed import named, one_of
from secure_communities.policy.offences import UNKNOWN_CODE


class CriminalRecord(models.Model):
    """One person's criminal history record, found by UCN. `sealed_demographics`: names, birth, description, SID."""

    subject = models.OneToOneField(
        "galleries.RegisterSubject", on_delete=models.PROTECT, related_name="criminal_record"
    )
    sealed_demographics = models.BinaryField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"criminal record {self.pk}"


class Arrest(models.Model):
    """One arrest as one submission reported it. `sealed_details`: the names, birth and numbers given at booking."""

    record = models.ForeignKey(CriminalRecord, on_delete=models.PROTECT, related_name="arrests")
    correlation = models.CharField(max_length=64)
    ori = models.CharField(max_length=9)
    arrest_date = models.DateField(null=True)
    sealed_details = models.BinaryField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["correlation"], name="arrests_of_a_booking")]
        constraints = [
            models.UniqueConstraint(fields=["record", "correlation"], name="one_submission_one_arrest"),
            models.CheckConstraint(name="an_arrest_names_its_submission", condition=~Q(correlation="")),
        ]

    def __str__(self) -> str:
        return f"arrest {self.pk}"


class Charge(models.Model):
    """One charge of an arrest: a code that was submitted or confirmed by a person, or UNKNOWN with the reason (S4).

    `sealed_words`: the literal as submitted, and the code as submitted even where it could not stand.
    """

    arrest = models.ForeignKey(Arrest, on_delete=models.PROTECT, related_name="charges")
    sequence = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    code = models.CharField(max_length=4, null=True)
    code_source = models.CharField(max_length=15, choices=named(CodeSource))
    unknown_reason = models.CharField(max_length=30, blank=True, default="", choices=named(UnknownReason))
    issuing_state = models.CharField(max_length=2, blank=True, default="")
    offence_date = models.DateField(null=True)
    sealed_words = models.BinaryField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["arrest", "sequence"], name="charges_keep_their_order"),
            models.CheckConstraint(
                name="a_charge_has_a_code_or_says_why_not",
                condition=Q(code__isnull=False, code_source__in=["SUBMITTED", "HUMAN_CONFIRMED"], unknown_reason="")
                | (Q(code__isnull=True, code_source="UNKNOWN") & ~Q(unknown_reason="")),
            ),
            one_of("an_unknown_charge_gives_a_known_reason", "unknown_reason", UnknownReason, blank=True),
            # The filler counts as UNKNOWN (S4), so it can never stand as a charge's code.
            models.CheckConstraint(
                name="a_charge_code_is_four_digits_and_no_filler",
                condition=Q(code__isnull=True) | (Q(code__regex=r"^[0-9]{4}$") & ~Q(code=UNKNOWN_CODE)),
            ),
            models.CheckConstraint(
                name="a_confirmed_code_names_who_confirmed_it",
                condition=Q(code_source="HUMAN_CONFIRMED", confirmed_by__isnull=False, confirmed_at__isnull=False)
                | (~Q(code_source="HUMAN_CONFIRMED") & Q(confirmed_by__isnull=True, confirmed_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"charge {self.sequence} of arrest {self.arrest_id}"


class Disposition(models.Model):
    """What became of a charge, as a source reported it. Append-only: a later row supersedes an earlier one."""

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="dispositions")
    kind = models.CharField(max_length=12, choices=named(DispositionKind))
    decided_on = models.DateField(null=True)
    sentence_months = models.PositiveIntegerField(null=True)
    maximum_months = models.PositiveIntegerField(null=True)
    source = models.CharField(max_length=40)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["charge", "-id"])]
        constraints = [
            one_of("a_disposition_is_of_a_known_kind", "kind", DispositionKind),
            models.CheckConstraint(name="a_disposition_names_its_source", condition=~Q(source="")),
            models.CheckConstraint(
                name="only_a_conviction_carries_a_sentence",
                condition=Q(kind="CONVICTED") | Q(sentence_months__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"disposition {self.pk} of charge {self.charge_id}"


class ImmigrationRecord(models.Model):
    """One person's immigration record, found by FIN. Everything in it is sealed, the protected class to one length."""

    subject = models.OneToOneField(
        "galleries.RegisterSubject", on_delete=models.PROTECT, related_name="immigration_record"
    )
    sealed_identities = models.BinaryField()
    sealed_a_number = models.BinaryField(null=True)
    sealed_last_encounter = models.BinaryField()
    sealed_encounters = models.BinaryField()
    sealed_protected_class = models.BinaryField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"immigration record {self.pk}"
