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
    return sorted(_number(one) for one in digests)


def index_of(record: SourceRecord, features: Mapping[str, Any]) -> BlockingIndex:
    """The index row of a record, not yet stored. The record's own number is one of the numbers it is found by."""
    numbered = {**features, "numbers": [*features.get("numbers", ()), record.reference]}
    return BlockingIndex(record=record, scheme=blocking.SCHEME, keys=blind(blocking.record_keys(features_of(numbered))))


def asked(features: Features) -> dict[int, int]:
    """The keys to look for, and how much a record that has one of them is worth looking at."""
    texts = sorted(blocking.query_keys(features))
    digests = keys.blind_indexes(texts, context=CONTEXT)
    return {_number(one): blocking.worth(text) for text, one in zip(texts, digests, strict=True)}


def _number(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big", signed=True)
