"""Reads a TensorFlow Lite file into plain values: operations, constants, inputs and outputs."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import tflite
from numpy.typing import NDArray

_DTYPES: dict[int, np.dtype[Any]] = {
    tflite.TensorType.FLOAT32: np.dtype("<f4"),
    tflite.TensorType.FLOAT16: np.dtype("<f2"),
    tflite.TensorType.INT32: np.dtype("<i4"),
}
_OPTIONS = {
    "CONV_2D": tflite.Conv2DOptions,
    "DEPTHWISE_CONV_2D": tflite.DepthwiseConv2DOptions,
    "MAX_POOL_2D": tflite.Pool2DOptions,
    "ADD": tflite.AddOptions,
    "MUL": tflite.MulOptions,
    "SUB": tflite.SubOptions,
    "DIV": tflite.DivOptions,
    "CONCATENATION": tflite.ConcatenationOptions,
    "MEAN": tflite.ReducerOptions,
    "SUM": tflite.ReducerOptions,
    "STRIDED_SLICE": tflite.StridedSliceOptions,
}
_OPCODES = {value: name for name, value in vars(tflite.BuiltinOperator).items() if isinstance(value, int)}


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes:
        kind: Name in TensorFlow Lite, such as "CONV_2D".
        inputs: Indices of tensors; -1 for an omitted input.
        output: Index of the output tensor.
        options: Option table of the schema; None without options.
    """

    kind: str
    inputs: tuple[int, ...]
    output: int
    options: Any = None


@dataclass(frozen=True)
class TfliteGraph:
    """A TensorFlow Lite network.

    Attributes:
        operations: Operations in execution order.
        constants: Arrays by tensor index, in single precision.
        shapes: Shapes by tensor index.
        names: Names by tensor index.
        inputs: Indices of the input tensors.
        outputs: Indices of the output tensors.
    """

    operations: list[Operation]
    constants: dict[int, NDArray[Any]]
    shapes: dict[int, tuple[int, ...]]
    names: dict[int, str]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    halves: set[int] = field(default_factory=set)


def read(content: bytes) -> TfliteGraph:
    """Read a file. Half-precision constants become single precision, and their DEQUANTIZE operations are removed.

    Raises:
        ValueError: An operation has several outputs, or a type is unsupported.
    """
    model = tflite.Model.GetRootAs(content, 0)
    graph = model.Subgraphs(0)
    numbers = range(graph.TensorsLength())
    constants = {n: array for n in numbers if (array := _constant(model, graph.Tensors(n))) is not None}
    shapes = {n: _shape(graph.Tensors(n)) for n in numbers}
    names = {n: graph.Tensors(n).Name().decode() for n in numbers}
    operations = []
    halves = set()
    for place in range(graph.OperatorsLength()):
        operation = _operation(model, graph.Operators(place))
        if operation.kind == "DEQUANTIZE" and operation.inputs[0] in constants:
            constants[operation.output] = constants[operation.inputs[0]].astype(np.float32)
            halves.add(operation.output)
        else:
            operations.append(operation)
    ends = tuple(map(int, graph.InputsAsNumpy())), tuple(map(int, graph.OutputsAsNumpy()))
    return TfliteGraph(operations, constants, shapes, names, *ends, halves)


def _operation(model: Any, operator: Any) -> Operation:
    kind = _OPCODES[model.OperatorCodes(operator.OpcodeIndex()).BuiltinCode()]
    outputs = operator.OutputsAsNumpy().tolist()
    if len(outputs) != 1:
        raise ValueError(f"{kind} has {len(outputs)} outputs")
    options = None
    if kind in _OPTIONS:
        options = _OPTIONS[kind]()
        table = operator.BuiltinOptions()
        options.Init(table.Bytes, table.Pos)
    return Operation(kind, tuple(operator.InputsAsNumpy().tolist()), outputs[0], options)


def _constant(model: Any, tensor: Any) -> NDArray[Any] | None:
    data = model.Buffers(tensor.Buffer()).DataAsNumpy()
    if isinstance(data, int):
        return None
    if tensor.Type() not in _DTYPES:
        raise ValueError(f"{tensor.Name().decode()} is of type {tensor.Type()}")
    return np.frombuffer(data.tobytes(), _DTYPES[tensor.Type()]).reshape(_shape(tensor))


def _shape(tensor: Any) -> tuple[int, ...]:
    return tuple(tensor.ShapeAsNumpy().tolist()) if tensor.ShapeLength() else ()
