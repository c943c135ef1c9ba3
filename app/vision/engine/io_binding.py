"""A native session with its buffers: what goes in is read where it lies, what comes out has its place already."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int | None, ...]


class BoundSession:
    """ONNX Runtime's session with one input, bound to buffers that are kept from run to run. Owned by one thread.

    Args:
        native: ONNX Runtime's session.
    """

    def __init__(self, native: Any) -> None:
        self._native = native
        self._into: str = native.get_inputs()[0].name
        self._outputs = {output.name: shape(output.shape) for output in native.get_outputs()}
        # Where only the number of pictures is free, the size of every answer is known beforehand.
        self._known = all(None not in axes[1:] for axes in self._outputs.values())
        self._bound: dict[tuple[int, ...], _Binding] = {}

    @property
    def provider(self) -> str:
        """What it runs on."""
        return str(self._native.get_providers()[0])

    @property
    def input_shape(self) -> Shape:
        """As the network states it; None for a free axis."""
        return shape(self._native.get_inputs()[0].shape)

    @property
    def output_shape(self) -> Shape:
        """The same, of the first output."""
        return next(iter(self._outputs.values()))

    def run(self, batch: NDArray[Any]) -> list[NDArray[np.float32]]:
        """Every output, each an array of its own: they are small.

        Args:
            batch: Of the type that the network takes; read where it lies.
        """
        if not self._known:
            return list(self._native.run(None, {self._into: batch}))
        binding = self._bound.get(batch.shape)
        if binding is None:
            binding = self._bound[batch.shape] = _Binding(self._native, self._into, self._outputs, len(batch))
        return binding.run(np.ascontiguousarray(batch))


class _Binding:
    """The buffers for batches of one size."""

    def __init__(self, native: Any, into: str, outputs: dict[str, Shape], count: int) -> None:
        self._native = native
        self._into = into
        self._binding = native.io_binding()
        self._answers = [
            np.empty([count if axis is None else axis for axis in axes], np.float32) for axes in outputs.values()
        ]
        for name, answer in zip(outputs, self._answers, strict=True):
            self._binding.bind_output(name, "cpu", 0, np.float32, answer.shape, answer.ctypes.data)

    def run(self, batch: NDArray[Any]) -> list[NDArray[np.float32]]:
        self._binding.bind_input(self._into, "cpu", 0, batch.dtype, batch.shape, batch.ctypes.data)
        self._native.run_with_iobinding(self._binding)
        return [answer.copy() for answer in self._answers]


def shape(axes: list[object]) -> Shape:
    """ONNX Runtime's description of a shape; None for a free axis."""
    return tuple(axis if isinstance(axis, int) else None for axis in axes)
