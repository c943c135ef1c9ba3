"""Converts a convolutional TensorFlow Lite network to ONNX such that ONNX Runtime stays in its blocked layout.

Four rewrites are applied, each exact except for rounding (`docs/decisions/0037-mesh-memory-layout.md`): channels are
padded to whole blocks; a PAD of channels uses this padding; a PReLU becomes one multiplication, one ReLU and one
addition, with the remaining factor in the next weights; and a PReLU with so few channels that a block holds them twice
is computed without extra cost.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import onnx
import tflite
from layout import Layout, plain, whole_blocks
from numpy.typing import NDArray
from onnx import TensorProto, helper
from tflite_graph import Operation, TfliteGraph
from tflite_to_onnx import Activation, Writer

_TO_NCHW = (0, 3, 1, 2)
_TO_NHWC = (0, 2, 3, 1)
_LEAST_PART = 1e-3
"""A PReLU with a slope this close to 1 is not rewritten, since the rewrite divides by one minus the slope."""

_Array = NDArray[np.floating]


@dataclass(frozen=True)
class _Stored:
    name: str
    layout: Layout


class PictureNetwork:
    """Converter of a convolutional network with picture input.

    Tensors of rank 4 are stored channels first, and transposed only before a RESHAPE and at an output.

    Args:
        graph: Network to convert.
        activation: "rewritten" as above; "prelu" keeps every PReLU.
    """

    def __init__(self, graph: TfliteGraph, activation: Activation) -> None:
        self._graph = graph
        self._activation = activation
        self._writer = Writer(graph)
        self._stored: dict[int, _Stored] = {}
        self._put_off: dict[int, Operation] = {}
        self._users: dict[int, list[Operation]] = defaultdict(list)
        for step in graph.operations:
            for number in step.inputs:
                self._users[number].append(step)
        self._steps: dict[str, Callable[[Operation], None]] = {
            "CONV_2D": self._convolution,
            "DEPTHWISE_CONV_2D": self._depthwise,
            "PRELU": self._prelu,
            "RELU": self._relu,
            "ADD": self._add,
            "MAX_POOL_2D": self._max_pool,
            "PAD": self._pad,
            "RESHAPE": self._reshape,
            "CONCATENATION": self._concatenation,
        }

    def convert(self, name: str, scale: float, offset: float, outputs: dict[int, str]) -> onnx.ModelProto:
        """Return the network with input `pictures`: (n, side, side, 3) uint8, RGB.

        Args:
            name: Name of the graph.
            scale: The original expects `(value - offset) / scale`.
            offset: See `scale`.
            outputs: New names of the outputs to keep, by index.
        """
        (picture,) = self._graph.inputs
        shape = self._graph.shapes[picture]
        self._stored[picture] = _Stored(self._prepared(offset), plain(3).with_factors(np.full(3, 1 / scale)))
        wanted = self._needed({self._graph.outputs[place] for place in outputs})
        for step in self._graph.operations:
            if step.output in wanted:
                self._steps[step.kind](step)
        ends = [self._finished(self._graph.outputs[place], new) for place, new in outputs.items()]
        start = helper.make_tensor_value_info("pictures", TensorProto.UINT8, ["n", *shape[1:]])
        return self._writer.model(name, [start], ends)

    def _needed(self, outputs: set[int]) -> set[int]:
        """Return these tensors and those that they are computed from."""
        needed = set(outputs)
        for step in reversed(self._graph.operations):
            if step.output in needed:
                needed.update(step.inputs)
        return needed

    def _prepared(self, offset: float) -> str:
        single = self._writer.node("Cast", ["pictures"], to=TensorProto.FLOAT)
        first = self._writer.node("Transpose", [single], perm=_TO_NCHW)
        return self._writer.node("Sub", [first, self._writer.array(np.float32(offset))]) if offset else first

    def _finished(self, number: int, new: str) -> onnx.ValueInfoProto:
        shape, made = self._graph.shapes[number], self._as_it_is(number)
        if len(shape) == 4:
            self._writer.node("Transpose", [made], new, perm=_TO_NHWC)
        else:
            self._writer.node("Identity", [made], new)
        return helper.make_tensor_value_info(new, TensorProto.FLOAT, ["n", *shape[1:]])

    def _as_it_is(self, number: int) -> str:
        stored = self._stored[number]
        if not stored.layout.is_plain:
            raise ValueError(f"{self._graph.names[number]} is kept otherwise than it is wanted")
        return stored.name

    def _keep(self, number: int, name: str, layout: Layout) -> None:
        self._stored[number] = _Stored(name, layout)

    def _only_user(self, number: int) -> Operation | None:
        users = self._users[number]
        return users[0] if len(users) == 1 else None

    def _convolution(self, step: Operation) -> None:
        user = self._only_user(step.output)
        if user is not None and user.kind == "ADD":
            self._put_off[step.output] = step  # the other summand says where the channels are to lie
        elif (prelu := self._doubled(step)) is not None:
            self._write_doubled(step, prelu)
        else:
            channels = self._graph.shapes[step.output][3]
            layout = plain(channels) if self._shows(step.output) else plain(channels).wider(whole_blocks(channels))
            name = self._convolve(step, *self._weights(step, layout))
            self._keep(step.output, self._activated(step, name, layout), layout)

    def _shows(self, number: int) -> bool:
        """Whether the order of the channels is visible outside of the graph."""
        users = self._users[number]
        return number in self._graph.outputs or any(user.kind in {"RESHAPE", "CONCATENATION"} for user in users)

    def _doubled(self, step: Operation) -> Operation | None:
        """Return the PReLU after a convolution if a block holds its channels twice and only a depthwise one follows."""
        prelu = self._only_user(step.output)
        if self._activation == "prelu" or prelu is None or prelu.kind != "PRELU":
            return None
        after = self._only_user(prelu.output)
        channels = self._graph.shapes[step.output][3]
        fits = 2 * channels <= whole_blocks(channels)
        return prelu if fits and after is not None and after.kind == "DEPTHWISE_CONV_2D" else None

    def _write_doubled(self, step: Operation, prelu: Operation) -> None:
        """Compute positive and negative parts side by side; the next weights contain the slope."""
        channels, slopes = self._graph.shapes[step.output][3], self._slopes(prelu)
        owners = np.tile(np.arange(channels), 2)
        signs = np.repeat([1.0, -1.0], channels)
        stored = whole_blocks(2 * channels)
        weight, bias = self._weights(step, Layout(owners, signs).wider(stored))
        made = self._writer.node("Relu", [self._convolve(step, weight, bias)])
        factors = np.concatenate([np.ones(channels), -slopes])
        self._keep(prelu.output, made, Layout(owners, factors).wider(stored))

    def _weights(self, step: Operation, into: Layout) -> tuple[_Array, _Array]:
        """Return weight and bias of a convolution from the stored layout of its input to that of its output.

        A duplicated channel is computed twice.
        """
        taken = self._stored[step.inputs[0]].layout
        weight = self._graph.constants[step.inputs[1]].transpose(0, 3, 1, 2).astype(np.float64)
        bias = self._graph.constants[step.inputs[2]].astype(np.float64)
        weight = weight[:, taken.owners] * taken.factors[:, np.newaxis, np.newaxis]
        shares = np.divide(1.0, into.factors, out=np.zeros_like(into.factors), where=into.real)
        return weight[into.owners] * shares[:, np.newaxis, np.newaxis, np.newaxis], bias[into.owners] * shares

    def _depthwise(self, step: Operation) -> None:
        taken = self._stored[step.inputs[0]].layout
        weight = self._graph.constants[step.inputs[1]].transpose(3, 0, 1, 2).astype(np.float64)
        bias = self._graph.constants[step.inputs[2]].astype(np.float64)
        first = np.zeros(len(taken.owners), bool)
        real = np.flatnonzero(taken.real)
        first[real[np.unique(taken.owners[real], return_index=True)[1]]] = True
        weight = weight[taken.owners] * taken.factors[:, np.newaxis, np.newaxis, np.newaxis]
        layout = taken.with_factors(np.ones(len(taken.owners)))
        name = self._convolve(step, weight, np.where(first, bias[taken.owners], 0.0), group=len(taken.owners))
        self._keep(step.output, self._activated(step, name, layout), layout)

    def _convolve(self, step: Operation, weight: _Array, bias: _Array, group: int = 1) -> str:
        kernel, strides = list(weight.shape[2:]), [step.options.StrideH(), step.options.StrideW()]
        arrays = [self._writer.array(value.astype(np.float32)) for value in (weight, bias)]
        inputs = [self._stored[step.inputs[0]].name, *arrays]
        pads = self._pads(step, kernel, strides)
        return self._writer.node("Conv", inputs, kernel_shape=kernel, strides=strides, pads=pads, group=group)

    def _activated(self, step: Operation, name: str, layout: Layout) -> str:
        if (layout.factors < 0).any() and step.options.FusedActivationFunction() != tflite.ActivationFunctionType.NONE:
            raise ValueError(f"{step.kind} has an activation on channels that are turned over")
        return self._writer.fused(step, name)

    def _relu(self, step: Operation) -> None:
        x = self._stored[step.inputs[0]]
        if (x.layout.factors < 0).any() or not x.layout.is_single:
            raise ValueError("a ReLU of channels that are turned over, or stand twice")
        self._keep(step.output, self._writer.node("Relu", [x.name]), x.layout)

    def _slopes(self, step: Operation) -> NDArray[np.float64]:
        return self._graph.constants[step.inputs[1]].reshape(-1).astype(np.float64)

    def _prelu(self, step: Operation) -> None:
        """Add the PReLU of a channel y stored as y / f, with slope a: `|f| (A y/f + B relu(y/f))`.

        B is 1 - a; A is a, or -1 if f is negative. The factor |f| B is folded into the next weights, which leaves
        `A/B y/f + relu(y/f)`.
        """
        if step.output in self._stored:
            return
        x = self._stored[step.inputs[0]]
        slopes = self._slopes(step)[x.layout.owners]
        if self._activation == "prelu":
            made = self._writer.node("PRelu", [x.name, self._writer.array(slopes.reshape(-1, 1, 1).astype(np.float32))])
            self._keep(step.output, made, x.layout)
            return
        size, of_all, of_positive = np.abs(x.layout.factors), np.where(x.layout.factors > 0, slopes, -1.0), 1 - slopes
        positive = self._writer.node("Relu", [x.name])
        near = np.abs(of_positive[x.layout.real]).min() < _LEAST_PART
        if near or any(user.kind == "MAX_POOL_2D" for user in self._users[step.output]):
            # A negated channel has another maximum, so that no factor can be folded into the next weights.
            positive = self._writer.node("Mul", [positive, self._column(size * of_positive)])
            of_all, factors = size * of_all, np.ones(len(size))
        else:
            of_all, factors = of_all / of_positive, size * of_positive
        product = self._writer.node("Mul", [x.name, self._column(np.where(x.layout.real, of_all, 0.0))])
        self._keep(step.output, self._writer.node("Add", [product, positive]), x.layout.with_factors(factors))

    def _column(self, values: NDArray[np.float64]) -> str:
        """Add an array with one value per channel, for a tensor of rank 4."""
        return self._writer.array(values.reshape(1, -1, 1, 1).astype(np.float32))

    def _add(self, step: Operation) -> None:
        late = [number for number in step.inputs if number in self._put_off]
        if len(late) != 1:
            raise ValueError("an ADD is not of a convolution and something that was there before it")
        (other,) = (number for number in step.inputs if number not in late)
        x = self._widened(self._stored[other], self._graph.shapes[step.output][3])
        convolution = self._put_off.pop(late[0])
        y = self._convolve(convolution, *self._weights(convolution, x.layout))
        made = self._writer.node("Add", [x.name, y])
        self._keep(step.output, self._activated(step, made, x.layout), x.layout)

    def _widened(self, x: _Stored, channels: int) -> _Stored:
        """Return the tensor with more channels in place of its padding."""
        layout = x.layout.places_for(channels)
        if layout is not None:
            return _Stored(x.name, layout)
        before, after = len(x.layout.owners), whole_blocks(channels)
        identity = self._writer.array(np.eye(after, before, dtype=np.float32).reshape(after, before, 1, 1))
        wide = self._writer.node("Conv", [x.name, identity], kernel_shape=[1, 1])
        placed = x.layout.wider(after).places_for(channels)
        if placed is None:
            raise ValueError("too few channels were made")
        return _Stored(wide, placed)

    def _max_pool(self, step: Operation) -> None:
        x = self._stored[step.inputs[0]]
        if (x.layout.factors < 0).any() or not x.layout.is_single:
            raise ValueError("a MAX_POOL_2D of channels that are turned over, or stand twice")
        options = step.options
        kernel, strides = [options.FilterHeight(), options.FilterWidth()], [options.StrideH(), options.StrideW()]
        pads = self._pads(step, kernel, strides)
        made = self._writer.node("MaxPool", [x.name], kernel_shape=kernel, strides=strides, pads=pads)
        self._keep(step.output, self._activated(step, made, x.layout), x.layout)

    def _pads(self, step: Operation, kernel: list[int], strides: list[int]) -> list[int]:
        """Return the padding of TensorFlow's SAME: an odd rest is added below and to the right."""
        if step.options.Padding() == tflite.Padding.VALID:
            return [0, 0, 0, 0]
        sides = self._graph.shapes[step.inputs[0]][1:3]
        missing = [
            max((-(-side // stride) - 1) * stride + k - side, 0)
            for side, stride, k in zip(sides, strides, kernel, strict=True)
        ]
        before = [total // 2 for total in missing]
        return before + [total - first for total, first in zip(missing, before, strict=True)]

    def _pad(self, step: Operation) -> None:
        """Convert a PAD of channels, which can use the existing padding."""
        if self._graph.constants[step.inputs[1]][:-1].any() or self._graph.constants[step.inputs[1]][-1, 0]:
            raise ValueError("a PAD of more than channels behind the others is not known here")
        self._stored[step.output] = self._stored[step.inputs[0]]

    def _reshape(self, step: Operation) -> None:
        x = self._as_it_is(step.inputs[0])
        if len(self._graph.shapes[step.inputs[0]]) == 4:
            x = self._writer.node("Transpose", [x], perm=_TO_NHWC)
        shape = self._graph.shapes[step.output]
        if len(shape) == 4:
            raise ValueError("a RESHAPE to a picture is not known here")
        made = self._writer.node("Reshape", [x, self._writer.array(np.array([-1, *shape[1:]], np.int64))])
        self._keep(step.output, made, plain(0))

    def _concatenation(self, step: Operation) -> None:
        if len(self._graph.shapes[step.output]) == 4:
            raise ValueError("a CONCATENATION of pictures is not known here")
        parts = [self._as_it_is(number) for number in step.inputs]
        made = self._writer.node("Concat", parts, axis=step.options.Axis())
        self._keep(step.output, self._writer.fused(step, made), plain(0))
