# SPDX-License-Identifier: Apache-2.0
"""The ways in which a person's name or birth date comes out differently another time. Pure; the random source is given.

In: a person's mapping. Out: the mapping as written that time, or None where the names do not allow this kind of error.
The rules are this module's own and wider than the tables that comparisons use, so that measuring is not circular.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from secure_communities.linkage import phonetics

Said = dict[str, Any]
_LETTERS = "ABCDEFGHIJKLMNOPRSTUVYZ"
_SOUNDS = (
    ("C", "K"), ("K", "C"), ("S", "Z"), ("Z", "S"), ("B", "V"), ("V", "B"), ("F", "PH"), ("I", "Y"), ("Y", "I"),
    ("J", "H"), ("H", ""), ("QU", "K"), ("LL", "Y"), ("G", "J"), ("EE", "EA"), ("OO", "U"), ("ER", "AR"), ("CK", "K"),
    ("E", "I"), ("O", "U"),
)  # fmt: skip
_SCRIPTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "arabic": (
        ("U", "OU"), ("U", "OO"), ("I", "EE"), ("KH", "H"), ("KH", "CH"), ("GH", "G"), ("AA", "A"), ("SH", "CH"),
        ("AH", "A"), ("AH", "EH"), ("J", "DJ"), ("A", "E"), ("AWI", "AOUI"),
    ),
    "persian": (
        ("OU", "U"), ("OU", "OO"), ("I", "EE"), ("KH", "H"), ("ZADEH", "ZADA"), ("POUR", "PUR"), ("E", "A"), ("V", "W"),
    ),
    "cyrillic": (
        ("OV", "OFF"), ("EV", "YEV"), ("EV", "EFF"), ("SKI", "SKIY"), ("SKI", "SKY"), ("YA", "IA"), ("YU", "IU"),
        ("YU", "JU"), ("ZH", "J"), ("ZH", "GH"), ("V", "W"), ("CH", "TCH"), ("ENKO", "YENKO"),
    ),
    "chinese": (
        ("X", "HS"), ("X", "S"), ("Q", "CH"), ("ZH", "CH"), ("Z", "TS"), ("J", "CH"), ("ONG", "UNG"), ("G", "K"),
        ("B", "P"), ("D", "T"), ("IAN", "IEN"), ("R", "J"),
    ),
    "south_asian": (
        ("EE", "I"), ("AA", "A"), ("V", "W"), ("BH", "B"), ("DH", "D"), ("SH", "S"), ("U", "OO"), ("AN", "UN"),
        ("ESH", "ISH"),
    ),
}  # fmt: skip


def _name(said: Said) -> tuple[list[str], list[str]]:
    family, _, given = said["names"][0].partition(",")
    return family.split(), given.split()


def _with(said: Said, family: list[str], given: list[str]) -> Said:
    return said | {"names": [f"{' '.join(family)},{' '.join(given)}"]}


def _date(said: Said) -> tuple[str, str, str]:
    year, _, rest = said["birth_dates"][0].partition("-")
    month, _, day = rest.partition("-")
    return year, month, day


def _dated(said: Said, year: str, month: str, day: str) -> Said:
    return said | {"birth_dates": [f"{year}-{month}-{day}"]}


def _misspelt(rng: Random, word: str) -> str:
    at, what = rng.randrange(len(word)), rng.randrange(4)
    if what == 0:
        return word[:at] + rng.choice(_LETTERS) + word[at + 1 :]
    if what == 1:
        return word[:at] + rng.choice(_LETTERS) + word[at:]
    if what == 2:
        return word[:at] + word[at + 1 :]
    return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :] if at else word[1] + word[0] + word[2:]


def _exact(rng: Random, said: Said) -> Said | None:
    return dict(said)


def _surname_typo(rng: Random, said: Said) -> Said | None:
    family, given = _name(said)
    return _with(said, [_misspelt(rng, family[0]), *family[1:]], given) if len(family[0]) > 2 else None


def _given_typo(rng: Random, said: Said) -> Said | None:
    family, given = _name(said)
    return _with(said, family, [_misspelt(rng, given[0]), *given[1:]]) if len(given[0]) > 2 else None


def _nickname(rng: Random, said: Said) -> Said | None:
    family, given = _name(said)
    forms = phonetics.pet_forms_of(given[0])
    return _with(said, family, [rng.choice(forms), *given[1:]]) if forms else None


def _respelt(rng: Random, word: str, rules: tuple[tuple[str, str], ...], most: int) -> str:
    fitting = [rule for rule in rules if rule[0] in word]
    for old, new in rng.sample(fitting, min(len(fitting), rng.randint(1, most))):
        word = word.replace(old, new, 1)
    return word


def _transliteration(rng: Random, said: Said) -> Said | None:
    rules = _SCRIPTS.get(said.get("family", ""))
    if rules is None:
        return None
    family, given = _name(said)
    changed = _with(
        said, [_respelt(rng, one, rules, 2) for one in family], [_respelt(rng, given[0], rules, 1), *given[1:]]
    )
    return changed if changed != said else None


def _phonetic(rng: Random, said: Said) -> Said | None:
    family, given = _name(said)
    changed = _with(said, [_respelt(rng, family[0], _SOUNDS, 2), *family[1:]], given)
    return changed if changed != said else None


def _maternal_dropped(rng: Random, said: Said) -> Said | None:
    family, given = _name(said)
    return _with(said, family[:1], given) if len(family) > 1 else None


def _only_maternal(rng: Random, said: Said) -> Said | None:
    family, given = _name(said)
    return _with(said, family[-1:], given) if len(family) > 1 else None


def _compound_order(rng: Random, said: Said) -> Said | None:
    family, given = _name(said)
    return _with(said, family[::-1], given) if len(family) > 1 else None


def _hyphen(rng: Random, said: Said) -> Said | None:
    family, given = _name(said)
    return _with(said, [rng.choice(("-", "")).join(family)], given) if len(family) > 1 else None


def _particle(rng: Random, said: Said) -> Said | None:
    family, given = _name(said)
    return _with(said, [rng.choice(("DE", "DE LA", "DEL", "VAN", "AL", "BIN", "EL")), *family], given)


def _apostrophe_and_suffix(rng: Random, said: Said) -> Said | None:
    family, given = _name(said)
    word = family[0] if len(family[0]) < 4 else family[0][0] + "'" + family[0][1:]
    return _with(said, [word, *family[1:]], [*given, rng.choice(("JR", "SR", "III"))])


def _names_swapped(rng: Random, said: Said) -> Said | None:
    family, given = _name(said)
    return _with(said, given[:1], [*family, *given[1:]])


def _initial(rng: Random, said: Said) -> Said | None:
    family, given = _name(said)
    return _with(said, family, [given[0][0], *given[1:]])


def _middle_as_first(rng: Random, said: Said) -> Said | None:
    family, given = _name(said)
    return _with(said, family, given[1:]) if len(given) > 1 and len(given[1]) > 1 else None


def _other_surname(rng: Random, said: Said) -> Said | None:
    _, given = _name(said)
    return _with(said, [rng.choice(("BRALDEN", "OSTERO", "MINALES", "KADAWI", "PEROV", "TANWAL"))], given)


def _day_and_month(rng: Random, said: Said) -> Said | None:
    year, month, day = _date(said)
    return _dated(said, year, day, month) if day and month != day and int(day) <= 12 else None


def _one_digit(rng: Random, said: Said) -> Said | None:
    year, month, day = _date(said)
    if not day:
        return None
    digits = list(year + month + day)
    at = rng.choice((2, 3, 5, 7))
    digits[at] = str((int(digits[at]) + rng.randint(1, 8)) % 10)
    text = "".join(digits)
    return _dated(said, text[:4], text[4:6], text[6:])


def _digits_exchanged(rng: Random, said: Said) -> Said | None:
    year, month, day = _date(said)
    changed = _dated(said, *rng.choice(((year[:2] + year[:1:-1], month, day), (year, month, day[::-1]))))
    return changed if day and changed != said and "00" not in changed["birth_dates"][0][5:] else None


def _year_by_one(rng: Random, said: Said) -> Said | None:
    year, month, day = _date(said)
    return _dated(said, f"{int(year) + rng.choice((-1, 1))}", month, day) if day else None


def _year_by_ten(rng: Random, said: Said) -> Said | None:
    year, month, day = _date(said)
    return _dated(said, f"{int(year) + rng.choice((-10, 10))}", month, day) if day else None


def _year_only(rng: Random, said: Said) -> Said | None:
    return said | {"birth_dates": [_date(said)[0]]}


def _first_of_january(rng: Random, said: Said) -> Said | None:
    return _dated(said, _date(said)[0], "01", "01")


KINDS: Mapping[str, Callable[[Random, Said], Said | None]] = {
    "exact": _exact,
    "surname_typo": _surname_typo,
    "given_typo": _given_typo,
    "nickname": _nickname,
    "transliteration": _transliteration,
    "phonetic": _phonetic,
    "maternal_dropped": _maternal_dropped,
    "only_maternal": _only_maternal,
    "compound_order": _compound_order,
    "hyphen": _hyphen,
    "particle": _particle,
    "apostrophe_and_suffix": _apostrophe_and_suffix,
    "names_swapped": _names_swapped,
    "initial": _initial,
    "middle_as_first": _middle_as_first,
    "other_surname": _other_surname,
    "day_and_month": _day_and_month,
    "one_digit": _one_digit,
    "digits_exchanged": _digits_exchanged,
    "year_by_one": _year_by_one,
    "year_by_ten": _year_by_ten,
    "year_only": _year_only,
    "first_of_january": _first_of_january,
}
# Errors that change how names are spelt, which are the hardest to find again.
SPELT = frozenset({"transliteration", "phonetic", "surname_typo"})
