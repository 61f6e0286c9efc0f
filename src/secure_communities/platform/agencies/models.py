# SPDX-License-Identifier: Apache-2.0
"""Places, agencies, ORIs and the participation register (S9). The database holds the rules it can hold.

Entries of the register are never edited or deleted: a trigger refuses it (see the migrations). Ending one fills
`ends_on`, `exit` and `exit_reason`, once.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left
from django.db.models.lookups import Exact

from secure_communities.platform import identifiers
from secure_communities.platform.access.roles import Role
from secure_communities.platform.agencies.rules import CRIMINAL_TOTS
from secure_communities.platform.agencies.vocabulary import (
    AgencyKind,
    Channel,
    Consent,
    Exit,
    IdrDelivery,
    LegalBasis,
    Purpose,
)
from secure_communities.platform.dated import Dated, ends_after_it_starts, never_two_at_once
from secure_communities.platform.listed import named, one_of


class State(models.Model):
    """A state, and whether later arrests of the same person ever leave it (domain: National Fingerprint File)."""

    fips = models.CharField(max_length=2, primary_key=True)
    usps = models.CharField(max_length=2, unique=True)
    name = models.CharField(max_length=60, unique=True)
    nff = models.BooleanField(default=False, help_text="Only a person's first arrest goes to the national register")
    forward_subsequent = models.BooleanField(default=False, help_text="Later arrests are sent on for this programme")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="state_fips_is_two_digits", condition=Q(fips__regex=r"^[0-9]{2}$")),
            models.CheckConstraint(name="state_usps_is_two_letters", condition=Q(usps__regex=r"^[A-Z]{2}$")),
            models.CheckConstraint(
                name="only_nff_states_forward_subsequent", condition=Q(nff=True) | Q(forward_subsequent=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class County(models.Model):
    """A county or its equivalent: the jurisdiction of the participation register."""

    fips = models.CharField(max_length=5, primary_key=True)
    name = models.CharField(max_length=80)
    state = models.ForeignKey(State, on_delete=models.PROTECT, related_name="counties")

    class Meta:
        ordering = ["state", "name"]
        verbose_name_plural = "counties"
        constraints = [
            models.UniqueConstraint(name="county_name_once_per_state", fields=["state", "name"]),
            models.CheckConstraint(name="county_fips_is_five_digits", condition=Q(fips__regex=r"^[0-9]{5}$")),
            models.CheckConstraint(
                name="county_fips_begins_with_its_state", condition=Q(fips__startswith=F("state_id"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.state_id}"


class Agency(models.Model):
    """An organisation that takes part: a jail, a state bureau, the support centre, a field office, a register."""

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=named(AgencyKind))
    state = models.ForeignKey(State, null=True, blank=True, on_delete=models.PROTECT, related_name="agencies")

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"
        constraints = [
            one_of("agency_kind_is_known", "kind", AgencyKind),
            models.CheckConstraint(
                name="local_and_state_agencies_have_a_state",
                condition=~Q(kind__in=[AgencyKind.LOCAL_JAIL, AgencyKind.SUPERVISION, AgencyKind.STATE_BUREAU])
                | Q(state__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_bureau_per_state", fields=["state"], condition=Q(kind=AgencyKind.STATE_BUREAU)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OriginatingAgency(Dated):
    """An ORI: the address under which one agency submits, for one purpose (blank: it does not submit)."""

    ori = models.CharField(max_length=9, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="oris")
    county = models.ForeignKey(County, null=True, blank=True, on_delete=models.PROTECT, related_name="oris")
    purpose = models.CharField(max_length=24, blank=True, choices=named(Purpose))

    class Meta:
        ordering = ["ori"]
        verbose_name_plural = "originating agencies"
        constraints = [
            models.CheckConstraint(name="ori_is_reserved", condition=Q(ori__regex=identifiers.ORI)),
            one_of("ori_purpose_is_known", "purpose", Purpose, blank=True),
            models.CheckConstraint(
                name="ori_that_submits_has_a_county", condition=Q(purpose="") | Q(county__isnull=False)
            ),
            ends_after_it_starts("ori_ends_after_it_starts"),
        ]

    @property
    def field_office_id(self) -> int | None:
        """The field office that serves the ORI's county: the one named for it, else its state's; None without one."""
        if self.county_id is None:
            return None
        areas = AreaOfResponsibility.objects.filter(state=self.county_id[:2])
        own = areas.filter(county=self.county_id).first() or areas.filter(county__isnull=True).first()
        return own.field_office_id if own else None

    def __str__(self) -> str:
        return self.ori

    def roles(self, at: datetime) -> frozenset[Role]:
        """What a booking system that proved to be this ORI may act as: nothing once the ORI is closed."""
        return frozenset({Role.BOOKING_SYSTEM}) if self.in_force(at.date()) else frozenset()


class BookingLocation(models.Model):
    """A place under an ORI where prints are taken. One ORI may have several; coverage counts ORIs (S10)."""

    originating_agency = models.ForeignKey(OriginatingAgency, on_delete=models.PROTECT, related_name="locations")
    code = models.CharField(max_length=10)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["originating_agency", "code"]
        constraints = [
            models.UniqueConstraint(name="location_code_once_per_ori", fields=["originating_agency", "code"]),
            models.CheckConstraint(name="location_code_is_plain", condition=Q(code__regex=r"^[A-Z0-9]{1,10}$")),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Participation(Dated):
    """One entry of the register: a county, or a single ORI, takes part for one purpose, on stated legal ground (S9)."""

    county = models.ForeignKey(County, null=True, blank=True, on_delete=models.PROTECT, related_name="participations")
    originating_agency = models.ForeignKey(
        OriginatingAgency, null=True, blank=True, on_delete=models.PROTECT, related_name="participations"
    )
    purpose = models.CharField(max_length=24, choices=named(Purpose))
    legal_basis = models.CharField(max_length=20, choices=named(LegalBasis))
    citation = models.CharField(max_length=300)
    agreement_date = models.DateField()
    consent = models.CharField(max_length=10, choices=named(Consent))
    exit = models.CharField(max_length=12, blank=True, choices=named(Exit))
    exit_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="participation_is_of_a_county_or_an_ori",
                condition=Q(county__isnull=True) ^ Q(originating_agency__isnull=True),
            ),
            one_of("participation_purpose_is_known", "purpose", Purpose),
            one_of("participation_basis_is_known", "legal_basis", LegalBasis),
            one_of("participation_consent_is_known", "consent", Consent),
            one_of("participation_exit_is_known", "exit", Exit, blank=True),
            models.CheckConstraint(name="participation_cites_its_ground", condition=Q(citation__regex=r"\S")),
            models.CheckConstraint(
                name="participation_follows_its_agreement", condition=Q(starts_on__gte=F("agreement_date"))
            ),
            models.CheckConstraint(
                name="participation_ends_with_an_exit_and_reason",
                condition=Q(ends_on__isnull=True, exit="", exit_reason="")
                | (Q(ends_on__isnull=False, exit_reason__regex=r"\S") & ~Q(exit="")),
            ),
            ends_after_it_starts("participation_ends_after_it_starts"),
            never_two_at_once("one_participation_per_county", "county", "purpose", condition=Q(county__isnull=False)),
            never_two_at_once(
                "one_participation_per_ori",
                "originating_agency",
                "purpose",
                condition=Q(originating_agency__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.county or self.originating_agency}: {self.purpose} from {self.starts_on}"

    def consent_on(self, on: date) -> str:
        """The jurisdiction's position on that day, leaving included."""
        ended = self.ends_on is not None and on >= self.ends_on
        return self.exit if ended else self.consent


class DeliveryPreference(Dated):
    """What an ORI asked to receive and whether its answers can reach it. Changing it opens a new row."""

    originating_agency = models.ForeignKey(OriginatingAgency, on_delete=models.PROTECT, related_name="preferences")
    idr_delivery = models.CharField(max_length=20, choices=named(IdrDelivery))
    state_capable = models.BooleanField(help_text="The state's message switch passes the second response on")
    ori_capable = models.BooleanField(help_text="The agency's own system can take it")
    channel = models.CharField(max_length=10, choices=named(Channel))

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            one_of("preference_delivery_is_known", "idr_delivery", IdrDelivery),
            one_of("preference_channel_is_known", "channel", Channel),
            ends_after_it_starts("preference_ends_after_it_starts"),
            never_two_at_once("one_preference_per_ori", "originating_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.originating_agency_id}: {self.idr_delivery} by {self.channel}"


class TransactionPermission(Dated):
    """A type of transaction that an ORI may submit. Civil and applicant types cannot be stored at all."""

    originating_agency = models.ForeignKey(OriginatingAgency, on_delete=models.PROTECT, related_name="permissions")
    tot = models.CharField(max_length=5)

    class Meta:
        ordering = ["originating_agency", "tot"]
        constraints = [
            one_of("permission_is_for_a_criminal_tot", "tot", CRIMINAL_TOTS),
            ends_after_it_starts("permission_ends_after_it_starts"),
            never_two_at_once("one_permission_per_ori_and_tot", "originating_agency", "tot"),
        ]

    def __str__(self) -> str:
        return f"{self.originating_agency_id} may submit {self.tot}"


class AreaOfResponsibility(models.Model):
    """The field office that serves a state, or one county of it (which then prevails)."""

    field_office = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="areas")
    state = models.ForeignKey(State, on_delete=models.PROTECT, related_name="areas")
    county = models.ForeignKey(County, null=True, blank=True, on_delete=models.PROTECT, related_name="areas")

    class Meta:
        ordering = ["state", "county"]
        verbose_name_plural = "areas of responsibility"
        constraints = [
            models.UniqueConstraint(name="one_office_per_area", fields=["state", "county"], nulls_distinct=False),
            models.CheckConstraint(
                name="area_county_lies_in_its_state",
                condition=Q(county__isnull=True) | Q(Exact(Left("county_id", 2), F("state_id"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field_office}: {self.county or self.state}"
