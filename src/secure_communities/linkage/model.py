# SPDX-License-Identifier: Apache-2.0
"""The frozen model: what each level weighs, as a file whose name carries its date and hash. Pure.

A weight is log2(m/u): how much likelier the level is between records of one person (m) than of two people (u).
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

CURRENT = "people-2026-11-25-a51f7aea"  # the one place that says which model is in force
RAREST = 2e-5  # a surname is never taken to be rarer than one in 50,000: tables of small registers mislead


@dataclass(frozen=True, slots=True)
class Level:
    """One level of one comparison. `words` complete the sentence “The surnames …”."""

    code: str
    words: str
    m: float
    u: float

    @property
    def weight(self) -> float:
        """log2(m/u), in bits."""
        return math.log2(self.m / self.u)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared, and its levels by code, best first."""

    code: str
    title: str
    levels: Mapping[str, Level]


@dataclass(frozen=True, slots=True)
class Model:
    """The comparisons by code, the bounds of the words, the shares of common surnames by folded spelling."""

    name: str
    comparisons: Mapping[str, Comparison]
    likely: float
    possible: float
    twins: float
    shares: Mapping[str, float]

    def level(self, comparison: str, code: str) -> Level:
        """One level."""
        return self.comparisons[comparison].levels[code]

    def surname_weight(self, level: Level, folded: str) -> float:
        """The weight of an agreeing surname: the rarer it is, the more the agreement says."""
        share = self.shares.get(folded)
        return level.weight if share is None else math.log2(level.m / max(share, RAREST))


class ModelAltered(ValueError):
    """A model file whose content is not what its name says."""


def digest(content: Mapping[str, Any]) -> str:
    """The eight characters that stand in the file's name."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(canonical).hexdigest()[:8]


def of_mapping(name: str, content: Mapping[str, Any]) -> Model:
    """A model from its content. Raises ModelAltered where the name's hash is another's."""
    if name.rpartition("-")[2] != digest(content):
        raise ModelAltered(f"{name} does not hold what it held when it was named: it hashes to {digest(content)}")
    comparisons = {
        one["code"]: Comparison(one["code"], one["title"], {level["code"]: Level(**level) for level in one["levels"]})
        for one in content["comparisons"]
    }
    bounds = content["bounds"]
    return Model(name, comparisons, bounds["likely"], bounds["possible"], bounds["twins"], content["shares"])


@cache
def current() -> Model:
    """The model in force."""
    return load(CURRENT)


def load(name: str) -> Model:
    """A shipped model by its name."""
    return of_mapping(name, json.loads((files(__package__) / "models" / f"{name}.json").read_text()))
