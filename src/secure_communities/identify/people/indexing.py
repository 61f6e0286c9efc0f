# SPDX-License-Identifier: Apache-2.0
"""Under which blind keys a source record is found: its blocking keys, as digests that only the index key makes.

A key says that two records are worth comparing. It says nothing of whose they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from secure_communities.identify.people.models import BlockingIndex, SourceRecord
from secure_communities.linkage import blocking
from secure_communities.linkage.features import Features, features_of
from secure_communities.platform.keys import services as keys

CONTEXT = "people.block"


def scheme() -> str:
    """How keys are made now, and under which index key: rows of another scheme are written anew."""
    return f"{blocking.SCHEME}.{keys.index_key().data_key_id.hex[:8]}"


def index_of(record: SourceRecord, features: Mapping[str, Any]) -> BlockingIndex:
    """The index row of a record, not yet stored."""
    return index_many([(record, features)])[0]


def index_many(said: Sequence[tuple[SourceRecord, Mapping[str, Any]]]) -> list[BlockingIndex]:
    """The index rows of many records, not yet stored; the index key is opened once for all of them."""
    texts = [sorted(blocking.record_keys(_numbered(record, features))) for record, features in said]
    digests = iter(keys.blind_indexes((text for each in texts for text in each), context=CONTEXT))
    now = scheme()
    return [
        BlockingIndex(record=record, scheme=now, keys=sorted(_number(next(digests)) for _ in each))
        for (record, _), each in zip(said, texts, strict=True)
    ]


def _numbered(record: SourceRecord, features: Mapping[str, Any]) -> Features:
    """A record's own number is one of the numbers it is found by."""
    return features_of({**features, "numbers": [*features.get("numbers", ()), record.reference]})


def asked(features: Features) -> dict[int, int]:
    """The keys to look for, and how much a record that has one of them is worth looking at."""
    texts = sorted(blocking.query_keys(features))
    digests = keys.blind_indexes(texts, context=CONTEXT)
    return {_number(one): blocking.worth(text) for text, one in zip(texts, digests, strict=True)}


def _number(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big", signed=True)
