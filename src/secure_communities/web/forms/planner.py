# SPDX-License-Identifier: Apache-2.0
"""Forms of the planner: what a plan is asked for, keeping it, approving it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from secure_communities.planning.rollout import PlanError
from secure_communities.prioritize.rollout import parameters as asked

LINES = forms.Textarea(attrs={"rows": 3})


class PlanForm(forms.Form):
    """What a month can take, and what binds."""

    first = forms.RegexField(
        r"^\d{4}-(0[1-9]|1[0-2])$", label="First month", help_text="Such as 2026-12",
        error_messages={"invalid": "Write the month as 2026-12.", "required": "Give the first month."},
    )  # fmt: skip
    months = forms.IntegerField(label="Months", min_value=1, max_value=asked.MOST_MONTHS, initial=24)
    effort = forms.FloatField(
        label="Effort a month", min_value=0, max_value=asked.MOST, initial=10,
        help_text="A county takes 1, and 1 more for each ORI that submits. What is left goes to the next month.",
    )  # fmt: skip
    sites = forms.IntegerField(label="Counties a month at most", min_value=0, max_value=10_000, required=False)
    vendor_lead = forms.IntegerField(
        label="Months a state’s vendor needs", min_value=0, max_value=asked.MOST_MONTHS, initial=0,
        help_text="From the agreement, in states where no county is on line yet.",
    )  # fmt: skip
    training_months = forms.IntegerField(label="Months of training", min_value=1, max_value=24, initial=1)
    effort_of_a_team = forms.FloatField(label="Effort of a team a month", min_value=0.1, max_value=10_000, initial=5)
    agreements = forms.CharField(
        label="Agreements", required=False, max_length=4_000, widget=LINES,
        help_text="A state and the month it signs in each line, as in TX 2027-01",
    )  # fmt: skip
    must_by = forms.CharField(
        label="Must be on line by", required=False, max_length=8_000, widget=LINES,
        help_text="A county and a month in each line, as in 48201 2027-03",
    )  # fmt: skip
    blackouts = forms.CharField(
        label="Not in these months", required=False, max_length=8_000, widget=LINES,
        help_text="A county and a month in each line; * for all counties, as in * 2026-12",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The lines as pairs."""
        for name in ("agreements", "must_by", "blackouts"):
            try:
                self.cleaned_data[name] = asked.lines(self.cleaned_data.get(name) or "")
            except PlanError as fault:
                self.add_error(name, f"{str(fault)[0].upper()}{str(fault)[1:]}.")
        return self.cleaned_data

    def parameters(self) -> asked.Parameters:
        """The request. The form is valid."""
        given = self.cleaned_data
        blackouts: dict[str, tuple[str, ...]] = {}
        for code, month in given["blackouts"]:
            blackouts[code] = tuple(sorted({*blackouts.get(code, ()), month}))
        return asked.Parameters(
            **{**given, "agreements": dict(given["agreements"]), "must_by": dict(given["must_by"])} | {
                "blackouts": blackouts
            }
        )  # fmt: skip


def values_of(parameters: asked.Parameters) -> Mapping[str, Any]:
    """A request as the form shows it."""
    return {
        "first": parameters.first, "months": parameters.months, "effort": parameters.effort,
        "sites": "" if parameters.sites is None else parameters.sites, "vendor_lead": parameters.vendor_lead,
        "training_months": parameters.training_months, "effort_of_a_team": parameters.effort_of_a_team,
        "agreements": "\n".join(f"{code} {month}" for code, month in sorted(parameters.agreements.items())),
        "must_by": "\n".join(f"{code} {month}" for code, month in sorted(parameters.must_by.items())),
        "blackouts": "\n".join(
            f"{code} {month}" for code, months in sorted(parameters.blackouts.items()) for month in months
        ),
    }  # fmt: skip


class KeepForm(forms.Form):
    """The name under which a plan is kept."""

    title = forms.CharField(label="Title", max_length=80, error_messages={"required": "Give the plan a title."})


class ApproveForm(forms.Form):
    """Another person's yes."""

    reason = forms.CharField(
        label="Why this plan", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Name nobody: it is kept with the plan.", error_messages={"required": "Say why."},
    )  # fmt: skip
