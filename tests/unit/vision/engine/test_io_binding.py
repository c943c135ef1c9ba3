import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper

from app.vision.engine.io_binding import BoundSession


def opened(ops: list[str], output: list[str | int]) -> BoundSession:
    start = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3])
    end = helper.make_tensor_value_info("y", TensorProto.FLOAT, output)
    steps = [
        helper.make_node(op, ["x" if place == 0 else f"x{place}"], ["y" if op is ops[-1] else f"x{place + 1}"])
        for place, op in enumerate(ops)
    ]
    if ops[-1] == "Cast":
        steps[-1].attribute.append(helper.make_attribute("to", TensorProto.FLOAT))
    graph = helper.make_graph(steps, "g", [start], [end])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return BoundSession(onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]))


def test_an_output_is_not_overwritten_by_the_next_run() -> None:
    session = opened(["Neg"], ["n", 3])
    (first,) = session.run(np.ones((1, 3), np.float32))
    (second,) = session.run(np.full((1, 3), 2, np.float32))
    assert (first == -1).all()
    assert (second == -2).all()


def test_the_current_content_of_the_buffer_counts() -> None:
    session, given = opened(["Neg"], ["n", 3]), np.ones((2, 3), np.float32)
    session.run(given)
    given[1] = 5
    assert session.run(given)[0].tolist() == [[-1, -1, -1], [-5, -5, -5]]
    assert session.run(given[:1])[0].tolist() == [[-1, -1, -1]]
    assert session.run(given[:, ::-1])[0].tolist() == [[-1, -1, -1], [-5, -5, -5]]


def test_outputs_of_unknown_shape_are_returned_as_they_are() -> None:
    session = opened(["NonZero", "Cast"], [2, "count"])
    assert session.output_shape == (2, None)
    (places,) = session.run(np.array([[0, 1, 2], [3, 0, 0]], np.float32))
    assert places.tolist() == [[0, 0, 1], [1, 2, 0]]


def test_another_type_is_refused() -> None:
    with pytest.raises(RuntimeError, match="uint8"):
        opened(["Neg"], ["n", 3]).run(np.ones((1, 3), np.uint8))
