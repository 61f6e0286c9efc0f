# SPDX-License-Identifier: Apache-2.0
"""Storage of submissions, of the probes made from them, and of input refused at the door."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from secure_communities.identify.galleries.models import Register
from secure_communities.identify.intake.states import Criminal, Immigration, Intake
from secure_communities.interchange.files import Form
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.keys.models import DataKey


class Channel(models.TextChoices):
    """How a file came in."""

    API = "api", "HTTP API"
    FOLDER = "folder", "Watched folder"
    COMMAND = "command", "Command line"


def _choices(states: type[Intake] | type[Criminal] | type[Immigration]) -> list[tuple[str, str]]:
    return [(state.value, state.value.replace("_", " ").capitalize()) for state in states]


class Submission(models.Model):
    """One booking file: kept sealed, unique on (ORI, TCN), with the state of each of its branches."""

    control_number = models.CharField(max_length=24, unique=True)
    originator = models.ForeignKey(OriginatingAgency, on_delete=models.PROTECT, related_name="+")
    tcn = models.CharField(max_length=40)
    transaction_type = models.CharField(max_length=5)
    purpose = models.CharField(max_length=24)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    form = models.CharField(  # as it came in, and as it is answered
        max_length=12, choices=[(one.value, one.value) for one in Form], default=Form.TRADITIONAL.value
    )
    sha256 = models.BinaryField(max_length=32)
    content = models.BinaryField()
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    intake_state = models.CharField(max_length=16, choices=_choices(Intake), default=Intake.RECEIVED.value)
    criminal_state = models.CharField(max_length=16, choices=_choices(Criminal), default=Criminal.WAITING.value)
    immigration_state = models.CharField(
        max_length=16, choices=_choices(Immigration), default=Immigration.WAITING.value
    )
    criminal_ident = models.BooleanField(null=True)  # the finding of the first response, once it has left
    retain = models.BooleanField(default=False)
    resumptions = models.PositiveSmallIntegerField(default=0)
    findings = models.JSONField(default=list)
    timings = models.JSONField(default=dict)

    class Meta:
        # The lists of a million rows: newest first, one agency's, the few that wait, the beginning of a TCN.
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="submissions_newest_first"),
            models.Index(fields=["originator", "-received_at", "-id"], name="submissions_of_an_agency"),
            models.Index(
                fields=["-received_at", "-id"],
                name="submissions_unsettled",
                condition=~Q(intake_state=Intake.ACCEPTED.value),
            ),
            models.Index(
                fields=["-received_at", "-id"],
                name="submissions_at_examiners",
                condition=Q(criminal_state=Criminal.EXAMINER.value) | Q(immigration_state=Immigration.EXAMINER.value),
            ),
            models.Index(fields=["tcn"], name="submissions_by_tcn", opclasses=["varchar_pattern_ops"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["originator", "tcn"], name="one_submission_for_one_control_number"),
        ]

    def __str__(self) -> str:
        return self.control_number


class Probe(models.Model):
    """The templates of a submission as one register's side holds them, sealed under a key of their own.

    The immigration side's probe goes, row and key, as soon as there is no confirmed match.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="probes")
    register = models.CharField(max_length=12, choices=Register.choices)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    tenprint = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "register"], name="one_probe_a_side")]

    def __str__(self) -> str:
        return f"{self.submission} → {self.register}"


class RefusedInput(models.Model):
    """Input that could not become a submission: what came, why it was refused, the error response if one was due."""

    channel = models.CharField(max_length=8, choices=Channel.choices)
    presented_by = models.CharField(max_length=120)
    received_at = models.DateTimeField()
    sha256 = models.BinaryField(max_length=32)
    size = models.BigIntegerField()
    code = models.CharField(max_length=8)
    reason = models.CharField(max_length=400)
    error_response = models.BinaryField(null=True)
    data_key = models.ForeignKey(DataKey, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_error_response_is_sealed",
                condition=Q(error_response__isnull=True) | Q(data_key__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"
