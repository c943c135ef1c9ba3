"""Rounding a network to eight bits after its training, by ONNX Runtime's own quantiser."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def quantise_statically(
    content: bytes, operations: Sequence[str], name: str, batches: Iterable[NDArray[np.uint8]]
) -> bytes:
    """A QDQ file: weights rounded for each channel, to int8; maps for each tensor, to uint8.

    Args:
        content: An ONNX file with one input.
        operations: The kinds of nodes that are rounded.
        name: Of the input.
        batches: What the maps' ranges are found with, as the network takes it.
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
    """Gives ONNX Runtime's calibration a batch at a time."""

    def __init__(self, batches: Iterator[dict[str, Any]]) -> None:
        self._batches = batches

    def get_next(self) -> dict[str, Any] | None:
        """The next; None behind the last."""
        return next(self._batches, None)
