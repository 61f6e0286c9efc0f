# SPDX-License-Identifier: Apache-2.0
"""Forms about rule sets: look up a code, load a bundle, compare, activate, go back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from secure_communities.policy.offences import is_code
from secure_communities.policy.priority.bundles import LARGEST
from secure_communities.policy.priority.tables import offence_codes
from secure_communities.web.forms.assessments import Repeated

Choices = Sequence[tuple[str, str]]
REASON = {"required": "Say why, and on whose word: it is kept with the decision."}


class CodeForm(forms.Form):
    """One offence code to look up."""

    code = forms.CharField(label="Offence code (NCIC)", max_length=4, help_text="Four digits, such as 1313")

    def clean_code(self) -> str:
        """A code that a charge may stand on."""
        code = str(self.cleaned_data["code"])
        if not is_code(code):
            raise forms.ValidationError("Write the four digits of a code, such as 1313.")
        if code not in offence_codes():
            raise forms.ValidationError(f"{code} names no offence: a filler or a status weighs nothing.")
        return code


class BundleForm(forms.Form):
    """A signed bundle."""

    bundle = forms.FileField(
        label="Signed bundle", help_text="The file that ./run rules sign wrote.",
        error_messages={"required": "Choose the file of the bundle.", "empty": "The file is empty."},
    )  # fmt: skip

    def clean_bundle(self) -> bytes:
        """Its bytes, if they are not too many."""
        given = self.cleaned_data["bundle"]
        if given.size > LARGEST:
            raise forms.ValidationError(f"A bundle is no larger than {LARGEST // 1024} KiB.")
        return bytes(given.read())


class CompareForm(forms.Form):
    """Which two versions."""

    before = forms.ChoiceField(label="Before")
    after = forms.ChoiceField(label="After")

    def __init__(self, *args: Any, versions: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.fields.values():
            one.choices = versions  # type: ignore[attr-defined]


class ActivateForm(Repeated):
    """From when, and why."""

    effective_from = forms.DateTimeField(
        label="In force from (UTC)", required=False, input_formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"],
        help_text="Such as 2026-12-01 06:00. Leave it empty for now.",
        error_messages={"invalid": "Write the moment as 2026-12-01 06:00."},
    )  # fmt: skip
    reason = forms.CharField(
        label="Reason", max_length=300, error_messages=REASON,
        help_text="The directive, its number and who gave it.",
    )  # fmt: skip


class WithdrawForm(forms.Form):
    """Why an activation is taken back before its moment."""

    reason = forms.CharField(label="Reason for withdrawing it", max_length=300, error_messages=REASON)


class GoBackForm(Repeated):
    """To which rules, and why."""

    to = forms.ChoiceField(label="Go back to", error_messages={"required": "Choose the rules to go back to."})
    reason = forms.CharField(
        label="Reason for going back", max_length=300, error_messages=REASON,
        help_text="What was wrong, and who says so.",
    )  # fmt: skip

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", "Choose"), *choices]  # type: ignore[attr-defined]
