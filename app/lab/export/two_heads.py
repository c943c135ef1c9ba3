"""Networks that find as ONNX files: pixels in, presence and landmarks out, and embeddings where there are some."""

import numpy as np
import torch
from torch import Tensor

from app.core.errors import ModelIncompatible
from app.core.i18n import QT_TRANSLATE_NOOP
from app.lab.data.faces import MEAN, SCALE
from app.lab.export.onnx_graph import OUTPUT, OnnxGraphWriter
from app.lab.export.parity import LEAST_COSINE, smooth_pictures
from app.lab.export.single_precision import LayerWriter, fold_pixel_scale, write_pixel_input
from app.lab.export.weights import extract_arrays, to_factored_prelu
from app.lab.networks.mobilefacenet import FaceNetwork
from app.lab.networks.two_heads import DETECTION_OUTPUTS, POINTS, TwoHeadNetwork, landmark_points, presence_logits
from app.vision.embedding import l2_normalize
from app.vision.engine.engines import CPU, Engine
from app.vision.engine.session import open_session

PRESENCE = "presence"
LANDMARKS = "landmarks"
_MOST_PIXELS = 0.1
_MOST_PRESENCE = 0.01


def export_two_heads(network: TwoHeadNetwork, name: str = "MobileFaceNet with a finder") -> bytes:
    """Write a network with both heads.

    Its file gives `embeddings` (n, embedding) of length 1, `presence` (n, 1), 0 to 1, and `landmarks` (n, 5, 2) in
    pixels of the picture.

    Args:
        network: Trained; not changed.
        name: Of the graph.
    """
    architecture = network.face.architecture
    # PReLUs owe their factors to the next layer: in both heads' order, since the shared part ends with a linear one.
    arrays = fold_pixel_scale(to_factored_prelu(extract_arrays(network.face)))
    graph = OnnxGraphWriter()
    writer = LayerWriter(network.face.layers, arrays, graph)
    shared, own = network.parts()
    x = write_pixel_input(graph)
    for module in shared:
        x = writer.module(module, x)
    y = x
    for module in own:
        y = writer.module(module, y)
    graph.to_unit_length(graph.node("Flatten", [y], "directions", axis=1))
    answers = LayerWriter(network.finder.layers, to_factored_prelu(extract_arrays(network.finder)), graph).write(x)
    outputs = {OUTPUT: [architecture.embedding]} | _answers(graph, answers, architecture.input_size[0])
    return graph.complete(outputs, architecture.input_size, name)


def export_detector(network: FaceNetwork, name: str = "Finder") -> bytes:
    """Write a network that finds alone: `presence` and `landmarks` as `export_two_heads` says.

    Args:
        network: With `two_heads.ANSWERS` for an embedding; not changed.
        name: Of the graph.
    """
    graph = OnnxGraphWriter()
    writer = LayerWriter(network.layers, fold_pixel_scale(to_factored_prelu(extract_arrays(network))), graph)
    size = network.architecture.input_size
    return graph.complete(_answers(graph, writer.write(write_pixel_input(graph)), size[0]), size, name)


def _answers(graph: OnnxGraphWriter, answers: str, side: int) -> dict[str, list[int]]:
    flat = graph.node("Flatten", [answers], "answers", axis=1)
    ends = [graph.constant(f"answers.{end}", np.array([end], np.int64)) for end in (0, 1, DETECTION_OUTPUTS)]
    sure = graph.node("Slice", [flat, ends[0], ends[1], ends[1]], "presence.answer")
    graph.node("Sigmoid", [sure], PRESENCE)
    places = graph.node("Slice", [flat, ends[1], ends[2], ends[1]], "landmarks.answer")
    half = graph.constant("half_side", np.float32(side / 2))
    pixels = graph.node("Add", [graph.node("Mul", [places, half], "landmarks.scaled"), half], "landmarks.flat")
    shape = graph.constant("landmarks.shape", np.array([-1, POINTS, 2], np.int64))
    graph.node("Reshape", [pixels, shape], LANDMARKS)
    return {PRESENCE: [1], LANDMARKS: [POINTS, 2]}


@torch.no_grad()
def check_detection_parity(network: TwoHeadNetwork | FaceNetwork, content: bytes) -> float:
    """Compare a file's answers to smooth random pictures with its network's.

    Args:
        network: Left in the mode of evaluation.
        content: The file.

    Returns:
        The most that a landmark differs, in pixels.

    Raises:
        ModelIncompatible: They differ by more than rounding does.
    """
    face = network.face if isinstance(network, TwoHeadNetwork) else network
    pictures = smooth_pictures(face.architecture.input_size)
    pixels = pictures.permute(0, 2, 3, 1).contiguous().to(torch.uint8).numpy()
    found = open_session(content, "exported", Engine(CPU, 1)).run_all(pixels)
    given = network.eval()((pictures - MEAN) / SCALE)
    answers: Tensor = given if isinstance(given, Tensor) else given[1]
    cosine = 1.0
    if not isinstance(given, Tensor):
        cosine = float((l2_normalize(given[0].numpy()) * found.pop(0)).sum(axis=1).min())
    surer = float(np.abs(presence_logits(answers).sigmoid().numpy() - found[0][:, 0]).max())
    away = float(np.abs(landmark_points(answers, pictures.shape[-1]).numpy() - found[1]).max())
    if not (cosine >= LEAST_COSINE and surer <= _MOST_PRESENCE and away <= _MOST_PIXELS):
        raise ModelIncompatible(
            QT_TRANSLATE_NOOP(
                "errors",
                "The exported file does not answer as the network: cosine {cosine:.4f}, landmarks {away:.2f} pixels.",
            ),
            QT_TRANSLATE_NOOP("errors", "Please report this with the run's recipe."),
            cosine=cosine,
            away=away,
        )
    return away
