# SPDX-License-Identifier: Apache-2.0
"""Storage of the two registers: subjects, their sealed templates and sealed images."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from secure_communities.platform.keys.models import DataKey


class Register(models.TextChoices):
    """The two registers. They share code, never rows, workers or connections."""

    CRIMINAL = "criminal", "Criminal history register"
    IMMIGRATION = "immigration", "Immigration history register"


class Source(models.TextChoices):
    """How a subject came to be enrolled."""

    BOOKING = "booking", "Booking with retention"
    ENCOUNTER = "encounter", "Immigration encounter"


class RegisterIdentity(models.Model):
    """Which database this is: one row, made by a migration. Gallery folders carry it, so none serves another's rows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    def __str__(self) -> str:
        return str(self.id)


class RegisterSubject(models.Model):
    """One person in one register: UCN in the criminal one, FIN in the immigration one."""

    register = models.CharField(max_length=12, choices=Register.choices)
    number = models.CharField(max_length=16)
    row = models.PositiveIntegerField()
    source = models.CharField(max_length=12, choices=Source.choices)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    enrolled_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register", "number"], name="one_number_one_subject"),
            models.UniqueConstraint(fields=["register", "row"], name="one_gallery_row_one_subject"),
            # A booking's prints never enter the immigration register (DESIGN, what must never happen, 10).
            models.CheckConstraint(
                name="bookings_never_enter_the_immigration_register",
                condition=Q(register="criminal", source="booking") | Q(register="immigration", source="encounter"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_register_display()} {self.number}"


class EnrolledPrint(models.Model):
    """One finger of one subject: the template, and the image where there is one, both AES-256-GCM."""

    subject = models.ForeignKey(RegisterSubject, on_delete=models.CASCADE, related_name="prints")
    position = models.PositiveSmallIntegerField()
    template = models.BinaryField()
    image = models.BinaryField(null=True)
    quality = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "position"], name="one_print_a_finger"),
            models.CheckConstraint(name="fingers_are_1_to_10", condition=Q(position__gte=1, position__lte=10)),
        ]

    def __str__(self) -> str:
        return f"{self.subject} finger {self.position}"
