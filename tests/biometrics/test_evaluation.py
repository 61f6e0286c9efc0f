# SPDX-License-Identifier: Apache-2.0
"""Error rates computed by hand, the pairs of the protocol, and the command that prints them."""

from __future__ import annotations

import json
from pathlib import Path

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


def test_extract_and_compare_work_on_images_and_on_template_files(images: Path, tmp_path: Path) -> None:
    runner, out = CliRunner(), tmp_path / "finger.scmt"
    described = runner.invoke(biometrics, ["extract", str(images / "1_1.png"), "--out", str(out), "--json"])
    assert len(json.loads(described.stdout)["minutiae"]) >= 5
    mates = runner.invoke(biometrics, ["compare", str(out), str(images / "1_2.png"), "--json"])
    others = runner.invoke(biometrics, ["compare", str(out), str(images / "2_1.png"), "--json"])
    assert json.loads(mates.stdout)["score"] > 5 * json.loads(others.stdout)["score"]
    assert "score" in runner.invoke(biometrics, ["compare", str(out), str(out)]).stdout


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
