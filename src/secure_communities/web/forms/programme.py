# SPDX-License-Identifier: Apache-2.0
"""Which bookings the figures of the programme count: a span of days and a state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

SPANS = (("30", "30 days"), ("90", "90 days"), ("365", "a year"), ("all", "the whole time"))
USUAL = {"days": "90", "state": ""}


class ProgrammeFilter(forms.Form):
    """The filter. `values`: what was asked, put right where it makes no sense."""

    days = forms.ChoiceField(label="Received within", choices=SPANS)
    state = forms.ChoiceField(label="State", required=False)

    def __init__(self, data: Any, *, states: Sequence[tuple[str, str]]) -> None:
        said = {name: data.get(name) or usual for name, usual in USUAL.items()}
        super().__init__(said)
        choices = [("", "All states"), *states]
        self.fields["state"].choices = choices  # type: ignore[attr-defined]
        known = self.is_valid()
        self.values: dict[str, str] = {**USUAL, **(self.cleaned_data if known else {})}
        if not known:
            super().__init__(self.values)
            self.fields["state"].choices = choices  # type: ignore[attr-defined]

    def in_words(self) -> list[tuple[str, str]]:
        """The filter for people: item and content."""
        titles = dict(self.fields["state"].choices)  # type: ignore[attr-defined]
        return [("Received within", dict(SPANS)[self.values["days"]]), ("State", str(titles[self.values["state"]]))]
