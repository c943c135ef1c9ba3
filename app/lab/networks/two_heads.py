"""One backbone with two heads: what a face is called by, and whether and where there is one."""

from collections import OrderedDict

import torch
from torch import Tensor, nn

from app.lab.networks.architecture import SHIPPED, Activation, Architecture
from app.lab.networks.mobilefacenet import Convolution, FaceNetwork
from app.vision.alignment import TEMPLATE, TEMPLATE_SIDE

POINTS = len(TEMPLATE)
DETECTION_OUTPUTS = 1 + 2 * POINTS
"""What a finder says: how sure it is of a face (before the sigmoid), then x and y of each point, in half sides from
the picture's centre."""

_SQUEEZED = 64


class DetectionHead(nn.Module):
    """The head that finds: presence and five landmarks, of the backbone's last map.

    Args:
        architecture: Of the backbone.
    """

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        a = architecture
        into = a.channels(a.stages[-1].channels)
        squeeze = Convolution(into, _SQUEEZED, a, activation=a.activation)
        whole = Convolution(_SQUEEZED, _SQUEEZED, a, kernel=a.last_map, padded=False, activation=a.activation)
        answers = Convolution(_SQUEEZED, DETECTION_OUTPUTS, a)
        initialise_at_template(answers)
        self.layers = nn.Sequential()
        for name, layer in {"squeeze": squeeze, "whole": whole, "answers": answers}.items():
            self.layers.add_module(f"finder_{name}", layer)

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels, h, w) to (n, 11): see `ANSWERS`."""
        found: Tensor = self.layers(x)
        return found.flatten(1)


class TwoHeadNetwork(nn.Module):
    """A network for faces with a finder behind its last stage.

    Args:
        architecture: Of the network for faces.

    Attributes:
        face: The whole network for faces.
        finder: The second head.
    """

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.face = FaceNetwork(architecture)
        self.finder = DetectionHead(architecture)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Look once.

        Args:
            pictures: (n, 3, height, width) float32, RGB, `(value - 127.5) / 128`.

        Returns:
            (n, embedding), not normalised, and (n, 11): see `ANSWERS`.
        """
        shared, own = self.parts()
        x = shared(pictures)
        return own(x).flatten(1), self.finder(x)

    def stem_and_stages(self, count: int) -> nn.Sequential:
        """The layers before and in the first `count` stages."""
        children = list(self.face.layers.named_children())
        cut = [name for name, _ in children].index(f"stage{count}") + 1
        return nn.Sequential(OrderedDict(children[:cut]))

    def parts(self) -> tuple[nn.Sequential, nn.Sequential]:
        """What both heads stand on, and the head for embeddings."""
        shared = self.stem_and_stages(len(self.face.architecture.stages))
        own = list(self.face.layers.named_children())[len(shared) :]
        return shared, nn.Sequential(OrderedDict(own))


@torch.no_grad()
def initialise_at_template(answers: Convolution) -> None:
    """Have a layer that gives `ANSWERS` say at first that a face may be there, and lies where aligned faces do.

    Args:
        answers: Whose weights become zero.
    """
    bias = answers.convolution.bias if answers.normalization is None else answers.normalization.bias
    assert bias is not None
    half = TEMPLATE_SIDE / 2
    bias.copy_(torch.cat([torch.zeros(1), torch.from_numpy((TEMPLATE - half) / half).flatten()]))
    nn.init.zeros_(answers.convolution.weight)


TEACHABLE = SHIPPED.model_copy(update={"activation": Activation.PRELU})
"""The shipped network with ordinary PReLUs: what the network with two heads begins as."""

DETECTOR = Architecture(width=0.375, last=128, embedding=DETECTION_OUTPUTS)
"""A network of the family that only finds, with the same answers: to be compared with."""


def presence_logits(answers: Tensor) -> Tensor:
    """How sure a finder is of a face: (n,), before the sigmoid."""
    return answers[:, 0]


def landmark_points(answers: Tensor, side: int) -> Tensor:
    """Where a finder sees the five points: (n, 5, 2), in pixels of the picture.

    Args:
        answers: (n, 11).
        side: Of the picture.
    """
    half = side / 2
    return answers[:, 1:].reshape(-1, POINTS, 2) * half + half
