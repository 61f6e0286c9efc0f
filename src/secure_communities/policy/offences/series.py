# SPDX-License-Identifier: Apache-2.0
"""The series of the catalogue in plain words: hundreds of codes that are reported together.

In: a code or a series. Out: the words. The series are the catalogue's, the words ours, after its own headings.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from secure_communities.policy.offences.catalogue import offence

SERIES: Final[Mapping[str, str]] = MappingProxyType({
    "0100": "Sovereignty", "0200": "Military", "0300": "Immigration", "0900": "Homicide", "1000": "Kidnapping",
    "1100": "Sexual assault", "1200": "Robbery", "1300": "Assault", "1400": "Abortion", "1600": "Threats",
    "1700": "Material witness", "2000": "Arson", "2100": "Extortion", "2200": "Burglary", "2300": "Larceny",
    "2400": "Stolen vehicles", "2500": "Counterfeiting", "2600": "Fraud", "2700": "Embezzlement",
    "2800": "Stolen property", "2900": "Damage to property", "3500": "Dangerous drugs", "3600": "Sex offences",
    "3700": "Obscenity", "3800": "Offences in the family", "3900": "Gambling", "4000": "Commercial sex",
    "4100": "Liquor", "4800": "Obstructing police", "4900": "Flight and escape", "5000": "Obstructing courts",
    "5100": "Bribery", "5200": "Weapons", "5300": "Public peace", "5400": "Traffic", "5500": "Health and safety",
    "5600": "Civil rights", "5700": "Invasion of privacy", "5800": "Smuggling", "5900": "Election laws",
    "6000": "Antitrust", "6100": "Tax and revenue", "6200": "Conservation", "6300": "Money laundering",
    "6400": "Exploitation and enticement", "7000": "Crimes against persons", "7100": "Property crimes",
    "7200": "Morals and decency", "7300": "Public order", "8000": "Status", "8100": "Absconding",
})  # fmt: skip


def series_of(code: str | None) -> str | None:
    """The series of a code of the catalogue, or None."""
    found = offence(code)
    return found.series if found else None
