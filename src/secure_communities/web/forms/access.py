# SPDX-License-Identifier: Apache-2.0
"""Questions about access: who may do what to what; who opened which record."""

from __future__ import annotations

from django import forms

from secure_communities.oversight.access import KINDS
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.words import title_of

ACTS = [(value, title) for title, value in sorted((title_of(one), one.value) for one in Permission)]
THINGS = [(kind, words) for kind, (words, _) in KINDS.items()]


class ExplainForm(forms.Form):
    """May X do Y to Z?"""

    user = forms.CharField(label="Who", help_text="The username.", max_length=60)
    permission = forms.ChoiceField(label="May do what", choices=ACTS)
    kind = forms.ChoiceField(label="To what", required=False, choices=[("", "Anything"), *THINGS])
    number = forms.CharField(label="Its number", required=False, max_length=80)


class RecordForm(forms.Form):
    """Which record."""

    number = forms.CharField(
        label="Control number", help_text="Of a submission: SC- and sixteen letters and digits.", max_length=40
    )
