# SPDX-License-Identifier: Apache-2.0
"""Filters of the deliveries and of a jail's bookings; a replay's reason; addresses and signing keys."""

from __future__ import annotations

from typing import Any

from django import forms

from secure_communities.platform.agencies.vocabulary import Channel
from secure_communities.platform.delivery.states import Delivery as State

STATES = {
    State.DEAD: "Given up",
    State.RETRY: "To be tried again",
    State.WAITING: "Waiting",
    State.SENDING: "Being sent",
    State.OFFERED: "To be fetched",
    State.DELIVERED: "Delivered",
}
CHANNELS = {Channel.WEBHOOK: "Webhook", Channel.SMTP: "Mail"}
NO_REASON = {"required": "Give a reason: it is logged with your name."}


class BookingFilter(forms.Form):
    """The filter of a jail's bookings."""

    number = forms.CharField(label="Control number", required=False, max_length=40)


class DeliveryFilter(forms.Form):
    """The filter of the deliveries."""

    number = forms.CharField(label="Control number or ORI", required=False, max_length=40)
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Any"), *((key.value, text) for key, text in STATES.items())]
    )


class ReasonForm(forms.Form):
    """Why something is done that is logged with a reason."""

    reason = forms.CharField(
        label="Your reason", max_length=200, widget=forms.Textarea(attrs={"rows": 2}), error_messages=NO_REASON
    )

    def __init__(self, data: Any = None, *, prefix: str = "") -> None:
        super().__init__(data, prefix=prefix or None)


class AddressForm(ReasonForm):
    """A new address of an agency."""

    channel = forms.ChoiceField(
        label="Channel", choices=[(key.value, text) for key, text in CHANNELS.items()], widget=forms.RadioSelect,
        error_messages={"required": "Choose the channel the address is for."},
    )  # fmt: skip
    target = forms.CharField(
        label="Address", max_length=200, help_text="https://… for a webhook, name@host.domain for mail",
        error_messages={"required": "Enter the address."},
    )  # fmt: skip
    field_order = ("channel", "target", "reason")
