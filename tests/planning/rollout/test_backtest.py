# SPDX-License-Identifier: Apache-2.0
"""The back-test reads files of its kind, says what is wrong with others, and compares four orders."""

import json
import struct

import pytest
from click.testing import CliRunner

from secure_communities.cli.rollout import rollout
from secure_communities.planning.rollout import stata
from secure_communities.planning.rollout.backtest import BacktestError, backtest


def a_stata_file(rows: list[tuple[float, float, float, float]]) -> bytes:
    """A Stata 118 file of four columns, laid out as its description says."""
    names = ["countyfips", "statefips", "activation_month", "activation_year"]
    kinds = [65526, 65530, 65530, 65529]
    head = (
        b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>" + struct.pack("<H", 4) + b"</K><N>"
        + struct.pack("<Q", len(rows)) + b"</N><label>\0\0</label><timestamp>\0</timestamp></header>"
    )  # fmt: skip
    types = b"<variable_types>" + struct.pack("<4H", *kinds) + b"</variable_types>"
    named = b"<varnames>" + b"".join(name.encode().ljust(129, b"\0") for name in names) + b"</varnames>"
    data = b"<data>" + b"".join(struct.pack("<dbbh", *row) for row in rows) + b"</data></stata_dta>"
    start = len(head) + len(b"<map>") + 14 * 8 + len(b"</map>")
    places = [0] * 14
    places[2], places[3], places[9] = start, start + len(types), start + len(types) + len(named)
    return head + b"<map>" + struct.pack("<14Q", *places) + b"</map>" + types + named + data


CENSUS = "SUMLEV,STATE,COUNTY,CTYNAME,CENSUS2010POP,INTERNATIONALMIG2010,INTERNATIONALMIG2011\n"
PEOPLE = [(48201, 4_000_000, 900), (48113, 2_000_000, 500), (6037, 9_000_000, 5000), (35013, 200_000, -40)]


@pytest.fixture
def folder(tmp_path):
    rows = [(float(fips), fips // 1000, 10 + n % 3, 2008 if n < 2 else 2012) for n, (fips, *_) in enumerate(PEOPLE)]
    (tmp_path / "activation.dta").write_bytes(a_stata_file(rows))
    lines = [f"50,{fips // 1000},{fips % 1000},Doña,{people},{moved},0" for fips, people, moved in PEOPLE]
    (tmp_path / "co-est2019-alldata.csv").write_bytes(
        (CENSUS + "40,48,0,Texas,1,1,1\n" + "\n".join(lines) + "\n").encode("latin-1")
    )
    return tmp_path


def test_the_figures_stand_at_the_top_and_the_plan_lies_between_random_and_bound(folder):
    found = backtest(folder)
    assert {"planned", "actual", "random", "bound", "seconds"} <= set(found)
    assert found["counties_matched"] == 4
    assert found["actual"] <= found["planned"] <= found["bound"]
    assert set(found["proxies"]) == {"A", "B"}


def test_the_command_prints_json_and_a_table(folder):
    result = CliRunner().invoke(rollout, ["backtest", str(folder), "--json"])
    assert json.loads(result.output)["counties_matched"] == 4
    assert "real" in CliRunner().invoke(rollout, ["backtest", str(folder)]).output


def test_a_folder_without_the_files_says_which_is_missing(tmp_path, folder):
    (folder / "activation.dta").unlink()
    with pytest.raises(BacktestError, match=r"holds no \*\.dta"):
        backtest(folder)
    result = CliRunner().invoke(rollout, ["backtest", str(tmp_path / "nowhere")])
    assert result.exit_code == 1
    assert "is no folder" in result.output


@pytest.mark.parametrize("cut", [10, 60, 200, 800])
def test_a_file_that_is_cut_off_is_refused(cut):
    with pytest.raises(stata.StataError):
        stata.read(a_stata_file([(1.0, 2, 3, 4)] * 5)[:cut])


def test_a_missing_number_is_none():
    read = stata.read(a_stata_file([(2.0**1023, 127, 1, 2009)]))
    assert read["countyfips"] == [None]
    assert read["statefips"] == [None]
    assert read["activation_year"] == [2009]


def test_a_schedule_is_printed_as_csv_and_problems_beside_it(tmp_path):
    file = tmp_path / "sites.csv"
    file.write_text("code,risk,effort,must_by,group,agreement\nA,5,1,,,\nB,9,1,0,Ohio,3\n")
    result = CliRunner().invoke(rollout, ["plan", str(file), "--months", "6", "--budget", "1"])
    assert result.stdout.splitlines()[1] == "A,0,5.0,1.0"
    assert "Ohio signs in month 3" in result.stderr
    file.write_text("code,risk\nA,many\n")
    assert "line 2" in CliRunner().invoke(rollout, ["plan", str(file)]).output
