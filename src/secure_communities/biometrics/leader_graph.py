# SPDX-License-Identifier: Apache-2.0
"""The layers of LEADER, read out of its published graph: which weights belong to which step of the network.

In: the verified bytes of the ONNX file. Out: tuples of float32 arrays for `leader_kernels`. Layers are found by the
names of the graph's nodes, which the file's SHA-256 fixes; nothing is written anywhere.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LEVELS = 4  # halvings below the level of the heads, in each of the two U-shaped parts
DILATIONS = (1, 3, 6)  # of the attention's convolutions


class Stem(NamedTuple):
    """Plain and dilated 5×5 convolutions (n×25 each) side by side, then a layer normalisation over all of them."""

    plain: Floats
    plain_bias: Floats
    dilated: Floats
    dilated_bias: Floats
    gamma: Floats
    beta: Floats


class Separable(NamedTuple):
    """Depthwise 5×5 (c×25), pointwise to d channels (d×c), layer normalisation, GELU."""

    depthwise: Floats
    pointwise: Floats
    bias: Floats
    gamma: Floats
    beta: Floats


class Residual(NamedTuple):
    """x + reduce(GELU(expand(normalise(depthwise 7×7 of x)))), then pointwise to a channels (adjust)."""

    depthwise: Floats
    gamma: Floats
    beta: Floats
    expand: Floats
    expand_bias: Floats
    reduce: Floats
    reduce_bias: Floats
    adjust: Floats
    adjust_bias: Floats


class Attention(NamedTuple):
    """Three dilated 3×3 convolutions, GELU, and the pointwise mixture (c×48) that weighs their input.

    `taps` is (9·48)×c, the 48 outputs of one tap after those of another; `steps` is the dilation of each output.
    """

    taps: Floats
    steps: NDArray[np.int64]
    bias: Floats
    mixture: Floats
    mixture_bias: Floats


class Head(NamedTuple):
    """A residual block, then per pixel 6→4, layer normalisation, 4→4, GELU, and at full size a 5×5 to the output."""

    block: Residual
    first: Floats
    first_bias: Floats
    gamma: Floats
    beta: Floats
    second: Floats
    second_bias: Floats
    output: Floats
    output_bias: Floats


class Network(NamedTuple):
    """All layers; the tuples run from the finest level to the coarsest."""

    stem_peak: Stem
    stem_mean: Stem
    coarse_down: tuple[Separable, ...]
    coarse_up: tuple[Separable, ...]
    attention: Attention
    fine_down: tuple[Residual, ...]
    fine_up: tuple[Residual, ...]
    position: Head
    direction: Head
    kind: Head
    blur: Floats


def read_network(weights: bytes) -> Network:
    """The layers of the graph in `weights`. Raises KeyError where the graph is not LEADER's."""
    graph = _Graph(weights)
    return Network(
        stem_peak=graph.stem("stem0"),
        stem_mean=graph.stem("stem1"),
        coarse_down=tuple(graph.separable(f"enc0_{level}") for level in range(LEVELS)),
        coarse_up=tuple(graph.separable(f"dec0_{level}") for level in range(LEVELS)),
        attention=graph.attention(),
        fine_down=tuple(graph.residual(f"enc1_{level}") for level in range(LEVELS)),
        fine_up=tuple(graph.residual(f"dec1_{level}") for level in range(LEVELS)),
        position=graph.head("head_0", "head_conv_pos"),
        direction=graph.head("head_1", "head_conv_dir"),
        kind=graph.head("head_2", "head_conv_typ"),
        blur=graph.constants("nms_Gaussian_blur_1/convolution")[0].reshape(-1),
    )


class _Graph:
    """Constants of an ONNX graph by the node that uses them."""

    def __init__(self, weights: bytes) -> None:
        import onnx  # here, because loading it takes a while and many commands never extract

        graph = onnx.load_from_string(weights).graph
        values = {item.name: np.asarray(onnx.numpy_helper.to_array(item)) for item in graph.initializer}
        self._constants: dict[str, list[NDArray[Any]]] = {}
        for node in graph.node:
            used = [values[name] for name in node.input if name in values]
            self._constants[node.output[0].removeprefix("functional_1/").removesuffix(":0")] = used
            if node.op_type == "Conv":  # a few are called by number only: their weights say whose they are
                self._constants[node.input[1].removeprefix("functional_1/").removesuffix("/ReadVariableOp:0")] = used

    def constants(self, node: str) -> list[Floats]:
        return [np.ascontiguousarray(value, np.float32) for value in self._constants[node]]

    def dense(self, name: str) -> tuple[Floats, Floats]:
        """Weights (outputs × all inputs and taps) and bias of a convolution."""
        weights, bias = self.constants(f"{name}_1/convolution")
        return weights.reshape(len(weights), -1), bias

    def normalisation(self, name: str) -> tuple[Floats, Floats]:
        (gamma,), (beta,) = self.constants(f"{name}_1/mul"), self.constants(f"{name}_1/add_1")
        return gamma.reshape(-1), beta.reshape(-1)

    def dilated(self, name: str) -> tuple[Floats, Floats]:
        (weights,), (bias,) = self.constants(f"{name}_1/convolution"), self.constants(f"{name}_1/BiasAdd")
        return weights, bias.reshape(-1)

    def stem(self, name: str) -> Stem:
        weights, bias = self.dilated(f"{name}_dilated_conv")
        return Stem(
            *self.dense(f"{name}_conv"), weights.reshape(len(weights), -1), bias, *self.normalisation(f"{name}_ln")
        )

    def separable(self, name: str) -> Separable:
        (depthwise,) = self.constants(f"{name}_conv_1/separable_conv2d/depthwise")
        weights, bias = self.constants(f"{name}_conv_1/BiasAdd")
        return Separable(
            depthwise.reshape(len(depthwise), -1),
            weights.reshape(weights.shape[:2]),
            bias,
            *self.normalisation(f"{name}_ln"),
        )

    def residual(self, name: str) -> Residual:
        (depthwise,) = self.constants(f"{name}_depthwise_conv_1/depthwise")
        return Residual(
            depthwise.reshape(len(depthwise), -1),
            *self.normalisation(f"{name}_ln"),
            *self.dense(f"{name}_conv_exp"),
            *self.dense(f"{name}_conv_red"),
            *self.dense(f"{name}_conv_adj"),
        )

    def attention(self) -> Attention:
        near, near_bias = self.constants("attention_conv_d1_1/convolution")
        middle, middle_bias = self.dilated("attention_conv_d3")
        far, far_bias = self.dilated("attention_conv_d6")
        weights = np.concatenate([near, middle, far])
        taps = np.ascontiguousarray(weights.transpose(2, 3, 0, 1).reshape(-1, weights.shape[1]))
        steps = np.repeat(np.array(DILATIONS), [len(near), len(middle), len(far)])
        bias = np.concatenate([near_bias, middle_bias, far_bias])
        return Attention(taps, steps, bias, *self.dense("attention_s"))

    def head(self, name: str, output: str) -> Head:
        return Head(
            self.residual(f"{name}_ibc"),
            *self.dense(f"{name}_conv1"),
            *self.normalisation(f"{name}_ln"),
            *self.dense(f"{name}_conv2"),
            *self.dense(output),
        )
