# SPDX-License-Identifier: Apache-2.0
"""Rule sets for tests: a later version, a key that is trusted, loaded, tried and activated."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection

from secure_communities.platform.access.roles import Role
from secure_communities.policy.priority import RuleSet, rule_set
from secure_communities.policy.priority.bundles import sign
from secure_communities.prioritize.rulesets import selectors, services, shadowing
from secure_communities.prioritize.rulesets.models import Activation, RuleSetVersion, ShadowRun
from tests.identify.builders import AT
from tests.platform.builders import a_user


def a_later_version() -> RuleSet:
    """SC-2009 with larceny at Level 3, as version 2."""
    document = dict(rule_set("SC-2009").document)
    rows = [dict(row) for row in document["rows"]]
    for row in rows:
        if row["name"] == "property-and-fraud":
            row["codes"] = [one for one in row["codes"] if one != "2301-2399"]
    return RuleSet.of({**document, "version": 2, "rows": rows})


def a_trusted_signer(folder: Path, monkeypatch: Any) -> Ed25519PrivateKey:
    """A key whose public half is trusted here."""
    key, keys = Ed25519PrivateKey.generate(), folder / "rules-keys"
    keys.mkdir()
    (keys / "programme.pub").write_text(key.public_key().public_bytes_raw().hex())
    monkeypatch.setenv("RULES_KEYS", str(keys))
    return key


def loaded(signer: Ed25519PrivateKey, rules: RuleSet | None = None) -> RuleSetVersion:
    """The later version, or another, loaded as signed."""
    bundle = sign(rules or a_later_version(), signer)
    return services.load(bundle=bundle, by=a_user(Role.PROGRAMME_MANAGER), at=AT)


def altered(version: RuleSetVersion) -> None:
    """Another text in the row, as somebody with the rights of the database's owner could write it."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE rulesets_rulesetversion DISABLE TRIGGER USER")
        cursor.execute("UPDATE rulesets_rulesetversion SET canonical = '{}' WHERE id = %s", [version.pk])
        cursor.execute("ALTER TABLE rulesets_rulesetversion ENABLE TRIGGER USER")
    selectors._stored.cache_clear()


def shadowed(version: RuleSetVersion, by: Any = None) -> ShadowRun:
    """A finished shadow run."""
    run = services.ask_shadow_run(candidate=version, by=by or a_user(Role.PROGRAMME_MANAGER), at=AT)
    while shadowing.next_batch(run.pk, at=AT):
        pass
    run.refresh_from_db()
    return run


def activated(
    version: RuleSetVersion, run: ShadowRun, by: Any = None, effective_from: datetime = AT, at: datetime = AT
) -> Activation:
    """Rules activated by another supervisor."""
    return services.activate(
        version=version, shadow_run=run, effective_from=effective_from, reason="As the directive of today says",
        by=by or a_user(Role.SUPPORT_SUPERVISOR), at=at,
    )  # fmt: skip
