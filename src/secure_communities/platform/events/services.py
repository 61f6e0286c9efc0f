# SPDX-License-Identifier: Apache-2.0
"""Append events, chain them, verify the chain."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

from secure_communities.platform import clock
from secure_communities.platform.events import chain, registry, subscriptions
from secure_communities.platform.events.models import SEALED, Event, Seal
from secure_communities.platform.keys import services as keys
from secure_communities.platform.keys.models import DataKey

SEALING_LOCK = 0x5EA1


def actor_name(actor: Any) -> str:
    """How the log names who acted: `user:<username>`, `ori:<ORI>` or `system:<part>`."""
    if isinstance(actor, Model) and hasattr(actor, "get_username"):
        return f"user:{actor.get_username()}"
    text = str(actor)
    if not text.startswith(("user:", "ori:", "system:")):
        raise ValueError(f"an actor is a user, ori:<ORI> or system:<part>, not {text!r}")
    return text


def append(
    *,
    kind: str,
    actor: Any,
    about: tuple[str, Any],
    correlation: str = "",
    reason: str = "",
    purpose: str = "",
    data: dict[str, Any] | None = None,
    personal: dict[str, Any] | None = None,
    data_key: DataKey | None = None,
    at: datetime | None = None,
) -> Event:
    """Append one event inside the caller's transaction.

    `data` holds ids and codes only. `personal` is sealed under `data_key`, so that expunction reaches it. Whoever
    subscribed to the kind is queued in the same transaction.
    """
    registry.kind(kind)
    if personal and data_key is None:
        raise ValueError("personal values need the data key of the person they belong to")
    sealed = keys.seal_json(data_key, personal, context=SEALED) if personal and data_key else None
    event: Event = Event.objects.create(
        kind=kind,
        actor=actor_name(actor),
        about_type=about[0],
        about_id=str(about[1]),
        correlation=correlation,
        reason=reason[:200],
        purpose=purpose,
        data=data or {},
        data_key=data_key if sealed else None,
        sealed=sealed,
        occurred_at=at or clock.now(),
    )
    for task in subscriptions.subscribers(kind):
        task.defer(event_id=event.pk)
    return event


def _rows(queryset: Any) -> list[dict[str, Any]]:
    return list(queryset.values(*chain.FIELDS))


def seal_pending(*, at: datetime | None = None, limit: int = 5_000) -> int:
    """Chain the events that have no seal yet; return how many. One sealer at a time, others return 0."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALING_LOCK])
            if not cursor.fetchone()[0]:
                return 0
        last = Seal.objects.order_by("-position").first()
        position = last.position if last else 0
        previous = bytes(last.digest) if last else chain.GENESIS
        seals = []
        for row in _rows(Event.objects.filter(seal__isnull=True).order_by("id")[:limit]):
            position += 1
            digest = chain.link(previous, position, row)
            seals.append(
                Seal(
                    position=position, event_id=row["id"], previous=previous, digest=digest, sealed_at=at or clock.now()
                )
            )
            previous = digest
        Seal.objects.bulk_create(seals)
    if seals:
        _note_head(position, previous)
    return len(seals)


def heads_file() -> Path:
    """Where the head of the chain is noted outside the database, so that cutting the end off is seen too."""
    path: Path = settings.VAR / "event-heads.jsonl"
    return path


def _note_head(position: int, digest: bytes) -> None:
    path = heads_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(
            json.dumps({"database": connection.settings_dict["NAME"], "position": position, "digest": digest.hex()})
            + "\n"
        )


@dataclass(slots=True)
class Verification:
    """What the verifier found. `faults` is empty when the log is intact."""

    sealed: int = 0
    unsealed: int = 0
    unsealed_age: timedelta = timedelta()
    head: str = chain.GENESIS.hex()
    faults: list[str] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """True when nothing was altered, removed, reordered or cut off."""
        return not self.faults


def verify(*, at: datetime | None = None) -> Verification:
    """Walk the whole chain and compare it with the heads noted outside the database."""
    found = Verification()
    heads = _noted_heads(found.faults)
    previous, expected = chain.GENESIS, 1
    for seal in Seal.objects.select_related(None).order_by("position").iterator(chunk_size=2_000):
        if seal.position != expected:
            found.faults.append(f"position {expected} is missing: the next seal is {seal.position}")
        if bytes(seal.previous) != previous:
            found.faults.append(f"position {seal.position} does not follow the one before it")
        row = _rows(Event.objects.filter(pk=seal.event_id))
        if not row:
            found.faults.append(f"event {seal.event_id} at position {seal.position} is gone")
        elif chain.link(bytes(seal.previous), seal.position, row[0]) != bytes(seal.digest):
            found.faults.append(f"event {seal.event_id} at position {seal.position} was altered")
        noted = heads.pop(seal.position, None)
        if noted and noted != bytes(seal.digest).hex():
            found.faults.append(
                f"position {seal.position} is not the one noted outside the database when it was sealed"
            )
        previous, expected = bytes(seal.digest), seal.position + 1
        found.sealed += 1
    found.faults.extend(f"position {position} was sealed once and is gone" for position in sorted(heads))
    found.head = previous.hex()
    waiting = Event.objects.filter(seal__isnull=True).order_by("recorded_at")
    found.unsealed = waiting.count()
    oldest = waiting.first()
    if oldest:
        found.unsealed_age = (at or clock.now()) - oldest.recorded_at
    return found


def _noted_heads(faults: list[str]) -> dict[int, str]:
    path = heads_file()
    if not path.exists():
        return {}
    name = connection.settings_dict["NAME"]
    heads: dict[int, set[str]] = {}
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        try:
            record = json.loads(line)
            if record["database"] == name:
                heads.setdefault(int(record["position"]), set()).add(str(record["digest"]))
        except (ValueError, KeyError, TypeError):
            faults.append(f"line {number} of {path.name} is not a noted head")
    faults.extend(
        f"position {position} was noted twice, differently" for position, seen in heads.items() if len(seen) > 1
    )
    return {position: min(seen) for position, seen in heads.items()}
