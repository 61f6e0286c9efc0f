# SPDX-License-Identifier: Apache-2.0
"""Reserved identifiers: the shipped mode accepts nothing else, so that no real person's data can enter it.

Each function takes one identifier as it came in and returns None, or the sentence with which it is refused. A
refusal names the shape expected and never repeats the value: a refused value might be a real person's. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

# Written for both Python's fullmatch and PostgreSQL's ~ (database constraints use the same text): ASCII only.
ORI = r"^ZZ[A-Z0-9]{7}$"
TCN = r"^SYN[A-Z0-9-]{7,37}$"
UCN = r"^S[A-Z0-9]{7}Z$"
SID = r"^ZZ[0-9]{1,8}$"
FIN = r"^900[0-9]{7}$"
A_NUMBER = r"^A000[0-9]{6}$"
OCA = r"^(TEST|SYN)-[A-Z0-9-]{1,16}$"
SOC = r"^000[0-9]{6}$"
MARKER = "SYNTHETIC"

SURNAME_PREFIXES = ("SAMPLE", "SYNTH")

# Surnames of the synthetic nation: words of the landscape that this project reserves for invented people.
SYNTHETIC_SURNAMES: frozenset[str] = frozenset(
    {
        "ALDERBROOK",
        "AMBERFIELD",
        "ASHENVALE",
        "BIRCHMERE",
        "BRACKENRIDGE",
        "BRAMBLEHURST",
        "CEDARWICK",
        "CLOUDBERRY",
        "COPPERLEAF",
        "DAWNHOLLOW",
        "ELDERMOOR",
        "EMBERSTONE",
        "FERNSHADE",
        "FLINTBARROW",
        "FOXGLOVEN",
        "GALEWATER",
        "GORSEDALE",
        "GREYHERON",
        "HAWTHORNDEN",
        "HAZELTARN",
        "JUNIPERGATE",
        "KESTRELFORD",
        "LARKMEADOW",
        "LINDENSHAW",
        "MAPLECRAG",
        "MARIGOLDEN",
        "MOSSWELL",
        "NETTLECOMB",
        "NIGHTORCHARD",
        "OAKENFALL",
        "OSPREYLAND",
        "PEBBLEHART",
        "PINEMARSH",
        "QUARTZHILL",
        "RAVENSFEN",
        "REEDWARBLER",
        "ROWANBECK",
        "SAFFRONLEY",
        "SILVERTHISTLE",
        "SORRELHAM",
        "STARLINGTON",
        "TEALBRIDGE",
        "THORNAPPLE",
        "UMBERLAKE",
        "VALERIANE",
        "WILLOWGARTH",
        "WINTERCRESS",
        "WRENFIELD",
        "YARROWDENE",
    }
)

_NAME = re.compile(r"[A-Z][A-Z' -]*,[A-Z' -]+")


def refuse_ori(value: str) -> str | None:
    """ORI (1.007, 1.008, 2.073): ZZ and seven more letters or digits."""
    return _unless(ORI, value, "The ORI is not a reserved one: nine characters beginning ZZ, such as ZZTX00101.")


def refuse_tcn(value: str) -> str | None:
    """Transaction control number or reference (1.009, 1.010)."""
    return _unless(TCN, value, "The control number is not a reserved one: SYN and 7 to 37 of A–Z, 0–9 and hyphen.")


def refuse_ucn(value: str) -> str | None:
    """UCN, formerly the FBI number (2.014)."""
    return _unless(UCN, value, "The UCN is not a reserved one: nine characters beginning S and ending Z.")


def refuse_sid(value: str) -> str | None:
    """State identification number (2.015)."""
    return _unless(SID, value, "The SID is not a reserved one: ZZ and up to eight digits.")


def refuse_fin(value: str) -> str | None:
    """Fingerprint identification number of the immigration register."""
    return _unless(FIN, value, "The FIN is not a reserved one: ten digits beginning 900.")


def refuse_a_number(value: str) -> str | None:
    """A-number (official name of the file number)."""
    return _unless(A_NUMBER, value, "The A-number is not a reserved one: A and nine digits beginning 000.")


def refuse_oca(value: str) -> str | None:
    """Originating agency case number (2.009)."""
    return _unless(OCA, value, "The case number is not a reserved one: it begins TEST- or SYN-, 20 characters at most.")


def refuse_soc(value: str) -> str | None:
    """Social security number (2.016): area 000, which is never assigned."""
    return _unless(SOC, value, "The social security number is not a reserved one: nine digits beginning 000.")


def refuse_name(value: str) -> str | None:
    """Name (2.018, 2.019) as `SURNAME,GIVEN MIDDLE`; the surname must be one of the reserved ones."""
    surname = value.partition(",")[0].strip()
    reserved = surname in SYNTHETIC_SURNAMES or surname.startswith(SURNAME_PREFIXES)
    if _NAME.fullmatch(value) and reserved:
        return None
    return "The surname is not a reserved one: it is on the synthetic list, or begins SAMPLE or SYNTH, before a comma."


def refuse_marker(values: Mapping[str, str | None]) -> str | None:
    """Fields 2.056 and 2.041, by tag: at least one carries the word SYNTHETIC, standing alone."""
    for tag in ("2.056", "2.041"):
        if re.search(rf"\b{MARKER}\b", values.get(tag) or ""):
            return None
    return "The file does not say SYNTHETIC in field 2.056 (or 2.041): this system accepts synthetic people only."


def refuse_miscellaneous_number(value: str) -> str | None:
    """Miscellaneous number (2.017): a two-letter kind, a hyphen and a number; A-numbers and FINs must be reserved."""
    kind, hyphen, number = value.partition("-")
    if hyphen and kind == "FN":
        return refuse_fin(number)
    if hyphen and kind in {"AR", "AN"}:
        return refuse_a_number(number)
    return _unless(
        r"^[A-Z]{2}-SYN[A-Z0-9]{1,12}$",
        value,
        "The miscellaneous number is not a reserved one: FN- with a reserved FIN, AR- with a reserved A-number, "
        "or two letters, a hyphen and a number beginning SYN.",
    )


REFUSALS: Mapping[str, Callable[[str], str | None]] = {
    "1.007": refuse_ori,
    "1.008": refuse_ori,
    "1.009": refuse_tcn,
    "1.010": refuse_tcn,
    "2.007": refuse_ori,
    "2.009": refuse_oca,
    "2.014": refuse_ucn,
    "2.015": refuse_sid,
    "2.016": refuse_soc,
    "2.017": refuse_miscellaneous_number,
    "2.018": refuse_name,
    "2.019": refuse_name,
    "2.073": refuse_ori,
    "10.004": refuse_ori,
    "13.004": refuse_ori,
    "14.004": refuse_ori,
    "15.004": refuse_ori,
}
"""By EBTS tag: the rule that every occurrence of the field must pass, beside `refuse_marker` for the whole file."""


def _unless(pattern: str, value: str, refusal: str) -> str | None:
    return None if re.fullmatch(pattern, value) else refusal
