# SPDX-License-Identifier: Apache-2.0
"""Forms of the people pages: the purpose, the search, changes that are proposed and decided, an opinion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from secure_communities.identify.people.reading import PersonPurpose
from secure_communities.identify.people.vocabulary import Opinion
from secure_communities.linkage import dates

WORDS: Mapping[PersonPurpose, str] = {
    PersonPurpose.RESEARCH: "To research a status query",
    PersonPurpose.DETERMINATION: "To review and sign a determination",
    PersonPurpose.LINKAGE: "To see which records are one person's",
    PersonPurpose.REFERRAL: "To act on a referral to my field office",
    PersonPurpose.COUNSEL: "To advise on this person's case",
    PersonPurpose.REDRESS: "To work on this person's complaint or correction",
    PersonPurpose.OVERSIGHT: "To audit how this was handled",
}
WHY = {"required": "Say in your own words why: this is kept with the decision."}


def _purpose_field(purposes: Iterable[PersonPurpose]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Your reason",
        choices=[(one.value, WORDS[one]) for one in purposes],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose why you look.",
            "invalid_choice": "Choose one of the reasons below: another does not belong to your role.",
        },
    )


class PersonPurposeForm(forms.Form):
    """Why a person's record is opened."""

    def __init__(self, data: Any = None, *, purposes: Sequence[PersonPurpose]) -> None:
        super().__init__(data, initial={"purpose": purposes[0]})
        self.fields["purpose"] = _purpose_field(purposes)


class SearchForm(forms.Form):
    """What people are searched for by, and why."""

    name = forms.CharField(
        label="Name", required=False, max_length=120,
        help_text="Surname, comma, given names. Without a comma the last word is taken for the surname.",
    )  # fmt: skip
    other_name = forms.CharField(label="Another name", required=False, max_length=120)
    born = forms.CharField(
        label="Birth date", required=False, max_length=10, help_text="Such as 1988-03-14, or the year alone."
    )
    number = forms.CharField(
        label="Number", required=False, max_length=40,
        help_text="UCN, FIN, A-number, SID, control number, or a document's.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, purposes: Sequence[PersonPurpose]) -> None:
        super().__init__(data, initial={"purpose": purposes[0]})
        self.fields["purpose"] = _purpose_field(purposes)

    def clean_born(self) -> str:
        """A day, or a year alone."""
        text: str = self.cleaned_data["born"].strip()
        if text and dates.parse(text) is None:
            raise forms.ValidationError("Give a day such as 1988-03-14, or a year such as 1988.")
        return text

    def clean(self) -> dict[str, Any]:
        """Something is asked for."""
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.get(one) for one in ("name", "other_name", "born", "number")):
            self.add_error("name", "Give a name, a birth date or a number.")
        return cleaned

    @property
    def asked(self) -> dict[str, Any]:
        """The question as the search takes it."""
        given = self.cleaned_data
        return {
            "names": [one for one in (given["name"], given["other_name"]) if one],
            "birth_dates": [given["born"]] if given["born"] else [],
            "numbers": [given["number"].strip().upper()] if given["number"].strip() else [],
        }


class ProposalForm(forms.Form):
    """A merge or a split to propose: which records or which person, and why."""

    kind = forms.CharField(widget=forms.HiddenInput)
    records = forms.MultipleChoiceField(
        label="Records of somebody else", required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Pick among this person's records."},
    )  # fmt: skip
    other = forms.CharField(
        label="Number of the other person", required=False, max_length=16,
        help_text="SC-P and ten letters and digits. The other person's records would be this person's.",
    )  # fmt: skip
    rationale = forms.CharField(
        label="Why", max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}), error_messages=WHY,
        help_text="What you saw in the records. A supervisor reads it before deciding.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, kind: str, records: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(data, initial={"kind": kind}, auto_id=f"{kind}_%s")
        self.fields["records"].choices = list(records)  # type: ignore[attr-defined]
        del self.fields["other" if kind == "SPLIT" else "records"]

    def clean_records(self) -> list[int]:
        """At least one is picked."""
        picked = [int(one) for one in self.cleaned_data["records"]]
        if not picked:
            raise forms.ValidationError("Pick the records that are somebody else's.")
        return picked

    def clean_other(self) -> str:
        """A number is given."""
        number: str = self.cleaned_data["other"].strip().upper()
        if not number:
            raise forms.ValidationError("Give the number of the other person.")
        return number

    def hidden(self) -> ProposalForm:
        """The same answers as hidden fields, to go along with a check page."""
        for name, one in self.fields.items():
            one.widget = forms.MultipleHiddenInput() if name == "records" else forms.HiddenInput()
        return self


class ReasonForm(forms.Form):
    """The words that go with a decision."""

    reason = forms.CharField(
        label="Your reason", max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}), error_messages=WHY
    )


class DecideForm(ReasonForm):
    """A supervisor's decision on a proposed change."""

    decision = forms.ChoiceField(
        label="Your decision", widget=forms.RadioSelect,
        choices=[("approve", "Approve: the records move at once"), ("refuse", "Refuse: nothing moves")],
        error_messages={"required": "Approve or refuse."},
    )  # fmt: skip
    field_order = ["decision", "reason"]


class OpinionForm(forms.Form):
    """What a person says of two records, before the weight is shown."""

    opinion = forms.ChoiceField(
        label="These two records are", widget=forms.RadioSelect,
        choices=[
            (Opinion.SAME.value, "one person's: propose to merge them"),
            (Opinion.DIFFERENT.value, "two people's: keep them apart"),
            (Opinion.UNDECIDED.value, "I cannot say"),
        ],
        error_messages={"required": "Say what you think, or that you cannot say."},
    )  # fmt: skip
    rationale = forms.CharField(
        label="What you base it on", max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}), error_messages=WHY
    )
