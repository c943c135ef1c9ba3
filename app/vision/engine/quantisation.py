"""Static quantisation of a trained network to 8 bits, by ONNX Runtime's quantiser."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def quantise_statically(
    content: bytes, operations: Sequence[str], name: str, batches: Iterable[NDArray[np.uint8]]
) -> bytes:
    """Quantise a network in the QDQ format: weights to int8 per channel, activations to uint8 per tensor.

    Args:
        content: An ONNX file with one input.
        operations: The node types to quantise.
        name: Name of the input.
        batches: The calibration set, from which the ranges of the activations are taken.

    Returns:
        The quantised ONNX file.
    """
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

    with tempfile.TemporaryDirectory(prefix="facelatch-rounding-") as directory:
        before, after = Path(directory) / "before.onnx", Path(directory) / "after.onnx"
        before.write_bytes(content)
        quantize_static(
            before,
            after,
            _BatchReader({name: batch} for batch in batches),
            op_types_to_quantize=list(operations),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
        return after.read_bytes()


class _BatchReader:
    """ONNX Runtime's `CalibrationDataReader` over batches."""

    def __init__(self, batches: Iterator[dict[str, Any]]) -> None:
        self._batches = batches

    def get_next(self) -> dict[str, Any] | None:
        """The next input by name; None after the last."""
        return next(self._batches, None)
