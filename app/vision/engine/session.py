"""ONNX Runtime sessions."""

import logging
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.core.errors import ModelIncompatible
from app.core.i18n import QT_TRANSLATE_NOOP
from app.vision.engine.engines import CPU, Engine, providers, session_options
from app.vision.engine.io_binding import BoundSession, Shape

log = logging.getLogger(__name__)


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


class Runner(Protocol):
    """What a session runs."""

    @property
    def provider(self) -> str:
        """What it runs on."""
        ...

    @property
    def input_shape(self) -> Shape:
        """As the network states it; None for a free axis."""
        ...

    @property
    def output_shape(self) -> Shape:
        """The same, of the first output."""
        ...

    def run(self, batch: NDArray[Any]) -> list[NDArray[np.float32]]:
        """Every output."""
        ...


class Session:
    """A network with one input, ready to run. Owned by one thread.

    A provider that fails while it runs is left for the CPU, which the log says.

    Args:
        native: The network on its engine.
        reopen: Opens it on the CPU; None where it is there.
        name: Of the network, for messages.
    """

    def __init__(self, native: Runner, reopen: Callable[[], Runner] | None, name: str) -> None:
        self._native = native
        self._reopen = reopen
        self._name = name

    @property
    def provider(self) -> str:
        """What it runs on now."""
        return self._native.provider

    @property
    def input_shape(self) -> Shape:
        """As the network states it; None for a free axis."""
        return self._native.input_shape

    @property
    def output_shape(self) -> Shape:
        """The same, of the first output."""
        return self._native.output_shape

    def run(self, batch: NDArray[Any]) -> NDArray[np.float32]:
        """The first output.

        Args:
            batch: Of the type that the network takes.
        """
        return self.run_all(batch)[0]

    def run_all(self, batch: NDArray[Any]) -> list[NDArray[np.float32]]:
        """Every output.

        Args:
            batch: Of the type that the network takes.
        """
        try:
            return self._native.run(batch)
        except _runtime_errors() as error:
            if self._reopen is None:
                raise
            log.warning("%s failed on %s, going on with the CPU: %s", self._name, self.provider, _first_line(error))
            self._native, self._reopen = self._reopen(), None
            return self._native.run(batch)


def open_session(content: bytes, name: str, engine: Engine) -> Session:
    """Make a session.

    Args:
        content: The ONNX file.
        name: For messages.
        engine: What to run it on; where that refuses the network, the CPU is taken, and the log says so.

    Raises:
        ModelIncompatible: The CPU does not take the file either, or the network has more than one input.
    """

    def on_cpu() -> Runner:
        return _open(content, name, Engine(CPU, engine.threads or 1))

    native: Runner | None = None
    reopen = None
    if engine.provider != CPU:
        try:
            native, reopen = _open(content, name, engine), on_cpu
        except ModelIncompatible as error:
            log.warning("%s does not run on %s, so it runs on the CPU: %s", name, engine.provider, error.message)
    return Session(native or on_cpu(), reopen, name)


def _open(content: bytes, name: str, engine: Engine) -> Runner:
    import onnxruntime

    # To ask for all of them loads the plug-ins' libraries: OpenVINO's take 40 MB.
    if engine.provider != CPU and engine.provider not in providers():
        raise _unusable(name, f"{engine.provider} is not installed")
    options, named = session_options(engine)
    try:
        native = onnxruntime.InferenceSession(content, options, providers=named or None)
    except _runtime_errors() as error:
        raise _unusable(name, _first_line(error)) from error
    if len(native.get_inputs()) != 1:
        raise _unusable(name, f"{len(native.get_inputs())} inputs")
    return BoundSession(native)


def _runtime_errors() -> tuple[type[Exception], ...]:
    from onnxruntime.capi import onnxruntime_pybind11_state as native

    return (
        native.EPFail,
        native.Fail,
        native.InvalidArgument,
        native.InvalidGraph,
        native.InvalidProtobuf,
        native.NotImplemented,
        native.RuntimeException,
        RuntimeError,  # a session that is bound to buffers gives its errors no type of their own
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _unusable(name: str, reason: str) -> ModelIncompatible:
    return ModelIncompatible(
        QT_TRANSLATE_NOOP("errors", "The model “{model}” cannot be run: {reason}"),
        QT_TRANSLATE_NOOP("errors", "Check that it is an ONNX file that fits its row in the manifest."),
        model=name,
        reason=reason,
    )
