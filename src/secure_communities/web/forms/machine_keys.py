# SPDX-License-Identifier: Apache-2.0
"""Keys of booking systems: issue, replace, revoke; ask an ORI for signed requests."""

from __future__ import annotations

from datetime import timedelta

from django import forms

from secure_communities.platform.access.doors import KeyScope

SCOPES = [
    (KeyScope.SUBMIT.value, "Submit fingerprints"),
    (KeyScope.READ_RESPONSES.value, "Follow submissions and fetch answers"),
    (KeyScope.WEBHOOKS.value, "Manage webhooks"),
]
OVERLAPS = [("1", "One hour"), ("24", "One day"), ("168", "One week"), ("720", "Thirty days")]


class _WithReason(forms.Form):
    reason = forms.CharField(label="Reason", max_length=200, help_text="It is logged.")


class IssueForm(_WithReason):
    """A new key for an ORI."""

    ori = forms.CharField(label="ORI", max_length=9)
    scopes = forms.MultipleChoiceField(
        label="What it is good for",
        choices=SCOPES,
        widget=forms.CheckboxSelectMultiple,
        initial=[SCOPES[0][0], SCOPES[1][0]],
    )
    field_order = ("ori", "scopes", "reason")

    def chosen(self) -> list[KeyScope]:
        """The scopes."""
        return [KeyScope(one) for one in self.cleaned_data["scopes"]]


class ReplaceForm(_WithReason):
    """A successor for a key; both are good for a while."""

    key = forms.CharField(label="Prefix of the old key", max_length=12)
    overlap = forms.ChoiceField(label="How long both are good", choices=OVERLAPS, initial="168")
    field_order = ("key", "overlap", "reason")

    def chosen(self) -> timedelta:
        """The overlap."""
        return timedelta(hours=int(self.cleaned_data["overlap"]))


class RevokeForm(_WithReason):
    """The end of a key, at once and for good."""

    key = forms.CharField(label="Prefix of the key", max_length=12)
    field_order = ("key", "reason")


class SignaturesForm(_WithReason):
    """Whether an ORI's requests must be signed."""

    ori = forms.CharField(label="ORI", max_length=9)
    signed_only = forms.BooleanField(label="Take signed requests only", required=False)
    field_order = ("ori", "signed_only", "reason")
