# SPDX-License-Identifier: Apache-2.0
"""Seal and open the columns of a record under the subject's data key: one context a column."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from secure_communities.platform.keys import services as keys
from secure_communities.platform.keys.models import DataKey

CLASS_WIDTH = 16


class Column(StrEnum):
    """The context of each sealed column: a box moved to another column does not open."""

    DEMOGRAPHICS = "records.criminal.demographics"
    ARREST_DETAILS = "records.arrest.details"
    CHARGE_WORDS = "records.charge.words"
    IDENTITIES = "records.immigration.identities"
    A_NUMBER = "records.immigration.a_number"
    LAST_ENCOUNTER = "records.immigration.last_encounter"
    ENCOUNTERS = "records.immigration.encounters"
    PROTECTED_CLASS = "records.immigration.protected_class"


def seal(key: DataKey, value: Any, column: Column) -> bytes:
    """Seal a JSON value for one column."""
    return keys.seal_json(key, value, context=column)


def unseal(key: DataKey, box: bytes | memoryview, column: Column) -> Any:
    """Open a column. Raises `KeyDestroyed` or `BoxError`, neither of which holds anything of the content."""
    return keys.unseal_json(key, box, context=column)


def seal_class(key: DataKey, code: str) -> bytes:
    """Seal a protected class padded to one width: the length of the box must not tell the class."""
    return seal(key, code.ljust(CLASS_WIDTH), Column.PROTECTED_CLASS)


def unseal_class(key: DataKey, box: bytes | memoryview) -> object:
    """Open a protected class; whatever it is, it is still to be judged."""
    value = unseal(key, box, Column.PROTECTED_CLASS)
    return value.rstrip(" ") if isinstance(value, str) else value
