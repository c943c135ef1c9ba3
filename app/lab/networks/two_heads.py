"""A backbone with two heads: one embeds a face, the other detects it and finds five landmarks."""

from collections import OrderedDict

import torch
from torch import Tensor, nn

from app.lab.networks.architecture import SHIPPED, Activation, Architecture
from app.lab.networks.mobilefacenet import Convolution, FaceNetwork
from app.vision.alignment import TEMPLATE, TEMPLATE_SIDE

POINTS = len(TEMPLATE)
DETECTION_OUTPUTS = 1 + 2 * POINTS
"""Outputs of a detection head: logit of presence, then x and y of each landmark.

Coordinates are in half sides from the picture's centre.
"""

_SQUEEZED = 64


class DetectionHead(nn.Module):
    """Detection head: presence and five landmarks, from the backbone's last map.

    Args:
        architecture: Architecture of the backbone.
    """

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        a = architecture
        into = a.channels(a.stages[-1].channels)
        squeeze = Convolution(into, _SQUEEZED, a, activation=a.activation)
        global_layer = Convolution(_SQUEEZED, _SQUEEZED, a, kernel=a.last_map, padded=False, activation=a.activation)
        outputs = Convolution(_SQUEEZED, DETECTION_OUTPUTS, a)
        initialise_at_template(outputs)
        self.layers = nn.Sequential()
        for name, layer in {"squeeze": squeeze, "whole": global_layer, "answers": outputs}.items():
            self.layers.add_module(f"finder_{name}", layer)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, channels, h, w) to (n, 11): see `DETECTION_OUTPUTS`."""
        output: Tensor = self.layers(x)
        return output.flatten(1)


class TwoHeadNetwork(nn.Module):
    """A face network with a detection head behind its last stage.

    Args:
        architecture: Architecture of the face network.

    Attributes:
        face: The whole face network.
        finder: The detection head.
    """

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.face = FaceNetwork(architecture)
        self.finder = DetectionHead(architecture)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Embed and detect in one pass.

        Args:
            pictures: (n, 3, height, width) float32, RGB, `(value - 127.5) / 128`.

        Returns:
            (n, embedding), not normalised, and (n, 11): see `DETECTION_OUTPUTS`.
        """
        shared, embedding_head = self.parts()
        x = shared(pictures)
        return embedding_head(x).flatten(1), self.finder(x)

    def stem_and_stages(self, count: int) -> nn.Sequential:
        """Return the layers up to the end of stage `count`."""
        children = list(self.face.layers.named_children())
        cut = [name for name, _ in children].index(f"stage{count}") + 1
        return nn.Sequential(OrderedDict(children[:cut]))

    def parts(self) -> tuple[nn.Sequential, nn.Sequential]:
        """Return the layers that both heads share, and the layers of the embedding head."""
        shared = self.stem_and_stages(len(self.face.architecture.stages))
        embedding_head = list(self.face.layers.named_children())[len(shared) :]
        return shared, nn.Sequential(OrderedDict(embedding_head))


@torch.no_grad()
def initialise_at_template(outputs: Convolution) -> None:
    """Set a layer's output to undecided presence and the landmarks of an aligned face.

    Args:
        outputs: Layer with `DETECTION_OUTPUTS`; its weights become zero.
    """
    bias = outputs.convolution.bias if outputs.normalization is None else outputs.normalization.bias
    assert bias is not None
    half = TEMPLATE_SIDE / 2
    bias.copy_(torch.cat([torch.zeros(1), torch.from_numpy((TEMPLATE - half) / half).flatten()]))
    nn.init.zeros_(outputs.convolution.weight)


TEACHABLE = SHIPPED.model_copy(update={"activation": Activation.PRELU})
"""The shipped network with ordinary PReLUs: the start of the network with two heads."""

DETECTOR = Architecture(width=0.375, last=128, embedding=DETECTION_OUTPUTS)
"""A network of the family that only detects, with the same outputs, for comparison."""


def presence_logits(outputs: Tensor) -> Tensor:
    """Return the logits of presence, (n,)."""
    return outputs[:, 0]


def landmark_points(outputs: Tensor, side: int) -> Tensor:
    """Return the five landmarks, (n, 5, 2), in pixels of the picture.

    Args:
        outputs: (n, 11): see `DETECTION_OUTPUTS`.
        side: Side of the picture in pixels.
    """
    half = side / 2
    return outputs[:, 1:].reshape(-1, POINTS, 2) * half + half
