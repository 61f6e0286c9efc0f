# SPDX-License-Identifier: Apache-2.0
"""Single fingers put down without care, and the command that writes them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from click.testing import CliRunner
from PIL import Image

from secure_communities.biometrics.synthetic.skin import worn_print
from secure_communities.biometrics.synthetic.tuning import CARES, SENSORS, draw_touch, tuning_finger, tuning_image
from secure_communities.cli.sampling import tuning_set


def test_the_same_arguments_give_the_same_image_and_others_another() -> None:
    care = CARES["ordinary"]
    image = tuning_image(3, 1, 1, care=care)
    assert np.array_equal(image, tuning_image(3, 1, 1, care=care))
    assert not np.array_equal(image, tuning_image(3, 1, 2, care=care))
    assert image.dtype == np.uint8


def test_every_finger_has_a_sensor_of_its_own_size() -> None:
    shapes = [tuning_image(3, number, 1, care=CARES["ordinary"]).shape for number in (1, 3)]
    assert shapes == [(SENSORS[0].height, SENSORS[0].width), (SENSORS[2].height, SENSORS[2].width)]


def test_wear_belongs_to_the_finger() -> None:
    finger = tuning_finger(3, 2)
    first = worn_print(finger).copy()
    worn_print.cache_clear()
    assert np.array_equal(first, worn_print(finger))


def test_careless_placements_turn_and_move_fingers_farther() -> None:
    finger = tuning_finger(3, 2)

    def placed(name: str) -> tuple[float, float]:
        rng = np.random.default_rng(1)
        touches = [draw_touch(finger, rng, CARES[name]) for _ in range(400)]
        return max(abs(t.turn) for t in touches), float(np.mean([np.hypot(*t.shift) for t in touches]))

    ordinary, careless = placed("ordinary"), placed("careless")
    assert 0.5 < ordinary[0] <= 0.62
    assert careless[1] > 1.1 * ordinary[1] > 20


def test_the_command_writes_the_images_it_says_and_no_second_time(tmp_path: Path) -> None:
    arguments = [str(tmp_path / "set"), "--fingers", "2", "--impressions", "2", "--seed", "3", "--json"]
    result = CliRunner().invoke(tuning_set, arguments)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["images"] == 4
    names = sorted(path.name for path in (tmp_path / "set").glob("*.png"))
    assert names == ["1_1.png", "1_2.png", "2_1.png", "2_2.png"]
    with Image.open(tmp_path / "set" / "2_1.png") as image:
        assert round(image.info["dpi"][0]) == 500
        assert np.array_equal(np.asarray(image), tuning_image(3, 2, 1, care=CARES["ordinary"]))
    assert json.loads((tmp_path / "set" / "truth.json").read_text())["synthetic"] is True
    again = CliRunner().invoke(tuning_set, arguments)
    assert again.exit_code == 1
    assert "already there" in again.output
