# SPDX-License-Identifier: Apache-2.0
"""The command that writes synthetic people to a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from secure_communities.biometrics.synthetic import cards
from secure_communities.biometrics.synthetic.command import synthesize
from secure_communities.interchange.itl import parse


def run(folder: Path, *options: str) -> Result:
    arguments = ["--people", "1", "--seed", "7", "--date", "2026-11-20", "--workers", "1", "--out", str(folder)]
    return CliRunner().invoke(synthesize, [*arguments, *options])


@pytest.fixture(scope="module", autouse=True)
def small_cards() -> Iterator[None]:
    """Two thumbs and their plain images: whole cards are tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cards, "POSITIONS", (1, 6))
        patch.setattr(cards, "SLAPS", (11, 12))
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("synthetic")
    result = run(folder, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["people"] == 1
    return folder


def test_it_writes_images_a_booking_and_the_truth(folder: Path) -> None:
    truth = json.loads((folder / "truth.json").read_text())
    (one,) = truth["people"]
    assert truth["synthetic"] is True
    assert len(one["images"]) == 4
    with Image.open(folder / one["images"][0]) as image:
        assert image.mode == "L"
    booking = parse((folder / one["booking"]).read_bytes())
    assert booking.tcn == one["tcn"] == "SYNZZTX00101-20261120-000007-0"
    assert booking.of_type(2)[0].text("2.018") == one["name"]
    assert [c[1] for c in booking.of_type(2)[0].values("2.047")] == [c["literal"] for c in one["charges"]]
    assert set(one["fingers"]) == {str(position) for position in range(1, 11)}


def test_it_never_overwrites_unless_told_to(folder: Path) -> None:
    before = (folder / "truth.json").stat().st_mtime_ns
    refused = run(folder)
    assert refused.exit_code == 1
    assert "--force" in refused.output
    assert (folder / "truth.json").stat().st_mtime_ns == before
    assert run(folder, "--force", "--kind", "bookings").exit_code == 0


def test_the_same_number_gives_the_same_booking(folder: Path, tmp_path: Path) -> None:
    assert run(tmp_path, "--kind", "bookings").exit_code == 0
    (name,) = [path.name for path in (tmp_path / "bookings").iterdir()]
    assert (tmp_path / "bookings" / name).read_bytes() == (folder / "bookings" / name).read_bytes()
    assert not (tmp_path / "images").exists()


@pytest.mark.parametrize(("options", "code"), [(["--kind", "faces"], 2), (["--ori", "TX0010100"], 1)])
def test_what_it_cannot_do_it_says_before_it_starts(tmp_path: Path, options: list[str], code: int) -> None:
    result = run(tmp_path, *options)
    assert result.exit_code == code
    assert any(word in result.output for word in ("expected images and/or bookings", "reserved"))
    assert not list(tmp_path.iterdir())
