# SPDX-License-Identifier: Apache-2.0
"""What a message says for each coded determination, and whether an agency may be told the code.

The table itself is vocabulary.toml (versioned data, ours). The codes and what each allows are the policy's."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from secure_communities.policy.determination import DetainerRule, Determination, detainer_rule

__all__ = [
    "WITHHELD_SENTENCE",
    "DetainerRule",
    "Determination",
    "Entry",
    "Vocabulary",
    "detainer_rule",
    "load_vocabulary",
    "may_be_disclosed",
    "sentence",
]

WITHHELD_SENTENCE: Final = "No statement is made in answer to this query."


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the vocabulary."""

    detainer: DetainerRule
    sentence: str
    disclose: bool  # whether an agency may be told the code itself


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All rows, with the version of the data file."""

    version: str
    entries: dict[Determination, Entry]


@cache
def load_vocabulary() -> Vocabulary:
    """The vocabulary of vocabulary.toml: exactly one row for each determination."""
    content = tomllib.loads((resources.files(__package__) / "vocabulary.toml").read_text("utf-8"))
    version = content.pop("version")
    rows = {
        Determination(code): Entry(detainer_rule(Determination(code)), row["sentence"], row.get("disclose", True))
        for code, row in content.items()
    }
    return Vocabulary(version, {determination: rows[determination] for determination in Determination})


def sentence(determination: Determination) -> str:
    """The plain sentence that stands for the code in a message."""
    return load_vocabulary().entries[determination].sentence


def may_be_disclosed(determination: Determination) -> bool:
    """Whether an agency may be told this code. Those of protected persons may not be, whatever a filter found."""
    return load_vocabulary().entries[determination].disclose
