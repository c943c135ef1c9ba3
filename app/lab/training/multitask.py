"""Multi-task training: one network detects a face with five landmarks and embeds it where it lies.

The pictures are composed of aligned faces and backgrounds (`compositions`). The target embeddings are those that the
shipped network gives for the aligned faces, so that no labels are needed. The same steps train a network that only
detects, for comparison.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn
from torch.nn import functional

from app.lab.data.augmentation import Augmentation, Augmenter
from app.lab.data.compositions import CompositeBatch, compose_pictures
from app.lab.data.faces import FaceSet, Images, sample_faces, to_network_input
from app.lab.errors import TrainingDiverged
from app.lab.networks.mobilefacenet import FaceNetwork
from app.lab.networks.two_heads import TwoHeadNetwork, landmark_points, presence_logits
from app.lab.training.checkpoints import ResumableRun
from app.lab.training.distillation import learning_rate_factor
from app.lab.training.losses import LossTerms, cosine_loss, similarity_loss

_LIGHT = (Augmentation.BLUR, Augmentation.BRIGHTNESS, Augmentation.CONTRAST, Augmentation.GREY, Augmentation.NOISE)
_MOST_GRADIENT = 10.0


class MultiTaskConfig(BaseModel):
    """Settings of both trainings.

    Attributes:
        steps: Steps of each network.
        batch: Pictures a step.
        empty: Share of the pictures without a face.
        frozen_stages: The backbone's stem and that many stages stay fixed: half of the work lies there.
        rate: Adam's highest learning rate for pre-trained weights.
        new_rate: The same for new weights.
        similarity_weight: Weight of the batch's similarities; the cosine has weight 1.
        presence_weight: Weight of the presence of a face.
        points_weight: Weight of the landmarks.
        mixed: Whether to compute in bfloat16 where that is precise enough.
        augmentations: Changes of the pictures; none that moves anything.
        seed: Seed of everything random.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: int = Field(1000, ge=1)
    batch: int = Field(32, ge=4)
    empty: float = Field(0.25, gt=0, lt=1)
    frozen_stages: int = Field(0, ge=0, le=4)
    rate: float = Field(3e-4, gt=0)
    new_rate: float = Field(3e-3, gt=0)
    similarity_weight: float = Field(10.0, ge=0)
    presence_weight: float = Field(0.5, ge=0)
    points_weight: float = Field(5.0, ge=0)
    mixed: bool = True
    augmentations: tuple[Augmentation, ...] = _LIGHT
    seed: int = 0


class TrainingTask(Protocol):
    """A network and its loss."""

    @property
    def network(self) -> nn.Module:
        """Network to train."""
        ...

    def groups(self, config: MultiTaskConfig) -> list[tuple[list[nn.Parameter], float]]:
        """Return groups of weights with their highest learning rates."""
        ...

    def loss(self, composed: CompositeBatch, targets: Tensor, config: MultiTaskConfig) -> LossTerms:
        """Return the loss of composite pictures.

        Args:
            composed: The pictures, 0 to 1.
            targets: (n, embedding), target embeddings.
            config: Weights of the terms.
        """
        ...


class DetectionTask:
    """Detection alone.

    Args:
        network: A network with `two_heads.DETECTION_OUTPUTS`.
    """

    def __init__(self, network: FaceNetwork) -> None:
        self.network = network

    def groups(self, config: MultiTaskConfig) -> list[tuple[list[nn.Parameter], float]]:
        """See `TrainingTask`."""
        return [(list(self.network.parameters()), config.new_rate)]

    def loss(self, composed: CompositeBatch, targets: Tensor, config: MultiTaskConfig) -> LossTerms:  # noqa: ARG002 - no embeddings here
        """See `TrainingTask`."""
        return detection_loss(self.network(to_network_input(composed.pictures)), composed, config)


class DetectionAndEmbeddingTask:
    """Detection and embedding together.

    Args:
        network: Its backbone may be pre-trained; its detection head is new.
        frozen_stages: See `MultiTaskConfig`.
    """

    def __init__(self, network: TwoHeadNetwork, frozen_stages: int) -> None:
        self.network = network
        if frozen_stages:
            network.stem_and_stages(frozen_stages).requires_grad_(requires_grad=False)

    def groups(self, config: MultiTaskConfig) -> list[tuple[list[nn.Parameter], float]]:
        """See `TrainingTask`."""
        face = [weight for weight in self.network.face.parameters() if weight.requires_grad]
        return [(face, config.rate), (list(self.network.finder.parameters()), config.new_rate)]

    def loss(self, composed: CompositeBatch, targets: Tensor, config: MultiTaskConfig) -> LossTerms:
        """See `TrainingTask`."""
        embeddings, outputs = self.network(to_network_input(composed.pictures))
        finding = detection_loss(outputs, composed, config)
        own, teacher = embeddings[composed.present], targets[composed.present]
        distance, similarity = cosine_loss(own, teacher), similarity_loss(own, teacher)
        loss = finding.loss + distance + config.similarity_weight * similarity
        return LossTerms(loss, finding.parts | {"cosine": 1 - float(distance.detach())})


def detection_loss(outputs: Tensor, composed: CompositeBatch, config: MultiTaskConfig) -> LossTerms:
    """Return the loss of presence over all pictures, and of landmarks over those with a face.

    Args:
        outputs: (n, 11): see `two_heads.DETECTION_OUTPUTS`.
        composed: The pictures and their labels.
        config: Weights of the terms.
    """
    side = composed.pictures.shape[-1]
    presence_loss = functional.binary_cross_entropy_with_logits(
        presence_logits(outputs).float(), composed.present.float()
    )
    predicted, labelled = landmark_points(outputs.float(), side)[composed.present], composed.points[composed.present]
    points_loss = functional.smooth_l1_loss(predicted / side, labelled / side, beta=0.02)
    pixels = float((predicted - labelled).detach().norm(dim=2).mean())
    loss = config.presence_weight * presence_loss + config.points_weight * points_loss
    return LossTerms(loss, {"presence": float(presence_loss.detach()), "pixels": pixels})


@dataclass(frozen=True, slots=True)
class MultiTaskStep:
    """Progress after a step.

    Attributes:
        step: Steps done.
        parts: Loss terms by name.
    """

    step: int
    parts: dict[str, float]


class MultiTaskTraining(ResumableRun[MultiTaskStep]):
    """A multi-task training run of one network.

    Args:
        config: Settings.
        task: Network and loss.
        faces: Faces to compose into pictures.
        targets: (len(faces), embedding) float32, target embeddings of the faces.
        backgrounds: (m, side, side, 3) uint8, RGB.
        checkpoint: Path of the checkpoint.
    """

    def __init__(
        self,
        config: MultiTaskConfig,
        task: TrainingTask,
        faces: FaceSet,
        targets: np.ndarray[tuple[int, int], np.dtype[np.float32]],
        backgrounds: Images,
        checkpoint: Path,
    ) -> None:
        super().__init__(checkpoint, config.steps)
        self._config = config
        self._task = task
        task.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._faces = faces
        self._targets = torch.from_numpy(targets)
        self._backgrounds = backgrounds
        self._augment = Augmenter(config.augmentations)
        self._groups = task.groups(config)
        self._optimizer = torch.optim.Adam([{"params": weights, "lr": rate} for weights, rate in self._groups])

    def _state(self) -> dict[str, Any]:
        return {"network": self._task.network.state_dict(), "optimizer": self._optimizer.state_dict()}

    def _restore(self, state: dict[str, Any]) -> None:
        self._task.network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])

    def _run_settings(self) -> dict[str, object]:
        on_step = self._config.model_dump(mode="json")
        return on_step | {"faces": len(self._faces), "backgrounds": len(self._backgrounds)}

    def _one_step(self) -> MultiTaskStep:
        config = self._config
        torch.manual_seed(config.seed * 1_000_003 + self.step)
        share = learning_rate_factor(self.step / config.steps)
        for group, (_, highest) in zip(self._optimizer.param_groups, self._groups, strict=True):
            group["lr"] = highest * share
        batch = sample_faces(len(self._faces), config.batch, config.seed, self.step)
        composed = self._pictures(batch)
        self._task.network.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=config.mixed):
            loss = self._task.loss(composed, self._targets[batch], config)
        if not loss.loss.isfinite():
            raise TrainingDiverged(step=self.step, loss=float(loss.loss.detach()))
        self._optimizer.zero_grad()
        loss.loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._task.network.parameters(), _MOST_GRADIENT)
        self._optimizer.step()
        self.step += 1
        return MultiTaskStep(self.step, loss.parts)

    def _pictures(self, batch: np.ndarray[tuple[int], np.dtype[np.int64]]) -> CompositeBatch:
        config = self._config
        surroundings = sample_faces(len(self._backgrounds), config.batch, config.seed + 1, self.step)
        present = torch.arange(config.batch) >= max(round(config.empty * config.batch), 1)
        composed = compose_pictures(self._faces.batch(batch), to_unit_range(self._backgrounds[surroundings]), present)
        return CompositeBatch(self._augment(composed.pictures), composed.present, composed.points)


def to_unit_range(images: Images) -> Tensor:
    """Convert (n, side, side, 3) uint8 to (n, 3, side, side) float32, 0 to 1."""
    return torch.from_numpy(images).permute(0, 3, 1, 2).contiguous().float() / 255


def compose_every_face(
    faces: FaceSet, backgrounds: Images, seed: int, batch: int = 64
) -> Iterator[tuple[np.ndarray[tuple[int], np.dtype[np.int64]], CompositeBatch, CompositeBatch]]:
    """Compose each face into one picture, and as many pictures without a face; reproducible by seed.

    Args:
        faces: Faces to compose into pictures.
        backgrounds: (m, side, side, 3) uint8, RGB.
        seed: Seed of the pictures.
        batch: Faces at a time.

    Yields:
        Indices of the faces, the pictures with them, and the pictures without a face.
    """
    for number, start in enumerate(range(0, len(faces), batch)):
        torch.manual_seed(seed * 1_000_003 + number)
        places = np.arange(start, min(start + batch, len(faces)), dtype=np.int64)
        own = faces.batch(places)
        surroundings = [
            to_unit_range(backgrounds[sample_faces(len(backgrounds), len(places), seed + k, number)]) for k in (0, 1)
        ]
        everywhere = torch.ones(len(places), dtype=torch.bool)
        yield (
            places,
            compose_pictures(own, surroundings[0], everywhere),
            compose_pictures(own, surroundings[1], ~everywhere),
        )
