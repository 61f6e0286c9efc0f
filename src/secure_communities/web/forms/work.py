# SPDX-License-Identifier: Apache-2.0
"""Forms of the worklists: the filter of the board, a note, a hand-over, a call to the supervisor and its answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from secure_communities.platform.accounts.models import User
from secure_communities.platform.worklists.handling import LONGEST


def _words(label: str, missing: str, *, hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": missing, "max_length": f"Say it in at most {LONGEST:,} characters."},
    )  # fmt: skip


class WorkFilter(forms.Form):
    """The filter of the board."""

    number = forms.CharField(label="Number", required=False, max_length=40)
    list = forms.ChoiceField(label="Worklist", required=False)
    state = forms.ChoiceField(label="Which", required=False)

    def __init__(self, data: Any, *, lists: Sequence[tuple[str, str]], states: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["list"].choices = [("", "All"), *lists]  # type: ignore[attr-defined]
        self.fields["state"].choices = [("", "All"), *states]  # type: ignore[attr-defined]


class _OfAnItem(forms.Form):
    """A form that stands beside others on an item's page: its fields have ids of their own, so labels meet them."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{type(self).__name__.removesuffix('Form').lower()}_%s")


class NoteForm(_OfAnItem):
    """A note for colleagues."""

    text = _words("Note", "Write what your colleagues need to know.", hint="Colleagues of this list read it. It stays.")


class HandOverForm(_OfAnItem):
    """To whom, and what they need to know."""

    to = forms.ChoiceField(label="Colleague", error_messages={"required": "Choose a colleague."})
    text = _words("What they need to know", "Say why, and where you stand.")

    def __init__(self, data: Any = None, *, colleagues: Iterable[User]) -> None:
        super().__init__(data)
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            *((str(one.pk), f"{one.display_name} ({one.username})") for one in colleagues),
        ]


class EscalationForm(_OfAnItem):
    """Why the supervisor is called."""

    text = _words("Why do you call the supervisor?", "Say why the supervisor must look at this.")


class AnswerForm(_OfAnItem):
    """What the supervisor says happens now."""

    text = _words("What happens now?", "Say what happens now.")
