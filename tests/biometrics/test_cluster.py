# SPDX-License-Identifier: Apache-2.0
"""The search on a Ray cluster: the same hits as here, whatever dies in the middle."""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from secure_communities.biometrics import cluster
from secure_communities.biometrics.cluster import RayBackend, ShardLost
from secure_communities.biometrics.gallery import Gallery
from secure_communities.biometrics.search import LocalBackend
from secure_communities.biometrics.synthetic.sampler import impress_tenprint, sample_tenprint
from secure_communities.biometrics.template import Template

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.slow,
    # Ray's own processes and sockets end with the machine's, not with a test.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::FutureWarning", "ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PEOPLE = 700
ROWS_A_SEGMENT = 128
PATIENT = 300.0  # seconds: four actors start here beside other tests, on two cores


@pytest.fixture(scope="module")
def ray(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ray = cluster.start()
    yield ray
    ray.shutdown()


@pytest.fixture(scope="module")
def people() -> list[dict[int, Template]]:
    rng = np.random.default_rng(3)
    return [sample_tenprint(rng) for _ in range(PEOPLE)]


@pytest.fixture(scope="module")
def gallery(people, tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    made = Gallery.open(tmp_path_factory.mktemp("gallery"), segment_rows=ROWS_A_SEGMENT)
    made.append_many(people)
    made.append_many([people[5], people[5]])  # equal evidence: rows decide
    made.overwrite(9, None)
    return made


@pytest.fixture(scope="module")
def backend(ray, gallery: Gallery) -> Iterator[RayBackend]:
    made = RayBackend(gallery.folder, shards=2, copies=2, deadline=PATIENT)
    yield made
    made.close()


@pytest.fixture(scope="module")
def probes(people) -> list[dict[int, Template]]:
    rng = np.random.default_rng(4)
    again = [impress_tenprint(people[number], rng) for number in (0, 5, 9, 130, 300, 699)]
    few = [{finger: made for finger, made in one.items() if finger in (2, 3, 7, 8)} for one in again[:3]]
    return [*again, *few, impress_tenprint(sample_tenprint(rng), rng), {}]


def test_the_cluster_gives_the_hits_of_a_search_here_to_the_last_bit(backend, gallery, probes) -> None:
    here = LocalBackend(gallery, threads=2)
    for limit in (1, 10, 500):
        assert backend.search_many(probes, limit=limit) == here.search_many(probes, limit=limit)
    assert [hit.row for hit in backend.search(probes[1], limit=3)] == [5, PEOPLE, PEOPLE + 1]
    assert 9 not in [hit.row for hit in backend.search(probes[2], limit=500)]


def test_an_actor_killed_in_the_middle_of_a_search_is_made_good_by_the_same_call(backend, gallery, probes) -> None:
    expected = LocalBackend(gallery).search_many(probes * 4, limit=10)
    ray = cluster.start()
    for number in range(2):
        victims = [ray.get(copy.process.remote()) for copy in backend.actors[number]]
        victim = victims[(backend._turn + 1) % 2]  # the copy that is asked next
        timer = threading.Timer(0.05, os.kill, [victim, signal.SIGKILL])
        timer.start()
        assert backend.search_many(probes * 4, limit=10) == expected
        timer.join()
    assert backend.search_many(probes, limit=10) == expected[: len(probes)]


def test_when_all_copies_die_the_call_waits_for_new_ones(backend, gallery, probes) -> None:
    ray = cluster.start()
    for copy in backend.actors[0]:
        ray.kill(copy)
    assert backend.search(probes[0], limit=5) == LocalBackend(gallery).search(probes[0], limit=5)


def test_a_shard_without_an_answer_in_time_is_named_and_no_part_is_given_as_the_whole(ray, gallery, probes) -> None:
    lame = RayBackend(gallery.folder, shards=2, copies=2, patience=0.01, deadline=0.02)
    try:
        for copies in lame.actors:
            for copy in copies:
                ray.kill(copy)
        with pytest.raises(ShardLost, match="no copy of shard 0, 1 of 2"):
            lame.search(probes[0], limit=5)
    finally:
        lame.close()


def test_enrolments_and_deletions_count_in_the_next_search_new_segments_too(ray, people, tmp_path: Path) -> None:
    made = Gallery.open(tmp_path, segment_rows=ROWS_A_SEGMENT)
    made.append_many(people[:100])
    growing = RayBackend(tmp_path, shards=2, copies=1, deadline=PATIENT)
    try:
        assert growing.search(people[50], limit=1)[0].row == 50
        rows = made.append_many(people[100:500])
        assert growing.search(people[499], limit=1)[0].row == rows[-1]
        made.overwrite(rows[-1], None)
        assert rows[-1] not in [hit.row for hit in growing.search(people[499], limit=500)]
    finally:
        growing.close()


def test_a_node_that_goes_away_takes_no_answer_with_it(gallery, probes) -> None:
    """Last in the file: it ends the cluster of the others and starts one of two nodes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ray
        from ray.cluster_utils import Cluster

        ray.shutdown()
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 2, "include_dashboard": False})
        leaving = nodes.add_node(num_cpus=2)
        spread = RayBackend(gallery.folder, shards=2, copies=2, deadline=PATIENT, address=nodes.address)
        try:
            expected = LocalBackend(gallery).search_many(probes, limit=10)
            assert spread.search_many(probes, limit=10) == expected
            timer = threading.Timer(0.02, nodes.remove_node, [leaving])
            timer.start()
            for _ in range(5):
                assert spread.search_many(probes, limit=10) == expected
                time.sleep(0.2)
            timer.join()
        finally:
            spread.close()
            ray.shutdown()
            nodes.shutdown()
