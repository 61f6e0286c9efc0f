# SPDX-License-Identifier: Apache-2.0
"""The command line on files: inspect, roundtrip, validate, and their exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from secure_communities.cli.interchange import interchange
from secure_communities.interchange import xml
from secure_communities.interchange.itl import parse
from secure_communities.interchange.profiles import profile_names
from tests.builders.transactions import GOLDEN, TCN, a_booking, spoiled
from tests.interchange.xml.comparing import said


def run(*arguments: object) -> Result:
    return CliRunner().invoke(interchange, [str(argument) for argument in arguments])


@pytest.fixture
def booking(tmp_path: Path) -> Path:
    file = tmp_path / "booking.an2"
    file.write_bytes(a_booking())
    return file


def test_inspect_shows_everything_in_the_files_order(booking: Path):
    result = run("inspect", booking, "--json", "--no-decode")
    assert result.exit_code == 0
    shown = json.loads(result.stdout)
    assert list(shown) == ["ok", "version", "tot", "tcn", "ori", "dai", "records", "warnings"]
    assert (shown["ok"], shown["version"], shown["tot"], shown["tcn"]) == (True, "0500", "CAR", TCN)
    assert [record["type"] for record in shown["records"]] == [1, 2, *[4] * 14]
    assert [record["idc"] for record in shown["records"]] == [None, *range(15)]
    offences = next(field for field in shown["records"][1]["fields"] if field["tag"] == "2.047")
    assert offences == {"tag": "2.047", "values": [["20261120", "PETTY THEFT"], ["", "TRESPASS"]]}
    assert shown["records"][1]["image"] is None
    assert shown["records"][2]["image"] == {
        "compression": "WSQ20",
        "width": 804,
        "height": 752,
        "ppi": 500.0,
        "positions": [1],
        "decoded": None,
        "reason": "not tried",
    }
    assert shown["warnings"] == []


def test_inspect_presents_binary_headers_as_fields(booking: Path):
    record = json.loads(run("inspect", booking, "--json", "--no-decode").stdout)["records"][2]
    assert [(field["tag"], field["values"]) for field in record["fields"]] == [
        ("4.001", [["42315"]]),
        ("4.002", [["1"]]),
        ("4.003", [["3"]]),
        ("4.004", [["1"]]),
        ("4.005", [["0"]]),
        ("4.006", [["804"]]),
        ("4.007", [["752"]]),
        ("4.008", [["1"]]),
    ]


@pytest.mark.parametrize(
    ("name", "decoded"),
    [
        ("type-10-14-17-piv-index-iris.an2", [True] * 4),
        ("type-5.an2", [True]),
        ("type-8-sig-raw.an2", [True]),
        ("type-8-sig-fax.an2", [False]),
    ],
)
def test_inspect_tries_every_image(name: str, decoded: list[bool]):
    shown = json.loads(run("inspect", GOLDEN / name, "--json").stdout)
    images = [record["image"] for record in shown["records"] if record["image"]]
    assert [image["decoded"] for image in images] == decoded
    assert all((image["reason"] is None) == image["decoded"] for image in images)


def test_inspect_says_when_an_image_is_not_as_declared(booking: Path):
    data = a_booking()
    at = data.index(b"\x03\x24\x02\xf0\x01\xff\xa0")
    booking.write_bytes(data[:at] + b"\x03\x20\x02\xee" + data[at + 4 :])
    image = json.loads(run("inspect", booking, "--json").stdout)["records"][2]["image"]
    assert (image["width"], image["height"], image["decoded"]) == (800, 750, True)
    assert image["reason"].startswith("E0006")


def test_inspect_of_an_unreadable_file_says_where(booking: Path):
    booking.write_bytes(a_booking()[:-7])
    result = run("inspect", booking, "--json")
    assert result.exit_code == 2
    shown = json.loads(result.stdout)
    assert shown["ok"] is False
    assert list(shown["error"]) == ["code", "record", "idc", "tag", "offset", "message"]
    assert (shown["error"]["code"], shown["error"]["record"], shown["error"]["tag"]) == ("E0004", 15, "4.001")
    plain = run("inspect", booking)
    assert plain.exit_code == 2
    assert "E0004" in plain.stderr


def test_inspect_prints_a_table_that_a_terminal_cannot_obey(booking: Path):
    booking.write_bytes(spoiled(a_booking(), 1, b"SYNTH,ALEX QUILL", b"[red]\x1b[31mSYNTH"))
    result = run("inspect", booking, "--no-decode")
    assert result.exit_code == 0
    assert "\x1b[31m" not in result.stdout
    assert "[red]\\x1b[31mSYNTH" in result.stdout
    assert "PETTY THEFT" in result.stdout


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.an2")), ids=lambda file: file.name)
def test_roundtrip_writes_the_same_bytes(file: Path, tmp_path: Path):
    out = tmp_path / "out.an2"
    assert run("roundtrip", file, out).exit_code == 0
    assert out.read_bytes() == file.read_bytes()


def test_roundtrip_of_an_unreadable_file_writes_nothing(tmp_path: Path):
    bad, out = tmp_path / "bad", tmp_path / "out"
    bad.write_bytes(b"<html>")
    assert run("roundtrip", bad, out).exit_code == 2
    assert not out.exists()


@pytest.mark.parametrize(
    "profile", [[], ["--profile", "ebts-10.0/CAR"], ["--profile", "ebts-9.4"], ["--profile", "CAR"]]
)
def test_validate_takes_a_good_booking(booking: Path, profile: list[str]):
    result = run("validate", booking, "--received-on", "2026-11-22", "--json", *profile)
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


def test_validate_lists_what_is_wrong(booking: Path):
    booking.write_bytes(a_booking(person={"2.018": None, "2.027": "590"}))
    result = run("validate", booking, "--received-on", "2026-11-22", "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert [list(finding) for finding in found] == [["code", "record", "idc", "tag", "offset", "message"]] * 2
    assert [(finding["code"], finding["tag"]) for finding in found] == [("E0001", "2.018"), ("E0003", "2.027")]
    plain = run("validate", booking, "--received-on", "2026-11-22")
    assert plain.exit_code == 1
    assert len(plain.stdout.splitlines()) == 2


def test_validate_takes_the_day_of_receipt_and_the_destination(booking: Path):
    assert run("validate", booking, "--received-on", "2026-11-20").exit_code == 1
    assert run("validate", booking, "--received-on", "2026-11-22", "--destination", "ZZFBI0009").exit_code == 1


def test_validate_of_another_transaction_than_the_profiles(booking: Path):
    result = run("validate", booking, "--profile", "ebts-10.0/SRE", "--received-on", "2026-11-22", "--json")
    assert result.exit_code == 1
    assert "H0002" in [finding["code"] for finding in json.loads(result.stdout)]
    booking.write_bytes(a_booking(tot="LFS"))
    for profile in ([], ["--profile", "ebts-10.0"]):
        result = run("validate", booking, "--json", *profile)
        assert result.exit_code == 1
        assert [finding["code"] for finding in json.loads(result.stdout)] == ["H0002"]


def test_validate_of_an_unreadable_file(booking: Path):
    booking.write_bytes(b"")
    result = run("validate", booking, "--json")
    assert result.exit_code == 2
    assert [finding["code"] for finding in json.loads(result.stdout)] == ["E0004"]
    assert run("validate", booking).exit_code == 2


def test_validate_shows_its_profiles():
    assert run("validate", "--list").stdout.split() == profile_names()
    wrong = run("validate", GOLDEN / "type-3.an2", "--profile", "ebts-99")
    assert wrong.exit_code == 2
    assert "ebts-10.0/CAR" in wrong.stderr


def test_a_file_beyond_the_cap_is_not_even_read(tmp_path: Path):
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(500_000_000)
    result = run("inspect", huge, "--json")
    assert result.exit_code == 2
    assert "at most" in json.loads(result.stdout)["error"]["message"]


def test_a_file_is_written_in_the_other_form_and_back(tmp_path: Path) -> None:
    source, written, back = tmp_path / "booking.an2", tmp_path / "booking.xml", tmp_path / "back.an2"
    source.write_bytes(a_booking())
    assert run("roundtrip", str(source), str(written), "--form", "xml").exit_code == 0
    assert run("roundtrip", str(written), str(back), "--form", "traditional").exit_code == 0
    assert said(parse(back.read_bytes())) == said(parse(source.read_bytes()))
    again = tmp_path / "again.xml"
    assert run("roundtrip", str(written), str(again)).exit_code == 0
    assert again.read_bytes() == written.read_bytes()


def test_an_xml_file_is_inspected_and_judged_like_any_other(tmp_path: Path) -> None:
    file = tmp_path / "booking.xml"
    file.write_bytes(xml.emit(parse(a_booking())))
    shown = json.loads(run("inspect", str(file), "--json", "--no-decode").stdout)
    assert shown["ok"] and shown["tot"] == "CAR" and len(shown["records"]) == 16
    judged = run("validate", str(file), "--schema", "--received-on", "2026-11-22", "--json")
    assert (judged.exit_code, json.loads(judged.stdout)) == (0, [])
    file.write_bytes(file.read_bytes().replace(b"<nc:Date>2026-11-21<", b"<nc:Date>21.11.2026<"))
    judged = run("validate", str(file), "--schema", "--received-on", "2026-11-22", "--json")
    assert judged.exit_code == 1 and {"E0005"} < {one["code"] for one in json.loads(judged.stdout)}


def test_xml_that_cannot_be_read_says_what_and_where(tmp_path: Path) -> None:
    file = tmp_path / "booking.xml"
    file.write_bytes(xml.emit(parse(a_booking())).replace(b"<j:PersonSexCode>", b"<j:Strange/><j:PersonSexCode>"))
    answer = run("inspect", str(file))
    assert answer.exit_code == 2 and "j:Strange" in answer.output and "line" in answer.output
