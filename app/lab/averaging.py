"""A network that follows another slowly: what it forgets first is the noise of the last steps."""

import copy

import torch

from app.lab.network import FaceNetwork


class Average:
    """Exponential moving average of a network's weights.

    Args:
        network: To be followed; begun with.
        decay: Share that stays at each step.

    Attributes:
        network: The average.
    """

    def __init__(self, network: FaceNetwork, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(requires_grad=False)
        self._decay = decay
        # Looking these up at each step took longer than averaging them.
        self._pairs = list(zip(self.network.state_dict().values(), network.state_dict().values(), strict=True))

    @torch.no_grad()
    def follow(self) -> None:
        """Take in the weights as they are now; statistics of batches are averaged too, counts are copied."""
        for own, other in self._pairs:
            if own.dtype.is_floating_point:
                own.lerp_(other, 1 - self._decay)
            else:
                own.copy_(other)
