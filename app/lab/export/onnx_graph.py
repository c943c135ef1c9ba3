"""Writer for ONNX graphs, one node at a time."""

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
    """Builds a graph; every method returns the name of what it added."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: NDArray[Any] | np.generic) -> str:
        """Add a stored array.

        Args:
            name: Name in the graph; replaces an array of the same name.
            value: Array of any shape, with a dtype that ONNX supports; it is copied. A scalar stays a scalar, which
                some integer kernels require.

        Returns:
            The name.
        """
        self._constants[name] = numpy_helper.from_array(np.array(value, order="C"), name)
        return name

    def node(self, operation: str, inputs: list[str], output: str, **attributes: object) -> str:
        """Add an operation with one output.

        Args:
            operation: ONNX operator.
            inputs: Names of its inputs.
            output: Name of its output.
            attributes: Attributes of the operator.
        """
        self._nodes.append(helper.make_node(operation, inputs, [output], name=output, **attributes))
        return output

    def convolve(self, x: str, weight: str, bias: str, output: str, layer: Convolution, groups: int) -> str:
        """Add a convolution with the kernel, strides and padding of a layer.

        Args:
            x: Input map.
            weight: Name of the weight.
            bias: Name of the bias.
            output: Name of the output.
            layer: Layer with the geometry.
            groups: Groups of the convolution.
        """
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
        """Return the file: pixels (n, h, w, 3) uint8 in, embeddings (n, embedding) of unit length out.

        Args:
            last: Name of a map of one pixel.
            architecture: Architecture with the shapes.
            name: Name of the graph.
        """
        self.to_unit_length(self.node("Flatten", [last], "directions", axis=1))
        return self.complete({OUTPUT: [architecture.embedding]}, architecture.input_size, name)

    def complete(self, outputs: Mapping[str, list[int]], input_size: tuple[int, int], name: str) -> bytes:
        """Return the file: pixels (n, h, w, 3) uint8 in, single precision out.

        Args:
            outputs: Names of the file's outputs, with their shapes without the first axis.
            input_size: Height and width of the pictures.
            name: Name of the graph.
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
        """Add `OUTPUT`: vectors (n, size) scaled to unit length; a vector of zeros stays."""
        length = self.node("ReduceL2", [x], "lengths", axes=[1], keepdims=1)
        least = self.node("Constant", [], "least", value_float=_LEAST_LENGTH)
        return self.node("Div", [x, self.node("Max", [length, least], "divisors")], OUTPUT)
