"""Converts a TensorFlow Lite network to ONNX: common operations, and networks with landmark input.

Supports the operations of MediaPipe's three face networks only.
"""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import onnx
import tflite
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tflite_graph import Operation, TfliteGraph

OPSET = 17
Activation = Literal["rewritten", "prelu"]


class Writer:
    """Builds an ONNX graph from a TensorFlow Lite graph.

    Args:
        graph: Network to convert.
    """

    def __init__(self, graph: TfliteGraph) -> None:
        self.graph = graph
        self.nodes: list[onnx.NodeProto] = []
        self.names: dict[int, str] = {}
        self._initializers: dict[str, onnx.TensorProto] = {}

    def run(self, steps: dict[str, Callable[[Operation], str]]) -> None:
        """Convert every operation.

        Args:
            steps: Converters by kind; each returns the name of its output.
        """
        for step in self.graph.operations:
            self.names[step.output] = steps[step.kind](step)

    def model(
        self, name: str, inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto]
    ) -> onnx.ModelProto:
        """Return the model after ONNX's checks."""
        graph = helper.make_graph(self.nodes, name, inputs, outputs, list(self._initializers.values()))
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="facelatch", ir_version=8
        )
        onnx.checker.check_model(model, full_check=True)
        return model

    def name(self, number: int) -> str:
        """Return the name of a tensor; a constant becomes an initialiser."""
        if number not in self.names:
            if number not in self.graph.constants:
                raise ValueError(f"{self.graph.names[number]} is used before it is made")
            self.names[number] = self.array(self.graph.constants[number], half=number in self.graph.halves)
        return self.names[number]

    def inputs(self, step: Operation) -> list[str]:
        """Return the names of the inputs of an operation."""
        return [self.name(number) for number in step.inputs]

    def plain(self, kind: str) -> Callable[[Operation], str]:
        """Convert an operation that only has another name in ONNX, with its fused activation."""
        return lambda step: self.fused(step, self.node(kind, self.inputs(step)))

    def node(self, kind: str, inputs: list[str], output: str = "", **attributes: Any) -> str:
        """Add a node and return the name of its output."""
        output = output or f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def array(self, value: NDArray[Any] | np.floating[Any], *, half: bool = False) -> str:
        """Add a constant, optionally in half precision, and return the name of its single-precision form."""
        name = f"c{len(self._initializers)}"
        stored = np.asarray(value, np.float16) if half else np.asarray(value)
        self._initializers[name] = numpy_helper.from_array(np.ascontiguousarray(stored).reshape(stored.shape), name)
        return self.node("Cast", [name], to=TensorProto.FLOAT) if half else name

    def fused(self, step: Operation, y: str) -> str:
        """Add the activation that TensorFlow has fused into the operation."""
        if step.options is None:
            return y
        kind = step.options.FusedActivationFunction()
        if kind == tflite.ActivationFunctionType.NONE:
            return y
        if kind == tflite.ActivationFunctionType.RELU:
            return self.node("Relu", [y])
        raise ValueError(f"{step.kind} has the activation {kind}, which is not known here")


class PointNetwork:
    """Converter of a network with landmark input: MediaPipe's blendshapes, an MLP-Mixer of 1×1 convolutions.

    Args:
        graph: Network to convert.
    """

    def __init__(self, graph: TfliteGraph) -> None:
        self._graph = graph
        writer = self._writer = Writer(graph)
        self._steps: dict[str, Callable[[Operation], str]] = {
            "ADD": writer.plain("Add"),
            "SUB": writer.plain("Sub"),
            "MUL": writer.plain("Mul"),
            "DIV": writer.plain("Div"),
            "NEG": writer.plain("Neg"),
            "SQRT": writer.plain("Sqrt"),
            "LOGISTIC": writer.plain("Sigmoid"),
            "RSQRT": lambda step: writer.node("Reciprocal", [writer.node("Sqrt", writer.inputs(step))]),
            "SQUARED_DIFFERENCE": self._squared_difference,
            "MEAN": self._mean,
            "SUM": self._sum,
            "RESHAPE": self._reshape,
            "TRANSPOSE": self._transpose,
            "STRIDED_SLICE": self._slice,
            "CONCATENATION": lambda step: writer.node("Concat", writer.inputs(step), axis=step.options.Axis()),
            "CONV_2D": self._convolution,
        }

    def convert(self, name: str, output: str) -> onnx.ModelProto:
        """Return the network with input `points`: (1, count, 2) float32.

        Args:
            name: Name of the graph.
            output: New name of its only output.
        """
        (points,), (end,) = self._graph.inputs, self._graph.outputs
        self._writer.names[points] = "points"
        self._writer.run(self._steps)
        self._writer.node("Identity", [self._writer.names[end]], output)
        shapes = self._graph.shapes
        return self._writer.model(
            name,
            [helper.make_tensor_value_info("points", TensorProto.FLOAT, shapes[points])],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, shapes[end])],
        )

    def _squared_difference(self, step: Operation) -> str:
        difference = self._writer.node("Sub", self._writer.inputs(step))
        return self._writer.node("Mul", [difference, difference])

    def _mean(self, step: Operation) -> str:
        axes = np.atleast_1d(self._constant(step)).tolist()
        keep = int(step.options.KeepDims())
        return self._writer.node("ReduceMean", [self._writer.name(step.inputs[0])], axes=axes, keepdims=keep)

    def _sum(self, step: Operation) -> str:
        axes = self._writer.array(np.atleast_1d(self._constant(step)).astype(np.int64))
        keep = int(step.options.KeepDims())
        return self._writer.node("ReduceSum", [self._writer.name(step.inputs[0]), axes], keepdims=keep)

    def _reshape(self, step: Operation) -> str:
        return self._shaped(self._writer.name(step.inputs[0]), step)

    def _shaped(self, x: str, step: Operation) -> str:
        shape = self._writer.array(np.array(self._graph.shapes[step.output], np.int64))
        return self._writer.node("Reshape", [x, shape])

    def _transpose(self, step: Operation) -> str:
        return self._writer.node("Transpose", [self._writer.name(step.inputs[0])], perm=self._constant(step).tolist())

    def _slice(self, step: Operation) -> str:
        options = step.options
        if options.EllipsisMask() or options.NewAxisMask():
            raise ValueError("a slice that adds axes is not known here")
        shape = self._graph.shapes[step.inputs[0]]
        begins, ends, strides = (self._graph.constants[number].tolist() for number in step.inputs[1:])
        begins = [0 if options.BeginMask() >> axis & 1 else begin for axis, begin in enumerate(begins)]
        ends = [shape[axis] if options.EndMask() >> axis & 1 else end for axis, end in enumerate(ends)]
        arrays = [self._writer.array(np.array(v, np.int64)) for v in (begins, ends, range(len(shape)), strides)]
        part = self._writer.node("Slice", [self._writer.name(step.inputs[0]), *arrays])
        return self._shaped(part, step) if options.ShrinkAxisMask() else part

    def _convolution(self, step: Operation) -> str:
        weight = self._graph.constants[step.inputs[1]]
        if weight.shape[1:3] != (1, 1):
            raise ValueError(f"a convolution of {weight.shape[1:3]} is not known here")
        matrix = self._writer.array(weight[:, 0, 0].T, half=step.inputs[1] in self._graph.halves)
        product = self._writer.node("MatMul", [self._writer.name(step.inputs[0]), matrix])
        return self._writer.fused(step, self._writer.node("Add", [product, self._writer.name(step.inputs[2])]))

    def _constant(self, step: Operation) -> NDArray[Any]:
        return self._graph.constants[step.inputs[1]]
