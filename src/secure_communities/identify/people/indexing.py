# SPDX-License-Identifier: Apache-2.0
"""Under which blind keys a source record is found: its blocking keys, as digests that only the index key makes.

A key says that two records are worth comparing. It says nothing of whose they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from secure_communities.identify.people.models import BlockingIndex, SourceRecord
from secure_communities.linkage import blocking
from secure_communities.linkage.features import Features, features_of
from secure_communities.platform.keys import services as keys

CONTEXT = "people.block"


def blind(texts: Iterable[str]) -> list[int]:
    """Blocking keys as signed 64-bit numbers, sorted: the first eight bytes of their blind indexes."""
    digests = keys.blind_indexes(sorted(texts), context=CONTEXT)
    return sorted(int.from_bytes(one[:8], "big", signed=True) for one in digests)


def index_of(record: SourceRecord, features: Mapping[str, Any]) -> BlockingIndex:
    """The index row of a record, not yet stored."""
    return BlockingIndex(record=record, scheme=blocking.SCHEME, keys=blind(blocking.record_keys(features_of(features))))


def asked(features: Features) -> list[int]:
    """The keys to look for."""
    return blind(blocking.query_keys(features))
