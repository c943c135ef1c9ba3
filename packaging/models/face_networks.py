"""Converts the three networks of `face_landmarker.task` to ONNX and verifies them against TensorFlow Lite."""

import io
import logging
import sys
import zipfile
from typing import Any

import numpy as np
import onnx
from free_sizes import with_free_sizes
from numpy.typing import NDArray
from picture_network import PictureNetwork
from tflite_graph import read
from tflite_to_onnx import Activation, PointNetwork

log = logging.getLogger("build")

_TOLERANCE = 2e-3
"""Largest deviation of an output, in its own unit: pixels of the crop, or logits."""


def convert_all(task: bytes, activation: Activation) -> tuple[dict[str, bytes], bytes]:
    """Convert every network.

    Args:
        task: Content of `face_landmarker.task`.
        activation: How PReLUs are written; see `PictureNetwork`.

    Returns:
        ONNX files by name in the manifest, and the reference outputs of TensorFlow Lite as an npz file.
    """
    with zipfile.ZipFile(io.BytesIO(task)) as archive:
        detector, mesh, shapes = (
            archive.read(f"{name}.tflite") for name in ("face_detector", "face_landmarks_detector", "face_blendshapes")
        )
    random = np.random.default_rng(478)
    answers: dict[str, NDArray[Any]] = {}
    blazeface = _picture_network(
        detector, "BlazeFace", 127.5, 127.5, {0: "boxes", 1: "scores"}, activation, random, answers
    )
    made = {
        "face_detector": with_free_sizes(blazeface),
        "face_mesh": _picture_network(
            mesh, "FaceMesh", 255.0, 0.0, {0: "landmarks", 1: "presence"}, activation, random, answers
        ),
        "face_blendshapes": _point_network(shapes, random),
    }
    stored = io.BytesIO()
    np.savez_compressed(stored, allow_pickle=False, **answers)
    return {name: model.SerializeToString(deterministic=True) for name, model in made.items()}, stored.getvalue()


def _picture_network(
    content: bytes,
    name: str,
    scale: float,
    offset: float,
    outputs: dict[int, str],
    activation: Activation,
    random: np.random.Generator,
    answers: dict[str, NDArray[Any]],
) -> onnx.ModelProto:
    """Convert a network with picture input, whose original expects `(value - offset) / scale`; record its outputs."""
    graph = read(content)
    model = PictureNetwork(graph, activation).convert(name, scale, offset, outputs)
    side = graph.shapes[graph.inputs[0]][1]
    coarse = random.integers(0, 256, (1, side // 16, side // 16, 3)).astype(np.uint8)
    picture = np.kron(coarse, np.ones((1, 16, 16, 1))).astype(np.uint8)
    expected = _original(content, (picture.astype(np.float32) - offset) / scale)
    _compare(model, {"pictures": picture}, [expected[place] for place in outputs])
    answers[f"{name}.blocks"] = coarse
    answers.update({f"{name}.{new}": expected[place] for place, new in outputs.items()})
    return model


def _point_network(content: bytes, random: np.random.Generator) -> onnx.ModelProto:
    graph = read(content)
    model = PointNetwork(graph).convert("FaceBlendshapes", "scores")
    points = random.uniform(100, 400, graph.shapes[graph.inputs[0]]).astype(np.float32)
    _compare(model, {"points": points}, _original(content, points))
    return model


def _original(content: bytes, given: NDArray[np.floating]) -> list[NDArray[np.float32]]:
    """Return the outputs of TensorFlow Lite."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=content)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], given.astype(np.float32))
    interpreter.invoke()
    return [interpreter.get_tensor(output["index"]) for output in interpreter.get_output_details()]


def _compare(model: onnx.ModelProto, given: dict[str, NDArray[Any]], expected: list[NDArray[np.float32]]) -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    answers = session.run(None, given)
    furthest = max(float(np.abs(a - e).max()) for a, e in zip(answers, expected, strict=True))
    log.info("%s: furthest from TensorFlow Lite: %.6f", model.graph.name, furthest)
    if furthest > _TOLERANCE:
        sys.exit(f"{model.graph.name} does not answer as its original does: {furthest:.6f} > {_TOLERANCE}")
