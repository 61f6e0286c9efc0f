# SPDX-License-Identifier: Apache-2.0
"""In which order work is served, and how long a hold lasts. Pure.

An app gives each item a class: 0 goes before everything (S3), 1 to 9 are head starts in time. Waiting does the rest: a
place is a moment, and new work gets later ones, so that only so much can ever overtake an item (S20).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

FIRST: Final = 0  # possible citizens in custody or under a detainer (S3); never used to make other work faster
USUAL: Final = 5
LAST: Final = 9
HEAD_START: Final = timedelta(minutes=30)  # what each class below LAST is ahead by
LONGEST_SPAN: Final = timedelta(days=7)  # a later due time than this moves an item no further back

# The last arrival that can still be served before an item, seen from the item's own arrival.
OVERTAKEN_FOR_AT_MOST: Final = LONGEST_SPAN + HEAD_START * (LAST - 1)

LEASE: Final = timedelta(minutes=30)  # by an act: claiming, writing, drafting
BEAT: Final = timedelta(minutes=10)  # by a page that is open: it renews, it never shortens
UNATTENDED: Final = timedelta(hours=2)  # a page open without any act renews no longer than this
HANDED: Final = timedelta(hours=1)  # for the colleague who has been handed an item
IDLE: Final = timedelta(minutes=40)  # held without an act for so long: a supervisor sees it as stuck


def place(order_class: int, *, opened_at: datetime, due_at: datetime) -> datetime:
    """The moment an item is placed at: its due time (within bounds), less its head start; class 0: its due time.

    Raises ValueError for a class that is none.
    """
    if not FIRST <= order_class <= LAST:
        raise ValueError(f"an order class lies between {FIRST} and {LAST}, not {order_class}")
    if order_class == FIRST:
        return due_at
    span = min(max(due_at - opened_at, timedelta(0)), LONGEST_SPAN)
    return opened_at + span - HEAD_START * (LAST - order_class)


def order_key(order_class: int, *, opened_at: datetime, due_at: datetime, placed_at: datetime | None = None) -> str:
    """The place as text that sorts as it is served: `0-…` before every `1-…`, then by moment, in microseconds.

    `placed_at`: the moment, where the subject has a rule of its own; class 0 keeps this one's.
    """
    moment = place(order_class, opened_at=opened_at, due_at=due_at)
    if placed_at is not None and order_class != FIRST:
        moment = placed_at
    micros = int(moment.timestamp()) * 1_000_000 + moment.microsecond
    return f"{0 if order_class == FIRST else 1}-{micros:018d}"


def renewed(*, lease_until: datetime, acted_at: datetime, at: datetime) -> datetime:
    """Until when an open page holds its item: a little on from now, not past `UNATTENDED` after the last act."""
    return max(lease_until, min(at + BEAT, acted_at + UNATTENDED))


def is_held(*, lease_until: datetime | None, at: datetime) -> bool:
    """Whether a hold still counts. At the very moment the lease ends, it has ended."""
    return lease_until is not None and lease_until > at
