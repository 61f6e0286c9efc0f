# SPDX-License-Identifier: Apache-2.0
"""Derive the places of the synthetic nation from two public files: python tools/derive_places.py CENSUS.csv AREAS.csv

CENSUS: county estimates 2019 of the US Census Bureau (latin-1, public domain). AREAS: the field offices' areas of
responsibility (CC0). Writes states.csv, counties.csv and areas.csv into the nation's data folder.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "src/secure_communities/platform/nation/data"

USPS = dict(
    pair.split(":")
    for pair in """01:AL 02:AK 04:AZ 05:AR 06:CA 08:CO 09:CT 10:DE 11:DC 12:FL 13:GA 15:HI 16:ID 17:IL 18:IN 19:IA 20:KS
    21:KY 22:LA 23:ME 24:MD 25:MA 26:MI 27:MN 28:MS 29:MO 30:MT 31:NE 32:NV 33:NH 34:NJ 35:NM 36:NY 37:NC 38:ND 39:OH
    40:OK 41:OR 42:PA 44:RI 45:SC 46:SD 47:TN 48:TX 49:UT 50:VT 51:VA 53:WA 54:WV 55:WI 56:WY""".split()  # noqa: SIM905 - a table of pairs reads better as text
)
# States whose later arrests stay at state level, as the Bureau of Justice Statistics lists them.
NATIONAL_FINGERPRINT_FILE = {"CO", "FL", "NJ", "NC", "OK", "OR", "MT", "KS"}


def main(census: Path, areas: Path) -> None:
    """Write the three files, sorted, so that a second run changes nothing."""
    states: dict[str, str] = {}
    counties: list[tuple[str, str, str]] = []
    with census.open(encoding="latin-1", newline="") as handle:
        for row in csv.DictReader(handle):
            fips = row["STATE"].zfill(2)
            if int(row["SUMLEV"]) == 40:
                states[fips] = row["STNAME"]
            else:
                counties.append((fips + row["COUNTY"].zfill(3), row["CTYNAME"], USPS[fips]))
    write("states.csv", ["fips", "usps", "name", "nff"], (
        (fips, USPS[fips], name, int(USPS[fips] in NATIONAL_FINGERPRINT_FILE)) for fips, name in sorted(states.items())
    ))  # fmt: skip
    write("counties.csv", ["fips", "name", "usps"], sorted(counties))
    write("areas.csv", ["office", "usps", "county_fips"], sorted(offices(areas, states, counties)))


def offices(areas: Path, states: dict[str, str], counties: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Rows for whole states, and for those counties that the file names one by one."""
    usps = {name: USPS[fips] for fips, name in states.items()}
    known = {(state, bare(name)): fips for fips, name, state in counties}
    found = []
    with areas.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle, skipinitialspace=True):
            state = usps.get(row["state_name"])
            county = known.get((state or "", bare(row["county_name"])), "")
            if state and (county or not row["county_name"]):
                found.append((row["office_name"], state, county))
    return found


def bare(county: str) -> str:
    """A county's name without its kind, as the areas file writes it."""
    return county.removesuffix(" County").removesuffix(" city").casefold()


def write(name: str, header: list[str], rows: Iterable[Iterable[object]]) -> None:
    """Write one csv with its header."""
    with (DATA / name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
