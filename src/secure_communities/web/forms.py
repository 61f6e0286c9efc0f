# SPDX-License-Identifier: Apache-2.0
"""What people fill in: filters, the purpose of a reading, a decision, a draft, a signature.

The forms check shape only; whether an act is allowed is asked of the services.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms

from secure_communities.identify.examination.rules import Verdict
from secure_communities.identify.intake.reading import ReadPurpose
from secure_communities.interchange.messages.vocabulary import Determination, load_vocabulary
from secure_communities.web.presenters.sight import WORDS

EVIDENCE_ROWS = (1, 2, 3)
LOCAL = "%Y-%m-%dT%H:%M"


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

    number = forms.CharField(label="Number or ORI", required=False, max_length=40)
    state = forms.ChoiceField(label="State", required=False)
    day = forms.CharField(label="Day", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, *, states: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["state"].choices = [("", "Any"), *states]  # type: ignore[attr-defined]


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
