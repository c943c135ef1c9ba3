"""Quantisation-aware training: quantisers are installed in a network, and their ranges calibrated."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from app.lab.networks.fake_quantisation import SMALLEST_SCALE, ActivationQuantiser, LayerQuantisers
from app.lab.networks.mobilefacenet import Bottleneck, Convolution, FaceNetwork, convolutions

_MOST_EQUALISED = 8.0
"""Largest factor by which a channel is scaled."""


def install_fake_quantisation(network: FaceNetwork) -> None:
    """Add quantisers to a network; their ranges are still to be calibrated or loaded."""
    layers = convolutions(network)
    for (_, layer), (_, following) in pairwise(layers.items()):
        layer.rounding = LayerQuantisers(layer.activation, ends_run=following.convolution.groups == 1)
    for block in (module for module in network.modules() if isinstance(module, Bottleneck) and module.residual):
        block.rounding = ActivationQuantiser()
    # The embedding itself is the output and stays in single precision.
    layers["embedding"].rounds_weight = True


@torch.no_grad()
def calibrate_ranges(network: FaceNetwork, faces: Tensor) -> None:
    """Set the ranges of all map quantisers from the maps of some faces.

    Args:
        network: A network with quantisers.
        faces: (n, 3, height, width), network input.
    """
    quantisers = [module for module in network.modules() if isinstance(module, ActivationQuantiser)]
    for quantiser in quantisers:
        quantiser.low.zero_()
        quantiser.high.zero_()
        quantiser.watching = True
    network(faces)
    for quantiser in quantisers:
        quantiser.watching = False


@torch.no_grad()
def equalise_channels(network: FaceNetwork, faces: Tensor) -> None:
    """Scale channels that are quantised together to similar ranges, without changing the network's output.

    Activations pass positive factors on, so a channel of a layer may be scaled up and the weights of the next layer
    down (cross-layer equalisation, Nagel et al. 2019, arXiv 1906.04721). A depthwise next layer takes the whole factor;
    one that mixes channels takes its square root.

    Args:
        network: A network without batch normalisation.
        faces: (n, 3, height, width), network input.
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
    """Return the largest absolute value of each channel of each layer."""
    found: list[Tensor] = []

    def look(_module: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> None:
        found.append(output.abs().amax(dim=(0, 2, 3)))

    hooks = [layer.register_forward_hook(look) for layer in layers]
    network(faces)
    for hook in hooks:
        hook.remove()
    return found
