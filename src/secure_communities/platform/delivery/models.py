# SPDX-License-Identifier: Apache-2.0
"""Storage of deliveries, attempts, replays, addresses and signing keys. Triggers hold order and history."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.agencies.vocabulary import Channel
from secure_communities.platform.delivery.rules import Outcome
from secure_communities.platform.delivery.states import Delivery as State
from secure_communities.platform.keys.models import DataKey
from secure_communities.platform.listed import named, one_of

PUSHED = (Channel.DIRECTORY, Channel.WEBHOOK, Channel.SMTP)


class Delivery(models.Model):
    """One message to one recipient on one channel. `source` and `reference` name the message, `stream` its order."""

    source = models.CharField(max_length=20)
    reference = models.BigIntegerField()
    recipient = models.ForeignKey(OriginatingAgency, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=named(Channel))
    stream = models.CharField(max_length=64)  # what must arrive in order: a submission's control number
    urgent = models.BooleanField()  # criminal answers, which never wait for the other side's notices
    state = models.CharField(max_length=12, choices=named(State))
    created_at = models.DateTimeField()
    begun_at = models.DateTimeField()  # from when the day is counted after which it is given up
    started_at = models.DateTimeField(null=True)  # the attempt being made
    next_try_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)  # since begun_at
    last_code = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state__in=["waiting", "retry"]), name="due_deliveries"),
            models.Index(fields=["started_at"], condition=Q(state="sending"), name="deliveries_under_way"),
            models.Index(fields=["begun_at"], condition=Q(state="offered"), name="offered_deliveries"),
            models.Index(fields=["state", "id"], condition=~Q(state="delivered"), name="open_deliveries"),
            models.Index(fields=["stream"], name="deliveries_of_a_stream"),
            models.Index(fields=["-created_at", "-id"], name="newest_deliveries"),
        ]
        constraints = [
            one_of("delivery_channel_is_known", "channel", Channel),
            one_of("delivery_state_is_known", "state", State),
            models.UniqueConstraint(
                fields=["source", "reference", "recipient", "channel"], name="one_delivery_of_a_message_by_a_channel"
            ),
            models.CheckConstraint(
                name="delivery_times_follow_its_state",
                condition=Q(state__in=["waiting", "retry"], started_at=None, next_try_at__isnull=False, ended_at=None)
                | Q(state="sending", started_at__isnull=False, next_try_at=None, ended_at=None)
                | Q(state="offered", started_at=None, next_try_at=None, ended_at=None)
                | Q(state__in=["delivered", "dead"], started_at=None, next_try_at=None, ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="only_pushed_deliveries_are_sent",
                condition=Q(channel__in=PUSHED) | Q(state__in=["offered", "delivered", "dead"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.reference} to {self.recipient_id} by {self.channel}: {self.state}"


class Attempt(models.Model):
    """One attempt, for good: when, how long, what came of it. Codes only, never what the other side wrote."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    channel = models.CharField(max_length=10, choices=named(Channel))
    outcome = models.CharField(max_length=12, choices=named(Outcome))
    code = models.CharField(max_length=40)
    status = models.PositiveSmallIntegerField(null=True)
    target = models.CharField(max_length=200, blank=True)  # where it went, as entered in the register

    class Meta:
        ordering = ["delivery", "number"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="attempts_are_numbered"),
            one_of("attempt_outcome_is_known", "outcome", Outcome),
            models.CheckConstraint(name="attempt_code_is_a_code", condition=Q(code__regex=r"^[a-z0-9_]{1,40}$")),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.delivery_id}: {self.code}"


class Replay(models.Model):
    """A person began a delivery again, and said why. For good."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="replays")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    after = models.CharField(max_length=12, choices=named(State))  # the state it was begun again from

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="a_replay_has_a_reason", condition=Q(reason__regex=r"\S"))]

    def __str__(self) -> str:
        return f"{self.delivery_id} begun again at {self.at:%Y-%m-%d %H:%M}"


class DeliveryAddress(models.Model):
    """Where an ORI takes what is pushed at it, from `starts_at` to `ends_at`. Ended, never edited."""

    originating_agency = models.ForeignKey(OriginatingAgency, on_delete=models.PROTECT, related_name="addresses")
    channel = models.CharField(max_length=10, choices=named([Channel.WEBHOOK, Channel.SMTP]))
    target = models.CharField(max_length=200)  # an https address, or a mailbox
    starts_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ends_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["originating_agency", "channel", "starts_at"]
        verbose_name_plural = "delivery addresses"
        constraints = [
            one_of("address_channel_is_pushed", "channel", [Channel.WEBHOOK, Channel.SMTP]),
            models.UniqueConstraint(
                fields=["originating_agency", "channel"], condition=Q(ends_at=None), name="one_address_a_channel"
            ),
            models.CheckConstraint(
                name="address_ends_after_it_starts",
                condition=Q(ends_at=None, ended_by=None) | Q(ends_at__gte=F("starts_at"), ended_by__isnull=False),
            ),
            models.CheckConstraint(name="address_is_one_line", condition=Q(target__regex=r"^[!-~]{3,200}$")),
        ]

    def __str__(self) -> str:
        return f"{self.originating_agency_id} by {self.channel}: {self.target}"

    def in_force(self, at: datetime) -> bool:
        """Whether it is used at that moment."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


class SigningKey(models.Model):
    """A key that signs what is posted to an ORI's webhook. Two may overlap while the other side changes over.

    The secret is sealed under a data key of its own, which is destroyed when the signing key ends.
    """

    originating_agency = models.ForeignKey(OriginatingAgency, on_delete=models.PROTECT, related_name="signing_keys")
    key_id = models.CharField(max_length=16, unique=True)
    data_key = models.OneToOneField(DataKey, on_delete=models.PROTECT, related_name="+")
    secret = models.BinaryField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["originating_agency", "starts_at"]
        constraints = [
            models.CheckConstraint(name="signing_key_id_is_plain", condition=Q(key_id__regex=r"^whk_[a-z2-7]{8}$")),
            models.CheckConstraint(
                name="signing_key_ends_after_it_starts", condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key_id} of {self.originating_agency_id}"
