import numpy as np
import pytest
from onnx import TensorProto, helper

from app.core.errors import ModelIncompatible
from app.vision.engine.session import open_session
from app.vision.manifest import Manifest


def test_a_session_states_its_shapes_and_provider(manifest: Manifest) -> None:
    row = manifest.embedder("mobilefacenet")
    session = open_session(manifest.load(row), row.name, threads=1)
    assert session.input_shape == (None, 3, 112, 112)
    assert session.output_shape == (None, 192)
    assert session.provider == "CPUExecutionProvider"
    assert session.run(np.zeros((2, 3, 112, 112), np.float32)).shape == (2, 192)


@pytest.mark.parametrize("content", [b"", b"not a network", bytes(1000)])
def test_what_is_no_network_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(ModelIncompatible, match="mine") as caught:
        open_session(content, "mine", threads=1)
    assert "ONNX" in caught.value.hint


def test_a_network_with_two_inputs_is_refused() -> None:
    floats = TensorProto.FLOAT
    values = [helper.make_tensor_value_info(name, floats, [1]) for name in "abc"]
    graph = helper.make_graph([helper.make_node("Add", ["a", "b"], ["c"])], "g", values[:2], values[2:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    with pytest.raises(ModelIncompatible, match="2 inputs"):
        open_session(model.SerializeToString(), "mine", threads=1)
