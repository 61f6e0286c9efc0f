# SPDX-License-Identifier: Apache-2.0
"""The protected-person filter (8 USC 1367 and kin; S19): runs before any disclosure, and denies by default.

In: a subject of the immigration register. Out: FULL only where the record says that the person is in no protected
class; BARE in every other case, an error included. The class itself never leaves this module.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction

from secure_communities.identify.records import rules, sealing
from secure_communities.identify.records.models import ImmigrationRecord

log = logging.getLogger(__name__)


class Disclosure(StrEnum):
    """How much of a match may be told: everything, or only that there is one."""

    FULL = "FULL"
    BARE = "BARE"


class Reason(StrEnum):
    """Why, in words that a message or a log may carry: WITHHELD is the same for every class and for none known."""

    CLEARED = "CLEARED"
    WITHHELD = "WITHHELD"
    FILTER_FAILED = "FILTER_FAILED"


@dataclass(frozen=True, slots=True)
class Ruling:
    """The filter's answer on one subject."""

    disclosure: Disclosure
    reason: Reason


CLEARED = Ruling(Disclosure.FULL, Reason.CLEARED)
WITHHELD = Ruling(Disclosure.BARE, Reason.WITHHELD)
FAILED = Ruling(Disclosure.BARE, Reason.FILTER_FAILED)


def disclosure(subject: Any) -> Disclosure:
    """How much of this subject's immigration record may be disclosed. Never raises: failing is BARE."""
    return ruling(subject).disclosure


def ruling(subject: Any) -> Ruling:
    """The same with the reason. Reads record and key afresh: a key destroyed a moment ago is destroyed here too.

    A failure is logged by its type alone, for its text may quote what it failed on. The query runs in a savepoint,
    so that a failed one leaves the caller's transaction usable.
    """
    try:
        with transaction.atomic():
            record = ImmigrationRecord.objects.select_related("subject__data_key").get(subject_id=subject.pk)
        held = sealing.unseal_class(record.subject.data_key, record.sealed_protected_class)
        return CLEARED if rules.may_be_disclosed(held) else WITHHELD
    except Exception as failure:
        log.error("the protected-person filter failed (%s): the answer is bare", type(failure).__name__)
        return FAILED
