# SPDX-License-Identifier: Apache-2.0
"""A claim about citizenship, and a conclusion on a sign of it."""

from __future__ import annotations

from typing import Any

from django import forms

from secure_communities.identify.citizenship.models import CAPACITIES, Conclusion, Source
from secure_communities.identify.citizenship.services import BY_HAND
from secure_communities.platform.access.roles import Role

SOURCES = {
    Source.OWN_STATEMENT: "The person says so",
    Source.PARENT: "A parent's citizenship",
    Source.PASSPORT: "A passport",
    Source.NATURALISATION: "A naturalisation",
    Source.BIRTH_RECORD: "A record of birth",
    Source.OTHER: "Something else",
}
CONCLUSIONS = {
    Conclusion.CONFIRMED: "The person is a citizen of the United States",
    Conclusion.CLEARED: "The sign does not hold",
}
CAPACITY_WORDS = {Role.SUPPORT_SUPERVISOR: "support-centre supervisor", Role.COUNSEL: "counsel"}


class ClaimForm(forms.Form):
    """What a source says about citizenship."""

    source = forms.ChoiceField(
        label="Where the claim comes from",
        choices=[("", "Choose"), *((one.value, SOURCES[one]) for one in BY_HAND)],
        error_messages={"required": "Choose where the claim comes from."},
    )
    value = forms.CharField(
        label="Country or place claimed, as a code",
        max_length=40,
        help_text="US for the United States; a record of birth may name a state, such as TX.",
        error_messages={"required": "Give the code of the country or place."},
    )
    provenance = forms.CharField(
        label="Who said it, or where it stands",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say who said it, or where it stands."},
    )


class ConclusionForm(forms.Form):
    """One reviewer's conclusion."""

    conclusion = forms.ChoiceField(
        label="Your conclusion",
        widget=forms.RadioSelect,
        choices=[(one.value, words) for one, words in CONCLUSIONS.items()],
        error_messages={"required": "Choose your conclusion."},
    )
    reason = forms.CharField(
        label="Reason, in your own words",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "State why the sign holds or does not hold."},
    )
    capacity = forms.ChoiceField(
        choices=[(one.value, CAPACITY_WORDS[one]) for one in CAPACITIES], widget=forms.HiddenInput
    )

    def hidden(self) -> ConclusionForm:
        """The same answers as hidden fields, to go along with the page that asks once more."""
        copy = ConclusionForm(self.data, auto_id=self.auto_id)
        for field in copy.fields.values():
            field.widget = field.hidden_widget()
        copy.is_valid()
        return copy


def conclusion_form(role: Role, indicium_id: int, data: Any = None) -> ConclusionForm:
    """The form of one sign for a reviewer in one role; its fields have names of their own on a page with several."""
    return ConclusionForm(data, initial={"capacity": role.value}, auto_id=f"id_{indicium_id}_%s")
