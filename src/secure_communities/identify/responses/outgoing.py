# SPDX-License-Identifier: Apache-2.0
"""The messages of this app as the outbox asks for them. In: a message's number. Out: its bytes."""

from __future__ import annotations

from datetime import datetime

from secure_communities.identify.responses import selectors, services
from secure_communities.interchange import files
from secure_communities.platform.delivery.parcels import Parcel
from secure_communities.platform.keys import services as keys


class Outgoing:
    """The messages of this app, as the outbox asks for them (`platform.delivery.parcels.Source`)."""

    def parcel(self, reference: int) -> Parcel:
        """A message to an agency, opened. LookupError: there is none, it is held, or its key was destroyed."""
        message = selectors.for_agency(reference)
        try:
            content = services.content_of(message)
        except keys.KeyDestroyed as gone:
            raise LookupError(f"{message} cannot be read any more") from gone
        return Parcel(
            number=message.tcn, kind=message.kind, version=message.version, recipient=message.recipient,
            answers=message.submission.tcn, media_type=message.media_type,
            extension=files.suffix_of(message.media_type), content=content,
        )  # fmt: skip

    def delivered(self, reference: int, *, by: str, at: datetime) -> None:
        """The agency has it."""
        services.mark_delivered(reference, by=by, at=at)
