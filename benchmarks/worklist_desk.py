# SPDX-License-Identifier: Apache-2.0
"""The desk of the staffing simulation on the real services of the worklists, with users, roles, leases and events."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from benchmarks.worklist_staffing import RESEARCH, SIGNING
from secure_communities.platform.worklists import rules

ACTS = ("open", "take", "act", "finish")


class Database:
    """Items are opened, taken, renewed and closed by the services; `calls` counts what they did."""

    def __init__(self, run: str) -> None:
        from secure_communities.platform.access.policy import Permission
        from secure_communities.platform.access.roles import Role
        from secure_communities.platform.worklists import registry
        from secure_communities.policy.clocks import ClockName

        def thing(item: Any) -> Any:
            return SimpleNamespace(drafted_by_id=int(item.correlation or 0), examiner_ids=())

        common: dict[str, Any] = {
            "supervisor": Role.SUPPORT_SUPERVISOR,
            "clock": ClockName.DETERMINATION,
            "page": "web:query",
        }
        for name, permission in (
            (RESEARCH, Permission.RESEARCH_CLAIM), (SIGNING, Permission.DETERMINATION_SIGN),
        ):  # fmt: skip
            if registry.find(name) is None:
                registry.register(
                    registry.Worklist(name=name, title=name, permission=permission, thing=thing, **common)
                )
        self.run = run
        self.users: dict[int, Any] = {}
        self.calls: dict[str, int] = dict.fromkeys(ACTS, 0)

    def _user(self, worker: int, at: datetime) -> Any:
        """The user behind a worker of the simulation, made when the worker first comes."""
        from secure_communities.platform.access.roles import Role
        from secure_communities.platform.accounts.models import RoleGrant, User

        if worker not in self.users:
            somebody = User.objects.filter(username="administrator.one")[0]
            role = Role.AUTHORISED_OFFICER if worker >= 100_000 else Role.SUPPORT_SPECIALIST
            user, _ = User.objects.get_or_create(
                username=f"bench.worker.{worker}",
                defaults={"display_name": f"Sample worker {worker}", "agency": somebody.agency},
            )
            if not user.role_grants.exists():
                RoleGrant.objects.create(user=user, role=role, starts_at=datetime(2026, 1, 1, tzinfo=at.tzinfo),
                                         granted_by=somebody)  # fmt: skip
            self.users[worker] = user
        return self.users[worker]

    def open(self, kind: str, query: int, *, first: bool, sent: datetime, at: datetime, author: int | None) -> None:
        from secure_communities.platform.worklists import services

        self.calls["open"] += 1
        services.open_item(
            worklist=kind, about=("bench", f"{self.run}-{query}"), title=f"Query {query}", at=at,
            order_reason="possible citizen" if first else "answer due first",
            correlation=str(self._user(author, at).pk) if author is not None else "", clock_started_at=sent,
            order_class=rules.FIRST if first else rules.USUAL,
        )  # fmt: skip

    def take(self, kind: str, worker: int, at: datetime) -> tuple[int, Any] | None:
        from secure_communities.platform.worklists import services

        self.calls["take"] += 1
        item = services.next_item(user=self._user(worker, at), at=at, worklists=[kind])
        return None if item is None else (int(item.about_id.rpartition("-")[2]), item)

    def act(self, job: Any, worker: int, at: datetime) -> None:
        from secure_communities.platform.worklists import services

        self.calls["act"] += 1
        services.claim(item_id=job.pk, user=self._user(worker, at), at=at)

    def finish(self, job: Any, worker: int, at: datetime) -> None:
        from secure_communities.platform.worklists import services

        self.calls["finish"] += 1
        services.close_item(
            worklist=job.worklist, about=(job.about_type, job.about_id), reason="done", at=at,
            by=self._user(worker, at),
        )  # fmt: skip
