"""Making a trained network round as its exported file will, while it is trained on."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from app.lab.networks.fake_quantisation import SMALLEST_SCALE, ActivationQuantiser, LayerQuantisers
from app.lab.networks.mobilefacenet import Bottleneck, Convolution, FaceNetwork, convolutions

_MOST_EQUALISED = 8.0
"""By how much a channel is scaled at most."""


def install_fake_quantisation(network: FaceNetwork) -> None:
    """Have a network round from now on, with ranges that are still to be found or loaded."""
    layers = convolutions(network)
    for (_, layer), (_, following) in pairwise(layers.items()):
        layer.rounding = LayerQuantisers(layer.activation, ends_run=following.convolution.groups == 1)
    for block in (module for module in network.modules() if isinstance(module, Bottleneck) and module.residual):
        block.rounding = ActivationQuantiser()
    # The embedding itself is not rounded: it is the answer.
    layers["embedding"].rounds_weight = True


@torch.no_grad()
def calibrate_ranges(network: FaceNetwork, faces: Tensor) -> None:
    """Have every rounding of maps watch these faces go through."""
    roundings = [module for module in network.modules() if isinstance(module, ActivationQuantiser)]
    for rounding in roundings:
        rounding.low.zero_()
        rounding.high.zero_()
        rounding.watching = True
    network(faces)
    for rounding in roundings:
        rounding.watching = False


@torch.no_grad()
def equalise_channels(network: FaceNetwork, faces: Tensor) -> None:
    """Scale channels so that those rounded together are alike in size, without changing what the network answers.

    Activations pass positive factors on, so that a layer's channel may be made larger and what takes it smaller: see
    Nagel et al. 2019 (arXiv 1906.04721). A depthwise layer takes any factor; one that mixes channels gets its root.
    """
    layers = list(convolutions(network).values())
    sizes = _largest(network, layers, faces)
    for (layer, following), size in zip(pairwise(layers), sizes, strict=False):
        if layer.activation is None or layer.convolution.bias is None:
            continue
        depthwise = following.convolution.groups > 1
        factor = (size.median() / size.clamp_min(SMALLEST_SCALE)).clamp(1 / _MOST_EQUALISED, _MOST_EQUALISED)
        factor = factor if depthwise else factor.sqrt()
        layer.convolution.weight.mul_(factor.view(-1, 1, 1, 1))
        layer.convolution.bias.mul_(factor)
        following.convolution.weight.div_(factor.view((-1, 1, 1, 1) if depthwise else (1, -1, 1, 1)))


def _largest(network: FaceNetwork, layers: list[Convolution], faces: Tensor) -> list[Tensor]:
    """What each channel of each layer reaches."""
    found: list[Tensor] = []

    def look(_module: nn.Module, _given: tuple[Tensor, ...], answer: Tensor) -> None:
        found.append(answer.abs().amax(dim=(0, 2, 3)))

    hooks = [layer.register_forward_hook(look) for layer in layers]
    network(faces)
    for hook in hooks:
        hook.remove()
    return found
