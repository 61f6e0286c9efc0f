# SPDX-License-Identifier: Apache-2.0
"""Reports: no small number of people follows from all that is told together; the same counts give the same bytes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secure_communities.oversight.transparency import files
from secure_communities.oversight.transparency.files import Kind
from tests.oversight.transparency.counted import Reader, counts, truth

GIVEN = counts(
    [
        ("48201", "ZZTX00101", (60, 300, 5)), ("48201", "ZZTX00102", (4, 80, 0)), ("48113", "ZZTX00201", (3, 40, 0)),
        ("48113", "ZZTX00202", (0, 12, 0)), ("48029", "ZZTX00301", (45, 200, 30)), ("48439", "ZZTX00401", (0, 0, 0)),
    ],
    {"48201": (20, 14, 20, 10), "48113": (0, 2, 0, 1), "48029": (3, 22, 8, 12)},
    {"48201": (15, 49), "48113": (1, 2), "48029": (6, 39)},
)  # fmt: skip
NUMBERS = st.one_of(st.integers(0, 15), st.sampled_from([0, 0, 20, 45, 130]))


@st.composite
def states_of(draw: st.DrawFn) -> dict[str, Any]:
    """A state of up to four counties with up to three agencies each; two questions asked of the same matches."""
    agencies, levels, outcomes = [], {}, {}
    for county in range(draw(st.integers(1, 4))):
        fips = f"4820{county}"
        each = [draw(NUMBERS) for _ in range(4)]
        levels[fips] = each
        ended = draw(st.integers(0, sum(each)))
        outcomes[fips] = [ended, sum(each) - ended]
        left = sum(each)
        for number in range(draw(st.integers(1, 3)), 0, -1):
            matched = draw(st.integers(0, left)) if number > 1 else left
            left -= matched
            agencies.append((fips, f"ZZTX00{county}0{number}", (matched, draw(NUMBERS), draw(NUMBERS))))
    return counts(agencies, levels, outcomes)


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(states_of())
def test_s11_s24_all_tables_of_a_state_together_tell_no_small_number(given_counts: dict[str, Any]) -> None:
    assert Reader(files.report(given_counts)).learns(truth(given_counts)) == []


def test_s24_the_reader_of_these_tests_does_find_what_is_told_too_much() -> None:
    content = files.report(GIVEN)
    assert Reader(content).learns(truth(GIVEN)) == []
    careless = json.loads(json.dumps(content))
    first = careless["tables"][0]
    for row in first["rows"]:  # everything but the small numbers alone
        for at, column in enumerate(first["columns"]):
            value = truth(GIVEN)["submissions", row["code"], column["code"]]
            row["cells"][at] = None if 0 < value < 10 else value
    assert Reader(careless).learns(truth(GIVEN))


def test_s24_the_same_counts_give_the_same_bytes() -> None:
    again = json.loads(files.canonical(GIVEN))
    assert files.files(GIVEN) == files.files(again)
    shuffled = {key: GIVEN[key] for key in reversed(GIVEN)}
    assert files.files(shuffled) == files.files(GIVEN)


def test_s24_a_file_carries_the_digest_of_what_it_says() -> None:
    made = files.files(GIVEN)
    document = json.loads(made[Kind.REPORT_JSON])
    plain = json.dumps(document["content"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert document["sha256"] == hashlib.sha256(plain.encode()).hexdigest()
    rows = list(csv.reader(io.StringIO(made[Kind.REPORT_CSV].decode("utf-8-sig"))))
    assert (rows[-1][2], rows[-1][-1]) == ("sha256", document["sha256"])


def test_s24_no_digest_of_the_hidden_counts_leaves() -> None:
    """Whoever tries counts until the digest fits would have what is hidden."""
    forbidden = {files.digest(GIVEN), *(files.digest(one) for one in GIVEN["agencies"]),
                 *(files.digest(one) for one in GIVEN["mixes"])}  # fmt: skip
    for content in files.files(GIVEN).values():
        assert not [one for one in forbidden if one.encode() in content]


def test_every_file_hides_the_same_cells() -> None:
    made = files.files(GIVEN)
    content = files.content_of(made[Kind.REPORT_JSON])
    in_json = sum(table["hidden"] for table in content["tables"])
    rows = list(csv.DictReader(io.StringIO(made[Kind.REPORT_CSV].decode("utf-8-sig"))))
    tables = {one["key"] for one in content["tables"]}
    assert in_json == sum(row["Value"] == "hidden" and row["Table"] in tables for row in rows) > 0
    told = {row["code"]: row["cells"][-1] for row in content["tables"][0]["rows"]}
    for name in (Kind.COVERAGE_JSON, Kind.REPORT_JSON):
        for one in files.content_of(made[name])["coverage"]:
            assert one["submissions"] == told[one["code"]], "coverage tells what the first table tells, and no more"


def test_s10_coverage_counts_agencies_that_really_submitted() -> None:
    places = {one["code"]: one for one in files.report(GIVEN)["coverage"]}
    assert (places["48113"]["agencies"], places["48113"]["submitting"]) == (2, 2)
    assert (places["48439"]["agencies"], places["48439"]["submitting"], places["48439"]["submissions"]) == (1, 0, 0)


def test_s5_shares_come_from_told_numbers_alone() -> None:
    content = files.report(GIVEN)
    levels = next(one for one in content["tables"] if one["key"] == "levels")
    at = [one["code"] for one in levels["columns"]].index("LEVEL_3:CHARGED")
    told = {row["code"]: (row["cells"][at], row["cells"][-1]) for row in levels["rows"]}
    for one in content["shares"]:
        assert (one["count"], one["of"]) == told[one["code"]]
        assert (one["share"] is None) == (one["count"] is None)


def test_s6_no_level_is_told_without_charged_and_convicted() -> None:
    levels = files.report(GIVEN)["tables"][1]
    assert all(":" in one["code"] for one in levels["columns"] if one["code"].startswith("LEVEL"))


def test_a_county_of_few_matches_lies_in_the_row_of_all_others() -> None:
    levels = files.report(GIVEN)["tables"][1]
    assert "48113" not in [row["code"] for row in levels["rows"]] and "County 48113" in levels["pooled"]


def test_tables_that_do_not_count_the_same_matches_are_refused() -> None:
    """Else what one table tells would narrow what another hides."""
    other = json.loads(json.dumps(GIVEN))
    other["mixes"][1]["by_county"]["48029"]["NOT_ENDED"] += 1
    with pytest.raises(ValueError, match="not those of the first table"):
        files.report(other)


def test_of_few_matches_in_a_whole_state_no_mix_is_told() -> None:
    few = counts([("48201", "ZZTX00101", (4, 300, 0))], {"48201": (1, 1, 1, 1)})
    levels = files.report(few)["tables"][1]
    assert levels["rows"] == [] and levels["untold"] == "How many were matched is hidden."
    nobody = counts([("48201", "ZZTX00101", (0, 300, 0))], {})
    assert files.report(nobody)["tables"][1]["untold"] == "Nobody was matched."
