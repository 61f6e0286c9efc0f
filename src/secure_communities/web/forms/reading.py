# SPDX-License-Identifier: Apache-2.0
"""The purpose of a reading, and the filters of lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from secure_communities.identify.intake.reading import ReadPurpose
from secure_communities.web.presenters.sight import WORDS


class PurposeForm(forms.Form):
    """Why a record is opened."""

    purpose = forms.ChoiceField(
        label="Your reason",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose why you open this record.",
            "invalid_choice": "Choose one of the reasons below: another does not belong to your role.",
        },
    )

    def __init__(self, data: Any = None, *, purposes: Iterable[ReadPurpose]) -> None:
        super().__init__(data, initial={"purpose": next(iter(purposes), None)})
        self.fields["purpose"].choices = [(one.value, WORDS[one]) for one in purposes]  # type: ignore[attr-defined]


class SubmissionFilter(forms.Form):
    """The filter of the list of submissions."""

    number = forms.CharField(label="Number", required=False, max_length=40)
    ori = forms.CharField(label="ORI", required=False, max_length=9)
    state = forms.ChoiceField(label="State", required=False)
    day = forms.CharField(label="Day", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, *, states: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["state"].choices = [("", "Any"), *states]  # type: ignore[attr-defined]
