# SPDX-License-Identifier: Apache-2.0
"""Forms around an assessment: filter of the reviews, a finding, a circumstance, an override and its decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from secure_communities.policy.priority import FindingName
from secure_communities.policy.priority.answers import IN_WORDS
from secure_communities.policy.priority.sentences import FINDINGS
from secure_communities.prioritize.reviews.rules import OPEN

Choices = Sequence[tuple[str, str]]
LONGEST = 2_000
WHY = {"required": "Say in your own words why: this is kept with the decision."}


class ReviewFilter(forms.Form):
    """Which open answers are listed."""

    answer = forms.ChoiceField(
        label="Answer", required=False, choices=[("", "Both"), *((one.value, IN_WORDS[one]) for one in OPEN)]
    )


class Repeated(forms.Form):
    """A form that is sent twice: once to be checked, once to be recorded."""

    def hide(self) -> None:
        """The same answers as hidden fields, to go along with the page that asks once more."""
        for one in self.fields.values():
            one.widget = one.hidden_widget()


class FindingForm(Repeated):
    """What a named officer states of the person, with evidence."""

    name = forms.ChoiceField(
        label="Finding",
        choices=[
            ("", "Choose"),
            *((one.value, f"{FINDINGS[one][:1].upper()}{FINDINGS[one][1:]}") for one in FindingName),
        ],
        error_messages={"required": "Choose what you state."},
    )
    value = forms.ChoiceField(
        label="You state that it", widget=forms.RadioSelect,
        choices=[("yes", "holds"), ("no", "does not hold"), ("unknown", "is not known to you")],
        error_messages={"required": "Say whether it holds."},
    )  # fmt: skip
    evidence = forms.CharField(
        label="Evidence", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The record, warrant or order that you read, by its number, and what it says.",
        error_messages={"required": "Name the record that you read."},
    )  # fmt: skip

    @property
    def stated(self) -> bool | None:
        """True, False or not known."""
        return {"yes": True, "no": False}.get(self.cleaned_data["value"])


class CircumstanceForm(forms.Form):
    """A humanitarian or family circumstance."""

    code = forms.ChoiceField(label="Circumstance", error_messages={"required": "Choose the circumstance."})
    holds = forms.ChoiceField(
        label="It", widget=forms.RadioSelect, initial="yes", choices=[("yes", "holds"), ("no", "holds no more")]
    )
    text = forms.CharField(
        label="What you know of it, and from whom", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what you know, and from whom."},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, codes: Choices) -> None:
        super().__init__(data)
        self.fields["code"].choices = [("", "Choose"), *codes]  # type: ignore[attr-defined]


class OverrideForm(Repeated):
    """An answer that two people give instead of the rules'."""

    answer = forms.ChoiceField(label="Answer", error_messages={"required": "Choose the answer."})
    reason_code = forms.ChoiceField(label="Reason", error_messages={"required": "Choose the reason."})
    text = forms.CharField(
        label="The reason in your own words", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages=WHY, help_text="A second person reads it before anything changes.",
    )  # fmt: skip
    expires_on = forms.DateField(
        label="Ends on", widget=forms.DateInput(attrs={"type": "date"}),
        help_text="It ends by itself on that day, at the latest 90 days from now.",
        error_messages={"required": "Give the day on which it ends.", "invalid": "Give a day, such as 2026-12-31."},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, answers: Choices, reasons: Choices, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["answer"].choices = [("", "Choose"), *answers]  # type: ignore[attr-defined]
        self.fields["reason_code"].choices = [("", "Choose"), *reasons]  # type: ignore[attr-defined]


class OverrideDecisionForm(forms.Form):
    """The second person's decision."""

    decision = forms.ChoiceField(
        label="Your decision", widget=forms.RadioSelect,
        choices=[
            ("approve", "Approve: it stands from now until it ends"),
            ("refuse", "Refuse: the rules’ answer stands"),
        ],
        error_messages={"required": "Approve or refuse."},
    )  # fmt: skip
    reason = forms.CharField(
        label="Your reason", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}), error_messages=WHY
    )
