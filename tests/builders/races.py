# SPDX-License-Identifier: Apache-2.0
"""Several acts at the very same moment, each on a connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection, transaction


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all at the same moment, each on a connection of its own; what came back, or was raised, in their order."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            gate.wait()
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def committed(make: Callable[[], Any]) -> Any:
    """What a builder makes, in one transaction that every connection sees the end of."""
    with transaction.atomic():
        return make()
