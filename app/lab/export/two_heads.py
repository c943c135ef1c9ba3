"""Export of networks that detect: pixels in; presence, landmarks and, with two heads, embeddings out."""

import numpy as np

from app.lab.export.onnx_graph import OUTPUT, OnnxGraphWriter
from app.lab.export.single_precision import LayerWriter, fold_pixel_scale, write_pixel_input
from app.lab.export.weights import extract_arrays, to_factored_prelu
from app.lab.networks.mobilefacenet import FaceNetwork
from app.lab.networks.two_heads import DETECTION_OUTPUTS, POINTS, TwoHeadNetwork

PRESENCE = "presence"
LANDMARKS = "landmarks"


def export_two_heads(network: TwoHeadNetwork, name: str = "MobileFaceNet with a finder") -> bytes:
    """Return a network with both heads as an ONNX file.

    Outputs are `embeddings` (n, embedding) of unit length, `presence` (n, 1), 0 to 1, and `landmarks` (n, 5, 2) in
    pixels of the picture.

    Args:
        network: Trained network; not changed.
        name: Name of the graph.
    """
    architecture = network.face.architecture
    # PReLUs owe their factors to the next layer: in both heads' order, since the shared part ends with a linear one.
    arrays = fold_pixel_scale(to_factored_prelu(extract_arrays(network.face)))
    graph = OnnxGraphWriter()
    writer = LayerWriter(network.face.layers, arrays, graph)
    shared, embedding_head = network.parts()
    x = write_pixel_input(graph)
    for module in shared:
        x = writer.module(module, x)
    y = x
    for module in embedding_head:
        y = writer.module(module, y)
    graph.to_unit_length(graph.node("Flatten", [y], "directions", axis=1))
    outputs_name = LayerWriter(network.finder.layers, to_factored_prelu(extract_arrays(network.finder)), graph).write(x)
    outputs = {OUTPUT: [architecture.embedding]} | _add_detection_outputs(
        graph, outputs_name, architecture.input_size[0]
    )
    return graph.complete(outputs, architecture.input_size, name)


def export_detector(network: FaceNetwork, name: str = "Finder") -> bytes:
    """Return a detector as an ONNX file, with the outputs `presence` and `landmarks` of `export_two_heads`.

    Args:
        network: Network with `two_heads.DETECTION_OUTPUTS` as embedding; not changed.
        name: Name of the graph.
    """
    graph = OnnxGraphWriter()
    writer = LayerWriter(network.layers, fold_pixel_scale(to_factored_prelu(extract_arrays(network))), graph)
    size = network.architecture.input_size
    return graph.complete(_add_detection_outputs(graph, writer.write(write_pixel_input(graph)), size[0]), size, name)


def _add_detection_outputs(graph: OnnxGraphWriter, outputs_name: str, side: int) -> dict[str, list[int]]:
    flat = graph.node("Flatten", [outputs_name], "answers", axis=1)
    ends = [graph.constant(f"answers.{end}", np.array([end], np.int64)) for end in (0, 1, DETECTION_OUTPUTS)]
    presence = graph.node("Slice", [flat, ends[0], ends[1], ends[1]], "presence.answer")
    graph.node("Sigmoid", [presence], PRESENCE)
    landmarks = graph.node("Slice", [flat, ends[1], ends[2], ends[1]], "landmarks.answer")
    half = graph.constant("half_side", np.float32(side / 2))
    pixels = graph.node("Add", [graph.node("Mul", [landmarks, half], "landmarks.scaled"), half], "landmarks.flat")
    shape = graph.constant("landmarks.shape", np.array([-1, POINTS, 2], np.int64))
    graph.node("Reshape", [pixels, shape], LANDMARKS)
    return {PRESENCE: [1], LANDMARKS: [POINTS, 2]}
