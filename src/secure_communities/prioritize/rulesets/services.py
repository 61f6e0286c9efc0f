# SPDX-License-Identifier: Apache-2.0
"""Load signed rule sets, ask for shadow runs, activate rules from a moment on, go back."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import connection, transaction

from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.events.services import actor_name, append
from secure_communities.platform.refusals import Refusal, stated
from secure_communities.policy.priority import RuleSet, RuleSetError, rule_sets
from secure_communities.policy.priority.bundles import BundleError, signer_of, verify
from secure_communities.prioritize.rulesets import rules, selectors
from secure_communities.prioritize.rulesets.models import Activation, RuleSetVersion, ShadowRun, Withdrawal

SHIPPED = "system:shipped"
_LOCK = 0x5ACE


def trusted_keys() -> Iterable[Ed25519PublicKey]:
    """The public keys whose bundles load: one file of 64 hexadecimal digits a key, in the folder of the setting."""
    folder = Path(os.environ.get("RULES_KEYS", settings.VAR / "rules-keys"))
    for path in sorted(folder.glob("*.pub")) if folder.is_dir() else ():
        yield Ed25519PublicKey.from_public_bytes(bytes.fromhex(path.read_text().strip()))


@transaction.atomic
def stored(version: RuleSet, *, at: datetime) -> RuleSetVersion:
    """The row of a shipped rule set, written on its first use."""
    row, _ = RuleSetVersion.objects.get_or_create(
        hash=version.hash,
        defaults={
            "code": version.code, "version": version.version, "canonical": version.canonical_bytes(),
            "draft": version.draft, "loaded_at": at, "loaded_by": SHIPPED,
        },
    )  # fmt: skip
    return row


def store_shipped(*, at: datetime) -> list[RuleSetVersion]:
    """The rows of every shipped rule set."""
    return [stored(one, at=at) for one in rule_sets()]


@transaction.atomic
def load(*, bundle: bytes, by: Any, at: datetime) -> RuleSetVersion:
    """Load a signed bundle. An unsigned, altered or untrusted one is refused in words (S17)."""
    require(by, Permission.RULES_LOAD, at=at)
    try:
        version = verify(bundle, trusted_keys())
    except (BundleError, RuleSetError) as fault:
        raise Refusal(f"{str(fault)[0].upper()}{str(fault)[1:]}.") from None
    shipped = [one.hash for one in rule_sets() if (one.code, one.version) == (version.code, version.version)]
    same = RuleSetVersion.objects.filter(code=version.code, version=version.version).values_list("hash", flat=True)
    if {*shipped, *same} - {version.hash}:
        raise Refusal(f"{version.code} has a version {version.version} with another text: give it the next number.")
    signer = signer_of(bundle)
    row, new = RuleSetVersion.objects.get_or_create(
        hash=version.hash,
        defaults={
            "code": version.code, "version": version.version, "canonical": version.canonical_bytes(), "bundle": bundle,
            "signed_by": signer, "draft": version.draft, "loaded_at": at, "loaded_by": actor_name(by),
        },
    )  # fmt: skip
    if new:
        append(
            kind="rules:loaded", actor=by, about=("rule_set", row.pk), at=at,
            data={"code": row.code, "version": row.version, "hash": row.hash, "signed_by": signer},
        )  # fmt: skip
    return row


@transaction.atomic
def ask_shadow_run(*, candidate: RuleSetVersion, by: Any, at: datetime) -> ShadowRun:
    """Ask for a shadow run of a rule set against the one in force. It begins in the background."""
    require(by, Permission.RULES_SHADOW, at=at)
    from secure_communities.prioritize.rulesets import jobs

    against = stored(selectors.active_rule_set(at), at=at)
    if against.pk == candidate.pk:
        raise Refusal("These rules order the work already: there is nothing to compare.")
    _take_turns()
    if found := ShadowRun.objects.filter(candidate=candidate, against=against, finished_at=None).first():
        raise Refusal(f"Shadow run {found.pk} compares the two already: read it when it is done.")
    run = ShadowRun.objects.create(candidate=candidate, against=against, asked_by=by, asked_at=at)
    append(
        kind="rules:shadow-asked", actor=by, about=("shadow_run", run.pk), at=at,
        data={"candidate": candidate.hash, "against": against.hash},
    )  # fmt: skip
    jobs.shadow.defer(run_id=run.pk)
    return run


@transaction.atomic
def activate(
    *, version: RuleSetVersion, shadow_run: ShadowRun, effective_from: datetime, reason: str, by: Any, at: datetime
) -> Activation:
    """Let rules order the work from a moment on, after a shadow run that somebody else asked for."""
    require(by, Permission.RULES_ACTIVATE, at=at)
    _take_turns()
    if why := activation_refusal(version, shadow_run, by=by, effective_from=effective_from, at=at):
        raise Refusal(why)
    _require_its_text(version)
    made = Activation.objects.create(
        version=version, shadow_run=shadow_run, effective_from=effective_from, reason=stated(reason), decided_by=by,
        decided_at=at,
    )  # fmt: skip
    return _decided(made, by=by, at=at)


def activation_refusal(
    version: RuleSetVersion, shadow_run: ShadowRun, *, by: Any, effective_from: datetime, at: datetime
) -> str | None:
    """Why this person may not activate these rules after this run from that moment on, or None. Decides nothing."""
    run = rules.Run(shadow_run.candidate.hash, shadow_run.against.hash, shadow_run.asked_by_id, shadow_run.finished_at)
    active = selectors.active_rule_set(at).hash
    why = rules.refusal(
        run, wanted_hash=version.hash, active_hash=active, by=by.pk, effective_from=effective_from, at=at
    )
    if why is None and selectors.coming(at):
        why = "Another activation is decided and not in force yet: wait for it, or withdraw it."
    if why is None and not shadow_run.done and (cases := referred()):
        why = f"The shadow run compared none of {cases:,} cases: let it run again when they are assessed."
    return why


def _require_its_text(version: RuleSetVersion) -> None:
    """An altered text is never put in force."""
    try:
        selectors.by_hash(version.hash)
    except selectors.UnknownRules:
        raise Refusal(f"The stored text of {version} was altered: it orders no work. Load it again.") from None


@transaction.atomic
def go_back(*, to: Activation | None, reason: str, by: Any, at: datetime) -> Activation:
    """Let the rules that ordered the work before do so again, at once. `to` None: the rules from before the first.

    What was decided to come after is withdrawn: it was tried against the rules that are gone back from.
    """
    require(by, Permission.RULES_ACTIVATE, at=at)
    _take_turns()
    present = selectors.activation_at(at)
    if present is None:
        raise Refusal("No rules were ever activated: there is nothing to go back from.")
    if to and not selectors.standing().filter(pk=to.pk, effective_from__lte=at).exists():
        raise Refusal("These rules never ordered the work: let a shadow run try them first.")
    version = to.version if to else stored(next(one for one in rule_sets() if one.code == selectors.DEFAULT), at=at)
    if version.pk == present.version_id:
        raise Refusal("These rules order the work already.")
    _require_its_text(version)
    for pending in selectors.standing().filter(effective_from__gt=at):
        withdraw(activation=pending, reason=f"Gone back: {stated(reason)}"[:300], by=by, at=at)
    made = Activation.objects.create(
        version=version, goes_back_to=to or present, effective_from=at, reason=stated(reason), decided_by=by,
        decided_at=at,
    )  # fmt: skip
    return _decided(made, by=by, at=at)


@transaction.atomic
def withdraw(*, activation: Activation, reason: str, by: Any, at: datetime) -> Withdrawal:
    """Take back an activation whose moment has not come: the rules in force stay."""
    require(by, Permission.RULES_ACTIVATE, at=at)
    _take_turns()
    locked = Activation.objects.select_for_update(of=("self",)).get(pk=activation.pk)
    if Withdrawal.objects.filter(activation=locked).exists():
        raise Refusal("It is withdrawn already.")
    if locked.effective_from <= at or locked.announced_at:  # announced while this act waited for its turn
        raise Refusal("Its moment has come: these rules are in force. Go back to the former ones.")
    made = Withdrawal.objects.create(activation=activation, reason=stated(reason), decided_by=by, decided_at=at)
    append(
        kind="rules:activation-withdrawn", actor=by, about=("activation", activation.pk), at=at, reason=made.reason,
        data={"version": activation.version_id, "hash": activation.version.hash},
    )  # fmt: skip
    return made


def _decided(made: Activation, *, by: Any, at: datetime) -> Activation:
    append(
        kind="rules:activation-decided", actor=by, about=("activation", made.pk), at=at, reason=made.reason,
        data={"version": made.version_id, "hash": made.version.hash, "from": made.effective_from.isoformat()},
    )  # fmt: skip
    announce_due(at=at)
    made.refresh_from_db()
    return made


@transaction.atomic
def announce_due(*, at: datetime) -> int:
    """Say of each activation whose moment has come that it is in force: every case is assessed again."""
    _take_turns()  # whoever withdraws one has done so, or finds it announced
    due = selectors.standing().select_for_update(of=("self",)).filter(effective_from__lte=at, announced_at=None)
    found = list(due.order_by("effective_from").select_related("version"))
    for one in found:
        one.announced_at = at
        one.save(update_fields=["announced_at"])
        append(
            kind="rules:activated", actor="system:rules", about=("activation", one.pk), at=at,
            data={"code": one.version.code, "version": one.version.version, "hash": one.version.hash},
        )  # fmt: skip
    return len(found)


def _take_turns() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def referred() -> int:
    """How many cases there are to assess."""
    return StatusQuery.objects.filter(referrals__isnull=False).distinct().count()
