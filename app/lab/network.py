"""MobileFaceNet and its relatives, as modules that train."""

from collections import OrderedDict
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.lab.activations import make_activation
from app.lab.architecture import Activation, Architecture, Head

_BATCH_NORM_MOMENTUM = 0.1


class Convolution(nn.Module):
    """A convolution, batch normalisation or a bias, and an activation.

    Pads as the shipped weights were trained: with stride 2, one row below and one column to the right.

    Args:
        into: Channels that go in.
        out: Channels that come out.
        kernel: Height and width.
        stride: Of both axes.
        depthwise: Whether each channel is filtered by itself.
        padded: Whether the map keeps its size (divided by the stride).
        activation: None for a linear layer.
        architecture: For what all layers share.
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
    ) -> None:
        super().__init__()
        groups = into if depthwise else 1
        self.convolution = nn.Conv2d(into, out, kernel, stride, groups=groups, bias=not architecture.batch_norm)
        self.normalization = nn.BatchNorm2d(out, momentum=_BATCH_NORM_MOMENTUM) if architecture.batch_norm else None
        self.activation = make_activation(activation, out, architecture.groups) if activation else None
        self.pads = _pads(kernel, stride) if padded else (0, 0, 0, 0)
        nn.init.kaiming_normal_(self.convolution.weight, mode="fan_out", nonlinearity="relu")
        if self.convolution.bias is not None:
            nn.init.zeros_(self.convolution.bias)

    def forward(self, x: Tensor) -> Tensor:
        """(n, into, h, w) to (n, out, h / stride, w / stride)."""
        y: Tensor = self.convolution(functional.pad(x, self.pads) if any(self.pads) else x)
        if self.normalization is not None:
            y = self.normalization(y)
        if self.activation is not None:
            y = self.activation(y)
        return y


def _pads(kernel: tuple[int, int], stride: int) -> tuple[int, int, int, int]:
    """Left, right, above, below."""
    (top, bottom), (left, right) = ((max(k - stride, 0) // 2, (max(k - stride, 0) + 1) // 2) for k in kernel)
    return left, right, top, bottom


class Bottleneck(nn.Module):
    """Expand (1×1), filter (depthwise), project (1×1, linear), and add the input where shapes allow."""

    def __init__(self, into: int, out: int, inside: int, stride: int, architecture: Architecture) -> None:
        super().__init__()
        kernel = (architecture.kernel, architecture.kernel)
        activation = architecture.activation
        self.expand = Convolution(into, inside, architecture, activation=activation)
        self.depthwise = Convolution(
            inside, inside, architecture, kernel=kernel, stride=stride, depthwise=True, activation=activation
        )
        self.project = Convolution(inside, out, architecture)
        self.residual = stride == 1 and into == out

    def forward(self, x: Tensor) -> Tensor:
        """(n, into, h, w) to (n, out, h / stride, w / stride)."""
        y: Tensor = self.project(self.depthwise(self.expand(x)))
        return x + y if self.residual else y


class FaceNetwork(nn.Module):
    """Aligned faces to embeddings.

    The layers have the names of the shipped file: `stem`, `stage1.0.expand`, …, `last`, `global_depthwise`, `head`,
    `embedding`.

    Args:
        architecture: What to build. Weights are drawn from torch's generator.
    """

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.architecture = architecture
        self.layers = nn.Sequential(OrderedDict(_trunk(architecture) + _head(architecture)))

    def forward(self, faces: Tensor) -> Tensor:
        """Embed.

        Args:
            faces: (n, 3, height, width) float32, RGB, `(value - 127.5) / 128`.

        Returns:
            (n, embedding), not normalised.
        """
        embeddings: Tensor = self.layers(faces)
        return embeddings.flatten(1)


def _trunk(a: Architecture) -> list[tuple[str, nn.Module]]:
    stem = a.channels(a.stem)
    made: list[tuple[str, nn.Module]] = [
        ("stem", Convolution(3, stem, a, kernel=(3, 3), stride=a.stem_stride, activation=a.activation))
    ]
    if a.stem_depthwise:
        made.append(
            ("stem_depthwise", Convolution(stem, stem, a, kernel=(3, 3), depthwise=True, activation=a.activation))
        )
    if a.stem_project:
        made.append(("stem_project", Convolution(stem, stem, a)))
    ends = [stem, *(a.channels(stage.channels) for stage in a.stages)]
    for number, (stage, strides, (into, out)) in enumerate(
        zip(a.stages, a.strides(), pairwise(ends), strict=True), start=1
    ):
        ins = [into] + [out] * (stage.repeats - 1)
        blocks = [
            Bottleneck(i, out, round(i * stage.expansion * a.expansion), s, a)
            for i, s in zip(ins, strides, strict=True)
        ]
        made.append((f"stage{number}", nn.Sequential(*blocks)))
    made.append(("last", Convolution(ends[-1], a.last, a, activation=a.activation)))
    return made


def _head(a: Architecture) -> list[tuple[str, nn.Module]]:
    made: list[tuple[str, nn.Module]] = []
    if a.head is Head.GAP:
        made.append(("global_mean", nn.AdaptiveAvgPool2d(1)))
    elif a.head is Head.CONV:
        made.append(("global_convolution", Convolution(a.last, a.last, a, kernel=a.last_map, padded=False)))
    else:
        layer = Convolution(a.last, a.last, a, kernel=a.last_map, depthwise=True, padded=False)
        made.append(("global_depthwise", layer))
    if a.head_project:
        made.append(("head", Convolution(a.last, a.last, a)))
    made.append(("embedding", Convolution(a.last, a.embedding, a)))
    return made


def convolutions(network: FaceNetwork) -> dict[str, Convolution]:
    """Every layer by the name it has in the shipped file, in order."""
    layers = network.layers.named_modules()
    return {name: module for name, module in layers if isinstance(module, Convolution)}


def count_parameters(network: nn.Module) -> int:
    """How many numbers are trained."""
    return sum(parameter.numel() for parameter in network.parameters())


@torch.no_grad()
def count_multiply_adds(network: FaceNetwork) -> int:
    """Of one face. Convolutions only, as the papers count."""
    total = 0

    def add(module: nn.Module, _given: tuple[Tensor, ...], answer: Tensor) -> None:
        nonlocal total
        assert isinstance(module, nn.Conv2d)
        total += answer.numel() * module.weight[0].numel()

    hooks = [layer.convolution.register_forward_hook(add) for layer in convolutions(network).values()]
    training = network.training
    try:
        network.eval()(torch.zeros(1, 3, *network.architecture.input_size))
    finally:
        network.train(training)
        for hook in hooks:
            hook.remove()
    return total
