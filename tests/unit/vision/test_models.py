"""The committed networks, compared with the originals that they were built from."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from app.vision.embedding import l2_normalize
from app.vision.engine.engines import Engine
from app.vision.engine.session import open_session
from app.vision.manifest import Manifest

DATA = Path(__file__).parents[2] / "data"
ORACLE = DATA / "mobilefacenet_oracle.npz"
FACE_NETWORKS = pytest.mark.parametrize(
    ("row", "name", "outputs"),
    [("face_detector", "BlazeFace", ("boxes", "scores")), ("face_mesh", "FaceMesh", ("landmarks", "presence"))],
)
BLOCK = 16


def answers(content: bytes, given: NDArray[Any]) -> NDArray[np.float32]:
    return open_session(content, "network", Engine(threads=1)).run(given)


def without_what_was_folded_in(content: bytes) -> bytes:
    """The network before the rewrites: values in, vectors of any length out."""
    model = onnx.load_from_string(content)
    graph = model.graph
    stem = next(tensor for tensor in graph.initializer if tensor.name == "stem.weight")
    stem.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(stem) * np.float32(128), "stem.weight"))
    graph.input[0].CopyFrom(helper.make_tensor_value_info("centred", TensorProto.FLOAT, ["n", 3, 112, 112]))
    graph.output[0].CopyFrom(helper.make_tensor_value_info("directions", TensorProto.FLOAT, ["n", 192]))
    left_out = {"pixels", "planes", "mean", "centred", "lengths", "least", "divisors", "embeddings"}
    kept = [node for node in graph.node if node.output[0] not in left_out]
    del graph.node[:]
    graph.node.extend(kept)
    return bytes(model.SerializeToString())


def test_mobilefacenet_answers_as_its_oracle(manifest: Manifest) -> None:
    with np.load(ORACLE) as stored:
        faces, expected = stored["faces"], stored["embeddings"]
    found = answers(manifest.load(manifest.embedder("mobilefacenet")), faces)
    cosines = (found * expected).sum(axis=1) / np.linalg.norm(expected, axis=1)
    assert cosines.min() >= 0.99999
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, rtol=1e-6)


def test_rewrites_of_mobilefacenet_change_nothing(manifest: Manifest) -> None:
    content = manifest.load(manifest.embedder("mobilefacenet"))
    faces = np.random.default_rng(3).integers(0, 256, (4, 112, 112, 3), dtype=np.uint8)
    faces[0, :40] = 0  # black at an edge, where the first convolution adds zeros that stand for the mean
    values = (np.ascontiguousarray(faces.transpose(0, 3, 1, 2), np.float32) - 127.5) / 128
    before = answers(without_what_was_folded_in(content), values)
    np.testing.assert_allclose(answers(content, faces), l2_normalize(before), atol=2e-7)


def test_templates_of_the_earlier_network_stay_comparable(manifest: Manifest) -> None:
    row = manifest.embedder("mobilefacenet")
    assert row.space == "e719ed829954a8d71bd121981f661cd2062d1457725004274fe03ba5ed99fe13" != row.sha256
    assert row.model_copy(update={"same_space_as": None}).space == row.sha256


@FACE_NETWORKS
def test_the_rewritten_face_networks_answer_as_their_originals(
    manifest: Manifest, row: str, name: str, outputs: tuple[str, ...]
) -> None:
    with np.load(DATA / "face_networks_oracle.npz") as stored:
        blocks = stored[f"{name}.blocks"]
        expected = [stored[f"{name}.{output}"] for output in outputs]
    pictures = np.kron(blocks, np.ones((1, 16, 16, 1))).astype(np.uint8)
    found = open_session(manifest.load(manifest.network(row)), row, Engine(threads=1)).run_all(pictures)
    for answer, original in zip(found, expected, strict=True):
        np.testing.assert_allclose(answer, original, atol=1e-3)


@FACE_NETWORKS
def test_nothing_in_the_face_networks_makes_onnx_runtime_leave_its_blocked_layout(
    manifest: Manifest, row: str, name: str, outputs: tuple[str, ...]
) -> None:
    graph = onnx.load_from_string(manifest.load(manifest.network(row))).graph
    groups = {a.i for node in graph.node if node.op_type == "Conv" for a in node.attribute if a.name == "group"}
    assert groups > {1}
    assert all(group % BLOCK == 0 for group in groups - {1})
    assert not {"Pad", "PRelu"} & {node.op_type for node in graph.node}
