"""Export of a trained network as an ONNX file in single precision, in the form that ONNX Runtime runs fast."""

import numpy as np
from onnx import TensorProto
from torch import nn

from app.lab.data.faces import MEAN, SCALE
from app.lab.export.onnx_graph import INPUT, OnnxGraphWriter
from app.lab.export.weights import Arrays, extract_arrays, to_factored_prelu, to_prelu_slopes
from app.lab.networks.activations import FactoredPReLU, TiedPReLU
from app.lab.networks.mobilefacenet import Bottleneck, Convolution, FaceNetwork

_SIX = 6.0


def export_network(network: FaceNetwork, name: str = "MobileFaceNet", *, rewritten: bool = True) -> bytes:
    """Return a network as an ONNX file.

    Batch normalisation is folded into the convolutions. A PReLU becomes `relu(x) + b·x`, and the next convolution
    absorbs the factor (`docs/decisions/0007`).

    The file takes pixels and returns embeddings of unit length.

    Args:
        network: Trained network; not changed.
        name: Name of the graph.
        rewritten: False keeps the PReLUs, for comparison.
    """
    arrays = to_factored_prelu(extract_arrays(network)) if rewritten else to_prelu_slopes(extract_arrays(network))
    graph = OnnxGraphWriter()
    writer = LayerWriter(network.layers, fold_pixel_scale(arrays), graph)
    return graph.finish(writer.write(write_pixel_input(graph)), network.architecture, name)


def fold_pixel_scale(arrays: Arrays) -> Arrays:
    """Return the same weights with the pixel scale folded into the first layer, exactly: it is a power of two."""
    return arrays | {"stem.weight": arrays["stem.weight"] / np.float32(SCALE)}


def write_pixel_input(graph: OnnxGraphWriter) -> str:
    """Add the input: pixels minus the mean, because zero padding must equal the mean; see `fold_pixel_scale`."""
    single = graph.node("Cast", [INPUT], "pixels", to=TensorProto.FLOAT)
    planes = graph.node("Transpose", [single], "planes", perm=[0, 3, 1, 2])
    mean = graph.node("Constant", [], "mean", value_float=MEAN)
    return graph.node("Sub", [planes, mean], "centred")


class LayerWriter:
    """Writes consecutive layers.

    Args:
        layers: Layers by name.
        arrays: Weights by the same names.
        graph: Graph to extend.
    """

    def __init__(self, layers: nn.Sequential, arrays: Arrays, graph: OnnxGraphWriter) -> None:
        self._layers = layers
        self._names = {module: path for path, module in layers.named_modules()}
        self._arrays = arrays
        self._graph = graph

    def write(self, x: str) -> str:
        """Write all layers behind `x`, and return the name of the output."""
        for module in self._layers:
            x = self.module(module, x)
        return x

    def module(self, module: nn.Module, x: str) -> str:
        """Write one layer.

        Args:
            module: A layer, or a sequence of layers, from the `layers` of this writer. A module other than
                `Convolution`, `Bottleneck` and `nn.Sequential` is written as global average pooling.
            x: Name of the layer's input, a float32 map of shape (n, channels, height, width).

        Returns:
            Name of the layer's output.
        """
        if isinstance(module, Convolution):
            return self._layer(module, x)
        if isinstance(module, Bottleneck):
            y = self._layer(module.project, self._layer(module.depthwise, self._layer(module.expand, x)))
            return self._graph.node("Add", [x, y], f"{self._names[module]}.add") if module.residual else y
        if isinstance(module, nn.Sequential):
            for block in module:
                x = self.module(block, x)
            return x
        return self._graph.node("GlobalAveragePool", [x], self._names[module])

    def _layer(self, layer: Convolution, x: str) -> str:
        name = self._names[layer]
        weight = self._graph.constant(f"{name}.weight", self._arrays[f"{name}.weight"])
        bias = self._graph.constant(f"{name}.bias", self._arrays[f"{name}.bias"])
        y = self._graph.convolve(x, weight, bias, name, layer, layer.convolution.groups)
        match layer.activation:
            case None:
                return y
            case nn.ReLU():
                return self._graph.node("Relu", [y], f"{name}.relu")
            case nn.LeakyReLU() as leaky:
                return self._graph.node("LeakyRelu", [y], f"{name}.leaky", alpha=float(leaky.negative_slope))
            case nn.ReLU6():
                return self._relu6(y, name)
            case nn.PReLU() | FactoredPReLU() | TiedPReLU():
                return self._prelu(y, name)
            case other:
                raise TypeError(type(other).__name__)

    def _relu6(self, x: str, name: str) -> str:
        ends = [self._graph.constant(f"relu6.{end:.0f}", np.float32(end)) for end in (0.0, _SIX)]
        return self._graph.node("Clip", [x, *ends], f"{name}.relu6")

    def _prelu(self, x: str, name: str) -> str:
        if f"{name}.slope" in self._arrays:
            slope = self._graph.constant(f"{name}.slope", self._arrays[f"{name}.slope"][:, None, None])
            return self._graph.node("PRelu", [x, slope], f"{name}.prelu")
        factor = self._graph.constant(f"{name}.factor", self._arrays[f"{name}.factor"][:, None, None])
        positive = self._graph.node("Relu", [x], f"{name}.relu")
        both = self._graph.node("Mul", [x, factor], f"{name}.all")
        return self._graph.node("Add", [both, positive], f"{name}.prelu")
