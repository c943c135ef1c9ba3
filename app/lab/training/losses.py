"""What training makes small.

Margins: ArcFace is Deng et al. 2019 (arXiv 1801.07698), CosFace Wang et al. 2018 (arXiv 1801.09414). Both normalise
features and the classes' weights, so that only angles count.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.lab.networks.mobilefacenet import Bottleneck, Convolution, FaceNetwork, distillation_units

SCALE = 64.0
"""What cosines are multiplied by, so that softmax can tell them apart (ArcFace's own choice)."""

_SMALLEST_SINE = 1e-7


class LossKind(StrEnum):
    """What a classifier is trained with."""

    SOFTMAX = "softmax"
    ARCFACE = "arcface"
    COSFACE = "cosface"


class Margin(Protocol):
    """A margin over training."""

    def at(self, progress: float) -> float:
        """The margin when a share `progress`, 0 to 1, of the training is done."""
        ...


class ConstantMargin:
    """The same from beginning to end."""

    def __init__(self, value: float) -> None:
        self._value = value

    def at(self, progress: float) -> float:  # noqa: ARG002 - the same whatever the progress
        """See `Margin`."""
        return self._value


class LinearMargin:
    """From one value to another, in a straight line.

    Args:
        first: At the beginning, in radians for ArcFace.
        last: At the end.
    """

    def __init__(self, first: float = 0.5, last: float = 0.3) -> None:
        self._first, self._last = first, last

    def at(self, progress: float) -> float:
        """See `Margin`."""
        return self._first + (self._last - self._first) * min(max(progress, 0.0), 1.0)


class Classifier(nn.Module):
    """The layer behind the embedding that is thrown away after training, and its loss.

    Args:
        kind: Which loss.
        embedding: Length of the embeddings.
        classes: How many identities.
        margin: By how much the right class is held back; not used by softmax.
        scale: See `SCALE`; not used by softmax.
    """

    def __init__(
        self, kind: LossKind, embedding: int, classes: int, margin: Margin | None = None, scale: float = SCALE
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(classes, embedding))
        self.bias = nn.Parameter(torch.zeros(classes)) if kind is LossKind.SOFTMAX else None
        self.progress = 0.0
        self._kind = kind
        self._scale = scale
        self._margin = margin or (LinearMargin() if kind is LossKind.ARCFACE else ConstantMargin(0.35))
        nn.init.xavier_normal_(self.weight)

    def forward(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """The mean loss.

        Args:
            embeddings: (n, embedding), of any length.
            labels: (n,) int64, 0 to classes - 1.
        """
        # Whatever the network computes in, cosines near 1 need the weights' precision.
        return functional.cross_entropy(self.logits(embeddings.to(self.weight.dtype), labels), labels)

    def logits(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """(n, classes), with the margin taken from the right class."""
        if self._kind is LossKind.SOFTMAX:
            return functional.linear(embeddings, self.weight, self.bias)
        cosines = functional.linear(functional.normalize(embeddings), functional.normalize(self.weight))
        margin = self._margin.at(self.progress)
        right = cosines.gather(1, labels[:, None])
        held_back = right - margin if self._kind is LossKind.COSFACE else add_angular_margin(right, margin)
        return self._scale * cosines.scatter(1, labels[:, None], held_back)


def add_angular_margin(cosines: Tensor, margin: float) -> Tensor:
    """cos(θ + margin), carried on beyond θ = π - margin, where it would rise again, by a line of slope 1.

    cos(θ + m) = cos θ cos m - sin θ sin m. The sine's gradient is infinite at θ = 0 and π; it is held finite there.

    Args:
        cosines: cos θ, -1 to 1 but for rounding.
        margin: In radians, 0 to π / 2.

    Returns:
        Falling with θ throughout, and continuous.
    """
    bounded = cosines.clamp(-1, 1)
    sines = (1 - bounded.square()).clamp_min(_SMALLEST_SINE).sqrt()
    turned = bounded * math.cos(margin) - sines * math.sin(margin)
    limit = math.cos(math.pi - margin)
    # At θ = π - m the first branch is at -1, and so is the second: cos θ - cos(π - m) - 1.
    return torch.where(bounded > limit, turned, bounded - limit - 1)


def cosine_loss(student: Tensor, teacher: Tensor) -> Tensor:
    """The mean of 1 - cosine between embeddings of the same faces, (n, embedding) each."""
    return (1 - functional.cosine_similarity(student.float(), teacher.float())).mean()


def similarity_loss(student: Tensor, teacher: Tensor) -> Tensor:
    """How far the batch's similarity matrices lie apart: the mean square over pairs of different faces.

    Args:
        student: (n, any length), n of at least 2.
        teacher: (n, any length).
    """
    own, wanted = (functional.normalize(vectors.float()) for vectors in (student, teacher))
    pairs = own.shape[0] * (own.shape[0] - 1)
    off_diagonal = ~torch.eye(own.shape[0], dtype=torch.bool, device=own.device)
    return ((own @ own.T - wanted @ wanted.T).square() * off_diagonal).sum() / pairs


def feature_loss(student: Tensor, teacher: Tensor, shortcut: Tensor | None = None) -> Tensor:
    """The mean square between two maps, over the variance of what the teacher's layers add to their input.

    Args:
        student: (n, c, h, w).
        teacher: The same shape.
        shortcut: What the block's input adds to the teacher's map by itself.
    """
    added = teacher if shortcut is None else teacher - shortcut
    return functional.mse_loss(student.float(), teacher.float()) / (added.float().var() + _SMALLEST_SINE)


@dataclass(frozen=True, slots=True)
class LossTerms:
    """What a batch taught.

    Attributes:
        loss: To be made small.
        parts: By name, for the log.
    """

    loss: Tensor
    parts: dict[str, float]


def unit_distillation_loss(student: FaceNetwork, teacher: FaceNetwork, faces: Tensor) -> LossTerms:
    """Give every unit of the student what the teacher's has, and ask for what the teacher's makes of it.

    Each unit learns by itself, so that all begin to learn at once, however wrong the others still are.
    """
    losses: list[Tensor] = []
    x = faces
    for own, other in zip(distillation_units(student).values(), distillation_units(teacher).values(), strict=True):
        with torch.no_grad():
            wanted = other(x)
        shortcut = x if isinstance(other, Bottleneck) and other.residual else None
        losses.append(feature_loss(own(x), wanted, shortcut))
        x = wanted
    total = torch.stack(losses)
    return LossTerms(total.sum(), {"units": float(total.detach().mean())})


def output_distillation_loss(
    student: FaceNetwork, wanted: Tensor, faces: Tensor, similarity_weight: float
) -> LossTerms:
    """Ask for the teacher's embeddings, and for its similarities within the batch."""
    found = student(faces)
    near, alike = cosine_loss(found, wanted), similarity_loss(found, wanted)
    return LossTerms(
        near + similarity_weight * alike, {"cosine": 1 - float(near.detach()), "similarity": float(alike.detach())}
    )


@torch.no_grad()
def match_unit_means(student: FaceNetwork, teacher: FaceNetwork, faces: Tensor) -> None:
    """Shift each unit's bias so that its maps have the teacher's mean, channel by channel."""
    x = faces
    for own, other in zip(distillation_units(student).values(), distillation_units(teacher).values(), strict=True):
        wanted = other(x)
        shift = (wanted - own(x)).mean(dim=(0, 2, 3))
        last = [module for module in own.modules() if isinstance(module, Convolution)][-1]
        bias = last.convolution.bias if last.normalization is None else last.normalization.bias
        cast("nn.Parameter", bias).add_(shift)
        x = wanted
