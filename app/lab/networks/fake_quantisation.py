"""Fake quantisation of weights and maps to eight bits during training, exactly where the exported file quantises.

Weights are quantised symmetrically for each output channel, maps asymmetrically for each group of channels that share a
slope: once after the convolution, unless ReLU follows, and once after the activation. Groups that are concatenated
    again
are then quantised to one scale.
"""

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from app.lab.networks.activations import TiedPReLU

WEIGHT_MOST = 127
MAP_MOST = 255
SMALLEST_SCALE = 1e-8
_CUT_OFF = 1e-4
"""Share of a map's values clipped at each end of its range: clipping them costs less than coarser steps."""


class ActivationQuantiser(nn.Module):
    """Quantises a map to 256 steps, one of which is zero.

    Args:
        positive: Whether no value is negative.

    Attributes:
        low: Lower end of the range.
        high: Upper end.
        watching: Whether the range is being calibrated; maps pass unchanged meanwhile.
    """

    low: Tensor
    high: Tensor

    def __init__(self, *, positive: bool = False) -> None:
        super().__init__()
        self.positive = positive
        self.watching = False
        self.register_buffer("low", torch.zeros(()))
        self.register_buffer("high", torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        """Map a tensor of any shape to the same shape."""
        if self.watching:
            self._observe_range(x.detach().flatten())
            return x
        scale, zero = self.steps()
        return torch.fake_quantize_per_tensor_affine(x, scale, zero, 0, MAP_MOST)

    def steps(self) -> tuple[float, int]:
        """Return the size of a step, and the number of the step that is zero."""
        scale = max(float(self.high - self.low) / MAP_MOST, SMALLEST_SCALE)
        return scale, min(max(round(-float(self.low) / scale), 0), MAP_MOST)

    def _observe_range(self, values: Tensor) -> None:
        beyond = max(int(len(values) * _CUT_OFF), 1)
        self.high.copy_(torch.maximum(self.high, values.topk(beyond).values[-1]))
        if not self.positive:
            self.low.copy_(torch.minimum(self.low, -(-values).topk(beyond).values[-1]))


class LayerQuantisers(nn.Module):
    """Quantisers around a convolution.

    Args:
        activation: Activation of the convolution; None where it is linear.
        ends_run: Whether the next layer takes all groups together.

    Attributes:
        before: One a group, after the convolution; the identity where ReLU follows.
        after: One a group, after the activation.
        together: For all groups where they are concatenated again; otherwise the identity.
    """

    def __init__(self, activation: nn.Module | None, *, ends_run: bool) -> None:
        super().__init__()
        relus = [isinstance(activation, nn.ReLU)]
        self._group: Tensor | None = None
        if isinstance(activation, TiedPReLU):
            self._group = activation.group
            relus = [activation.pinned and number == 0 for number in range(len(activation.all_slopes()))]
        linear = activation is None
        self.before = nn.ModuleList([nn.Identity() if relu or linear else ActivationQuantiser() for relu in relus])
        self.after = nn.ModuleList([ActivationQuantiser(positive=relu) for relu in relus])
        self.together = ActivationQuantiser() if ends_run and len(relus) > 1 else nn.Identity()

    def quantise_before(self, x: Tensor) -> Tensor:
        """Quantise the output of the convolution."""
        return self._by_group(x, self.before)

    def quantise_after(self, x: Tensor) -> Tensor:
        """Quantise the output of the activation."""
        return cast("Tensor", self.together(self._by_group(x, self.after)))

    def _by_group(self, x: Tensor, roundings: nn.ModuleList) -> Tensor:
        if self._group is None:
            return cast("Tensor", roundings[0](x))
        quantised = torch.zeros_like(x)
        for number, rounding in enumerate(roundings):
            places = torch.nonzero(self._group == number).flatten()
            if len(places):
                quantised = quantised.index_copy(1, places, rounding(x.index_select(1, places)))
        return quantised


@dataclass(frozen=True, slots=True)
class QuantisedWeight:
    """A quantised weight: `values`, (O, I, kh, kw) int8, times `scales`, (O,)."""

    values: Tensor
    scales: Tensor


def quantise_weight(weight: Tensor) -> QuantisedWeight:
    """Quantise a weight symmetrically for each output channel."""
    flat = weight.detach()
    scales = (flat.abs().amax(dim=(1, 2, 3)) / WEIGHT_MOST).clamp_min(SMALLEST_SCALE)
    values = (flat / scales.view(-1, 1, 1, 1)).round().clamp(-WEIGHT_MOST, WEIGHT_MOST)
    return QuantisedWeight(values.to(torch.int8), scales)


def fake_quantise_weight(weight: Tensor) -> Tensor:
    """Return a weight rounded to its quantised values, through which gradients pass unchanged."""
    steps = quantise_weight(weight)
    zeros = torch.zeros(len(steps.scales), dtype=torch.int32, device=weight.device)
    return torch.fake_quantize_per_channel_affine(weight, steps.scales, zeros, 0, -WEIGHT_MOST, WEIGHT_MOST)
