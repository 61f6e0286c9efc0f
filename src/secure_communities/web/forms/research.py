# SPDX-License-Identifier: Apache-2.0
"""A specialist's draft, its return, an officer's signature, a correction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from secure_communities.interchange.messages.vocabulary import load_vocabulary
from secure_communities.policy.determination import (
    Authority,
    Confidence,
    Correction,
    Determination,
    authority_words,
    confidence_words,
    correction_words,
)
from secure_communities.web.presenters.research import draft_rows

EVIDENCE_ROWS = (1, 2, 3)
LOCAL = "%Y-%m-%dT%H:%M"


class DraftForm(forms.Form):
    """A proposed determination: the code, evidence gathered or stated, contradictions explained, the confidence.

    `gathered`: (number, words) of each record that may be relied on; `convictions` likewise, for one code alone.
    """

    code = forms.ChoiceField(
        label="Determination",
        choices=[("", "Choose"), *((one.value, one.value.replace("_", " ")) for one in Determination)],
        help_text="What each code says stands below the form; you will read its sentence before you confirm.",
        error_messages={"required": "Choose a determination.", "invalid_choice": "Choose one of the determinations."},
    )
    relied_on = forms.TypedMultipleChoiceField(
        label="Gathered evidence the draft relies on",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from the evidence gathered for this query."},
    )
    conviction = forms.TypedChoiceField(
        label="Conviction",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="Needed for LPR POSSIBLY REMOVABLE alone.",
    )
    contradictions = forms.CharField(
        label="How you explain what contradicts itself in the evidence",
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "The sources do not agree: say in words how you explain it."},
    )
    confidence_code = forms.TypedChoiceField(
        label="How sure the evidence makes you",
        coerce=Confidence,
        choices=[(one.value, confidence_words(one, "") or "As I state in words below") for one in Confidence],
        initial=Confidence.STATED_IN_WORDS.value,
        required=False,
        empty_value=Confidence.STATED_IN_WORDS,
    )
    confidence = forms.CharField(
        label="How sure, in your own words",
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "Say it in at most 200 characters."},
    )

    def __init__(
        self, data: Any = None, *, now: datetime, gathered: Sequence[tuple[int, str]] = (),
        convictions: Sequence[tuple[int, str]] = (), contradicted: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(data, initial={} if gathered else {"retrieved_1": now.strftime(LOCAL)})
        self.now, self.gathered, self.convictions, self.contradicted = now, gathered, convictions, contradicted
        last = {
            name: self.fields.pop(name) for name in ("conviction", "contradictions", "confidence_code", "confidence")
        }
        self.fields["relied_on"].choices = list(gathered)  # type: ignore[attr-defined]
        last["conviction"].choices = [("", "None"), *convictions]  # type: ignore[attr-defined]
        if not gathered:
            del self.fields["relied_on"]
        if not convictions:
            del last["conviction"]
        if not contradicted:
            del last["contradictions"]
        for row in EVIDENCE_ROWS:
            first = row == 1 and not gathered
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
        self.fields.update(last)

    def clean(self) -> dict[str, Any]:
        """A piece of evidence that was begun is complete, and none was retrieved in the future."""
        cleaned = super().clean() or {}
        if not cleaned.get("confidence") and cleaned.get("confidence_code") is Confidence.STATED_IN_WORDS:
            self.add_error("confidence", "Say in words how sure the evidence makes you.")
        if self.gathered and not cleaned.get("relied_on") and not cleaned.get("system_1"):
            self.add_error("relied_on", "Choose the evidence the draft relies on.")
        if self.contradicted and cleaned.get("relied_on") and not cleaned.get("contradictions"):
            self.add_error("contradictions", "The sources do not agree: say in words how you explain it.")
        for row in EVIDENCE_ROWS:
            names = [f"{name}_{row}" for name in ("system", "record", "retrieved")]
            given = [cleaned.get(name) for name in names]
            if (row > 1 or self.gathered) and any(given) and not all(given):
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

    def in_words(self) -> list[dict[str, Any]]:
        """The whole draft as rows of a summary."""
        given, words = self.cleaned_data, dict(self.gathered)
        rows = draft_rows(
            self.determination, self.evidence, confidence_words(given["confidence_code"], given["confidence"])
        )
        relied = [{"term": "Relies on", "value": words[number]} for number in given.get("relied_on") or ()]
        explained = given.get("contradictions")
        last = [{"term": "Contradictions explained", "value": explained}] if explained else []
        proven = dict(self.convictions).get(given.get("conviction") or 0)
        return [*rows[:2], *relied, *rows[2:], *([{"term": "Conviction", "value": proven}] if proven else []), *last]

    @property
    def evidence_fields(self) -> list[list[forms.BoundField]]:
        """The fields of each piece of evidence, to stand in one row."""
        return [[self[f"{name}_{row}"] for name in ("system", "record", "retrieved")] for row in EVIDENCE_ROWS]

    def hidden(self) -> DraftForm:
        """The same answers as hidden fields, to go along with a check page."""
        copy = DraftForm(
            self.data, now=self.now, gathered=self.gathered, convictions=self.convictions,
            contradicted=self.contradicted,
        )  # fmt: skip
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
    authority_code = forms.TypedChoiceField(
        label="Authority",
        coerce=Authority,
        choices=[(one.value, authority_words(one, "") or "As I state in words below") for one in Authority],
        initial=Authority.STATED_IN_WORDS.value,
        required=False,
        empty_value=Authority.STATED_IN_WORDS,
    )
    authority = forms.CharField(
        label="Authority, in words",
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

    def hidden(self) -> SignForm:
        """The same answers as hidden fields, to go along with the page that asks once more."""
        copy = SignForm(self.data)
        for field in copy.fields.values():
            field.widget = field.hidden_widget()
        copy.is_valid()
        return copy


class CorrectionForm(forms.Form):
    """Why a determination is opened again."""

    code = forms.TypedChoiceField(
        label="Why it must be corrected",
        coerce=Correction,
        choices=[("", "Choose"), *((one.value, correction_words(one)) for one in Correction)],
        error_messages={"required": "Choose why it must be corrected."},
    )
    words = forms.CharField(
        label="What is wrong, in your own words",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in words why the determination must be corrected."},
    )

    def hidden(self) -> CorrectionForm:
        """The same answers as hidden fields, to go along with the page that asks once more."""
        copy = CorrectionForm(self.data)
        for field in copy.fields.values():
            field.widget = field.hidden_widget()
        copy.is_valid()
        return copy


class ConcurrenceForm(forms.Form):
    """Why supervisor or counsel agrees to a draft."""

    draft = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why you agree",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "State in words why you agree."},
    )


def code_sentences() -> list[dict[str, str]]:
    """Every code with the sentence that stands for it in a message."""
    return [
        {"term": code.value.replace("_", " "), "value": entry.sentence}
        for code, entry in load_vocabulary().entries.items()
    ]
