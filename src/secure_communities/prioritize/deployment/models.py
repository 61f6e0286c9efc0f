# SPDX-License-Identifier: Apache-2.0
"""Storage of local switches and readiness. Rows are never changed or deleted (trigger): a later one stands."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from secure_communities.planning.ranking import Input
from secure_communities.platform.agencies.models import County
from secure_communities.platform.listed import named, one_of
from secure_communities.policy.local import Switch


class SwitchSetting(models.Model):
    """A jurisdiction sets one of its switches on or off from a day on (S24). Public."""

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="switch_settings")
    switch = models.CharField(max_length=60, choices=named(Switch))
    on = models.BooleanField()
    starts_on = models.DateField()
    citation = models.CharField(max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["county", "switch", "-starts_on", "-id"]
        constraints = [
            one_of("a_switch_is_of_the_closed_list", "switch", Switch),
            models.CheckConstraint(name="a_switch_cites_its_ground", condition=Q(citation__regex=r"\S")),
        ]

    def __str__(self) -> str:
        return f"{self.county_id}: {self.switch} {'on' if self.on else 'off'} from {self.starts_on}"


class Readiness(models.Model):
    """How ready a jurisdiction is in one respect: a share from 0 to 1 with its interval, source and day."""

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="readiness")
    name = models.CharField(max_length=24, choices=named(Input))
    value = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    source = models.CharField(max_length=120)
    as_of = models.DateField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["county", "name", "-as_of", "-id"]
        verbose_name_plural = "readiness"
        constraints = [
            # What people are (born where, of which origin, speaking what) is no input: the list is closed here too.
            one_of("an_input_is_of_the_closed_list", "name", [one for one in Input if one != Input.SERIOUS_BOOKINGS]),
            models.CheckConstraint(
                name="a_share_lies_in_its_interval",
                condition=Q(low__gte=0, high__lte=1, low__lte=F("value"), value__lte=F("high")),
            ),
            models.CheckConstraint(name="readiness_names_its_source", condition=Q(source__regex=r"\S")),
        ]

    def __str__(self) -> str:
        return f"{self.county_id}: {self.name} {self.value}"
