# SPDX-License-Identifier: Apache-2.0
"""Opening a person's record: who may, for what purpose, and the log entry that says so (S23).

There is no other way for a door to reach a submission: a read without a purpose from the list is refused.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Any

from secure_communities.identify.intake import selectors
from secure_communities.identify.intake.models import Submission
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.events import services as events

CONTROL_NUMBER = re.compile(r"SC-[2-9A-Z]{16}", re.ASCII)


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
    stated = _stated(purpose)
    if not CONTROL_NUMBER.fullmatch(control_number):  # never repeated: it may be anything
        raise NotFound("That is no control number: SC- and 16 letters and digits.")
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


def open_refusal(refusal_id: int, *, reader: OriginatingAgency, purpose: str, at: datetime) -> bytes:
    """The error response of input that this ORI presented; the read is logged. Raises PurposeMissing or NotFound."""
    stated = _stated(purpose)
    content = selectors.refusal_for(reader, refusal_id)
    if content is None:
        raise NotFound("No error response of that number is yours.")
    events.append(
        kind="submission:refusal-read", actor=f"ori:{reader.ori}", about=("refused_input", refusal_id),
        purpose=stated, at=at,
    )  # fmt: skip
    return content


def _stated(purpose: str) -> ReadPurpose:
    try:
        return ReadPurpose(purpose)
    except ValueError:
        choices = ", ".join(one.value for one in ReadPurpose)
        raise PurposeMissing(f"Say for what purpose you open this record: one of {choices}.") from None
