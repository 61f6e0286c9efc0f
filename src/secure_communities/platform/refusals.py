# SPDX-License-Identifier: Apache-2.0
"""Refusals that people read: turn the name of a violated database constraint into a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction


class Refusal(Exception):
    """What was asked for cannot be entered. The text says why, for the person who asked."""


@contextmanager
def refusing(sentences: Mapping[str, str]) -> Iterator[None]:
    """Run a write in a savepoint; a violated constraint named in `sentences` raises `Refusal` with its sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", None))
        if name not in sentences:
            raise
        raise Refusal(sentences[name]) from error


def stated(reason: str) -> str:
    """The reason, trimmed; an empty one is refused."""
    if not reason.strip():
        raise Refusal("Give a reason: every change here is logged with one.")
    return reason.strip()
