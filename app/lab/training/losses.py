"""Losses: margin softmax for classification, distances for distillation.

Margins: ArcFace is Deng et al. 2019 (arXiv 1801.07698), CosFace Wang et al. 2018 (arXiv 1801.09414). Both normalise
features and class weights, so that only angles count.
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
"""Factor on cosines before softmax (ArcFace's value)."""

_SMALLEST_SINE = 1e-7


class LossKind(StrEnum):
    """Loss of a classifier."""

    SOFTMAX = "softmax"
    ARCFACE = "arcface"
    COSFACE = "cosface"


class Margin(Protocol):
    """A margin that may change during training."""

    def at(self, progress: float) -> float:
        """Return the margin when a share `progress`, 0 to 1, of the training is done."""
        ...


class ConstantMargin:
    """The same margin throughout."""

    def __init__(self, value: float) -> None:
        self._value = value

    def at(self, progress: float) -> float:  # noqa: ARG002 - the same whatever the progress
        """See `Margin`."""
        return self._value


class LinearMargin:
    """A margin that changes linearly.

    Args:
        first: Margin at the beginning, in radians for ArcFace.
        last: Margin at the end.
    """

    def __init__(self, first: float = 0.5, last: float = 0.3) -> None:
        self._first, self._last = first, last

    def at(self, progress: float) -> float:
        """See `Margin`."""
        return self._first + (self._last - self._first) * min(max(progress, 0.0), 1.0)


class Classifier(nn.Module):
    """Classification layer behind the embedding, discarded after training, and its loss.

    Args:
        kind: Kind of loss.
        embedding: Length of the embeddings.
        classes: Number of identities.
        margin: Penalty on the target class; not used by softmax.
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
        """Return the mean loss.

        Args:
            embeddings: (n, embedding), of any length.
            labels: (n,) int64, 0 to classes - 1.
        """
        # Whatever the network computes in, cosines near 1 need the weights' precision.
        return functional.cross_entropy(self.logits(embeddings.to(self.weight.dtype), labels), labels)

    def logits(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """Return logits, (n, classes), with the margin subtracted from the target class.

        Args:
            embeddings: (n, embedding), of any length.
            labels: (n,) int64.
        """
        if self._kind is LossKind.SOFTMAX:
            return functional.linear(embeddings, self.weight, self.bias)
        cosines = functional.linear(functional.normalize(embeddings), functional.normalize(self.weight))
        margin = self._margin.at(self.progress)
        right = cosines.gather(1, labels[:, None])
        penalised = right - margin if self._kind is LossKind.COSFACE else add_angular_margin(right, margin)
        return self._scale * cosines.scatter(1, labels[:, None], penalised)


def add_angular_margin(cosines: Tensor, margin: float) -> Tensor:
    """Return cos(θ + margin), continued by a line of slope 1 beyond θ = π - margin, where it would rise again.

    cos(θ + m) = cos θ cos m - sin θ sin m (ArcFace, equation 3). The gradient of the sine is infinite at θ = 0 and π;
    it is kept finite there.

    Args:
        cosines: cos θ, -1 to 1 up to rounding.
        margin: In radians, 0 to π / 2.

    Returns:
        Falls with θ throughout, and is continuous.
    """
    bounded = cosines.clamp(-1, 1)
    sines = (1 - bounded.square()).clamp_min(_SMALLEST_SINE).sqrt()
    rotated = bounded * math.cos(margin) - sines * math.sin(margin)
    limit = math.cos(math.pi - margin)
    # At θ = π - m the first branch is at -1, and so is the second: cos θ - cos(π - m) - 1.
    return torch.where(bounded > limit, rotated, bounded - limit - 1)


def cosine_loss(student: Tensor, teacher: Tensor) -> Tensor:
    """Return the mean of 1 - cosine between embeddings of the same faces.

    Args:
        student: (n, embedding).
        teacher: (n, embedding).
    """
    return (1 - functional.cosine_similarity(student.float(), teacher.float())).mean()


def similarity_loss(student: Tensor, teacher: Tensor) -> Tensor:
    """Return the mean square difference of the batch's similarity matrices, over pairs of different faces.

    Args:
        student: (n, any length), n >= 2.
        teacher: (n, any length).
    """
    own, target = (functional.normalize(vectors.float()) for vectors in (student, teacher))
    pairs = own.shape[0] * (own.shape[0] - 1)
    off_diagonal = ~torch.eye(own.shape[0], dtype=torch.bool, device=own.device)
    return ((own @ own.T - target @ target.T).square() * off_diagonal).sum() / pairs


def feature_loss(student: Tensor, teacher: Tensor, shortcut: Tensor | None = None) -> Tensor:
    """Return the mean square difference of two maps, over the variance that the teacher's layers add to their input.

    Args:
        student: (n, c, h, w).
        teacher: The same shape.
        shortcut: Input of the block that the teacher's map adds by its residual connection.
    """
    added = teacher if shortcut is None else teacher - shortcut
    return functional.mse_loss(student.float(), teacher.float()) / (added.float().var() + _SMALLEST_SINE)


@dataclass(frozen=True, slots=True)
class LossTerms:
    """Loss of a batch.

    Attributes:
        loss: Value to minimise.
        parts: Terms by name, for the log.
    """

    loss: Tensor
    parts: dict[str, float]


def unit_distillation_loss(student: FaceNetwork, teacher: FaceNetwork, faces: Tensor) -> LossTerms:
    """Return the loss of every unit of the student, given the input of the teacher's unit.

    Each unit learns independently of the others, so that all units learn from the first step.

    Args:
        student: The student.
        teacher: A teacher with the same maps.
        faces: (n, 3, height, width), network input.
    """
    losses: list[Tensor] = []
    x = faces
    for own, other in zip(distillation_units(student).values(), distillation_units(teacher).values(), strict=True):
        with torch.no_grad():
            target = other(x)
        shortcut = x if isinstance(other, Bottleneck) and other.residual else None
        losses.append(feature_loss(own(x), target, shortcut))
        x = target
    total = torch.stack(losses)
    return LossTerms(total.sum(), {"units": float(total.detach().mean())})


def output_distillation_loss(
    student: FaceNetwork, target: Tensor, faces: Tensor, similarity_weight: float
) -> LossTerms:
    """Return the loss of the student's embeddings and of their similarities within the batch.

    Args:
        student: The student.
        target: (n, embedding), embeddings of the teacher.
        faces: (n, 3, height, width), network input.
        similarity_weight: Weight of the similarities; the cosine has weight 1.
    """
    embeddings = student(faces)
    distance, similarity = cosine_loss(embeddings, target), similarity_loss(embeddings, target)
    return LossTerms(
        distance + similarity_weight * similarity,
        {"cosine": 1 - float(distance.detach()), "similarity": float(similarity.detach())},
    )


@torch.no_grad()
def match_unit_means(student: FaceNetwork, teacher: FaceNetwork, faces: Tensor) -> None:
    """Shift the bias of each unit so that its maps have the teacher's mean, channel by channel.

    Args:
        student: The student; changed.
        teacher: A teacher with the same maps.
        faces: (n, 3, height, width), network input.
    """
    x = faces
    for own, other in zip(distillation_units(student).values(), distillation_units(teacher).values(), strict=True):
        target = other(x)
        shift = (target - own(x)).mean(dim=(0, 2, 3))
        last = [module for module in own.modules() if isinstance(module, Convolution)][-1]
        bias = last.convolution.bias if last.normalization is None else last.normalization.bias
        cast("nn.Parameter", bias).add_(shift)
        x = target
