# SPDX-License-Identifier: Apache-2.0
"""Forms of a charge: its code, or why it cannot be told; that somebody asked again; what a court reported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from secure_communities.identify.records.rules import LONGEST_MONTHS, DispositionKind
from secure_communities.prioritize.facts.vocabulary import UNTOLD

OTHER, UNTOLD_CHOICE = "other", "untold"
KINDS = {
    DispositionKind.CONVICTED: "Convicted",
    DispositionKind.DISMISSED: "Dismissed",
    DispositionKind.ACQUITTED: "Acquitted",
    DispositionKind.NOT_CHARGED: "Not charged: the prosecutor declined",
    DispositionKind.DEFERRED: "Deferred",
    DispositionKind.PENDING: "Still pending",
}


class CodeForm(forms.Form):
    """One of the suggestions, another code, or that the code cannot be told. Nothing is chosen beforehand."""

    choice = forms.ChoiceField(
        label="The charge is", widget=forms.RadioSelect,
        error_messages={"required": "Choose a code, or say that it cannot be told."},
    )  # fmt: skip
    code = forms.CharField(
        label="Another code", required=False, max_length=4, help_text="Four digits of the NCIC catalogue."
    )
    reason = forms.ChoiceField(
        label="Why it cannot be told", required=False,
        choices=[("", "Choose"), *((one.value, words) for one, words in UNTOLD.items())],
    )  # fmt: skip

    def __init__(self, data: Any = None, *, suggestions: Sequence[tuple[str, str]]) -> None:
        super().__init__(data, auto_id="id_code_%s")
        rest = [(OTHER, "Another offence: enter its code below"), (UNTOLD_CHOICE, "It cannot be told")]
        self.fields["choice"].choices = [*suggestions, *rest]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Another code comes with the code, and what cannot be told with its reason."""
        given = self.cleaned_data
        if given.get("choice") == OTHER and not given.get("code"):
            self.add_error("code", "Enter the four digits of the code.")
        if given.get("choice") == UNTOLD_CHOICE and not given.get("reason"):
            self.add_error("reason", "Choose why it cannot be told.")
        return given

    @property
    def stated(self) -> str:
        """The code that was chosen or entered."""
        given = self.cleaned_data
        return str(given["code"] if given["choice"] == OTHER else given["choice"])


class AskedForm(forms.Form):
    """Somebody asked again and heard nothing new."""

    source = forms.CharField(
        label="Whom you asked", max_length=80, help_text="The court or the state repository. Name no person.",
        error_messages={"required": "Say whom you asked: the court or the state repository."},
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="id_asked_%s")


class OutcomeForm(forms.Form):
    """What became of the charge, as a court or a repository reported it."""

    kind = forms.ChoiceField(
        label="Outcome", choices=[("", "Choose"), *((one.value, words) for one, words in KINDS.items())],
        error_messages={"required": "Choose what became of the charge."},
    )  # fmt: skip
    decided_on = forms.DateField(
        label="Decided on", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Give a day, such as 2026-11-20."},
    )  # fmt: skip
    sentence_months = forms.IntegerField(
        label="Sentence in months", required=False, min_value=0, max_value=LONGEST_MONTHS,
        help_text="Of a conviction. Leave it empty where nobody reported it.",
    )  # fmt: skip
    maximum_months = forms.IntegerField(
        label="Longest sentence the law allows, in months", required=False, min_value=0, max_value=LONGEST_MONTHS
    )
    source = forms.CharField(
        label="Who reported it", max_length=40, help_text="The court or the state repository. Name no person.",
        error_messages={"required": "Say who reported it."},
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="id_outcome_%s")
