"""ONNX Runtime's I/O binding: inputs are read in place, outputs are written to preallocated buffers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int | None, ...]


class BoundSession:
    """An ONNX Runtime session with one input, bound to buffers that are reused in every run. Owned by one thread.

    Args:
        native: ONNX Runtime's `InferenceSession`.
    """

    def __init__(self, native: Any) -> None:
        self._native = native
        self._into: str = native.get_inputs()[0].name
        self._outputs = {output.name: shape(output.shape) for output in native.get_outputs()}
        # If only the batch axis is free, the shape of every output is known in advance.
        self._known = all(None not in axes[1:] for axes in self._outputs.values())
        self._bound: dict[tuple[int, ...], _Binding] = {}

    @property
    def provider(self) -> str:
        """The execution provider."""
        return str(self._native.get_providers()[0])

    @property
    def input_shape(self) -> Shape:
        """The declared shape of the input; None for a free axis."""
        return shape(self._native.get_inputs()[0].shape)

    @property
    def output_shape(self) -> Shape:
        """The declared shape of the first output; None for a free axis."""
        return next(iter(self._outputs.values()))

    def run(self, batch: NDArray[Any]) -> list[NDArray[np.float32]]:
        """Run the network.

        Args:
            batch: Input of the network's type and shape; read in place.

        Returns:
            A copy of every output.
        """
        if not self._known:
            return list(self._native.run(None, {self._into: batch}))
        binding = self._bound.get(batch.shape)
        if binding is None:
            binding = self._bound[batch.shape] = _Binding(self._native, self._into, self._outputs, len(batch))
        return binding.run(np.ascontiguousarray(batch))


class _Binding:
    """The output buffers for one batch size."""

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
    """Convert a shape as ONNX Runtime describes it; named and unknown axes become None."""
    return tuple(axis if isinstance(axis, int) else None for axis in axes)
