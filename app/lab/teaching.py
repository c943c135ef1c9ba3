"""What a student is told to do like its teacher: map by map, or as a whole."""

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from app.lab.losses import cosine_loss, feature_loss, similarity_loss
from app.lab.network import Bottleneck, Convolution, FaceNetwork, teaching_units


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a batch taught.

    Attributes:
        loss: To be made small.
        parts: By name, for the log.
    """

    loss: Tensor
    parts: dict[str, float]


def teach_by_units(student: FaceNetwork, teacher: FaceNetwork, faces: Tensor) -> Lesson:
    """Give every unit of the student what the teacher's has, and ask for what the teacher's makes of it.

    Each unit learns by itself, so that all begin to learn at once, however wrong the others still are.
    """
    losses: list[Tensor] = []
    x = faces
    for own, other in zip(teaching_units(student).values(), teaching_units(teacher).values(), strict=True):
        with torch.no_grad():
            wanted = other(x)
        shortcut = x if isinstance(other, Bottleneck) and other.residual else None
        losses.append(feature_loss(own(x), wanted, shortcut))
        x = wanted
    total = torch.stack(losses)
    return Lesson(total.sum(), {"units": float(total.detach().mean())})


def teach_as_a_whole(student: FaceNetwork, wanted: Tensor, faces: Tensor, similarity_weight: float) -> Lesson:
    """Ask for the teacher's embeddings, and for its similarities within the batch."""
    found = student(faces)
    near, alike = cosine_loss(found, wanted), similarity_loss(found, wanted)
    return Lesson(
        near + similarity_weight * alike, {"cosine": 1 - float(near.detach()), "similarity": float(alike.detach())}
    )


@torch.no_grad()
def match_means(student: FaceNetwork, teacher: FaceNetwork, faces: Tensor) -> None:
    """Shift each unit's bias so that its maps have the teacher's mean, channel by channel."""
    x = faces
    for own, other in zip(teaching_units(student).values(), teaching_units(teacher).values(), strict=True):
        wanted = other(x)
        shift = (wanted - own(x)).mean(dim=(0, 2, 3))
        last = [module for module in own.modules() if isinstance(module, Convolution)][-1]
        bias = last.convolution.bias if last.normalization is None else last.normalization.bias
        cast("nn.Parameter", bias).add_(shift)
        x = wanted
