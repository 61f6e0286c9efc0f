# SPDX-License-Identifier: Apache-2.0
"""A specialist's draft, its return, an officer's signature."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from secure_communities.interchange.messages.vocabulary import Determination, load_vocabulary

EVIDENCE_ROWS = (1, 2, 3)
LOCAL = "%Y-%m-%dT%H:%M"


class DraftForm(forms.Form):
    """A proposed determination: the code, up to three pieces of evidence, the confidence in words."""

    code = forms.ChoiceField(
        label="Determination",
        choices=[("", "Choose"), *((one.value, one.value.replace("_", " ")) for one in Determination)],
        help_text="What each code says stands below the form; you will read its sentence before you confirm.",
        error_messages={"required": "Choose a determination.", "invalid_choice": "Choose one of the determinations."},
    )
    confidence = forms.CharField(
        label="How sure the evidence makes you, in words",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Say in words how sure the evidence makes you.",
            "max_length": "Say it in at most 200 characters.",
        },
    )

    def __init__(self, data: Any = None, *, now: datetime) -> None:
        super().__init__(data, initial={"retrieved_1": now.strftime(LOCAL)})
        self.now = now
        confidence = self.fields.pop("confidence")
        for row in EVIDENCE_ROWS:
            first = row == 1
            self.fields[f"system_{row}"] = forms.CharField(
                label=f"Evidence {row}: system", max_length=40, required=first,
                error_messages={"required": "Name the system the evidence comes from."},
            )  # fmt: skip
            self.fields[f"record_{row}"] = forms.CharField(
                label=f"Evidence {row}: record", max_length=60, required=first,
                error_messages={"required": "Name the record relied on."},
            )  # fmt: skip
            self.fields[f"retrieved_{row}"] = forms.DateTimeField(
                label=f"Evidence {row}: retrieved, UTC", required=first,
                widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
                input_formats=[LOCAL, f"{LOCAL}:%S"],
                error_messages={
                    "required": "Say when it was retrieved.",
                    "invalid": "Give day and time, such as 2026-11-22 14:30.",
                },
            )  # fmt: skip
        self.fields["confidence"] = confidence

    def clean(self) -> dict[str, Any]:
        """A piece of evidence that was begun is complete, and none was retrieved in the future."""
        cleaned = super().clean() or {}
        for row in EVIDENCE_ROWS:
            names = [f"{name}_{row}" for name in ("system", "record", "retrieved")]
            given = [cleaned.get(name) for name in names]
            if row > 1 and any(given) and not all(given):
                for name, value in zip(names, given, strict=True):
                    if not value and name not in self.errors:
                        self.add_error(name, f"Complete evidence {row}, or leave all of it empty.")
            if given[2] and given[2] > self.now:
                self.add_error(names[2], "This time is still to come.")
        return cleaned

    @property
    def determination(self) -> Determination:
        """The code chosen."""
        return Determination(self.cleaned_data["code"])

    @property
    def evidence(self) -> list[dict[str, str]]:
        """The evidence as the service takes it."""
        return [
            {
                "system": self.cleaned_data[f"system_{row}"],
                "record": self.cleaned_data[f"record_{row}"],
                "retrieved_at": self.cleaned_data[f"retrieved_{row}"].isoformat(),
            }
            for row in EVIDENCE_ROWS
            if self.cleaned_data.get(f"system_{row}")
        ]

    @property
    def evidence_fields(self) -> list[list[forms.BoundField]]:
        """The fields of each piece of evidence, to stand in one row."""
        return [[self[f"{name}_{row}"] for name in ("system", "record", "retrieved")] for row in EVIDENCE_ROWS]

    def hidden(self) -> DraftForm:
        """The same answers as hidden fields, to go along with a check page."""
        copy = DraftForm(self.data, now=self.now)
        for bound in copy.fields.values():
            bound.widget = bound.hidden_widget()
        copy.is_valid()
        return copy


class ReturnForm(forms.Form):
    """Why a draft goes back."""

    reason = forms.CharField(
        label="What is missing",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Say what is missing, so that the specialist can mend it.",
            "max_length": "Say it in at most 200 characters.",
        },
    )


class SignForm(forms.Form):
    """What an authorised officer states when signing."""

    draft = forms.IntegerField(widget=forms.HiddenInput)
    authority = forms.CharField(
        label="Authority",
        max_length=200,
        help_text="The delegation or provision under which you sign.",
        error_messages={"required": "State the authority the signature rests on."},
    )
    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "State in words why the evidence supports this determination."},
    )
    read = forms.BooleanField(
        label="I have read the evidence listed above",
        error_messages={"required": "Read the evidence listed above, then affirm it here."},
    )


def code_sentences() -> list[dict[str, str]]:
    """Every code with the sentence that stands for it in a message."""
    return [
        {"term": code.value.replace("_", " "), "value": entry.sentence}
        for code, entry in load_vocabulary().entries.items()
    ]
