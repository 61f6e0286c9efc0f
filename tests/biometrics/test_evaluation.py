# SPDX-License-Identifier: Apache-2.0
"""Error rates computed by hand, the pairs of the protocol, and the command that prints them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from secure_communities.biometrics.evaluation import (
    Evaluation,
    error_rates,
    evaluate,
    find_images,
    genuine_pairs,
    impostor_pairs,
    pseudo_subjects,
)
from secure_communities.biometrics.template import Template
from secure_communities.cli.biometrics import biometrics
from secure_communities.interchange.itl import fingerprint_record
from tests.builders.transactions import a_booking

from .builders import a_finger, another_impression, ridges


def test_the_protocol_has_280_genuine_and_2880_impostor_pairs() -> None:
    samples = [(finger, impression) for finger in range(101, 111) for impression in range(1, 9)]
    assert len(list(genuine_pairs(samples))) == 280
    assert len(list(impostor_pairs(samples))) == 2880
    assert len(list(impostor_pairs(samples, first_only=True))) == 45


def test_error_rates_of_scores_counted_by_hand() -> None:
    genuine = np.array([0.9, 0.8, 0.7, 0.3])
    rates = error_rates(Evaluation(genuine, np.array([0.1, 0.2, 0.25, 0.4])))
    assert rates.eer == pytest.approx(0.25)
    assert rates.zerofmr == pytest.approx(0.25)
    rates = error_rates(Evaluation(genuine, np.zeros(100)))
    assert (rates.eer, rates.fmr100, rates.fmr1000, rates.zerofmr) == (0, 0, 0, 0)


def test_a_false_match_rate_of_one_percent_is_allowed_one_in_a_hundred() -> None:
    impostor = np.append(np.zeros(99), 0.5)
    rates = error_rates(Evaluation(np.array([0.4, 0.6]), impostor))
    assert rates.fmr100 == 0
    assert rates.fmr1000 == pytest.approx(0.5)


def test_an_image_without_a_template_counts_as_score_zero(rng: np.random.Generator) -> None:
    templates: dict[tuple[int, int], Template | None] = {}
    for finger in (1, 2):
        templates[finger, 1] = a_finger(rng, position=0)
        templates[finger, 2] = another_impression(templates[finger, 1], rng)  # type: ignore[arg-type]
    assert evaluate(templates).genuine.min() > 0.1
    templates[1, 2] = None
    measured = evaluate(templates)
    assert sorted(measured.genuine)[0] == 0
    assert len(measured.impostor) == 4


def test_the_fingers_of_a_set_become_the_hands_of_one_person(rng: np.random.Generator) -> None:
    templates = {(finger, n): a_finger(rng, position=0) for finger in range(101, 111) for n in (1, 2)}
    persons = pseudo_subjects({**templates, (103, 2): None})
    assert sorted(persons) == [1, 2]
    assert sorted(persons[1]) == list(range(1, 11))
    assert sorted(persons[2]) == [1, 2, 4, 5, 6, 7, 8, 9, 10]
    assert persons[1][10].position == 10


def test_a_folder_without_images_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("none")
    with pytest.raises(ValueError, match="FINGER_IMPRESSION"):
        find_images(tmp_path)
    result = CliRunner().invoke(biometrics, ["evaluate", str(tmp_path), "--json"])
    assert result.exit_code == 2
    assert "FINGER_IMPRESSION" in result.output


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("set")
    for finger in (1, 2):
        whole = ridges(seed=finger, width=256, height=256)
        Image.fromarray(whole).save(folder / f"{finger}_1.png")
        Image.fromarray(np.clip(whole * 0.8 + 40, 0, 255).astype(np.uint8)[:, 8:]).save(folder / f"{finger}_2.png")
    return folder


def test_the_evaluate_command_measures_a_folder_and_keeps_its_templates(images: Path, tmp_path: Path) -> None:
    command = ["evaluate", str(images), "--layout", "fvc", "--ppi", "500", "--json"]
    first = json.loads(CliRunner().invoke(biometrics, [*command, "--cache", str(tmp_path)]).stdout)
    assert (first["genuine"], first["impostor"], first["failures_to_extract"]) == (2, 4, 0)
    assert first["eer_percent"] == 0
    assert len(list(tmp_path.iterdir())) == 4
    assert json.loads(CliRunner().invoke(biometrics, [*command, "--cache", str(tmp_path)]).stdout)["eer_percent"] == 0


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Templates that several tests make of the same images."""
    return tmp_path_factory.mktemp("kept")


def run_evaluate(*arguments: object) -> dict[str, Any]:
    answer = CliRunner().invoke(biometrics, ["evaluate", *map(str, arguments), "--json"])
    assert answer.exit_code == 0, answer.output
    result: dict[str, Any] = json.loads(answer.stdout)
    return result


def test_a_file_that_cannot_be_read_is_named_and_counts_as_a_failure(images: Path, tmp_path: Path) -> None:
    spoiled = tmp_path / "spoiled"
    shutil.copytree(images, spoiled)
    (spoiled / "2_2.png").write_bytes(b"no image")
    answer = CliRunner().invoke(biometrics, ["evaluate", str(spoiled), "--json"])
    assert answer.exit_code == 0
    assert "spoiled/2_2.png counts as score 0" in answer.stderr
    result = json.loads(answer.stdout)
    assert (result["failures_to_extract"], result["unreadable_or_refused"]) == (1, ["2_2.png"])
    assert (result["genuine"], result["impostor"], result["zerofmr_percent"]) == (2, 4, 50)
    assert result["pseudo_subjects"]["sum_of_scores"]["1"]["worst_genuine"] == 0


def test_several_sets_are_measured_by_themselves_and_averaged(images: Path, kept: Path, tmp_path: Path) -> None:
    smaller = tmp_path / "smaller"
    shutil.copytree(images, smaller)
    for path in smaller.glob("*.png"):
        Image.open(path).resize((205, 205)).save(path)  # as if taken at 400 ppi
    result = run_evaluate(images, f"{smaller}@400", "--cache", kept)
    assert [each["set"] for each in result["sets"]] == [images.name, "smaller"]
    assert (result["set"], result["genuine"], result["impostor"]) == ("mean of 2 sets", 4, 8)
    assert result["eer_percent"] == pytest.approx(sum(each["eer_percent"] for each in result["sets"]) / 2, abs=1e-3)
    assert result["pseudo_subjects"]["sum_of_scores"]["2"]["genuine"] == 2
    assert result["extract_ms"] > 0
    again = run_evaluate(images, f"{smaller}@400", "--cache", kept)
    assert again["extract_ms"] is None and again["det"] == result["det"]


def test_sets_of_one_name_do_not_share_what_is_kept(images: Path, kept: Path, tmp_path: Path) -> None:
    other = tmp_path / "another year" / images.name
    shutil.copytree(images, other)
    (other / "1_2.png").write_bytes((images / "2_2.png").read_bytes())
    assert run_evaluate(images, "--cache", kept)["zerofmr_percent"] == 0
    assert run_evaluate(other, "--cache", kept)["zerofmr_percent"] > 0


def test_the_figures_say_all_that_is_promised(images: Path, kept: Path, tmp_path: Path) -> None:
    plot = tmp_path / "plot.svg"
    result = run_evaluate(images, "--fvc-impostors", "--plot", plot, "--cache", kept)
    assert result["impostor"] == 1
    for key in ("eer_percent", "fmr100_percent", "fmr1000_percent", "zerofmr_percent"):
        low, high = result["intervals"][key]
        assert low <= result[key] <= high
    assert result["comparisons_per_second"] > 0
    assert result["det"][-1][1] == 0
    persons = result["pseudo_subjects"]
    assert set(persons) == {"sum_of_scores", "log_likelihood_ratio"}
    assert persons["sum_of_scores"]["2"]["cmc"][0] == 1
    assert "Detection error trade-off" in plot.read_text() or plot.stat().st_size > 10_000


def test_the_same_figures_are_printed_for_people(images: Path, kept: Path) -> None:
    text = CliRunner().invoke(biometrics, ["evaluate", str(images), "--cache", str(kept)]).stdout
    for words in ("EER %", "FMR1000 %", "bootstrap over fingers", "comparisons a second", "gap ÷ s.d."):
        assert words in text


@pytest.mark.parametrize(("argument", "said"), [("nowhere", "is not a folder"), ("{}@many", "not a resolution")])
def test_a_set_that_is_not_there_is_said_plainly(images: Path, argument: str, said: str) -> None:
    answer = CliRunner().invoke(biometrics, ["evaluate", argument.format(images)])
    assert answer.exit_code == 2
    assert said in " ".join(answer.output.split())


def test_extract_and_compare_work_on_images_and_on_template_files(images: Path, tmp_path: Path) -> None:
    runner, out = CliRunner(), tmp_path / "finger.scmt"
    described = runner.invoke(biometrics, ["extract", str(images / "1_1.png"), "--out", str(out), "--json"])
    assert len(json.loads(described.stdout)["minutiae"]) >= 5
    mates = runner.invoke(biometrics, ["compare", str(out), str(images / "1_2.png"), "--json"])
    others = runner.invoke(biometrics, ["compare", str(out), str(images / "2_1.png"), "--json"])
    assert json.loads(mates.stdout)["score"] > 0.8
    assert json.loads(others.stdout)["score"] < 0.4
    assert "score" in runner.invoke(biometrics, ["compare", str(out), str(out)]).stdout


def test_a_comparison_is_drawn_with_and_without_images(images: Path, tmp_path: Path) -> None:
    runner, out, picture = CliRunner(), tmp_path / "finger.scmt", tmp_path / "picture.png"
    runner.invoke(biometrics, ["extract", str(images / "1_1.png"), "--out", str(out)])
    said = runner.invoke(biometrics, ["compare", str(out), str(images / "1_2.png"), "--picture", str(picture)])
    assert said.exit_code == 0
    assert "paired minutiae are then" in said.stdout and "times as probable" in said.stdout
    with Image.open(picture) as drawn:
        assert drawn.width > 500
    wrong = runner.invoke(biometrics, ["compare", str(out), str(out), "--picture", str(tmp_path / "picture.txt")])
    assert wrong.exit_code == 2 and ".png" in wrong.output


def a_card(path: Path, seeds: dict[int, int], *, brightness: int = 0) -> Path:
    """A booking of drawn prints: finger → seed of its ridges."""
    records = []
    for idc, (finger, seed) in enumerate(seeds.items(), start=1):
        pixels = np.clip(ridges(seed=seed, width=256, height=256) * 0.8 + brightness, 0, 255).astype(np.uint8)
        records.append(
            fingerprint_record(
                idc=idc, impression=3, positions=[finger], width=256, height=256, compression=0, data=pixels.tobytes()
            )
        )
    path.write_bytes(a_booking(images=records))
    return path


def test_two_cards_are_compared_finger_by_finger(tmp_path: Path) -> None:
    first = a_card(tmp_path / "first.an2", {1: 11, 2: 12, 7: 17})
    second = a_card(tmp_path / "second.an2", {1: 11, 2: 12, 8: 18}, brightness=30)
    other = a_card(tmp_path / "other.an2", {1: 21, 2: 22})
    runner, picture = CliRunner(), tmp_path / "picture.png"
    same = json.loads(
        runner.invoke(biometrics, ["compare", str(first), str(second), "--picture", str(picture), "--json"]).stdout
    )
    assert [each["finger"] for each in same["fingers"]] == [1, 2]
    assert same["log10_likelihood_ratio"] == pytest.approx(
        sum(each["contribution"] for each in same["fingers"]), abs=0.01
    )
    assert "2 fingers compared, of 3 usable" in same["why"][0]
    strangers = json.loads(runner.invoke(biometrics, ["compare", str(first), str(other), "--json"]).stdout)
    assert min(each["score"] for each in same["fingers"]) > max(each["score"] for each in strangers["fingers"])
    assert strangers["outcome"] in ("HIT", "POSSIBLE", "NO_HIT") and strangers["why"]
    with Image.open(picture) as drawn:
        assert drawn.height > 600
    mixed = runner.invoke(biometrics, ["compare", str(first), str(tmp_path / "picture.png")])
    assert mixed.exit_code == 2 and "compare two of a kind" in mixed.output
    nothing = runner.invoke(biometrics, ["compare", str(a_card(tmp_path / "one.an2", {9: 1})), str(other)])
    assert nothing.exit_code == 1 and "no usable finger in common" in nothing.output


def test_a_poor_image_and_an_unreadable_file_have_exit_codes_of_their_own(tmp_path: Path) -> None:
    Image.fromarray(np.full((300, 300), 255, np.uint8)).save(tmp_path / "blank.png")
    (tmp_path / "broken.png").write_bytes(b"no image")
    (tmp_path / "broken.scmt").write_bytes(b"SCMT and nothing else")
    runner = CliRunner()
    poor = runner.invoke(biometrics, ["extract", str(tmp_path / "blank.png")])
    assert (poor.exit_code, "blank" in poor.output) == (1, True)
    assert runner.invoke(biometrics, ["extract", str(tmp_path / "broken.png")]).exit_code == 2
    assert runner.invoke(biometrics, ["compare", *[str(tmp_path / "broken.scmt")] * 2]).exit_code == 2


def test_the_group_lists_the_synthesizer_too() -> None:
    assert "synthesize" in CliRunner().invoke(biometrics, ["--help"]).output
