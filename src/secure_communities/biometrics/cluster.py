# SPDX-License-Identifier: Apache-2.0
"""The same search on a Ray cluster (extra `cluster`): shards of a gallery in actors, each mapping its own files.

In: a gallery's folder, which every node sees under the same path; probes. Out: the hits that `LocalBackend` gives, bit
for bit. An actor or a node lost in the middle of a search is made good by the same call: another copy is asked.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from secure_communities.biometrics.gallery import Gallery
from secure_communities.biometrics.search import search_shards, warm_search
from secure_communities.biometrics.shard import Found, Hit, Probe, Rows, Shard
from secure_communities.biometrics.template import TenPrint

COPIES: Final = 2
_PACKAGES: Final = str(Path(__file__).resolve().parents[2])
_OBJECT_STORE: Final = 256 << 20  # bytes; only probes and hits pass through it


class ShardLost(RuntimeError):
    """No copy of a shard answered in time: there is no answer, rather than one that leaves people out."""


def start(address: str | None = None) -> Any:
    """Join the cluster at `address`, or start one on this machine; return ray. Raises ClusterMissing without ray."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # nothing is reported to anybody
    # Workers started from here find this package where this process found it.
    os.environ["PYTHONPATH"] = os.pathsep.join([_PACKAGES, *filter(None, [os.environ.get("PYTHONPATH")])])
    try:
        import ray
    except ImportError:
        raise ClusterMissing("ray is not installed: it is the extra `cluster` (requirements/cluster.lock)") from None
    if not ray.is_initialized():
        here: dict[str, Any] = {} if address else {"include_dashboard": False, "object_store_memory": _OBJECT_STORE}
        ray.init(address=address, log_to_driver=False, **here)
    return ray


class ClusterMissing(RuntimeError):
    """The cluster was asked for and ray is not installed."""


class Worker:
    """What an actor does: its part of the gallery, mapped by itself, read anew from the head at every call."""

    def __init__(self, folder: str, every: tuple[int, int], threads: int) -> None:
        warm_search()
        self.shard = Shard(Gallery.open(folder), every=every, threads=threads)

    def scan(self, probes: Sequence[Probe], keep: int) -> list[Found]:
        """First stage of several probes over this part."""
        return self.shard.scan_many(probes, keep)

    def score(self, probes: Sequence[Probe], rows: Sequence[Rows]) -> list[list[Hit]]:
        """Second stage: of each probe's rows those of this part."""
        return [self.shard.score(probe, self.shard.own(one)) for probe, one in zip(probes, rows, strict=True)]

    def process(self) -> int:
        """The process that serves, for operators and tests."""
        return os.getpid()


class RayBackend:
    """Search on a cluster. `shards` parts, each in `copies` actors on nodes as different as there are.

    A copy that has died, or says nothing for `patience` seconds, is replaced while another is asked; without an
    answer in `deadline` seconds the call raises ShardLost. `close` ends the actors.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        shards: int = 2,
        copies: int = COPIES,
        threads: int = 1,
        address: str | None = None,
        patience: float = 20.0,
        deadline: float = 90.0,
    ) -> None:
        self.gallery = Gallery.open(folder)
        self.patience, self.deadline = patience, deadline
        self._ray = start(address)
        self._class = self._ray.remote(num_cpus=0.25, scheduling_strategy="SPREAD", max_concurrency=4)(Worker)
        self._threads = threads
        self.actors = [[self._make(number, shards) for _ in range(copies)] for number in range(shards)]
        self._turn = 0

    def _make(self, number: int, shards: int) -> Any:
        return self._class.remote(str(self.gallery.folder.resolve()), (number, shards), self._threads)

    def search(self, probe: TenPrint, *, limit: int) -> list[Hit]:
        """See SearchBackend. Raises ShardLost."""
        return self.search_many([probe], limit=limit)[0]

    def search_many(self, probes: Sequence[TenPrint], *, limit: int) -> list[list[Hit]]:
        """Several searches at once. Raises ShardLost."""
        return search_shards(self, probes, rows=len(self.gallery), limit=limit)

    def scan(self, probes: Sequence[Probe], keep: int) -> list[list[Found]]:
        """First stage on the cluster. Raises ShardLost."""
        return self._ask("scan", probes, keep)

    def score(self, probes: Sequence[Probe], rows: Sequence[Rows]) -> list[list[list[Hit]]]:
        """Second stage on the cluster. Raises ShardLost."""
        return self._ask("score", probes, rows)

    def _ask(self, question: str, *arguments: Any) -> list[Any]:
        """Put a question to every shard, to its copies in turn until one answers; answers by number of shard."""
        self._turn += 1
        last = time.monotonic() + self.deadline
        answers: dict[int, Any] = {}
        attempt, why = 0, "silence"
        while len(answers) < len(self.actors):
            asked: dict[Any, tuple[int, int]] = {}
            for number, copies in enumerate(self.actors):
                if number not in answers:
                    copy = (self._turn + attempt) % len(copies)
                    asked[getattr(copies[copy], question).remote(*arguments)] = number, copy
            # The answer counts when it has come whole; until then a copy may die, or its node.
            patience = min(self.patience * (1 + attempt), max(last - time.monotonic(), 0.1))
            ready, silent = self._ray.wait(list(asked), num_returns=len(asked), timeout=patience)
            for reference in ready:
                number, copy = asked[reference]
                try:
                    answers[number] = self._ray.get(reference)
                except (self._ray.exceptions.RayActorError, self._ray.exceptions.ObjectLostError) as error:
                    why = str(error).strip().splitlines()[-1]
                    self._replace(number, copy)
            for reference in silent:
                # A copy that starts up or is busy may still come: it is not thrown away, the next one is asked.
                self._ray.cancel(reference)
            attempt += 1
            if len(answers) < len(self.actors) and time.monotonic() >= last:
                lost = sorted(set(range(len(self.actors))) - set(answers))
                raise ShardLost(
                    f"no copy of shard {', '.join(map(str, lost))} of {len(self.actors)} answered within "
                    f"{self.deadline:.0f} s ({why}): look at the nodes of the cluster (`ray status`), then search again"
                )
        return [answers[number] for number in range(len(self.actors))]

    def _replace(self, number: int, copy: int) -> None:
        with suppress(Exception):  # it is gone as a rule; where it only seems so, it must not linger
            self._ray.kill(self.actors[number][copy])
        self.actors[number][copy] = self._make(number, len(self.actors))

    def close(self) -> None:
        """End this backend's actors; the cluster stays."""
        for copies in self.actors:
            for actor in copies:
                with suppress(Exception):
                    self._ray.kill(actor)
