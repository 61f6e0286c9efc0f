# SPDX-License-Identifier: Apache-2.0
"""The nation's tables as they are packaged."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path

import pytest

from secure_communities.platform.nation import tables

NOTICES = Path(__file__).resolve().parents[3] / "THIRD_PARTY_NOTICES.md"


@pytest.mark.parametrize("name", ["states.csv", "counties.csv", "areas.csv"])
def test_a_table_of_others_is_the_one_that_the_notices_describe(name):
    content = files(tables.__package__).joinpath("data", name).read_bytes()
    assert hashlib.sha256(content).hexdigest() in NOTICES.read_text(encoding="utf-8")


def test_every_agency_and_entry_lies_in_a_county_of_the_nation():
    counties = {county.fips: county for county in tables.counties()}
    oris = {row.ori for row in tables.agencies() if row.ori}
    for row in tables.agencies():
        assert not row.county_fips or counties[row.county_fips].usps == row.usps
    for entry in tables.participations():
        assert entry.jurisdiction in counties or entry.jurisdiction in oris


def test_the_staff_begins_with_the_administrator_who_grants_the_other_roles():
    assert tables.staff()[0].role == "ADMINISTRATOR"
    assert len({row.username for row in tables.staff()}) == len(tables.staff())
    assert {row.agency for row in tables.staff()} <= {row.name for row in tables.agencies()} | {
        f"Field office {row.office}" for row in tables.areas()
    }
