# SPDX-License-Identifier: Apache-2.0
"""Signed bundles: how a rule set travels. An unsigned or altered one does not load (S17).

In: the canonical bytes of a rule set and a private Ed25519 key (RFC 8032), or a bundle and the public keys that are
trusted. Out: a bundle of JSON, or its `RuleSet`. Raises `BundleError` saying what is wrong and what to do.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from secure_communities.policy.priority.tables import RuleSet

LARGEST = 1 << 20
PREFIX = b"secure-communities rule set 1\n"  # what is signed says what it is: no other signature fits


class BundleError(ValueError):
    """The bundle cannot be trusted or read."""


def key_id(key: Ed25519PublicKey) -> str:
    """The first 16 hexadecimal digits of the key's SHA-256: its name in bundles and logs."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def sign(rules: RuleSet, key: Ed25519PrivateKey) -> bytes:
    """A bundle of the rule set, signed."""
    payload = rules.canonical_bytes()
    signature = key.sign(PREFIX + payload)
    document = {
        "rules": payload.decode(),
        "hash": rules.hash,
        "key": key_id(key.public_key()),
        "signature": base64.b64encode(signature).decode(),
    }
    return json.dumps(document, indent=1, sort_keys=True).encode()


def signer_of(bundle: bytes) -> str:
    """The name of the key that a verified bundle is signed with."""
    return str(json.loads(bundle)["key"])


def verify(bundle: bytes, trusted: Iterable[Ed25519PublicKey]) -> RuleSet:
    """The rule set of a bundle whose signature is good under a trusted key. Raises BundleError, RuleSetError."""
    if len(bundle) > LARGEST:
        raise BundleError(f"a bundle is no larger than {LARGEST // 1024} KiB")
    try:
        document = json.loads(bundle)
        payload = document["rules"].encode()
        signature = base64.b64decode(document["signature"], validate=True)
        name = str(document["key"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BundleError("this is no signed bundle: it needs rules, hash, key and signature") from None
    keys = {key_id(key): key for key in trusted}
    if name not in keys:
        raise BundleError(f"the bundle is signed with key {name}, which is not trusted here: add it, or ask who signed")
    try:
        keys[name].verify(signature, PREFIX + payload)
    except InvalidSignature:
        raise BundleError("the signature does not fit: the bundle was altered after it was signed") from None
    rules = RuleSet.of_bundle(payload)
    if rules.hash != document.get("hash") or rules.canonical_bytes() != payload:
        raise BundleError("the rules are not in canonical form: sign them again")
    return rules
