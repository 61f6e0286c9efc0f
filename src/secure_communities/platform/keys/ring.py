# SPDX-License-Identifier: Apache-2.0
"""The master keys at hand, by number: from the environment, or from files of mode 0600. No Django.

In: `MASTER_KEYS` ("2:hex,1:hex"), else `MASTER_KEY` (number 1), else `secrets/master_key` (1), `master_key.2`, …
Out: number → 32 bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from secure_communities.platform.secrets import read_or_create

FIRST = 1
FILE = "master_key"


class RingError(ValueError):
    """The master keys given cannot be used; the sentence says why. It never repeats a key."""


def master_keys(environment: Mapping[str, str], folder: Path) -> dict[int, bytes]:
    """All master keys at hand. Without any, the first is made in `folder`."""
    if several := environment.get("MASTER_KEYS"):
        return dict(_entry(entry) for entry in several.split(","))
    if one := environment.get("MASTER_KEY"):
        return {FIRST: _key(one, "MASTER_KEY")}
    kept = {_number(path): _key(path.read_text().strip(), path.name) for path in sorted(folder.glob(f"{FILE}.*"))}
    if not kept or (folder / FILE).exists():
        kept[FIRST] = _key(read_or_create(folder / FILE), FILE)
    return kept


def in_environment(environment: Mapping[str, str]) -> bool:
    """Whether the operator gives the master keys, so that none is made or kept in files."""
    return bool(environment.get("MASTER_KEYS") or environment.get("MASTER_KEY"))


def file_of(number: int, folder: Path) -> Path:
    """Where the master key of a number is kept."""
    return folder / (FILE if number == FIRST else f"{FILE}.{number}")


def _number(path: Path) -> int:
    text = path.name.removeprefix(f"{FILE}.")
    if not text.isdecimal() or int(text) <= FIRST:
        raise RingError(f"{path.name} is no name of a master key: {FILE}, {FILE}.2, {FILE}.3 and so on are")
    return int(text)


def _entry(entry: str) -> tuple[int, bytes]:
    number, _, key = entry.strip().partition(":")
    if not number.isdecimal() or int(number) < FIRST:
        raise RingError("MASTER_KEYS reads number:key,number:key with numbers from 1 on")
    return int(number), _key(key, f"the master key {int(number)}")


def _key(text: str, name: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise RingError(f"{name} is not 64 hexadecimal digits")
    return key
