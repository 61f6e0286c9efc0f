# SPDX-License-Identifier: Apache-2.0
"""Filter of the priority queue, and the form that sets a lever."""

from __future__ import annotations

from typing import Any

from django import forms

from secure_communities.policy.priority import Basis
from secure_communities.prioritize.queues.rules import BOUNDS

BASES = {Basis.CONVICTED: "Convicted", Basis.CHARGED: "Charged", Basis.FINDING: "Finding", Basis.NONE: "None yet"}
WHO = {"free": "Nobody has them", "held": "Somebody has them"}


class QueueFilter(forms.Form):
    """The filter of the queue."""

    answer = forms.ChoiceField(label="Priority", required=False)
    basis = forms.ChoiceField(
        label="Rests on", required=False, choices=[("", "All"), *((str(k), v) for k, v in BASES.items())]
    )
    state = forms.ChoiceField(label="Which", required=False, choices=[("", "All"), *WHO.items()])

    def __init__(self, data: Any, *, answers: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["answer"].choices = [("", "All"), *answers]  # type: ignore[attr-defined]


class LeverForm(forms.Form):
    """Which lever, to what, and why."""

    lever = forms.ChoiceField(
        label="Lever", choices=[(str(one), bounds.title) for one, bounds in BOUNDS.items()],
        error_messages={"required": "Choose a lever."},
    )  # fmt: skip
    value = forms.IntegerField(
        label="Value", min_value=0, max_value=1_000,
        error_messages={"required": "Give a whole number.", "invalid": "Give a whole number."},
    )  # fmt: skip
    reason = forms.CharField(
        label="Reason", max_length=300, help_text="It is kept with your name and names nobody else.",
        error_messages={"required": "Give a reason: it is logged with your name."},
    )  # fmt: skip
