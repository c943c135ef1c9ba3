"""ONNX Runtime sessions."""

import logging
from collections.abc import Callable, Mapping
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
        """The execution provider that runs it now."""
        ...

    @property
    def input_shape(self) -> Shape:
        """The declared shape of the input; None for a free axis."""
        ...

    @property
    def output_shape(self) -> Shape:
        """The declared shape of the first output; None for a free axis."""
        ...

    def run(self, batch: NDArray[Any]) -> NDArray[np.float32]:
        """Run the network and return its first output."""
        ...

    def run_all(self, batch: NDArray[Any]) -> list[NDArray[np.float32]]:
        """Run the network and return every output."""
        ...


class Runner(Protocol):
    """A network on one engine; see `BoundSession`."""

    @property
    def provider(self) -> str:
        """The execution provider."""
        ...

    @property
    def input_shape(self) -> Shape:
        """The declared shape of the input; None for a free axis."""
        ...

    @property
    def output_shape(self) -> Shape:
        """The declared shape of the first output; None for a free axis."""
        ...

    def run(self, batch: NDArray[Any]) -> list[NDArray[np.float32]]:
        """Run the network and return every output."""
        ...


class Session:
    """A `Network` that falls back to the CPU.

    If a provider fails during a run, the run is repeated on the CPU, later runs stay there, and the failure is logged.

    Args:
        native: The network on its engine.
        reopen: Opens the network on the CPU; None if it runs there already.
        name: Name of the network, for messages.
    """

    def __init__(self, native: Runner, reopen: Callable[[], Runner] | None, name: str) -> None:
        self._native = native
        self._reopen = reopen
        self._name = name

    @property
    def provider(self) -> str:
        """See `Network.provider`."""
        return self._native.provider

    @property
    def input_shape(self) -> Shape:
        """See `Network.input_shape`."""
        return self._native.input_shape

    @property
    def output_shape(self) -> Shape:
        """See `Network.output_shape`."""
        return self._native.output_shape

    def run(self, batch: NDArray[Any]) -> NDArray[np.float32]:
        """Run the network and return its first output.

        Args:
            batch: Input of the network's type and shape.
        """
        return self.run_all(batch)[0]

    def run_all(self, batch: NDArray[Any]) -> list[NDArray[np.float32]]:
        """Run the network and return every output.

        Args:
            batch: Input of the network's type and shape.
        """
        try:
            return self._native.run(batch)
        except _runtime_errors() as error:
            if self._reopen is None:
                raise
            log.warning("%s failed on %s, continuing on the CPU: %s", self._name, self.provider, _first_line(error))
            self._native, self._reopen = self._reopen(), None
            return self._native.run(batch)


def open_session(content: bytes, name: str, engine: Engine, sizes: Mapping[str, int] | None = None) -> Session:
    """Open a network on an engine, or on the CPU if the engine refuses it.

    Args:
        content: The ONNX file.
        name: Name of the network, for messages.
        engine: The engine to try first; a refusal is logged.
        sizes: Lengths of free axes, by their names in the file, if all inputs have the same; None leaves them free.

    Raises:
        ModelIncompatible: The CPU refuses the network as well, or it has more than one input.
    """

    def on_cpu() -> Runner:
        return _open(content, name, Engine(CPU, engine.threads or 1), sizes)

    native: Runner | None = None
    reopen = None
    if engine.provider != CPU:
        try:
            native, reopen = _open(content, name, engine, sizes), on_cpu
        except ModelIncompatible as error:
            log.warning("%s does not run on %s; using the CPU: %s", name, engine.provider, error.message)
    return Session(native or on_cpu(), reopen, name)


def _open(content: bytes, name: str, engine: Engine, sizes: Mapping[str, int] | None) -> Runner:
    import onnxruntime

    # Listing the providers loads the plug-ins' libraries; those of OpenVINO take 40 MB.
    if engine.provider != CPU and engine.provider not in providers():
        raise _unusable(name, f"{engine.provider} is not installed")
    options, named = session_options(engine)
    for axis, length in (sizes or {}).items():
        options.add_free_dimension_override_by_name(axis, length)
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
        RuntimeError,  # what a session with I/O binding raises
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
