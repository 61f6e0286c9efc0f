# SPDX-License-Identifier: Apache-2.0
"""Sample forms and panels for the style guide."""

from __future__ import annotations

from typing import Any

from django import forms


def tiles() -> list[dict[str, Any]]:
    """Counts of a working day."""
    return [
        {"value": 128, "label": "Submissions today", "note": "12 in the last hour"},
        {"value": "41 s", "label": "To the first response", "note": "median; 95 % within 58 s", "tone": "good"},
        {"value": 7, "label": "Waiting for an examiner", "href": "#tiles", "tone": "attention"},
        {"value": 1, "label": "Past its time", "href": "#tiles", "tone": "late"},
    ]


class SampleForm(forms.Form):
    """One field of each kind."""

    reference = forms.CharField(
        error_messages={"required": "Enter the reference."},
        help_text="As printed on the booking sheet, such as TEST-0001.",
    )
    conclusion = forms.ChoiceField(
        choices=[("same", "Same source"), ("different", "Different source"), ("inconclusive", "Inconclusive")],
        widget=forms.RadioSelect,
        help_text="Your own; the other examiner's is not shown before you have decided.",
    )
    office = forms.ChoiceField(choices=[("", "Choose"), ("1", "Field office 1"), ("2", "Field office 2")])
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), required=False)
    seen = forms.BooleanField(label="I have looked at all ten fingers")


def refused_form() -> SampleForm:
    """The same form, sent almost empty."""
    return SampleForm({"office": "1", "reason": "Ridges agree in eight fingers."}, prefix="refused")


class AffirmForm(forms.Form):
    """What a signer affirms."""

    read = forms.BooleanField(label="I have read the evidence listed above")


def check() -> dict[str, Any]:
    """Answers to check."""
    return {
        "title": "Check before you record", "lead": "This will be logged under your name.",
        "submit": "Record conclusion",
        "action": "#check", "cancel_url": "#check",
        "rows": [
            {"term": "Conclusion", "value": "Same source", "change_url": "#check"},
            {"term": "Fingers compared", "value": "10", "change_url": "#check"},
        ],
    }  # fmt: skip


def interruption() -> dict[str, Any]:
    """A determination about to be signed."""
    return {
        "title": "You are about to sign a determination",
        "lead": "It will be sent to the jail as the second response and cannot be taken back.",
        "points": ["It is not a detainer.", "It was drafted by another person.", "Your name stands on it."],
        "rows": [
            {"term": "Determination", "value": "Nonimmigrant in status"},
            {"term": "Drafted by", "value": "R. Sample"},
        ],
        "form": AffirmForm(prefix="affirm"), "action": "#interruption", "submit": "Sign and send",
        "cancel_url": "#interruption", "signer": "N. Example, authorised officer",
    }  # fmt: skip


def done() -> dict[str, Any]:
    """After the act."""
    return {
        "title": "Conclusion recorded", "reference": "EXAM-000417", "href": "#done", "link": "Next in the queue",
        "next": ["A second examiner compares the same prints.", "Nothing leaves before both have confirmed."],
    }  # fmt: skip


class FilterForm(forms.Form):
    """The filter of the list of submissions."""

    search = forms.CharField(label="Name or number", required=False)
    state = forms.ChoiceField(choices=[("", "Any"), ("late", "Late")], required=False)
    day = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))


def filters() -> dict[str, Any]:
    """One filter set, another removable."""
    return {
        "form": FilterForm({"filter-state": "late"}, prefix="filter"),
        "action": "#table", "count": 411, "noun": "submissions",
        "chips": [{"text": "State: late", "remove_url": "#table"}, {"text": "Since Nov 1", "remove_url": "#table"}],
        "clear_url": "#table", "hidden": [("sort", "-at")],
    }  # fmt: skip
