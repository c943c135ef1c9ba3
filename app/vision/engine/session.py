"""ONNX Runtime sessions."""

import logging
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.core.errors import ModelIncompatible
from app.core.i18n import QT_TRANSLATE_NOOP
from app.vision.engine.engines import CPU, Engine, providers, session_options

log = logging.getLogger(__name__)

Shape = tuple[int | None, ...]


class Network(Protocol):
    """A network with one input, ready to run. Owned by one thread."""

    @property
    def provider(self) -> str:
        """What it runs on now."""
        ...

    @property
    def input_shape(self) -> Shape:
        """As the network states it; None for a free axis."""
        ...

    @property
    def output_shape(self) -> Shape:
        """The same, of the first output."""
        ...

    def run(self, batch: NDArray[Any]) -> NDArray[np.float32]:
        """The first output."""
        ...

    def run_all(self, batch: NDArray[Any]) -> list[NDArray[np.float32]]:
        """Every output."""
        ...


class Session:
    """A network with one input, ready to run. Owned by one thread.

    A provider that fails while it runs is left for the CPU, which the log says.

    Args:
        native: ONNX Runtime's session.
        reopen: Makes another on the CPU; None where it is on the CPU.
        name: Of the network, for messages.
    """

    def __init__(self, native: Any, reopen: Callable[[], Any] | None, name: str) -> None:
        self._native = native
        self._reopen = reopen
        self._name = name
        self._into: str = native.get_inputs()[0].name
        self._first = [native.get_outputs()[0].name]

    @property
    def provider(self) -> str:
        """What it runs on now."""
        return str(self._native.get_providers()[0])

    @property
    def input_shape(self) -> Shape:
        """As the network states it; None for a free axis."""
        return _shape(self._native.get_inputs()[0].shape)

    @property
    def output_shape(self) -> Shape:
        """The same, of the first output."""
        return _shape(self._native.get_outputs()[0].shape)

    def run(self, batch: NDArray[Any]) -> NDArray[np.float32]:
        """The first output.

        Args:
            batch: Of the type that the network takes.
        """
        return np.asarray(self._answers(self._first, batch)[0], np.float32)

    def run_all(self, batch: NDArray[Any]) -> list[NDArray[np.float32]]:
        """Every output.

        Args:
            batch: Of the type that the network takes.
        """
        return [np.asarray(output, np.float32) for output in self._answers(None, batch)]

    def _answers(self, wanted: list[str] | None, batch: NDArray[Any]) -> list[NDArray[Any]]:
        try:
            return list(self._native.run(wanted, {self._into: batch}))
        except _failures() as error:
            if self._reopen is None:
                raise
            log.warning("%s failed on %s, going on with the CPU: %s", self._name, self.provider, _first_line(error))
            self._native, self._reopen = self._reopen(), None
            return list(self._native.run(wanted, {self._into: batch}))


def open_session(content: bytes, name: str, engine: Engine) -> Session:
    """Make a session.

    Args:
        content: The ONNX file.
        name: For messages.
        engine: What to run it on; where that refuses the network, the CPU is taken, and the log says so.

    Raises:
        ModelIncompatible: The CPU does not take the file either, or the network has more than one input.
    """

    def on_cpu() -> Any:
        return _open(content, name, Engine(CPU, engine.threads or 1))

    native, reopen = None, None
    if engine.provider != CPU:
        try:
            native, reopen = _open(content, name, engine), on_cpu
        except ModelIncompatible as error:
            log.warning("%s does not run on %s, so it runs on the CPU: %s", name, engine.provider, error.message)
    native = native or on_cpu()
    inputs = native.get_inputs()
    if len(inputs) != 1:
        raise _unusable(name, f"{len(inputs)} inputs")
    return Session(native, reopen, name)


def _open(content: bytes, name: str, engine: Engine) -> Any:
    import onnxruntime

    if engine.provider not in providers():
        raise _unusable(name, f"{engine.provider} is not installed")
    options, named = session_options(engine)
    try:
        return onnxruntime.InferenceSession(content, options, providers=named or None)
    except _failures() as error:
        raise _unusable(name, _first_line(error)) from error


def _failures() -> tuple[type[Exception], ...]:
    from onnxruntime.capi import onnxruntime_pybind11_state as native

    return (
        native.EPFail,
        native.Fail,
        native.InvalidArgument,
        native.InvalidGraph,
        native.InvalidProtobuf,
        native.NotImplemented,
        native.RuntimeException,
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _shape(axes: list[object]) -> Shape:
    return tuple(axis if isinstance(axis, int) else None for axis in axes)


def _unusable(name: str, reason: str) -> ModelIncompatible:
    return ModelIncompatible(
        QT_TRANSLATE_NOOP("errors", "The model “{model}” cannot be run: {reason}"),
        QT_TRANSLATE_NOOP("errors", "Check that it is an ONNX file that fits its row in the manifest."),
        model=name,
        reason=reason,
    )
