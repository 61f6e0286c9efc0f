# SPDX-License-Identifier: Apache-2.0
"""Storage of queries, drafts and determinations. Drafts and determinations are never changed (trigger)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from secure_communities.identify.examination.models import Examination
from secure_communities.identify.galleries.models import RegisterSubject
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.records.models import Disposition
from secure_communities.identify.research.states import Query
from secure_communities.platform.access.roles import Role
from secure_communities.platform.keys.boxes import EMPTY_BOX
from secure_communities.platform.listed import named, one_of
from secure_communities.policy.determination import Authority, Confidence
from secure_communities.policy.determination import Correction as CorrectionCode
from secure_communities.policy.determination import Determination as DeterminationCode

CAPACITIES = (Role.SUPPORT_SUPERVISOR, Role.COUNSEL)


class StatusQuery(models.Model):
    """One query to the support centre about one confirmed match."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="query")
    examination = models.OneToOneField(Examination, on_delete=models.PROTECT, related_name="query")
    reference = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Query], default=Query.SENT.value)
    sent_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    pending_notice_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="open_queries", condition=~Q(state=Query.DETERMINED.value))]

    def __str__(self) -> str:
        return self.reference

    @property
    def subject(self) -> RegisterSubject:
        """The record of the immigration register that two examiners confirmed."""
        candidate = self.examination.confirmed
        if candidate is None:
            raise LookupError(f"{self.reference} stands on no confirmed candidate")
        return candidate.subject

    @property
    def in_force(self) -> Determination | None:
        """The determination that stands: the latest version, if one was signed."""
        return self.determinations.select_related("correction__supersedes").order_by("-version").first()

    @property
    def latest_draft(self) -> Draft | None:
        """The draft that stands, if any."""
        return self.drafts.select_related("author").order_by("-id").first()

    @property
    def drafted_by_id(self) -> int | None:
        """Who wrote the draft that stands: never the one who signs it."""
        draft = self.latest_draft
        return draft.author_id if draft else None


class Draft(models.Model):
    """A specialist's proposal: coded, with evidence and confidence in words."""

    query = models.ForeignKey(StatusQuery, on_delete=models.PROTECT, related_name="drafts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=32, choices=[(one.value, one.value) for one in DeterminationCode])
    evidence = models.BinaryField()  # sealed list of {system, record, retrieved_at, summary}
    confidence_code = models.CharField(max_length=16, choices=named(Confidence))
    sealed_confidence = models.BinaryField()  # the author's own words, in full
    sealed_contradictions = models.BinaryField(null=True)  # how contradictions of the evidence are explained
    conviction = models.ForeignKey(Disposition, null=True, on_delete=models.PROTECT, related_name="+")
    stated_items = models.PositiveSmallIntegerField()  # how many items `evidence` holds
    relied_on = models.ManyToManyField("evidence.Evidence", through="ReliedOn", related_name="drafts")
    rules_version = models.CharField(max_length=8)
    drafted_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("a_draft_states_a_known_confidence", "confidence_code", Confidence),
            models.CheckConstraint(
                name="s16_a_resident_is_removable_on_a_conviction_only",
                condition=~Q(code=DeterminationCode.LPR_POSSIBLY_REMOVABLE) | Q(conviction__isnull=False),
            ),
            models.CheckConstraint(
                name="a_draft_says_how_sure_it_is", condition=GreaterThan(Length("sealed_confidence"), EMPTY_BOX)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.query}: {self.code}"


class ReliedOn(models.Model):
    """Gathered evidence a draft relies on: of its own query, and none of a source that failed (trigger)."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="reliances")
    evidence = models.ForeignKey("evidence.Evidence", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["draft", "evidence"], name="evidence_is_relied_on_once")]

    def __str__(self) -> str:
        return f"{self.draft_id} on {self.evidence_id}"


class Concurrence(models.Model):
    """Supervisor or counsel agreeing to a draft that needs both of them (trigger: role held, not the author)."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="concurrences")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=20, choices=named(CAPACITIES))
    sealed_reason = models.BinaryField()
    concurred_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "reviewer"], name="a_reviewer_concurs_once"),
            models.UniqueConstraint(fields=["draft", "capacity"], name="a_capacity_concurs_once"),
            one_of("a_concurrence_is_of_supervisor_or_counsel", "capacity", CAPACITIES),
            models.CheckConstraint(
                name="a_concurrence_has_a_reason", condition=GreaterThan(Length("sealed_reason"), EMPTY_BOX)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.capacity} on {self.draft_id}"


class Correction(models.Model):
    """A signed determination is opened again, and why. The determination that supersedes it names this row."""

    supersedes = models.OneToOneField("Determination", on_delete=models.PROTECT, related_name="correction_opened")
    code = models.CharField(max_length=16, choices=named(CorrectionCode))
    sealed_words = models.BinaryField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("a_correction_has_a_known_code", "code", CorrectionCode),
            models.CheckConstraint(
                name="a_correction_says_why", condition=GreaterThan(Length("sealed_words"), EMPTY_BOX)
            ),
        ]

    def __str__(self) -> str:
        return f"correction of determination {self.supersedes_id}: {self.code}"


class Determination(models.Model):
    """A signed determination. There is none without a signer who is not the drafter and holds the role (trigger)."""

    query = models.ForeignKey(StatusQuery, on_delete=models.PROTECT, related_name="determinations")
    draft = models.OneToOneField(Draft, on_delete=models.PROTECT, related_name="determination")
    version = models.PositiveSmallIntegerField(default=1)
    code = models.CharField(max_length=32)
    drafter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    authority_code = models.CharField(max_length=16, choices=named(Authority))
    sealed_authority = models.BinaryField()
    sealed_reason = models.BinaryField()
    correction = models.OneToOneField(Correction, null=True, on_delete=models.PROTECT, related_name="result")
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["version"]
        constraints = [
            models.CheckConstraint(name="the_signer_is_not_the_drafter", condition=~Q(signer=F("drafter"))),
            one_of("a_signature_rests_on_a_known_authority", "authority_code", Authority),
            models.CheckConstraint(
                name="a_signature_states_authority",
                condition=GreaterThan(Length("sealed_authority"), EMPTY_BOX)
                & GreaterThan(Length("sealed_reason"), EMPTY_BOX),
            ),
            models.UniqueConstraint(fields=["query", "version"], name="one_determination_a_version"),
            models.CheckConstraint(
                name="a_later_version_is_a_correction",
                condition=Q(version=1, correction__isnull=True) | Q(version__gt=1, correction__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.query} v{self.version}: {self.code}"

    @property
    def supersedes(self) -> Determination | None:
        """The determination this one replaces."""
        return self.correction.supersedes if self.correction else None
