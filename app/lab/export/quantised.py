"""Export of a quantisation-aware trained network as a QDQ file, which ONNX Runtime runs on integer kernels.

QDQ: every quantisation is written as QuantizeLinear and DequantizeLinear around operations in single precision.
    Runtimes
fuse these into integer operations; ONNX Runtime into QLinearConv, QLinearLeakyRelu, QLinearAdd and QLinearConcat. The
channels of a layer that share a slope become a convolution of their own, because an integer LeakyReLU is a table of 256
values with one slope. ReLU is fused into the convolution.

The 256 values of a picture are the 256 steps of the first map, so that a face is used without conversion.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from app.lab.data.faces import MEAN, SCALE
from app.lab.export.onnx_graph import INPUT, OnnxGraphWriter
from app.lab.networks.activations import TiedPReLU
from app.lab.networks.fake_quantisation import ActivationQuantiser, LayerQuantisers, quantise_weight
from app.lab.networks.mobilefacenet import Bottleneck, Convolution, FaceNetwork

_PIXELS = "pixels"
_ZERO_PIXEL = 128
"""Pixel value that stands for zero; its difference from the mean goes into the first bias."""


@dataclass(frozen=True, slots=True)
class _ChannelGroup:
    """Some channels of a map.

    Attributes:
        name: Name of the quantised map in the graph.
        channels: Indices of the channels.
        scale: Size of its steps.
    """

    name: str
    channels: NDArray[np.int64]
    scale: float


def export_quantised(network: FaceNetwork, name: str = "MobileFaceNet") -> bytes:
    """Return a network with quantisers as an ONNX file (see `quantisation.install_fake_quantisation`).

    Args:
        network: Trained network without batch normalisation; not changed.
        name: Name of the graph.
    """
    return _QdqWriter(network).write(name)


class _QdqWriter:
    def __init__(self, network: FaceNetwork) -> None:
        self._network = network
        self._names = {module: path for path, module in network.layers.named_modules()}
        self._graph = OnnxGraphWriter()

    def write(self, name: str) -> bytes:
        parts = [self._from_pixels()]
        for module in self._network.layers:
            parts = self._module(module, parts)
        return self._graph.finish(parts[0].name, self._network.architecture, name)

    def _from_pixels(self) -> _ChannelGroup:
        planes = self._graph.node("Transpose", [INPUT], "planes", perm=[0, 3, 1, 2])
        step = self._graph.constant("pixels.scale", np.float32(1 / SCALE))
        zero = self._graph.constant("pixels.zero", np.uint8(_ZERO_PIXEL))
        return _ChannelGroup(
            self._graph.node("DequantizeLinear", [planes, step, zero], _PIXELS), np.arange(3), 1 / SCALE
        )

    def _module(self, module: nn.Module, parts: list[_ChannelGroup]) -> list[_ChannelGroup]:
        if isinstance(module, Convolution):
            return self._layer(module, parts)
        if isinstance(module, Bottleneck):
            return self._bottleneck(module, parts)
        if isinstance(module, nn.Sequential):
            for block in module:
                parts = self._module(block, parts)
            return parts
        raise TypeError(f"{type(module).__name__} is not written with rounding")

    def _bottleneck(self, block: Bottleneck, parts: list[_ChannelGroup]) -> list[_ChannelGroup]:
        outputs = parts
        for layer in (block.expand, block.depthwise, block.project):
            outputs = self._layer(layer, outputs)
        if not block.residual:
            return outputs
        assert block.rounding is not None
        name = self._names[block]
        total = self._graph.node("Add", [parts[0].name, outputs[0].name], f"{name}.add")
        return [self._rounded(total, f"{name}.add", *block.rounding.steps(), outputs[0].channels)]

    def _layer(self, layer: Convolution, parts: list[_ChannelGroup]) -> list[_ChannelGroup]:
        name, rounding = self._names[layer], layer.rounding
        depthwise = layer.convolution.groups > 1
        (source_group,) = parts if not depthwise else (parts[0],)
        groups = _groups(layer)
        if rounding is None:
            return [self._convolved(layer, f"{name}", source_group, groups[0])]
        if depthwise and len(groups) == 1:
            groups = [part.channels for part in parts]
        outputs = []
        for number, channels in enumerate(groups):
            if not len(channels):
                continue
            part_name = f"{name}.{number}" if len(groups) > 1 else name
            source = (
                next(part for part in parts if np.isin(channels, part.channels).all()) if depthwise else source_group
            )
            result = self._convolved(layer, part_name, source, channels)
            outputs.append(
                self._activated(layer, rounding, number if len(rounding.after) > 1 else 0, result, part_name)
            )
        return [self._concatenate(outputs, rounding, name)] if depthwise else outputs

    def _convolved(
        self, layer: Convolution, name: str, source_group: _ChannelGroup, channels: NDArray[np.int64]
    ) -> _ChannelGroup:
        depthwise = layer.convolution.groups > 1
        steps = quantise_weight(layer.convolution.weight)
        values, scales = steps.values.numpy()[channels], steps.scales.numpy()[channels]
        if not depthwise:
            values = values[:, source_group.channels]
        bias = layer.convolution.bias
        assert bias is not None
        shift = bias.detach().numpy()[channels].astype(np.float64)
        if source_group.name == _PIXELS:
            shift += (_ZERO_PIXEL - MEAN) / SCALE * (values.astype(np.float64).sum(axis=(1, 2, 3)) * scales)
        weight = self._store_weights(f"{name}.weight", values, scales)
        stored_bias = self._store_weights(
            f"{name}.bias", *_whole_steps(shift, scales.astype(np.float64) * source_group.scale)
        )
        groups = len(channels) if depthwise else 1
        return _ChannelGroup(
            self._graph.convolve(source_group.name, weight, stored_bias, name, layer, groups), channels, 0.0
        )

    def _activated(
        self, layer: Convolution, rounding: LayerQuantisers, number: int, result: _ChannelGroup, name: str
    ) -> _ChannelGroup:
        x, before, after = result.name, rounding.before[number], rounding.after[number]
        if layer.activation is not None:
            if isinstance(before, ActivationQuantiser):
                x = self._rounded(x, f"{name}.before", *before.steps(), result.channels).name
                x = self._graph.node("LeakyRelu", [x], f"{name}.leaky", alpha=_slope(layer.activation, number))
            else:
                x = self._graph.node("Relu", [x], f"{name}.relu")
        assert isinstance(after, ActivationQuantiser)
        return self._rounded(x, f"{name}.after", *after.steps(), result.channels)

    def _concatenate(self, parts: list[_ChannelGroup], rounding: LayerQuantisers, name: str) -> _ChannelGroup:
        if len(parts) == 1:
            return parts[0]
        common = rounding.together if isinstance(rounding.together, ActivationQuantiser) else rounding.after[0]
        assert isinstance(common, ActivationQuantiser)
        channels = np.concatenate([part.channels for part in parts])
        joined = self._graph.node("Concat", [part.name for part in parts], f"{name}.all", axis=1)
        return self._rounded(joined, f"{name}.all", *common.steps(), channels)

    def _rounded(self, x: str, name: str, scale: float, zero: int, channels: NDArray[np.int64]) -> _ChannelGroup:
        step = self._graph.constant(f"{name}.scale", np.float32(scale))
        place = self._graph.constant(f"{name}.zero", np.uint8(zero))
        whole = self._graph.node("QuantizeLinear", [x, step, place], f"{name}.whole")
        return _ChannelGroup(
            self._graph.node("DequantizeLinear", [whole, step, place], f"{name}.single"), channels, scale
        )

    def _store_weights(self, name: str, values: NDArray[np.signedinteger], scales: NDArray[np.floating]) -> str:
        zeros = np.zeros(len(values), values.dtype)
        inputs = [
            self._graph.constant(f"{name}.whole", values),
            self._graph.constant(f"{name}.scale", scales.astype(np.float32)),
            self._graph.constant(f"{name}.zero", zeros),
        ]
        return self._graph.node("DequantizeLinear", inputs, name, axis=0)


def _groups(layer: Convolution) -> list[NDArray[np.int64]]:
    """Return the channels of each group."""
    if isinstance(layer.activation, TiedPReLU):
        group = layer.activation.group.numpy()
        return [np.flatnonzero(group == number) for number in range(len(layer.activation.all_slopes()))]
    return [np.arange(layer.convolution.out_channels)]


def _slope(activation: nn.Module, number: int) -> float:
    if isinstance(activation, TiedPReLU):
        return float(activation.all_slopes()[number].detach())
    if isinstance(activation, nn.LeakyReLU):
        return float(activation.negative_slope)
    raise TypeError(f"{type(activation).__name__} has no integer kernel")


def _whole_steps(
    values: NDArray[np.float64], scales: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    most = torch.iinfo(torch.int32).max
    return np.clip(np.rint(values / scales), -most, most).astype(np.int32), scales
