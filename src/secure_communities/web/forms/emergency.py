# SPDX-License-Identifier: Apache-2.0
"""Opening a record in an emergency, and the review afterwards."""

from __future__ import annotations

from django import forms

from secure_communities.identify.emergency.rules import SHORTEST_REASON, Outcome


class OpenForm(forms.Form):
    """Which record, and what the emergency is."""

    number = forms.CharField(label="Control number", max_length=40)
    reason = forms.CharField(
        label="What is the emergency?",
        help_text=f"A sentence that a reviewer can judge, {SHORTEST_REASON} characters at least.",
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=SHORTEST_REASON,
        max_length=1_000,
    )
    understood = forms.BooleanField(
        label="I need this record now, and nobody whose work it is can open it in time",
        error_messages={"required": "Affirm that nobody whose work it is can open the record in time."},
    )


class ReviewForm(forms.Form):
    """What the reviewer found."""

    outcome = forms.ChoiceField(
        label="Was it justified?",
        widget=forms.RadioSelect,
        choices=[(Outcome.JUSTIFIED.value, "Yes, justified"), (Outcome.NOT_JUSTIFIED.value, "No, not justified")],
    )
    finding = forms.CharField(
        label="What you found",
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=SHORTEST_REASON,
        max_length=1_000,
    )
