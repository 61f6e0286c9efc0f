# SPDX-License-Identifier: Apache-2.0
"""Which closed comparisons are counted: a span of days, a register, an examiner where the reader may ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

SPANS = (("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "a year"))
REGISTERS = (("", "Both registers"), ("criminal", "Criminal register"), ("immigration", "Immigration register"))
USUAL = {"days": "30", "register": "", "examiner": ""}


class StatisticsFilter(forms.Form):
    """The filter of the statistics. `values`: what was asked, put right where it makes no sense."""

    days = forms.ChoiceField(label="Closed within", choices=SPANS)
    register = forms.ChoiceField(label="Register", choices=REGISTERS, required=False)
    examiner = forms.ChoiceField(label="Examiner", required=False)

    def __init__(self, data: Any, *, examiners: Sequence[tuple[int, str]] | None) -> None:
        said = {name: data.get(name) or usual for name, usual in USUAL.items()}
        super().__init__(said)
        if examiners is None:
            del self.fields["examiner"]
        else:
            choices = [("", "All examiners"), *((str(number), name) for number, name in examiners)]
            self.fields["examiner"].choices = choices  # type: ignore[attr-defined]
        known = self.is_valid()
        self.values = {**USUAL, **({key: self.cleaned_data[key] for key in self.fields} if known else {})}
        if not known:
            super().__init__(self.values)
