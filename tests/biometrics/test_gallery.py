# SPDX-License-Identifier: Apache-2.0
"""A gallery keeps what it acknowledged, shows it to other processes, and forgets what it is told to forget."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from secure_communities.biometrics import gallery as module
from secure_communities.biometrics.descriptor import features
from secure_communities.biometrics.gallery import BadGallery, Gallery
from secure_communities.biometrics.template import BadTemplate

from .builders import a_finger, a_person


def test_what_is_appended_is_there_after_opening_again(tmp_path: Path, rng: np.random.Generator) -> None:
    people = [a_person(rng, fingers=[1, 2, 7]), a_person(rng)]
    gallery = Gallery.open(tmp_path / "register")
    assert [gallery.append(person) for person in people] == [0, 1]
    again = Gallery.open(tmp_path / "register")
    assert len(again) == 2
    for row, person in enumerate(people):
        kept = again.templates(row)
        assert list(kept) == list(person)
        for finger, template in person.items():
            assert (kept[finger].width, kept[finger].height, kept[finger].quality) == (400, 400, 80)
            assert np.array_equal(features(kept[finger]).points, features(template).points)


def test_only_its_owner_may_read_a_gallery(tmp_path: Path, rng: np.random.Generator) -> None:
    Gallery.open(tmp_path / "register").append(a_person(rng))
    assert stat.S_IMODE((tmp_path / "register").stat().st_mode) == 0o700
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "register").iterdir()}
    assert modes == {0o600}


def test_a_deleted_row_is_zeros_on_disk_and_its_number_is_not_given_again(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    gallery = Gallery.open(tmp_path)
    person, other = a_person(rng), a_person(rng)
    gallery.append_many([person, other])
    points = features(person[4]).points.tobytes()
    [file] = tmp_path.glob("segment-*.bin")
    code = gallery.segments()[0][0].codes[3, 0].tobytes()
    assert points in file.read_bytes() and code in file.read_bytes()
    assert not gallery.is_erased(0)
    gallery.overwrite(0, None)
    assert points not in file.read_bytes() and code not in file.read_bytes()
    assert gallery.is_erased(0)
    assert gallery.templates(0) == {}
    assert not gallery.is_live(0)
    assert len(gallery.templates(1)) == 10
    assert gallery.append(other) == 2


def test_a_row_can_be_replaced_in_place(tmp_path: Path, rng: np.random.Generator) -> None:
    gallery = Gallery.open(tmp_path)
    gallery.append(a_person(rng))
    before = gallery.generation(0)
    gallery.overwrite(0, a_person(rng, fingers=[2, 3]))
    assert list(gallery.templates(0)) == [2, 3]
    assert gallery.generation(0) > before
    assert len(gallery) == 1


def test_one_bad_ten_print_keeps_the_whole_batch_out(tmp_path: Path, rng: np.random.Generator) -> None:
    gallery = Gallery.open(tmp_path)
    bad = {1: a_finger(rng, position=2)}
    with pytest.raises(BadTemplate):
        gallery.append_many([a_person(rng), bad])
    assert len(gallery) == 0


def test_rows_that_do_not_exist_are_an_error(tmp_path: Path, rng: np.random.Generator) -> None:
    gallery = Gallery.open(tmp_path)
    gallery.append(a_person(rng))
    for row in (-1, 1):
        with pytest.raises(IndexError, match=f"no row {row}"):
            gallery.templates(row)
        with pytest.raises(IndexError):
            gallery.overwrite(row, None)


def test_a_second_reader_sees_what_the_first_appends(tmp_path: Path, rng: np.random.Generator) -> None:
    writer, reader = Gallery.open(tmp_path), Gallery.open(tmp_path)
    writer.append(a_person(rng))
    assert len(reader) == 1
    assert len(reader.templates(0)) == 10


def test_a_gallery_grows_over_several_segments(tmp_path: Path, rng: np.random.Generator) -> None:
    gallery = Gallery.open(tmp_path, segment_rows=4)
    person = a_person(rng, fingers=[1])
    assert gallery.append_many([person] * 11) == list(range(11))
    assert [rows for _, rows in gallery.segments()] == [4, 4, 3]
    assert list(Gallery.open(tmp_path).templates(10)) == [1]
    assert len(list(tmp_path.glob("segment-*.bin"))) == 3


def test_what_is_left_of_a_deleted_row_is_noticed(tmp_path: Path, rng: np.random.Generator) -> None:
    gallery = Gallery.open(tmp_path)
    gallery.append_many([a_person(rng), a_person(rng), a_person(rng)])
    gallery.overwrite(1, None)
    assert list(gallery.check()) == []
    gallery.segments()[0][0].points[7, 1, 59, 3] = 1
    gallery.segments()[0][0].codes[2, 2, 0] ^= np.uint64(1)
    gallery.segments()[0][0].rows["generation"][0] |= 1
    assert not gallery.is_erased(1)
    assert [row for row, _ in gallery.check()] == [0, 1, 2]
    assert "bytes of it are left" in dict(gallery.check())[1]


def test_a_row_keeps_the_name_of_its_enrolment_even_when_deleted(tmp_path: Path, rng: np.random.Generator) -> None:
    gallery = Gallery.open(tmp_path)
    gallery.append_many([a_person(rng), a_person(rng)], tags=[b"first enrolment!", b"second"])
    gallery.overwrite(0, None)
    assert (gallery.tag(0), gallery.tag(1)) == (b"first enrolment!", b"second".ljust(16, b"\0"))


def test_a_subject_takes_less_than_six_kilobytes() -> None:
    assert module.segment_bytes(module.SEGMENT_ROWS) / module.SEGMENT_ROWS < 6_000


APPEND_FOREVER = """
import sys
import numpy as np
from tests.biometrics.builders import a_person
from secure_communities.biometrics.gallery import Gallery
gallery = Gallery.open(sys.argv[1])
person = a_person(np.random.default_rng(1), fingers=[1, 6])
while True:
    print(gallery.append(person), flush=True)
"""


def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path, rng: np.random.Generator) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    program = [sys.executable, "-c", APPEND_FOREVER, str(tmp_path)]
    acknowledged = -1
    with subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            acknowledged = int(line)
            if acknowledged == 20:
                writer.send_signal(signal.SIGKILL)
                break
        acknowledged = max([acknowledged, *(int(line) for line in writer.stdout if line.endswith("\n"))])
    gallery = Gallery.open(tmp_path)
    assert len(gallery) > acknowledged >= 20
    assert all(gallery.is_live(row) and list(gallery.templates(row)) == [1, 6] for row in range(len(gallery)))
    assert gallery.append(a_person(rng)) == len(gallery) - 1


def test_a_crash_between_writing_a_row_and_committing_it_leaves_no_row(
    tmp_path: Path, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery = Gallery.open(tmp_path)
    gallery.append(a_person(rng))

    def crash(rows: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(gallery, "commit", crash)
    with pytest.raises(KeyboardInterrupt):
        gallery.append(a_person(rng))
    after = Gallery.open(tmp_path)
    assert len(after) == 1
    last = a_person(rng, fingers=[9])
    assert after.append(last) == 1
    assert list(after.templates(1)) == [9]


def test_a_row_torn_in_the_middle_of_a_rewrite_is_not_searched(tmp_path: Path, rng: np.random.Generator) -> None:
    gallery = Gallery.open(tmp_path)
    gallery.append(a_person(rng))
    gallery.segments()[0][0].rows["generation"][0] |= 1
    assert not gallery.is_live(0)
    assert gallery.templates(0) == {}


@pytest.mark.parametrize("damage", ["short", "flipped", "segment"])
def test_a_damaged_gallery_says_that_it_must_be_rebuilt(tmp_path: Path, rng: np.random.Generator, damage: str) -> None:
    Gallery.open(tmp_path).append(a_person(rng))
    head, segment = tmp_path / "gallery.head", tmp_path / "segment-00000.bin"
    data = bytearray(head.read_bytes())
    if damage == "segment":
        os.truncate(segment, 100)
    elif damage == "short":
        head.write_bytes(data[:10])
    else:
        data[12] ^= 1
        head.write_bytes(data)
    with pytest.raises(BadGallery, match="rebuild"):
        Gallery.open(tmp_path)


def test_a_gallery_of_another_code_version_is_not_read(
    tmp_path: Path, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    Gallery.open(tmp_path).append(a_person(rng))
    monkeypatch.setattr(module, "code_version", lambda: 99)
    with pytest.raises(BadGallery, match="not 00000063: rebuild"):
        Gallery.open(tmp_path)


OVERWRITE_FOREVER = """
import sys
import numpy as np
from tests.biometrics.builders import a_person
from secure_communities.biometrics.gallery import Gallery
gallery = Gallery.open(sys.argv[1])
rng = np.random.default_rng(1)
people = [a_person(rng, fingers=[1, 6]), a_person(rng, fingers=[1, 6]), None]
for turn in range(10**9):
    gallery.overwrite(turn % 5, people[turn % 3])
    print(turn, flush=True)
"""


def test_a_writer_killed_while_rewriting_leaves_no_row_half_old_half_new(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    gallery = Gallery.open(tmp_path)
    gallery.append_many([a_person(rng, fingers=[1, 6]) for _ in range(5)])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", OVERWRITE_FOREVER, str(tmp_path)], env=environment, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            if line == "50\n":
                writer.send_signal(signal.SIGKILL)
                break
    complaints = dict(Gallery.open(tmp_path).check())
    assert len(complaints) <= 1
    for row, complaint in complaints.items():
        assert complaint == "was being written when the writer ended"
        assert not gallery.is_live(row)
        gallery.overwrite(row, a_person(rng))
    assert list(gallery.check()) == []
