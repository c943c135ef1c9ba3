"""Writing ONNX graphs a node at a time."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from app.lab.networks.architecture import Architecture
from app.lab.networks.mobilefacenet import Convolution

INPUT = "faces"
OUTPUT = "embeddings"
_OPSET = 17
_IR = 8
_LEAST_LENGTH = 1e-12


class OnnxGraphWriter:
    """Grows a graph; every method returns the name of what it added."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: NDArray[Any] | np.generic) -> str:
        """A stored array; one of no axes stays so, which some integer kernels insist on."""
        self._constants[name] = numpy_helper.from_array(np.array(value, order="C"), name)
        return name

    def node(self, operation: str, inputs: list[str], output: str, **attributes: object) -> str:
        """An operation with one output."""
        self._nodes.append(helper.make_node(operation, inputs, [output], name=output, **attributes))
        return output

    def convolve(self, x: str, weight: str, bias: str, output: str, layer: Convolution, groups: int) -> str:
        """A convolution with the kernel, strides and padding of a layer."""
        left, right, above, below = layer.pads
        return self.node(
            "Conv",
            [x, weight, bias],
            output,
            kernel_shape=list(layer.convolution.kernel_size),
            strides=list(layer.convolution.stride),
            pads=[above, left, below, right],
            group=groups,
        )

    def finish(self, last: str, architecture: Architecture, name: str) -> bytes:
        """The file: pixels (n, h, w, 3) uint8 in, vectors (n, embedding) of length 1 out.

        Args:
            last: A map of one pixel.
            architecture: For the shapes.
            name: Of the graph.
        """
        self.to_unit_length(self.node("Flatten", [last], "directions", axis=1))
        return self.complete({OUTPUT: [architecture.embedding]}, architecture.input_size, name)

    def complete(self, outputs: Mapping[str, list[int]], input_size: tuple[int, int], name: str) -> bytes:
        """The file: pixels (n, h, w, 3) uint8 in, single precision out.

        Args:
            outputs: The names of what was added that the file gives, with their shapes but for the first axis.
            input_size: Height and width of the pictures.
            name: Of the graph.
        """
        graph = helper.make_graph(
            self._nodes,
            name,
            [helper.make_tensor_value_info(INPUT, TensorProto.UINT8, ["n", *input_size, 3])],
            [helper.make_tensor_value_info(o, TensorProto.FLOAT, ["n", *shape]) for o, shape in outputs.items()],
            list(self._constants.values()),
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", _OPSET)], producer_name="facelatch", ir_version=_IR
        )
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString(deterministic=True))

    def to_unit_length(self, x: str) -> str:
        """Vectors (n, size) as `OUTPUT`, of length 1; a vector of zeros stays."""
        length = self.node("ReduceL2", [x], "lengths", axes=[1], keepdims=1)
        least = self.node("Constant", [], "least", value_float=_LEAST_LENGTH)
        return self.node("Div", [x, self.node("Max", [length, least], "divisors")], OUTPUT)
