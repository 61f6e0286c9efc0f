# SPDX-License-Identifier: Apache-2.0
"""Count what the levels weigh, on synthetic pairs whose truth is known: the content of a new model file. Pure.

In: the training recipe. Out: a mapping that `model.of_mapping` reads: m from pairs of one person, u from random pairs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

from secure_communities.linkage import comparison, dates, phonetics, synthetic
from secure_communities.linkage.comparison import Givens, Middles, Surnames
from secure_communities.linkage.dates import DateLevel
from secure_communities.linkage.features import Features, features_of
from secure_communities.linkage.synthetic import Recipe

WORDS: dict[str, tuple[str, dict[str, str]]] = {
    "surname": (
        "Surname",
        {
            Surnames.SAME: "the same",
            Surnames.REORDERED: "the same words in another order",
            Surnames.PART: "one word of a compound in common",
            Surnames.SPELLING: "two spellings of one sound",
            Surnames.CLOSE: "a letter or two apart",
            Surnames.SOUND: "sound alike",
            Surnames.SIMILAR: "similar letters",
            Surnames.DIFFERENT: "different",
            Surnames.MISSING: "not known on one side",
        },
    ),
    "given": (
        "Given name",
        {
            Givens.SAME: "the same",
            Givens.PET_FORM: "one a short or pet form of the other",
            Givens.SPELLING: "two spellings of one sound",
            Givens.SHARED: "a middle name of one is the first name of the other",
            Givens.CLOSE: "a letter or two apart",
            Givens.SOUND: "sound alike",
            Givens.INITIAL: "an initial that fits",
            Givens.SIMILAR: "similar letters",
            Givens.DIFFERENT: "different",
            Givens.MISSING: "not known on one side",
        },
    ),
    "middle": (
        "Further given names",
        {
            Middles.SAME: "one in common",
            Middles.INITIAL: "an initial that fits",
            Middles.DIFFERENT: "different",
            Middles.MISSING: "not known on one side",
        },
    ),
    "order": ("Order of names", {"turned": "given name and surname exchanged"}),
    "birth_date": (
        "Birth date",
        {
            DateLevel.EQUAL: "the same",
            DateLevel.SWAPPED: "day and month exchanged",
            DateLevel.TRANSPOSED: "two digits exchanged",
            DateLevel.ONE_DIGIT: "one digit apart",
            DateLevel.YEAR_BY_ONE: "same day, years one apart",
            DateLevel.YEAR_BY_TEN: "same day, years ten apart",
            DateLevel.YEAR_ONLY: "same year, the day not known on one side",
            DateLevel.SAME_YEAR: "same year, another day",
            DateLevel.SAME_DAY: "same day, another year",
            DateLevel.DIFFERENT: "different",
        },
    ),
    "sex": ("Sex", {"same": "the same", "different": "different"}),
    "place": ("Place of birth", {"same": "one in common", "different": "different"}),
    "number": ("Number", {"same": "one in common", "different": "none in common"}),
}
# In a register of 200,000, a record drawn blindly is the person's with odds of 2**-17.6: below 20 bits doubt is due.
BOUNDS = {"likely": 20.0, "possible": 10.0, "twins": 19.9}
# Not counted but set: what the recipe does not vary, and what is not known, which weighs nothing.
GIVEN = {
    ("number", "same"): (0.95, 1e-6),
    ("number", "different"): (0.5, 0.5),
    ("order", "turned"): (0.04, 0.16),
    ("sex", "same"): (0.98, 0.58),
    ("sex", "different"): (0.02, 0.42),
    ("place", "same"): (0.93, 0.09),
    ("place", "different"): (0.07, 0.91),
    ("surname", "missing"): (0.01, 0.01),
    ("given", "missing"): (0.01, 0.01),
    ("middle", "missing"): (0.5, 0.5),
    ("middle", "different"): (0.12, 0.94),
}
COMMON = 400  # surnames whose share is written down


def learn(recipe: Recipe = synthetic.TRAINING, *, pairs: int = 40_000, randoms: int = 400_000) -> dict[str, Any]:
    """Count on `pairs` pairs of one person and `randoms` pairs of two people."""
    register = list(synthetic.people(recipe))
    known = [features_of(one) for one in register]
    asked = synthetic.queries(replace(recipe, seed=recipe.seed + 5), register, pairs)
    said = [(features_of(one.said), one.person) for one in asked]
    same = _count((features, known[person]) for features, person in said)
    other = _count(_strangers(said, known, randoms, Random(recipe.seed + 7)))
    return {
        "comparisons": [
            {
                "code": code,
                "title": title,
                "levels": _capped(
                    [
                        {"code": str(level), "words": words, **_shares(code, str(level), same, other)}
                        for level, words in levels.items()
                    ]
                ),
            }
            for code, (title, levels) in WORDS.items()
        ],
        "bounds": BOUNDS,
        "shares": _surname_shares(known),
    }


def _strangers(
    said: list[tuple[Features, int]], known: list[Features], count: int, rng: Random
) -> Iterator[tuple[Features, Features]]:
    """What was asked for beside records of other people: errors and gaps as frequent as in real questions."""
    for at in range(count):
        features, person = said[at % len(said)]
        other = rng.randrange(len(known))
        if other != person:
            yield features, known[other]


def _shares(code: str, level: str, same: Counter[tuple[str, str]], other: Counter[tuple[str, str]]) -> dict[str, float]:
    if (code, level) in GIVEN:
        m, u = GIVEN[code, level]
        return {"m": m, "u": u}
    return {"m": _share(same, code, level), "u": _share(other, code, level)}


def _capped(levels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """No level weighs more than the best one: rarity of an error is no evidence that it is one person's."""
    best = levels[0]["m"] / levels[0]["u"]
    return [one | {"u": max(one["u"], one["m"] / best)} for one in levels]


def _share(counted: Counter[tuple[str, str]], code: str, level: str) -> float:
    """The share of a level among those that say something, never nought: half a pair is added to each."""
    total = sum(number for (one, what), number in counted.items() if one == code and what != "missing")
    return round((counted[code, level] + 0.5) / (total + 0.5 * len(WORDS[code][1])), 9)


def _count(pairs: Iterable[tuple[Features, Features]]) -> Counter[tuple[str, str]]:
    counted: Counter[tuple[str, str]] = Counter()
    for a, b in pairs:
        x, y = a.names[0], b.names[0]
        counted["surname", comparison.surnames(x.surname, y.surname).value] += 1
        counted["given", comparison.givens(x.given, y.given).value] += 1
        counted["middle", comparison.middles(x.given, y.given).value] += 1
        if a.birth_dates and b.birth_dates:
            counted["birth_date", dates.level(a.birth_dates[0], b.birth_dates[0]).value] += 1
    return counted


def _surname_shares(known: list[Features]) -> dict[str, float]:
    counted = Counter(phonetics.folded("".join(one.names[0].surname)) for one in known)
    return {name: round(number / len(known), 6) for name, number in counted.most_common(COMMON)}
