# SPDX-License-Identifier: Apache-2.0
"""An examiner's decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from secure_communities.identify.examination.rules import Verdict


class DecisionForm(forms.Form):
    """One examiner's decision: a candidate by number, or no candidate."""

    verdict = forms.ChoiceField(
        label="Your conclusion",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose your conclusion.", "invalid_choice": "Choose one of the conclusions."},
    )
    rationale = forms.CharField(
        label="What you saw, in your own words",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Fingers compared, features that agree or differ, what limits the comparison.",
        error_messages={"required": "Say in your own words what you saw: a decision needs its rationale."},
    )
    effort = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)  # what the viewer counted

    def __init__(self, data: Any = None, *, candidates: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["verdict"].choices = [  # type: ignore[attr-defined]
            *((f"identification:{number}", f"Identification: {name}") for number, name in candidates),
            ("exclusion", "Exclusion: none of the candidates" if len(candidates) > 1 else "Exclusion"),
            ("inconclusive", "Inconclusive: the prints do not allow either"),
        ]

    @property
    def decision(self) -> tuple[Verdict, int | None]:
        """The verdict and, for an identification, the candidate."""
        verdict, _, candidate = self.cleaned_data["verdict"].partition(":")
        return Verdict(verdict), int(candidate) if candidate else None
