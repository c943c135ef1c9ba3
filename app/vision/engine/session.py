"""ONNX Runtime sessions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.errors import ModelIncompatible
from app.core.i18n import QT_TRANSLATE_NOOP

PROVIDER = "CPUExecutionProvider"


@dataclass(frozen=True, slots=True)
class Session:
    """A network ready to run.

    Attributes:
        run: Batch in, first output out.
        run_all: Batch in, every output out. Outputs are float32; the batch is of the type that the network takes.
        provider: What it runs on.
        input_shape: As the network states it; None for a free axis.
        output_shape: The same.
    """

    run: Callable[[NDArray[Any]], NDArray[np.float32]]
    run_all: Callable[[NDArray[Any]], list[NDArray[np.float32]]]
    provider: str
    input_shape: tuple[int | None, ...]
    output_shape: tuple[int | None, ...]


def open_session(content: bytes, name: str, threads: int) -> Session:
    """Make a session on the CPU.

    Args:
        content: The ONNX file.
        name: For messages.
        threads: Within an operation.

    Raises:
        ModelIncompatible: ONNX Runtime does not take the file, or it has more than one input.
    """
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as native

    refusals = (native.Fail, native.InvalidArgument, native.InvalidGraph, native.InvalidProtobuf, native.NotImplemented)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(content, options, providers=[PROVIDER])
    except refusals as error:
        raise _unusable(name, str(error).splitlines()[0]) from error
    inputs, outputs = session.get_inputs(), session.get_outputs()
    if len(inputs) != 1:
        raise _unusable(name, f"{len(inputs)} inputs")
    into, first = inputs[0].name, [outputs[0].name]

    def run(batch: NDArray[Any]) -> NDArray[np.float32]:
        return np.asarray(session.run(first, {into: batch})[0], np.float32)

    def run_all(batch: NDArray[Any]) -> list[NDArray[np.float32]]:
        return [np.asarray(output, np.float32) for output in session.run(None, {into: batch})]

    return Session(run, run_all, session.get_providers()[0], _shape(inputs[0].shape), _shape(outputs[0].shape))


def _shape(axes: list[object]) -> tuple[int | None, ...]:
    return tuple(axis if isinstance(axis, int) else None for axis in axes)


def _unusable(name: str, reason: str) -> ModelIncompatible:
    return ModelIncompatible(
        QT_TRANSLATE_NOOP("errors", "The model “{model}” cannot be run: {reason}"),
        QT_TRANSLATE_NOOP("errors", "Check that it is an ONNX file that fits its row in the manifest."),
        model=name,
        reason=reason,
    )
