# SPDX-License-Identifier: Apache-2.0
"""What the county map shows: a month, a plan, a colouring, and which counties the table beside it lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms

Choices = Sequence[tuple[str, Any]]
SHOWS: Final = (("line", "On line"), ("ready", "Readiness"))


class CountyMapForm(forms.Form):
    """The request in the address. `values`: what was asked, the usual where it was not asked or makes no sense."""

    month = forms.ChoiceField(label="Month")
    plan = forms.ChoiceField(
        label="Plan", required=False,
        error_messages={"invalid_choice": "There is no such plan: choose one of the list."},
    )  # fmt: skip
    show = forms.ChoiceField(
        label="Colours", choices=SHOWS,
        error_messages={"invalid_choice": "Choose one of the two colourings."},
    )  # fmt: skip
    state = forms.ChoiceField(
        label="State", required=False,
        error_messages={"invalid_choice": "There is no such state: choose one of the list."},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label="Counties", required=False, error_messages={"invalid_choice": "Choose which counties from the list."}
    )

    def __init__(
        self, data: Any, *, months: Choices, month: str, plans: Choices, plan: str, states: Choices, kinds: Choices
    ) -> None:
        usual = {"month": month, "plan": plan, "show": SHOWS[0][0], "state": "", "kind": ""}
        super().__init__({name: data.get(name) or value for name, value in usual.items()})
        listed = {"month": months, "plan": plans, "state": (("", "All states"), *states), "kind": kinds}
        for name, choices in listed.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields["month"].error_messages["invalid_choice"] = (
            f"There are no figures of that month: choose one from {months[0][0]} to {months[-1][0]}."
        )
        self.is_valid()
        self.values: dict[str, str] = {name: self.cleaned_data.get(name) or value for name, value in usual.items()}
