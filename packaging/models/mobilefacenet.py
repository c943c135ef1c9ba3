"""MobileFaceNet (Chen et al. 2018, arXiv 1804.07573, table 1) as an ONNX graph, from weights with batch norm folded in.

The imported weights follow the paper, except for one 1×1 convolution, 512 → 512, after the global depthwise one, and an
embedding of 192 instead of 128 values.

PReLU with slope a is the same as `a·x + (1 - a)·relu(x)`, or `(1 - a) · (b·x + relu(x))` with `b = a / (1 - a)`. The
factor in front is folded into the weights of the next convolution, and the rest is one multiplication, one ReLU and
one addition. ONNX Runtime's blocked layout (NCHWc) supports these but not PRelu, and would reorder the tensor around
each of the 33.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Activation = Literal["prelu", "rewritten"]
Weights = Mapping[str, NDArray[np.float32]]
"""Per layer name: `<name>/weight` (OIHW), `<name>/bias` (O,), `<name>/slope` (O,) if a PReLU follows."""

OPSET = 17
MEAN, SCALE = 127.5, 128.0
_SMALLEST_FACTOR = 1e-4


@dataclass(frozen=True, slots=True)
class Stage:
    """A sequence of inverted-residual bottlenecks: table 1 of the paper, columns t, c, n, s."""

    name: str
    expansion: int
    channels: int
    repeats: int
    stride: int


STAGES = (
    Stage("stage1", expansion=2, channels=64, repeats=5, stride=2),
    Stage("stage2", expansion=4, channels=128, repeats=1, stride=2),
    Stage("stage3", expansion=2, channels=128, repeats=6, stride=1),
    Stage("stage4", expansion=4, channels=128, repeats=1, stride=2),
    Stage("stage5", expansion=2, channels=128, repeats=2, stride=1),
)


class GraphBuilder:
    """Builds the graph layer by layer; every method returns the name of its output."""

    def __init__(self, weights: Weights, activation: Activation) -> None:
        self._weights = weights
        self._activation = activation
        self._owed: dict[str, NDArray[np.float32]] = {}
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[np.float32] | NDArray[np.int64]) -> str:
        """Add an initialiser."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, op: str, inputs: list[str], output: str, **attributes: object) -> str:
        """Add a node with one output."""
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def convolution(self, x: str, name: str, *, stride: int = 1, same: bool = True, act: bool = False) -> str:
        """Add a convolution with bias; depthwise if the input depth of the weight is 1 and the output depth is not.

        `same` pads like TensorFlow: for stride 2 and an even side, one row below and one column to the right.
        """
        weight = self._weights[f"{name}/weight"]
        depthwise = weight.shape[1] == 1
        if x in self._owed:
            weight = weight * self._owed[x].reshape((-1, 1, 1, 1) if depthwise else (1, -1, 1, 1))
        kernel = weight.shape[2]
        before = (kernel - stride) // 2 if same else 0
        after = kernel - stride - before if same else 0
        inputs = [
            x,
            self.constant(f"{name}.weight", weight),
            self.constant(f"{name}.bias", self._weights[f"{name}/bias"]),
        ]
        group = weight.shape[0] if depthwise else 1
        pads = [before, before, after, after]
        y = self.node("Conv", inputs, name, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=pads, group=group)
        return self.prelu(y, name) if act else y

    def prelu(self, x: str, name: str) -> str:
        """Add a PReLU: `x` if positive, otherwise `slope·x`, per channel."""
        slope = self._weights[f"{name}/slope"]
        if self._activation == "prelu":
            return self.node("PRelu", [x, self._per_channel(f"{name}.slope", slope)], f"{name}.prelu")
        owed = 1 - slope
        owed = np.where(np.abs(owed) < _SMALLEST_FACTOR, np.float32(_SMALLEST_FACTOR), owed)
        positive = self.node("Relu", [x], f"{name}.relu")
        both = self.node("Mul", [x, self._per_channel(f"{name}.factor", slope / owed)], f"{name}.all")
        y = self.node("Add", [both, positive], f"{name}.prelu")
        self._owed[y] = owed
        return y

    def _per_channel(self, name: str, value: NDArray[np.float32]) -> str:
        return self.constant(name, value[:, None, None])

    def bottleneck(self, x: str, name: str, *, stride: int, residual: bool) -> str:
        """Add a bottleneck: expand (1×1), filter (depthwise 3×3), project (1×1, linear), residual if shapes match."""
        y = self.convolution(x, f"{name}.expand", act=True)
        y = self.convolution(y, f"{name}.depthwise", stride=stride, act=True)
        y = self.convolution(y, f"{name}.project")
        return self.node("Add", [x, y], f"{name}.add") if residual else y


def layer_names() -> list[str]:
    """Iterate over the convolutions, in order."""
    blocks = [
        f"{stage.name}.{i}.{part}"
        for stage in STAGES
        for i in range(stage.repeats)
        for part in ("expand", "depthwise", "project")
    ]
    return ["stem", "stem_depthwise", "stem_project", *blocks, "last", "global_depthwise", "head", "embedding"]


def build(weights: Weights, activation: Activation = "rewritten") -> onnx.ModelProto:
    """Return the complete network.

    Input `faces`: (n, 112, 112, 3) uint8, RGB; `(value - 127.5) / 128` is part of the network. Output `embeddings`:
    (n, 192) float32, of unit length.

    The division is folded into the weights of the first convolution, which is exact, since 128 is a power of two. The
    subtraction is not: the convolution pads with zeros, which must represent the mean and not black.
    """
    g = GraphBuilder(_dividing(weights), activation)
    y = g.convolution(_from_pixels(g), "stem", stride=2, act=True)
    y = g.convolution(y, "stem_depthwise", act=True)
    y = g.convolution(y, "stem_project")
    for stage in STAGES:
        for i in range(stage.repeats):
            first = i == 0
            residual = not first or (
                stage.stride == 1 and weights[f"{stage.name}.0.expand/weight"].shape[1] == stage.channels
            )
            y = g.bottleneck(y, f"{stage.name}.{i}", stride=stage.stride if first else 1, residual=residual)
    y = g.convolution(y, "last", act=True)
    y = g.convolution(y, "global_depthwise", same=False)
    y = g.convolution(y, "head")
    y = g.convolution(y, "embedding")
    _to_unit_length(g, g.node("Flatten", [y], "directions", axis=1))
    size = int(weights["embedding/weight"].shape[0])
    graph = helper.make_graph(
        g.nodes,
        "MobileFaceNet",
        [helper.make_tensor_value_info("faces", TensorProto.UINT8, ["n", 112, 112, 3])],
        [helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, ["n", size])],
        g.constants,
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="facelatch", ir_version=8
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def _dividing(weights: Weights) -> Weights:
    return {**weights, "stem/weight": weights["stem/weight"] / np.float32(SCALE)}


def _from_pixels(g: GraphBuilder) -> str:
    single = g.node("Cast", ["faces"], "pixels", to=TensorProto.FLOAT)
    planes = g.node("Transpose", [single], "planes", perm=[0, 3, 1, 2])
    mean = g.node("Constant", [], "mean", value_float=MEAN)
    return g.node("Sub", [planes, mean], "centred")


def _to_unit_length(g: GraphBuilder, x: str) -> None:
    """Normalise to unit length; a zero vector is unchanged."""
    length = g.node("ReduceL2", [x], "lengths", axes=[1], keepdims=1)
    least = g.node("Constant", [], "least", value_float=1e-12)
    g.node("Div", [x, g.node("Max", [length, least], "divisors")], "embeddings")
