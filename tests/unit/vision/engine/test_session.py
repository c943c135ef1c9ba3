import logging

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper
from onnxruntime.capi import onnxruntime_pybind11_state as native

from app.core.errors import ModelIncompatible
from app.vision.engine.engines import CPU, Engine
from app.vision.engine.io_binding import BoundSession
from app.vision.engine.session import Session, open_session
from app.vision.manifest import Manifest


def test_a_session_states_its_shapes_and_provider(manifest: Manifest) -> None:
    row = manifest.embedder("mobilefacenet")
    session = open_session(manifest.load(row), row.name, Engine(threads=1))
    assert session.input_shape == (None, 112, 112, 3)
    assert session.output_shape == (None, 192)
    assert session.provider == "CPUExecutionProvider"
    assert session.run(np.zeros((2, 112, 112, 3), np.uint8)).shape == (2, 192)


@pytest.mark.parametrize("content", [b"", b"not a network", bytes(1000)])
def test_a_file_that_is_no_network_is_refused(content: bytes) -> None:
    with pytest.raises(ModelIncompatible, match="mine") as caught:
        open_session(content, "mine", Engine(threads=1))
    assert "ONNX" in caught.value.hint


def test_a_network_with_two_inputs_is_refused() -> None:
    floats = TensorProto.FLOAT
    values = [helper.make_tensor_value_info(name, floats, [1]) for name in "abc"]
    graph = helper.make_graph([helper.make_node("Add", ["a", "b"], ["c"])], "g", values[:2], values[2:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    with pytest.raises(ModelIncompatible, match="2 inputs"):
        open_session(model.SerializeToString(), "mine", Engine(threads=1))


class Failing:
    """A provider that fails from its second run on, like a graphics card that is disconnected."""

    def __init__(self, error: type[Exception] = native.RuntimeException) -> None:
        self.runs = 0
        self._error = error

    provider = "FailingExecutionProvider"
    input_shape = output_shape = (None, 1)

    def run(self, batch: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        self.runs += 1
        if self.runs > 1:
            raise self._error("device lost\nstack")
        return [batch * 2]


def doubling() -> bytes:
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 1]) for name in ("faces", "twice")]
    graph = helper.make_graph([helper.make_node("Add", ["faces", "faces"], ["twice"])], "g", values[:1], values[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


@pytest.mark.parametrize("error", [native.RuntimeException, native.EPFail, RuntimeError])
def test_a_provider_that_fails_at_run_time_is_replaced_by_the_cpu(
    caplog: pytest.LogCaptureFixture, error: type[Exception]
) -> None:
    cpu = onnxruntime.InferenceSession(doubling(), providers=["CPUExecutionProvider"])
    session = Session(Failing(error), lambda: BoundSession(cpu), "mine")
    one = np.ones((1, 1), np.float32)
    assert session.run(one) == [[2.0]]
    assert session.provider == "FailingExecutionProvider"
    with caplog.at_level(logging.WARNING, logger="app"):
        assert session.run(one) == [[2.0]]
    assert session.provider == "CPUExecutionProvider"
    assert caplog.messages == ["mine failed on FailingExecutionProvider, continuing on the CPU: device lost"]
    assert session.run_all(one)[0] == [[2.0]]


def test_the_cpu_has_nothing_to_fall_back_on() -> None:
    session = Session(Failing(), None, "mine")
    session.run(np.ones((1, 1), np.float32))
    with pytest.raises(native.RuntimeException):
        session.run(np.ones((1, 1), np.float32))


def test_a_provider_that_refuses_a_network_is_replaced_by_the_cpu(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="app"):
        session = open_session(doubling(), "mine", Engine("NoSuchExecutionProvider", 0))
    assert session.provider == "CPUExecutionProvider"
    assert "NoSuchExecutionProvider" in caplog.messages[0]
    assert session.run(np.ones((2, 1), np.float32)).tolist() == [[2.0], [2.0]]


@pytest.mark.parametrize("provider", ["CUDAExecutionProvider", "CoreMLExecutionProvider", "QNNExecutionProvider"])
def test_a_provider_whose_library_does_not_load_is_replaced_and_logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, provider: str
) -> None:
    make = onnxruntime.InferenceSession

    def refuse(content: bytes, options: object, providers: list[str]) -> onnxruntime.InferenceSession:
        if provider in providers:
            raise native.EPFail("library not found\nstack")
        return make(content, options, providers=providers)

    monkeypatch.setattr("app.vision.engine.session.providers", lambda: (CPU, provider))
    monkeypatch.setattr(onnxruntime, "InferenceSession", refuse)
    with caplog.at_level(logging.WARNING, logger="app"):
        session = open_session(doubling(), "mine", Engine(provider, 0))
    assert session.provider == CPU
    assert len(caplog.messages) == 1
    assert f"mine does not run on {provider}; using the CPU" in caplog.messages[0]
    assert "library not found" in caplog.messages[0]
    assert session.run(np.ones((1, 1), np.float32)).tolist() == [[2.0]]
