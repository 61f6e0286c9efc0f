# SPDX-License-Identifier: Apache-2.0
"""What a record says of a person, in the one shape that is compared. Pure; `repr` shows no name and no date.

In: a mapping as records seal it: `names` (`SURNAME,GIVEN MIDDLE`), `birth_dates`, `sex`, `places`, `numbers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from secure_communities.linkage import dates, names
from secure_communities.linkage.dates import PartialDate
from secure_communities.linkage.names import Name


@dataclass(frozen=True, slots=True, repr=False)
class Features:
    """Names, birth dates, sex (`M`, `F` or empty), places of birth (two-letter codes), numbers (`A-number` …)."""

    names: tuple[Name, ...] = ()
    birth_dates: tuple[PartialDate, ...] = ()
    sex: str = ""
    places: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Features({len(self.names)} names, {len(self.birth_dates)} dates)"


def features_of(raw: Mapping[str, Any]) -> Features:
    """Features from a record's mapping; what cannot be read is left out, and so is what was not known."""
    cleaned = [names.clean(str(one)) for one in raw.get("names", ())]
    parsed = [dates.parse(one) for one in raw.get("birth_dates", ())]
    sex = str(raw.get("sex") or "").upper()
    return Features(
        names=tuple(dict.fromkeys(one for one in cleaned if one)),
        birth_dates=tuple(dict.fromkeys(one for one in parsed if one)),
        sex=sex if sex in ("M", "F") else "",
        places=tuple(dict.fromkeys(one for one in raw.get("places", ()) if one and one not in ("XX", "YY"))),
        numbers=tuple(dict.fromkeys(str(one) for one in raw.get("numbers", ()) if one)),
    )
