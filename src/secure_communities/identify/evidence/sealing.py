# SPDX-License-Identifier: Apache-2.0
"""Seal and open the contents of evidence: padded so that its length tells nothing, salted so that its digest does not.

In: a record and the submission's data key. Out: the sealed box and the SHA-256 of what is in it.
"""

from __future__ import annotations

import hashlib
import json
import os

from secure_communities.identify.evidence import contents
from secure_communities.identify.evidence.ports import SourceRecord
from secure_communities.platform.keys import services as keys
from secure_communities.platform.keys.models import DataKey

CONTEXT = "evidence.contents"
BLOCK = 4_096  # bytes: an ordinary record and a withheld one have boxes of one length


class ContentsAltered(Exception):
    """What a box holds is not what its digest says."""


def seal(key: DataKey, record: SourceRecord) -> tuple[bytes, bytes]:
    """The box of a record, and the digest of its contents."""
    plain = json.dumps({"salt": os.urandom(16).hex(), **contents.as_json(record)}, ensure_ascii=False).encode()
    padded = plain.ljust(-(-len(plain) // BLOCK) * BLOCK)
    return keys.seal(key, padded, context=CONTEXT), hashlib.sha256(padded).digest()


def unseal(key: DataKey, box: bytes | memoryview, digest: bytes | memoryview) -> SourceRecord:
    """The record in a box. Raises KeyDestroyed, BoxError or ContentsAltered."""
    padded = keys.unseal(key, box, context=CONTEXT)
    if hashlib.sha256(padded).digest() != bytes(digest):
        raise ContentsAltered("The contents are not those that were retrieved: tell the operators.")
    held = json.loads(padded)
    held.pop("salt")
    return contents.record_of(held)
