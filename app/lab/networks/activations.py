"""Activations of the networks, among them PReLU in forms that export well."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.lab.networks.architecture import Activation

_LEAK = 0.1
_FIRST_SLOPE = 0.25


class FactoredPReLU(nn.Module):
    """`relu(x) + b·x`: a PReLU of slope a divided by 1 - a, with b = a / (1 - a).

    Attributes:
        factor: (channels,), b of each channel.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.full((channels,), _FIRST_SLOPE / (1 - _FIRST_SLOPE)))

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, channels, h, w) to the same shape."""
        return torch.relu(x) + self.factor.view(1, -1, 1, 1) * x


class TiedPReLU(nn.Module):
    """A PReLU whose channels share a few slopes.

    Args:
        channels: Channels of the layer.
        groups: Number of slopes.
        pinned: Whether the slope of the first group is fixed at zero: integer convolutions fuse ReLU at no cost.

    Attributes:
        slopes: One slope a group, without the first group if it is pinned.
        group: (channels,), group of each channel.
    """

    group: Tensor

    def __init__(self, channels: int, groups: int, *, pinned: bool) -> None:
        super().__init__()
        self.pinned = pinned
        self.slopes = nn.Parameter(torch.full((groups - pinned,), _FIRST_SLOPE))
        self.register_buffer("group", torch.arange(channels) * groups // channels)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, channels, h, w) to the same shape."""
        return functional.prelu(x, self.all_slopes()[self.group].to(x.dtype))

    def all_slopes(self) -> Tensor:
        """Return one slope a group, the pinned one included."""
        return torch.cat([self.slopes.new_zeros(1), self.slopes]) if self.pinned else self.slopes


def make_activation(kind: Activation, channels: int, groups: int, *, pinned: bool) -> nn.Module:
    """Return the activation module of a layer.

    Args:
        kind: Kind of activation.
        channels: Channels of the layer.
        groups: Number of slopes that tied channels share.
        pinned: Whether the first of these is fixed at zero.
    """
    match kind:
        case Activation.PRELU:
            return nn.PReLU(channels, _FIRST_SLOPE)
        case Activation.FACTORED:
            return FactoredPReLU(channels)
        case Activation.TIED:
            return TiedPReLU(channels, groups, pinned=pinned)
        case Activation.LEAKY_RELU:
            return nn.LeakyReLU(_LEAK)
        case Activation.RELU6:
            return nn.ReLU6()
        case Activation.RELU:
            return nn.ReLU()
