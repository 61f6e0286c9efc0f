# SPDX-License-Identifier: Apache-2.0
"""Our computation of the network against the published graph, run as it was published by onnxruntime."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from secure_communities.biometrics import activations
from secure_communities.biometrics import leader_kernels as steps
from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.leader import Leader, frame, read_weights
from secure_communities.biometrics.leader_graph import read_network

from .builders import ridges


@pytest.fixture(scope="module")
def weights() -> bytes:
    return read_weights()


@pytest.fixture(scope="module")
def published(weights: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def images() -> list[NDArray[np.float32]]:
    """A print, a print that runs out of the image on all sides, noise, an image of one step only."""
    noise = np.random.default_rng(4).integers(0, 256, (96, 160)).astype(np.uint8)
    return [frame(image)[0] for image in (ridges(), ridges()[60:188, 70:230], noise, ridges()[100:132, 100:132])]


@pytest.mark.parametrize("framed", images(), ids=["print", "part", "noise", "smallest"])
def test_the_minutiae_are_those_of_the_published_graph(
    weights: bytes, published: onnxruntime.InferenceSession, framed: NDArray[np.float32]
) -> None:
    ((expected,),) = published.run(["head_conc"], {"input": framed[None, :, :, None]})
    found = Leader(weights).find(framed)
    rows, columns = np.nonzero(expected[:, :, 3] > p.MINUTIA_THRESHOLD)
    assert (found.rows.tolist(), found.columns.tolist()) == (rows.tolist(), columns.tolist())
    _raw, direction, ending, probability = expected[rows, columns].T
    turned = (found.direction - direction + np.pi) % (2 * np.pi) - np.pi
    assert np.abs(turned).max(initial=0) < 1e-4
    assert np.abs(found.ending - ending).max(initial=0) < 1e-5
    assert np.abs(found.probability - probability).max(initial=0) < 1e-5


def test_the_examples_hold_minutiae_to_compare(weights: bytes) -> None:
    assert len(Leader(weights).find(images()[0]).rows) >= 8


def test_the_compiled_exponential_is_the_exponential() -> None:
    values = np.linspace(-86, 86, 5_001, dtype=np.float32)
    found = np.array([activations.exponential(value) for value in values], np.float64)
    assert np.abs(found / np.exp(values.astype(np.float64)) - 1).max() < 1e-6


def test_a_column_is_normalised_over_the_channels() -> None:
    values = np.random.default_rng(3).normal(3, 5, (24, 40)).astype(np.float32)
    mean, variance = values.mean(axis=0), values.var(axis=0)
    expected = (values - mean) / np.sqrt(variance + 0.001) * 2 + 1
    steps.normalise(
        values, np.full(24, 2, np.float32), np.ones(24, np.float32), np.empty(40, np.float32), np.empty(40, np.float32)
    )
    assert np.allclose(values, expected, atol=1e-5)


def test_a_graph_that_is_not_the_expected_one_is_told_by_its_missing_layer(weights: bytes) -> None:
    with pytest.raises(KeyError, match="stem0"):
        read_network(weights.replace(b"functional_1/stem0_conv_1", b"functional_1/stemX_conv_1"))
