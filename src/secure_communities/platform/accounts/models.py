# SPDX-License-Identifier: Apache-2.0
"""People who sign in, the roles granted to them, and the keys by which booking systems prove their ORI."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from secure_communities.platform.access.doors import KeyScope
from secure_communities.platform.access.roles import HUMAN_ROLES, Role
from secure_communities.platform.agencies.models import Agency, OriginatingAgency
from secure_communities.platform.keys.models import DataKey
from secure_communities.platform.listed import named, one_of


class UserManager(BaseUserManager["User"]):
    """Makes users; a user without a password cannot sign in."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Save a user with a hashed password."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A named person. What the person may do comes from role grants alone; there is no superuser."""

    username = models.CharField(max_length=60, unique=True, validators=[ASCIIUsernameValidator()])
    display_name = models.CharField(max_length=120)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="staff")
    is_active = models.BooleanField(default=True)
    is_synthetic = models.BooleanField(default=True, help_text="An invented person of the demonstration nation")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    objects = UserManager()

    class Meta:
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                name="username_is_plain", condition=Q(username__regex=r"^[a-z0-9][a-z0-9._-]{0,59}$")
            ),
            models.CheckConstraint(name="user_has_a_name", condition=Q(display_name__regex=r"\S")),
        ]

    def get_full_name(self) -> str:
        """The name that signatures and screens show."""
        return self.display_name

    def roles(self, at: datetime) -> frozenset[Role]:
        """The roles held at that moment; none for a deactivated user."""
        if not self.is_active or self.pk is None:
            return frozenset()
        held = RoleGrant.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), user=self, starts_at__lte=at)
        return frozenset(Role(role) for role in held.values_list("role", flat=True))


class RoleGrant(models.Model):
    """A role held by a user from `starts_at` up to `ends_at`, granted by another user.

    `granted_by` is empty only for the first administrator, whom the installation appoints.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=20, choices=named(HUMAN_ROLES))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="grants_made")

    class Meta:
        ordering = ["user", "role", "starts_at"]
        constraints = [
            one_of("granted_role_is_for_people", "role", HUMAN_ROLES),
            models.CheckConstraint(
                name="nobody_grants_a_role_to_themselves",
                condition=Q(granted_by__isnull=False) & ~Q(granted_by=F("user"))
                | Q(granted_by__isnull=True, role=Role.ADMINISTRATOR),
            ),
            models.CheckConstraint(
                name="grant_ends_after_it_starts", condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at"))
            ),
            models.UniqueConstraint(
                name="one_administrator_by_installation", fields=["role"], condition=Q(granted_by__isnull=True)
            ),
            ExclusionConstraint(
                name="a_role_is_held_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_at",
                            "ends_at",
                            RangeBoundary(),
                            function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


class SessionEnd(StrEnum):
    """Why a session is over."""

    SIGNED_OUT = "SIGNED_OUT"
    IDLE = "IDLE"
    TOO_LONG = "TOO_LONG"
    TOO_MANY = "TOO_MANY"
    ENDED_ELSEWHERE = "ENDED_ELSEWHERE"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 - a reason, no secret


class StaffSession(models.Model):
    """One stretch of being signed in on one screen. The browser's session names it; ended here, it is over there."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sessions")
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    program = models.CharField(max_length=200, blank=True, help_text="What the browser calls itself")
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=20, blank=True, choices=named(SessionEnd))

    class Meta:
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["user"], condition=Q(ended_at__isnull=True), name="running_sessions")]
        constraints = [
            one_of("session_ends_for_a_reason", "ended_because", SessionEnd, blank=True),
            models.CheckConstraint(
                name="ended_session_says_why",
                condition=Q(ended_at__isnull=True, ended_because="")
                | Q(ended_at__gte=F("started_at")) & ~Q(ended_because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} since {self.started_at}"


class TimeStep(models.Model):
    """The last time step whose code a user's authenticator app has spent: an earlier one is never taken again."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.PROTECT, related_name="time_step")
    step = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.user}: {self.step}"


def every_scope() -> list[str]:
    """What a key is good for unless less is said."""
    return [scope.value for scope in KeyScope]


class MachineKey(models.Model):
    """A booking system's key for one ORI. Only a digest of the secret is stored; the prefix finds the row.

    The secret is 256 random bits, so one keyed SHA-256 is enough: there is nothing to guess, hence nothing that a
    slow hash would slow down. The digest is keyed with the installation's secret: a stolen table alone proves nothing.
    """

    originating_agency = models.ForeignKey(OriginatingAgency, on_delete=models.PROTECT, related_name="machine_keys")
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    scopes = ArrayField(models.CharField(max_length=20), default=every_scope)
    ends_at = models.DateTimeField(null=True, blank=True, help_text="When its successor has replaced it")
    data_key = models.ForeignKey(DataKey, null=True, on_delete=models.PROTECT, related_name="+")
    signing_box = models.BinaryField(null=True)  # the key of signed requests, derived from the secret, sealed
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["originating_agency", "created_at"]
        constraints = [
            models.CheckConstraint(name="key_prefix_is_plain", condition=Q(prefix__regex=r"^[a-z2-7]{12}$")),
            models.CheckConstraint(
                name="key_is_revoked_after_it_was_made",
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at")),
            ),
            models.CheckConstraint(
                name="key_has_known_scopes",
                condition=Q(scopes__len__gte=1, scopes__contained_by=sorted(scope.value for scope in KeyScope)),
            ),
            models.CheckConstraint(
                name="signing_box_names_its_key",
                condition=Q(data_key__isnull=True, signing_box__isnull=True)
                | Q(data_key__isnull=False, signing_box__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… for {self.originating_agency}"


class MachineRule(models.Model):
    """What an ORI asks of its own requests: signed ones only, or keys as bearers too."""

    originating_agency = models.OneToOneField(
        OriginatingAgency, primary_key=True, on_delete=models.PROTECT, related_name="machine_rule"
    )
    signed_only = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.originating_agency}: {'signed only' if self.signed_only else 'signed or bearer'}"


class SpentNonce(models.Model):
    """A nonce of a signed request: the same one is never taken again while its timestamp could still pass."""

    key = models.ForeignKey(MachineKey, on_delete=models.PROTECT, related_name="+")
    nonce = models.CharField(max_length=64)
    spent_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="a_nonce_is_spent_once", fields=["key", "nonce"])]

    def __str__(self) -> str:
        return self.nonce
