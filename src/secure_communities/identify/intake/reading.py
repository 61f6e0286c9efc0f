# SPDX-License-Identifier: Apache-2.0
"""Opening a person's record: who may, for what purpose, and the log entry that says so (S23).

There is no other way for a door to reach a submission: a read without a purpose from the list is refused.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from secure_communities.identify.intake.models import Submission
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.events import services as events


class ReadPurpose(StrEnum):
    """Why somebody opens a person's record."""

    OWN_SUBMISSION = "own_submission"
    EXAMINATION = "examination"
    RESEARCH = "research"
    DETERMINATION = "determination"
    OVERSIGHT = "oversight"
    SUPPORT = "support"


class PurposeMissing(Exception):
    """The read names no purpose, or none from the list."""


class NotFound(Exception):
    """There is no such submission, or not for this reader: the two look the same from outside."""


def open_submission(control_number: str, *, reader: Any, purpose: str, at: datetime) -> Submission:
    """The submission, if this reader may see it for this purpose; the read is logged in the same breath.

    Raises PurposeMissing, access.NotAllowed or NotFound.
    """
    try:
        stated = ReadPurpose(purpose)
    except ValueError:
        choices = ", ".join(one.value for one in ReadPurpose)
        raise PurposeMissing(f"Say for what purpose you open this record: one of {choices}.") from None
    submission = (
        Submission.objects.select_related("originator__agency__state", "originator__county", "data_key")
        .filter(control_number=control_number)
        .first()
    )
    if submission is None:
        raise NotFound(f"No submission {control_number} is on record.")
    try:
        access.require(reader, Permission.SUBMISSION_VIEW, submission.originator, at=at)
    except access.NotAllowed:
        if isinstance(reader, OriginatingAgency):
            raise NotFound(f"No submission {control_number} is on record.") from None
        raise
    actor = f"ori:{reader.ori}" if isinstance(reader, OriginatingAgency) else reader
    events.append(
        kind="submission:read", actor=actor, about=("submission", submission.pk),
        correlation=submission.control_number, purpose=stated, at=at,
    )  # fmt: skip
    return submission
