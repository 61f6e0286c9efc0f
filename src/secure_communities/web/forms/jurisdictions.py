# SPDX-License-Identifier: Apache-2.0
"""Forms of a jurisdiction: set a local switch, note readiness, enter a participation, end one.

Each checks in place what the services and the database refuse again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from secure_communities.planning.ranking import Input
from secure_communities.platform.agencies.rules import slip
from secure_communities.platform.agencies.vocabulary import Consent, Exit, LegalBasis, Purpose
from secure_communities.platform.listed import named
from secure_communities.policy.local import Switch
from secure_communities.web.forms.assessments import Repeated
from secure_communities.web.presenters.jurisdictions import INPUTS

WHOLE_COUNTY = "county"
REASON = "It is kept in the log with your name. Name nobody else."


def _choice(label: str, missing: str, choices: Sequence[tuple[str, str]] = (), **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=[("", "Choose"), *choices], error_messages={"required": missing}, **more
    )


def _day(label: str, missing: str, *, hint: str = "") -> forms.DateField:
    return forms.DateField(
        label=label, help_text=hint, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": missing, "invalid": "Give a day, such as 2026-12-31."},
    )  # fmt: skip


def _words(label: str, missing: str, *, hint: str = "", most: int = 300) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=most, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": missing, "max_length": f"Say it in at most {most} characters."},
    )  # fmt: skip


def _per_cent(label: str, *, hint: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label, help_text=hint, min_value=0, max_value=100, decimal_places=2,
        error_messages={
            "required": "Give a number of per cent.", "invalid": "Give a number, such as 62.5.",
            "min_value": "Per cent begin at 0.", "max_value": "Per cent end at 100.",
        },
    )  # fmt: skip


class JurisdictionForm(Repeated):
    """A form of one county, filled in on a day, sent once to be checked and once to be recorded."""

    def __init__(self, data: Any = None, *, today: date, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.today = today

    def _from_today(self, name: str, sentence: str) -> None:
        day = self.cleaned_data.get(name)
        if day is not None and day < self.today:
            self.add_error(name, sentence)

    def _no_slip(self, name: str) -> None:
        day = self.cleaned_data.get(name)
        why = slip(day, today=self.today) if day is not None else None
        if why:
            self.add_error(name, why)


class SwitchForm(JurisdictionForm):
    """A switch that the jurisdiction sets for itself, from a day on."""

    switch = _choice("Switch", "Choose the switch.", named(Switch))
    on = forms.ChoiceField(
        label="Set it", widget=forms.RadioSelect, choices=[("yes", "on"), ("no", "off")],
        error_messages={"required": "Say whether it is set on or off."},
    )  # fmt: skip
    starts_on = _day("From", "Give the day from which it holds.", hint="Today or later. The past stays as it was.")
    citation = _words(
        "Ground", "Cite the ordinance, resolution or directive that sets the switch.",
        hint="The ordinance, resolution or directive, by name and section. It is public.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The day is today or later."""
        self._from_today("starts_on", "Give today or a later day: what was decided under the old setting stands.")
        return self.cleaned_data


class ReadinessForm(JurisdictionForm):
    """How ready a jurisdiction is in one respect, in per cent with its interval."""

    name = _choice("What", "Choose what is ready.", [(str(key), text) for key, text in INPUTS.items()
                                                     if key is not Input.SERIOUS_BOOKINGS])  # fmt: skip
    value = _per_cent("Ready, in per cent", hint="Such as 62.5")
    low = _per_cent("At least", hint="The lower end of the 95 % interval; the value itself where all was counted.")
    high = _per_cent("At most", hint="The upper end of it.")
    source = _words("Source", "Say who reported it.", hint="Who reported or counted it, and in what.", most=120)
    as_of = _day("As of", "Give the day of the report.", hint="Today or earlier.")

    def clean(self) -> dict[str, Any]:
        """The value lies in its interval, and the day is not to come."""
        given = self.cleaned_data
        low, value, high = (given.get(name) for name in ("low", "value", "high"))
        if low is not None and value is not None and low > value:
            self.add_error("low", "The lower end is not above the value.")
        if high is not None and value is not None and high < value:
            self.add_error("high", "The upper end is not below the value.")
        if given.get("as_of") is not None and given["as_of"] > self.today:
            self.add_error("as_of", "Give today or an earlier day: what is to come is not known.")
        return given

    def share(self, name: str) -> float:
        """A field as a share from 0 to 1. The form is valid."""
        return float(Decimal(self.cleaned_data[name]) / 100)


class EntryForm(JurisdictionForm):
    """An entry of the participation register: whose, for what, on what ground, from when."""

    whose = forms.ChoiceField(label="Whose", error_messages={"required": "Choose the county or one of its ORIs."})
    purpose = _choice("Purpose", "Choose the purpose.", named(Purpose))
    legal_basis = _choice("Legal basis", "Choose the legal basis.", named(LegalBasis))
    citation = _words(
        "Ground", "Cite the legal ground: the agreement, statute or order by name and section.",
        hint="The agreement, statute or order, by name and section. It is public.",
    )  # fmt: skip
    consent = _choice(
        "Consent", "Choose the jurisdiction’s position.", named(Consent),
        help_text="Only an agreed entry lets bookings be searched in the immigration register.",
    )  # fmt: skip
    agreement_date = _day("Agreed on", "Give the day of the agreement.")
    starts_on = _day("In force from", "Give the first day.", hint="Not before the agreement.")
    reason = _words("Why you enter it", "Give a reason: every change here is logged with one.", hint=REASON)

    def __init__(self, data: Any = None, *, today: date, oris: Sequence[str] = (), initial: Any = None) -> None:
        super().__init__(data, today=today, initial=initial)
        choices = [(WHOLE_COUNTY, "The whole county"), *((ori, f"{ori} alone") for ori in oris)]
        self.fields["whose"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The entry follows its agreement."""
        agreed, begins = self.cleaned_data.get("agreement_date"), self.cleaned_data.get("starts_on")
        if agreed is not None and begins is not None and begins < agreed:
            self.add_error("starts_on", "It cannot begin before the agreement was made.")
        self._no_slip("starts_on")
        return self.cleaned_data


class EndForm(JurisdictionForm):
    """How, when and why an entry ends."""

    ends_on = _day("Ends on", "Give the day.", hint="Today or later. From that day nothing is searched on it.")
    exit_kind = _choice("How it ends", "Choose how it ends.", named(Exit))
    reason = _words("Why", "Give a reason: every change here is logged with one.", hint="It is public.")

    def clean(self) -> dict[str, Any]:
        """The day is today or later."""
        self._from_today("ends_on", "Give today or a later day: the past stays as it was.")
        self._no_slip("ends_on")
        return self.cleaned_data
