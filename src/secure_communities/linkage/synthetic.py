# SPDX-License-Identifier: Apache-2.0
"""A register of invented people and the ways in which the same person is written another time. Pure, by seed.

Names are put together from syllables, so that no list of anybody is needed; what is common follows Zipf's law.
In: a `Recipe`. Out: people as feature mappings, and queries that name the person they are of and the kind of error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from secure_communities.linkage import phonetics, spelling_errors

# Onsets, nuclei and codas of syllables; endings of surnames; how many people have such names.
_FAMILIES: Mapping[str, tuple[str, str, str, str, float]] = {
    "hispanic": ("M R L C G P T V S B N D F J QU Z H", "A E I O U", "_ _ _ N R L S", "EZ A O ERO ALES ERA IA", 0.40),
    "english": (
        "B C D F G H L M N P R S T W BR CL ST TH", "A E I O U EA OO", "_ N R L CK ND", "SON TON FORD WELL ER LEY", 0.25
    ),
    "arabic": ("B D F H J K M N R S T Z KH GH SH", "A I U AA", "_ _ M D R N L", "I AN UD IM AWI AH", 0.08),
    "cyrillic": ("B V G D Z K L M N P R S T ZH CH", "A E I O U YA", "_ _ N R V", "OV EV SKI ENKO IN YUK", 0.07),
    "chinese": ("B D F G H J L M N P Q R S T W X Y Z ZH CH SH", "A E I O U IA UO AO", "_ N NG", "_", 0.07),
    "south_asian": ("B BH D DH G J K L M N P R S SH T V", "A I U AA EE", "_ N R M", "AN ESH WAL KAR DEEP AJI", 0.08),
    "persian": ("B D F H J K M N P R S T V Z KH", "A E I O OU", "_ _ N R SH", "I ZADEH IAN POUR NEJAD", 0.05),
}  # fmt: skip
_PLACES = ("TX", "CA", "FL", "NY", "IL", "AZ", "MM", "CD", "GT", "HD", "EL", "DR", "HT", "JM", "EN", "GE")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a register and its queries are made. `kinds`: errors and their weights; `second`, `third`: how often more."""

    seed: int
    people: int
    kinds: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(spelling_errors.KINDS, 1.0))
    second: float = 0.25
    third: float = 0.0
    surnames: int = 2_500
    givens: int = 260
    zipf: float = 0.9


@dataclass(frozen=True, slots=True)
class Query:
    """The person's place in the register, the first kind of error, how many errors there are, what is asked for."""

    person: int
    kind: str
    errors: int
    said: dict[str, Any]


TRAINING = Recipe(seed=20_261, people=40_000)
EVALUATION = Recipe(
    seed=77_003, people=200_000, second=0.4, third=0.15, surnames=3_000, givens=300, zipf=1.0,
    kinds={kind: 2.0 if kind in spelling_errors.SPELT else 1.0 for kind in spelling_errors.KINDS},
)  # fmt: skip


@cache
def _pool(family: str, what: str, size: int) -> tuple[str, ...]:
    """So many distinct names of a family; the same for every recipe, as a population's names are."""
    rng = Random(f"{family}/{what}")
    onsets, nuclei, codas, endings = (part.split() for part in _FAMILIES[family][:4])
    made: dict[str, None] = {}
    while len(made) < size:
        length = rng.choice((1, 2, 2)) if what == "surname" else rng.choice((2, 2, 3))
        body = "".join(
            rng.choice(onsets)
            + rng.choice(nuclei)
            + (rng.choice(codas) if at == length - 1 or rng.random() < 0.2 else "")
            for at in range(length)
        )
        name = (body + (rng.choice(endings) if what == "surname" else "")).replace("_", "")
        if family == "chinese" and what == "surname":
            name = name[:6]
        if len(name) > 1:
            made[name] = None
    return tuple(made)


@cache
def _givens(family: str, size: int) -> tuple[str, ...]:
    """Given names: full forms of the table of pet forms for two families, invented ones for the others."""
    if family in ("hispanic", "english"):
        full = sorted({form for form in phonetics.known_full_forms() if form.isalpha()})
        return tuple(Random(family).sample(full, len(full))) + _pool(family, "given", size - len(full))
    return _pool(family, "given", size)


@cache
def _cumulative(size: int, zipf: float) -> tuple[float, ...]:
    total, sums = 0.0, []
    for rank in range(1, size + 1):
        total += 1 / (rank + 3) ** zipf
        sums.append(total)
    return tuple(sums)


def people(recipe: Recipe) -> Iterator[dict[str, Any]]:
    """The register, person by person: the mapping of `features.features_of`, with the family of names beside it."""
    rng = Random(recipe.seed)
    families, weights = list(_FAMILIES), [one[4] for one in _FAMILIES.values()]
    for _ in range(recipe.people):
        yield _person(rng, rng.choices(families, weights)[0], recipe)


def _person(rng: Random, family: str, recipe: Recipe) -> dict[str, Any]:
    surnames, givens = _pool(family, "surname", recipe.surnames), _givens(family, recipe.givens)
    common, often = _cumulative(len(surnames), recipe.zipf), _cumulative(len(givens), recipe.zipf)
    surname = rng.choices(surnames, cum_weights=common)[0]
    if family == "hispanic" and rng.random() < 0.8:
        surname += " " + rng.choices(surnames, cum_weights=common)[0]
    given = rng.choices(givens, cum_weights=often)[0]
    if rng.random() < 0.55:
        given += " " + (
            rng.choices(givens, cum_weights=often)[0] if rng.random() < 0.6 else rng.choice("ABCDEFGJKLMNPRST")
        )
    year = min(max(int(rng.gauss(1986, 13)), 1935), 2008)
    return {
        "names": [f"{surname},{given}"],
        "birth_dates": [f"{year:04d}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"],
        "sex": "M" if rng.random() < 0.7 else "F",
        "places": [rng.choice(_PLACES)],
        "numbers": [],
        "family": family,
    }


def queries(recipe: Recipe, register: list[dict[str, Any]], count: int) -> Iterator[Query]:
    """So many queries for people of the register, each written with an error that its names allow."""
    rng = Random(recipe.seed + 1)
    kinds, weights = list(recipe.kinds), list(recipe.kinds.values())
    while count:
        kind, person = rng.choices(kinds, weights)[0], rng.randrange(len(register))
        said = _written_with(rng, register[person], kind)
        if said is None:
            continue
        errors = int(kind != "exact")
        for chance in (recipe.second, recipe.third):
            if rng.random() < chance:
                changed = _written_with(rng, said, rng.choice([one for one in kinds if one not in (kind, "exact")]))
                said, errors = changed or said, errors + (changed is not None)
        if rng.random() < 0.1:
            said = said | {"places": []}
        count -= 1
        yield Query(person, kind, errors, said)


def _written_with(rng: Random, said: dict[str, Any], kind: str) -> dict[str, Any] | None:
    error: Callable[[Random, dict[str, Any]], dict[str, Any] | None] = spelling_errors.KINDS[kind]
    return error(rng, said)
