"""Writes MobileFaceNet in its original form, for comparisons: float input, PReLU nodes, unnormalised output.

    python packaging/models/unrewritten.py OUT.onnx

It is derived from the shipped file: the first convolution is multiplied by 128, and each rewritten PReLU, with factor
`b` and the factor `1 - a` in the next convolution, becomes one node of slope `a = b / (1 + b)`.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from mobilefacenet import MEAN, SCALE, Weights, build, layer_names
from numpy.typing import NDArray
from onnx import helper, numpy_helper

ROOT = Path(__file__).resolve().parents[2]


def original_weights(content: bytes) -> Weights:
    """Return the original weights.

    Args:
        content: The shipped ONNX file.
    """
    model = onnx.load_from_string(content)
    stored = {tensor.name: np.asarray(numpy_helper.to_array(tensor)) for tensor in model.graph.initializer}
    weights: dict[str, NDArray[np.float32]] = {}
    owed: NDArray[np.float32] | None = None
    for name in layer_names():
        weight = stored[f"{name}.weight"]
        if owed is not None:
            weight = weight / owed.reshape((-1, 1, 1, 1) if weight.shape[1] == 1 else (1, -1, 1, 1))
        weights[f"{name}/weight"], weights[f"{name}/bias"] = weight, stored[f"{name}.bias"]
        owed = None
        if f"{name}.factor" in stored:
            factor = stored[f"{name}.factor"].reshape(-1)
            weights[f"{name}/slope"] = (factor / (1 + factor)).astype(np.float32)
            owed = (1 / (1 + factor)).astype(np.float32)
    weights["stem/weight"] = weights["stem/weight"] * np.float32(SCALE)
    return weights


def unrewritten(content: bytes) -> onnx.ModelProto:
    """Return the network with input `faces` (n, 3, 112, 112) float32, `(value - 127.5) / 128`.

    Args:
        content: The shipped ONNX file.
    """
    weights = dict(original_weights(content))
    model = build(weights, "prelu")
    graph = model.graph
    inside = {"pixels", "planes", "mean", "centred", "lengths", "least", "divisors", "embeddings"}
    kept = [node for node in graph.node if node.output[0] not in inside]
    del graph.node[:]
    graph.node.extend(kept)
    stem = next(tensor for tensor in graph.initializer if tensor.name == "stem.weight")
    stem.CopyFrom(numpy_helper.from_array(weights["stem/weight"], "stem.weight"))
    graph.input[0].CopyFrom(helper.make_tensor_value_info("centred", onnx.TensorProto.FLOAT, ["n", 3, 112, 112]))
    size = len(weights["embedding/bias"])
    graph.output[0].CopyFrom(helper.make_tensor_value_info("directions", onnx.TensorProto.FLOAT, ["n", size]))
    onnx.checker.check_model(model, full_check=True)
    return model


def farthest_cosine(shipped: bytes, plain: bytes) -> float:
    """Return the smallest cosine between the outputs of both networks on noise pictures."""
    import onnxruntime

    faces = np.random.default_rng(1).integers(0, 256, (4, 112, 112, 3), dtype=np.uint8)
    values = (np.ascontiguousarray(faces.transpose(0, 3, 1, 2), np.float32) - MEAN) / SCALE
    one, other = (
        onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, {name: given})[0]
        for model, name, given in ((shipped, "faces", faces), (plain, "centred", values))
    )
    return float(((one * other).sum(axis=1) / np.linalg.norm(other, axis=1)).min())


def main() -> None:
    """Write the network after comparing its outputs with the shipped file."""
    shipped = (ROOT / "models" / "mobilefacenet.onnx").read_bytes()
    plain = unrewritten(shipped).SerializeToString()
    cosine = farthest_cosine(shipped, plain)
    if cosine < 0.999999:
        sys.exit(f"It does not answer as the rewritten network: cosine {cosine:.7f}")
    Path(sys.argv[1]).write_bytes(plain)


if __name__ == "__main__":
    main()
