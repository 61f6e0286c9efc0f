# SPDX-License-Identifier: Apache-2.0
"""The search finds the right person by the right fingers, and says nothing where there is nothing to say."""

from __future__ import annotations

import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics import scan_kernels
from secure_communities.biometrics.first_stage import best_of
from secure_communities.biometrics.fusion import compare_tenprints, fuse
from secure_communities.biometrics.gallery import Gallery
from secure_communities.biometrics.search import LocalBackend, Shard, describe_probe
from secure_communities.biometrics.shard import ranked, rows_to_keep
from secure_communities.biometrics.template import BadTemplate, TenPrint

from .builders import a_finger, a_person, the_same_person


@pytest.fixture
def people(rng: np.random.Generator) -> list[TenPrint]:
    return [a_person(rng, count=24) for _ in range(30)]


@pytest.fixture
def backend(tmp_path: Path, people: list[TenPrint]) -> LocalBackend:
    gallery = Gallery.open(tmp_path)
    gallery.append_many(people)
    return LocalBackend(gallery)


def test_a_person_is_found_first_and_by_far(
    backend: LocalBackend, people: list[TenPrint], rng: np.random.Generator
) -> None:
    first, second = backend.search(the_same_person(people[7], rng), limit=2)
    assert first.row == 7
    assert first.score > 5 * max(second.score, 0.05)
    assert sorted(first.fingers) == list(range(1, 11))


def test_a_hit_is_the_sum_of_comparisons_of_the_same_fingers(
    backend: LocalBackend, people: list[TenPrint], rng: np.random.Generator
) -> None:
    probe = the_same_person(people[3], rng)
    hit = backend.search(probe, limit=1)[0]
    expected = compare_tenprints(probe, people[3])
    assert hit.fingers == pytest.approx({finger: one.score for finger, one in expected.items()}, abs=1e-12)
    fused = fuse(expected)
    assert (hit.score, hit.contributions) == (pytest.approx(fused.total), pytest.approx(fused.contributions))


def test_a_finger_is_never_compared_with_another_finger(
    backend: LocalBackend, people: list[TenPrint], rng: np.random.Generator
) -> None:
    shifted = {
        position % 10 + 1: type(template)(
            position % 10 + 1, template.minutiae, template.width, template.height, template.quality, template.extractor
        )
        for position, template in people[4].items()
    }
    assert backend.search(shifted, limit=1)[0].score < 0.2
    with pytest.raises(BadTemplate):
        backend.search({2: people[4][1]}, limit=1)


@pytest.mark.parametrize("fingers", [[1, 2], [3, 8, 9], [6, 7, 8, 9, 10], [1, 2, 3, 4, 5, 6, 7, 8, 9]])
def test_missing_fingers_do_not_hide_a_person(
    backend: LocalBackend, people: list[TenPrint], rng: np.random.Generator, fingers: list[int]
) -> None:
    probe = {finger: template for finger, template in the_same_person(people[11], rng).items() if finger in fingers}
    hit = backend.search(probe, limit=1)[0]
    assert hit.row == 11
    assert sorted(hit.fingers) == fingers


def test_an_amputated_finger_on_file_is_left_out_of_the_sum(tmp_path: Path, rng: np.random.Generator) -> None:
    gallery = Gallery.open(tmp_path)
    person = a_person(rng)
    gallery.append({finger: template for finger, template in person.items() if finger not in (2, 3)})
    hit = LocalBackend(gallery).search(the_same_person(person, rng), limit=1)[0]
    assert sorted(hit.fingers) == [1, 4, 5, 6, 7, 8, 9, 10]


def test_people_without_a_common_finger_are_no_hits(tmp_path: Path, rng: np.random.Generator) -> None:
    gallery = Gallery.open(tmp_path)
    gallery.append(a_person(rng, fingers=[1, 2]))
    assert LocalBackend(gallery).search(a_person(rng, fingers=[6, 7]), limit=5) == []


def test_a_probe_without_a_usable_finger_finds_nothing(backend: LocalBackend, rng: np.random.Generator) -> None:
    assert backend.search({}, limit=5) == []
    assert backend.search({1: a_finger(rng, count=3)}, limit=5) == []


def test_a_deleted_person_is_not_found_any_more(
    backend: LocalBackend, people: list[TenPrint], rng: np.random.Generator
) -> None:
    backend.gallery.overwrite(5, None)
    hits = backend.search(the_same_person(people[5], rng), limit=50)
    assert len(hits) == 29
    assert all(hit.row != 5 for hit in hits)


def test_the_limit_is_kept_and_the_order_is_falling(backend: LocalBackend, people: list[TenPrint]) -> None:
    hits = backend.search(people[0], limit=4)
    assert len(hits) == 4
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert backend.search(people[0], limit=0) == []


def test_a_person_enrolled_meanwhile_is_found_by_the_next_search(
    backend: LocalBackend, rng: np.random.Generator
) -> None:
    late = a_person(rng)
    Gallery.open(backend.gallery.folder).append(late)
    assert backend.search(the_same_person(late, rng), limit=1)[0].row == 30


@pytest.fixture
def short_second_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(p, "EXHAUSTIVE_ROWS", 0)
    monkeypatch.setattr(p, "FEWEST_KEPT", 5)
    monkeypatch.setattr(p, "MOST_KEPT", 5)


@pytest.mark.usefixtures("short_second_stage")
def test_the_first_stage_keeps_the_right_person(
    backend: LocalBackend, people: list[TenPrint], rng: np.random.Generator
) -> None:
    for row in range(0, 30, 3):
        hits = backend.search(the_same_person(people[row], rng), limit=30)
        assert hits[0].row == row
        assert len(hits) == 5


@pytest.mark.usefixtures("short_second_stage")
def test_a_person_who_lacks_the_fingers_of_the_first_stage_is_still_compared(
    backend: LocalBackend, rng: np.random.Generator
) -> None:
    person = a_person(rng)
    probe = the_same_person(person, rng)
    worst = min(probe, key=lambda finger: (min(len(probe[finger]), 40), -finger))
    row = backend.gallery.append({worst: person[worst]})
    hits = backend.search(probe, limit=30)
    assert row in [hit.row for hit in hits]


@pytest.mark.usefixtures("short_second_stage")
def test_threads_change_nothing_but_the_time(
    backend: LocalBackend, people: list[TenPrint], rng: np.random.Generator
) -> None:
    probe = the_same_person(people[2], rng)
    assert LocalBackend(backend.gallery, threads=3).search(probe, limit=10) == backend.search(probe, limit=10)


def test_a_row_rewritten_during_the_scan_is_scanned_again(
    backend: LocalBackend, people: list[TenPrint], rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    newcomer = a_person(rng)
    scan, calls = scan_kernels.scan, []

    def rewrite_after(*arguments: object) -> None:
        scan(*arguments)
        if not calls:
            backend.gallery.overwrite(6, newcomer)
        calls.append(arguments)

    monkeypatch.setattr(scan_kernels, "scan", rewrite_after)
    hits = backend.search(the_same_person(newcomer, rng), limit=30)
    assert len(calls) == 2
    assert hits[0].row == 6 and len(hits) == 30


def test_a_row_deleted_between_scan_and_comparison_is_no_hit(
    backend: LocalBackend, people: list[TenPrint], rng: np.random.Generator
) -> None:
    probe = describe_probe(the_same_person(people[6], rng))
    rows, _ = backend.shard.scan(probe, 30)
    backend.gallery.overwrite(6, None)
    assert 6 in rows
    assert 6 not in [hit.row for hit in backend.shard.score(probe, rows)]


@pytest.mark.usefixtures("short_second_stage")
@pytest.mark.parametrize("cuts", [[15], [1, 2, 29], [10, 20]])
def test_shards_together_answer_like_the_whole(
    tmp_path: Path, people: list[TenPrint], rng: np.random.Generator, cuts: list[int]
) -> None:
    gallery = Gallery.open(tmp_path, segment_rows=8)
    gallery.append_many(people)
    edges = [0, *cuts, len(people)]
    shards = [Shard(gallery, rows=range(a, b)) for a, b in pairwise(edges)]
    tenprint = the_same_person(people[20], rng)
    probe = describe_probe(tenprint)
    keep = rows_to_keep(probe, len(gallery))
    rows, _ = best_of([shard.scan(probe, keep) for shard in shards], keep)
    hits = [hit for shard in shards for hit in shard.score(probe, shard.own(rows))]
    assert ranked(hits, 10) == LocalBackend(gallery, threads=2).search(tenprint, limit=10)


@pytest.mark.usefixtures("short_second_stage")
def test_searches_together_answer_like_searches_one_by_one(
    backend: LocalBackend, people: list[TenPrint], rng: np.random.Generator
) -> None:
    probes = [the_same_person(people[row], rng) for row in range(0, 30, 3)]
    probes[3] = {finger: probes[3][finger] for finger in (2, 7)}
    probes[4] = {}
    assert backend.search_many(probes, limit=5) == [backend.search(probe, limit=5) for probe in probes]


def test_fewer_fingers_leave_time_for_more_rows(people: list[TenPrint]) -> None:
    person = people[0]
    kept = [
        rows_to_keep(describe_probe({finger: person[finger] for finger in range(1, last + 1)}), 10**6)
        for last in (1, 2, 4, 10)
    ]
    assert kept == sorted(kept, reverse=True) and kept[0] == p.MOST_KEPT
    assert rows_to_keep(describe_probe(person), p.EXHAUSTIVE_ROWS) == p.EXHAUSTIVE_ROWS


@pytest.mark.usefixtures("short_second_stage")
def test_searches_go_on_while_people_are_enrolled_rewritten_and_deleted(
    backend: LocalBackend, people: list[TenPrint], rng: np.random.Generator
) -> None:
    newcomers, others = ([a_person(rng) for _ in range(12)] for _ in range(2))
    probe, fresh = the_same_person(people[7], rng), the_same_person(newcomers[-1], rng)
    writer = Gallery.open(backend.gallery.folder)
    done = threading.Event()

    def write() -> None:
        for turn, newcomer in enumerate(newcomers):
            writer.append(newcomer)
            writer.overwrite(3, others[turn])
            writer.overwrite(8 + turn, None)
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    searches = 0
    while not done.is_set() or not searches:
        assert backend.search(probe, limit=1)[0].row == 7
        searches += 1
    thread.join()
    assert backend.search(fresh, limit=1)[0].row == 30 + len(newcomers) - 1
    assert all(writer.is_erased(row) for row in range(8, 8 + len(newcomers)))
