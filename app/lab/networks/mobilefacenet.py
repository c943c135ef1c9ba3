"""MobileFaceNet and its relatives as PyTorch modules."""

from collections import OrderedDict
from itertools import pairwise
from typing import Protocol, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.lab.networks.activations import make_activation
from app.lab.networks.architecture import Activation, Architecture, Head
from app.lab.networks.fake_quantisation import ActivationQuantiser, LayerQuantisers, fake_quantise_weight

_BATCH_NORM_MOMENTUM = 0.1
_UNITS = {
    "stem_depthwise": "stem",
    "stem_project": "stem",
    "global_depthwise": "last",
    "global_convolution": "last",
    "global_mean": "last",
    "head": "embedding",
}
"""Distillation unit of each layer that has none of its own."""


class Convolution(nn.Module):
    """A convolution with batch normalisation or a bias, and an activation.

    Pads as the shipped weights were trained: with stride 2, one row at the bottom and one column at the right.

    Args:
        into: Input channels.
        out: Output channels.
        architecture: Settings that all layers share.
        kernel: Height and width of the kernel.
        stride: Stride of both axes.
        depthwise: Whether each channel is filtered by itself.
        padded: Whether the map keeps its size, divided by the stride.
        activation: None for a linear layer.
        pinned: Whether the first of tied slopes is zero.
    """

    def __init__(
        self,
        into: int,
        out: int,
        architecture: Architecture,
        *,
        kernel: tuple[int, int] = (1, 1),
        stride: int = 1,
        depthwise: bool = False,
        padded: bool = True,
        activation: Activation | None = None,
        pinned: bool = False,
    ) -> None:
        super().__init__()
        groups = into if depthwise else 1
        self.convolution = nn.Conv2d(into, out, kernel, stride, groups=groups, bias=not architecture.batch_norm)
        self.normalization = nn.BatchNorm2d(out, momentum=_BATCH_NORM_MOMENTUM) if architecture.batch_norm else None
        self.activation = make_activation(activation, out, architecture.groups, pinned=pinned) if activation else None
        self.rounding: LayerQuantisers | None = None
        self.rounds_weight = False
        self.pads = _pads(kernel, stride) if padded else (0, 0, 0, 0)
        nn.init.kaiming_normal_(self.convolution.weight, mode="fan_out", nonlinearity="relu")
        if self.convolution.bias is not None:
            nn.init.zeros_(self.convolution.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, into, h, w) to (n, out, h / stride, w / stride)."""
        y = self._convolve(functional.pad(x, self.pads) if any(self.pads) else x)
        if self.normalization is not None:
            y = self.normalization(y)
        if self.rounding is not None:
            y = self.rounding.quantise_before(y)
        if self.activation is not None:
            y = self.activation(y)
        return y if self.rounding is None else self.rounding.quantise_after(y)

    def _convolve(self, x: Tensor) -> Tensor:
        convolution = self.convolution
        if self.rounding is None and not self.rounds_weight:
            y: Tensor = convolution(x)
            return y
        weight = fake_quantise_weight(convolution.weight)
        return functional.conv2d(x, weight, convolution.bias, convolution.stride, groups=convolution.groups)


def _pads(kernel: tuple[int, int], stride: int) -> tuple[int, int, int, int]:
    """Return the padding left, right, top, bottom."""
    (top, bottom), (left, right) = ((max(k - stride, 0) // 2, (max(k - stride, 0) + 1) // 2) for k in kernel)
    return left, right, top, bottom


class Bottleneck(nn.Module):
    """Expand (1×1), filter (depthwise), project (1×1, linear), and add the input where shapes allow."""

    def __init__(
        self, into: int, out: int, inside: int, stride: int, architecture: Architecture, *, pinned: bool
    ) -> None:
        super().__init__()
        kernel = (architecture.kernel, architecture.kernel)
        activation = architecture.activation
        self.expand = Convolution(into, inside, architecture, activation=activation, pinned=pinned)
        self.depthwise = Convolution(
            inside,
            inside,
            architecture,
            kernel=kernel,
            stride=stride,
            depthwise=True,
            activation=activation,
            pinned=pinned,
        )
        self.project = Convolution(inside, out, architecture)
        self.residual = stride == 1 and into == out
        self.rounding: ActivationQuantiser | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, into, h, w) to (n, out, h / stride, w / stride)."""
        y: Tensor = self.project(self.depthwise(self.expand(x)))
        if not self.residual:
            return y
        return x + y if self.rounding is None else cast("Tensor", self.rounding(x + y))


class FaceNetwork(nn.Module):
    """Maps aligned faces to embeddings.

    Layers have the names of the shipped file: `stem`, `stage1.0.expand`, …, `last`, `global_depthwise`, `head`,
    `embedding`.

    Args:
        architecture: Architecture to build. Weights are drawn from torch's generator.
    """

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.architecture = architecture
        self.layers = nn.Sequential(OrderedDict(_trunk(architecture) + _head(architecture)))

    def forward(self, faces: Tensor) -> Tensor:
        """Embed faces.

        Args:
            faces: (n, 3, height, width) float32, RGB, `(value - 127.5) / 128`.

        Returns:
            (n, embedding), not normalised.
        """
        embeddings: Tensor = self.layers(faces)
        return embeddings.flatten(1)


def _trunk(a: Architecture) -> list[tuple[str, nn.Module]]:
    layers = _stem(a)
    ends = [a.channels(a.stem), *(a.channels(stage.channels) for stage in a.stages)]
    for place, (stage, strides, (into, out)) in enumerate(zip(a.stages, a.strides(), pairwise(ends), strict=True)):
        pinned = place < a.pinned_stages
        ins = [into] + [out] * (stage.repeats - 1)
        blocks = [
            Bottleneck(i, out, round(i * stage.expansion * a.expansion), stride, a, pinned=pinned)
            for i, stride in zip(ins, strides, strict=True)
        ]
        layers.append((f"stage{place + 1}", nn.Sequential(*blocks)))
    layers.append(("last", Convolution(ends[-1], a.last, a, activation=a.activation)))
    return layers


def _stem(a: Architecture) -> list[tuple[str, nn.Module]]:
    width, pinned = a.channels(a.stem), a.pinned_stages > 0
    first = Convolution(3, width, a, kernel=(3, 3), stride=a.stem_stride, activation=a.activation, pinned=pinned)
    layers: list[tuple[str, nn.Module]] = [("stem", first)]
    if a.stem_depthwise:
        layer = Convolution(width, width, a, kernel=(3, 3), depthwise=True, activation=a.activation, pinned=pinned)
        layers.append(("stem_depthwise", layer))
    if a.stem_project:
        layers.append(("stem_project", Convolution(width, width, a)))
    return layers


def _head(a: Architecture) -> list[tuple[str, nn.Module]]:
    layers: list[tuple[str, nn.Module]] = []
    if a.head is Head.GAP:
        layers.append(("global_mean", nn.AdaptiveAvgPool2d(1)))
    elif a.head is Head.CONV:
        layers.append(("global_convolution", Convolution(a.last, a.last, a, kernel=a.last_map, padded=False)))
    else:
        layer = Convolution(a.last, a.last, a, kernel=a.last_map, depthwise=True, padded=False)
        layers.append(("global_depthwise", layer))
    if a.head_project:
        layers.append(("head", Convolution(a.last, a.last, a)))
    layers.append(("embedding", Convolution(a.last, a.embedding, a)))
    return layers


def distillation_units(network: FaceNetwork) -> dict[str, nn.Module]:
    """Return the parts between which two networks of the family are compared map by map, in order.

    They are the stem, each bottleneck, the last convolution with the head, and the embedding layer.
    """
    layers: dict[str, list[nn.Module]] = {}
    for name, module in network.layers.named_children():
        if isinstance(module, nn.Sequential):
            layers |= {f"{name}.{place}": [block] for place, block in module.named_children()}
        else:
            layers.setdefault(_UNITS.get(name, name), []).append(module)
    return {name: parts[0] if len(parts) == 1 else nn.Sequential(*parts) for name, parts in layers.items()}


class LayeredNetwork(Protocol):
    """A network with a sequence of named layers."""

    layers: nn.Sequential


def convolutions(network: LayeredNetwork) -> dict[str, Convolution]:
    """Return every convolution by the name it has in the shipped file, in order."""
    layers = network.layers.named_modules()
    return {name: module for name, module in layers if isinstance(module, Convolution)}


def count_parameters(network: nn.Module) -> int:
    """Return the number of trained parameters."""
    return sum(parameter.numel() for parameter in network.parameters())


def count_multiply_adds(network: FaceNetwork) -> int:
    """Return the multiply-adds of one face, of convolutions only, as the papers count."""
    return count_multiply_adds_at(network, network.architecture.input_size)


@torch.no_grad()
def count_multiply_adds_at(network: nn.Module, size: tuple[int, int]) -> int:
    """Return the multiply-adds of one picture in all convolutions.

    Args:
        network: Any network of pictures, (n, 3, height, width).
        size: Height and width of the picture.
    """
    total = 0

    def add(module: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal total
        assert isinstance(module, nn.Conv2d)
        total += output.numel() * module.weight[0].numel()

    hooks = [part.register_forward_hook(add) for part in network.modules() if isinstance(part, nn.Conv2d)]
    training = network.training
    try:
        network.eval()(torch.zeros(1, 3, *size))
    finally:
        network.train(training)
        for hook in hooks:
            hook.remove()
    return total
