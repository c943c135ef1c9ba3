"""Training one network for two tasks: to find a face and its five landmarks, and to embed it where it lies.

The pictures are put together from aligned faces and backgrounds (`compositions`). What the embeddings should be, the
shipped network says of the aligned face, so that nobody's name is needed. The same steps train a network that only
finds, to be compared with.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

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
from app.lab.training.checkpoints import load_checkpoint, save_checkpoint
from app.lab.training.distillation import learning_rate_factor
from app.lab.training.losses import LossTerms, cosine_loss, similarity_loss

_LIGHT = (Augmentation.BLUR, Augmentation.BRIGHTNESS, Augmentation.CONTRAST, Augmentation.GREY, Augmentation.NOISE)
_MOST_GRADIENT = 10.0


class MultiTaskConfig(BaseModel):
    """How both networks are trained.

    Attributes:
        steps: How many, of each.
        batch: Pictures a step.
        empty: Share of the pictures that hold no face.
        frozen_stages: The backbone's stem and so many stages stay as they were: half of the work lies there.
        rate: Adam's learning rate at its highest, of weights that have been trained before.
        new_rate: Of those that begin from nothing.
        similarity_weight: Of the batch's similarities, beside 1 for the cosine.
        presence_weight: Of whether there is a face.
        points_weight: Of where the landmarks are.
        mixed: Compute in bfloat16 where that is enough.
        augmentations: What is done to the pictures; none that moves anything.
        seed: Of everything that is random.
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
    """A network, and what a step asks of it."""

    @property
    def network(self) -> nn.Module:
        """What is trained."""
        ...

    def groups(self, config: MultiTaskConfig) -> list[tuple[list[nn.Parameter], float]]:
        """Its weights, with their highest learning rates."""
        ...

    def lesson(self, made: CompositeBatch, wanted: Tensor, config: MultiTaskConfig) -> LossTerms:
        """What pictures taught.

        Args:
            made: The pictures, in 0 to 1.
            wanted: (n, embedding): what the faces' embeddings should be.
            config: For the weights of the parts.
        """
        ...


class DetectionTask:
    """To find alone.

    Args:
        network: Gives `two_heads.ANSWERS`.
    """

    def __init__(self, network: FaceNetwork) -> None:
        self.network = network

    def groups(self, config: MultiTaskConfig) -> list[tuple[list[nn.Parameter], float]]:
        """See `Task`."""
        return [(list(self.network.parameters()), config.new_rate)]

    def lesson(self, made: CompositeBatch, wanted: Tensor, config: MultiTaskConfig) -> LossTerms:  # noqa: ARG002 - no embeddings here
        """See `Task`."""
        return detection_loss(self.network(to_network_input(made.pictures)), made, config)


class DetectionAndEmbeddingTask:
    """Both at once.

    Args:
        network: Its backbone may have been trained before; its finder begins from nothing.
        frozen_stages: See `MultiTaskConfig`.
    """

    def __init__(self, network: TwoHeadNetwork, frozen_stages: int) -> None:
        self.network = network
        if frozen_stages:
            network.stem_and_stages(frozen_stages).requires_grad_(requires_grad=False)

    def groups(self, config: MultiTaskConfig) -> list[tuple[list[nn.Parameter], float]]:
        """See `Task`."""
        face = [weight for weight in self.network.face.parameters() if weight.requires_grad]
        return [(face, config.rate), (list(self.network.finder.parameters()), config.new_rate)]

    def lesson(self, made: CompositeBatch, wanted: Tensor, config: MultiTaskConfig) -> LossTerms:
        """See `Task`."""
        embeddings, answers = self.network(to_network_input(made.pictures))
        finding = detection_loss(answers, made, config)
        own, teacher = embeddings[made.present], wanted[made.present]
        near, alike = cosine_loss(own, teacher), similarity_loss(own, teacher)
        loss = finding.loss + near + config.similarity_weight * alike
        return LossTerms(loss, finding.parts | {"cosine": 1 - float(near.detach())})


def detection_loss(answers: Tensor, made: CompositeBatch, config: MultiTaskConfig) -> LossTerms:
    """Whether there is a face, of all pictures, and where its points are, of those that hold one."""
    side = made.pictures.shape[-1]
    sure = functional.binary_cross_entropy_with_logits(presence_logits(answers).float(), made.present.float())
    found, right = landmark_points(answers.float(), side)[made.present], made.points[made.present]
    away = functional.smooth_l1_loss(found / side, right / side, beta=0.02)
    pixels = float((found - right).detach().norm(dim=2).mean())
    loss = config.presence_weight * sure + config.points_weight * away
    return LossTerms(loss, {"presence": float(sure.detach()), "pixels": pixels})


@dataclass(frozen=True, slots=True)
class MultiTaskStep:
    """What is told after each step.

    Attributes:
        step: How many are done.
        parts: What the batch taught, by name.
    """

    step: int
    parts: dict[str, float]


class MultiTaskTraining:
    """A run of one network. What it does at a step follows from its configuration, the step and the state alone.

    Args:
        config: How.
        task: What is trained.
        faces: To put into the pictures.
        wanted: (len(faces), embedding) float32: what the faces' embeddings should be.
        backgrounds: (m, side, side, 3) uint8, RGB.
        checkpoint: Where it is kept.
    """

    def __init__(
        self,
        config: MultiTaskConfig,
        task: TrainingTask,
        faces: FaceSet,
        wanted: np.ndarray[tuple[int, int], np.dtype[np.float32]],
        backgrounds: Images,
        checkpoint: Path,
    ) -> None:
        self.step = 0
        self._config = config
        self._task = task
        task.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._faces = faces
        self._wanted = torch.from_numpy(wanted)
        self._backgrounds = backgrounds
        self._checkpoint = checkpoint
        self._augment = Augmenter(config.augmentations)
        self._groups = task.groups(config)
        self._optimizer = torch.optim.Adam([{"params": weights, "lr": rate} for weights, rate in self._groups])

    def resume(self) -> bool:
        """Go on from the checkpoint; False where there is none.

        Raises:
            ModelIncompatible: It belongs to another run.
        """
        state = load_checkpoint(self._checkpoint, self._made_with())
        if state is None:
            return False
        self.step = state["step"]
        self._task.network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        return True

    def run(self, save_every: int, told: Callable[[MultiTaskStep], None] = lambda _: None) -> None:
        """All steps that are left.

        Args:
            save_every: Steps between checkpoints.
            told: Called after each step.

        Raises:
            TrainingDiverged: The loss is no number any more; nothing is saved then.
            CheckpointFailed: A checkpoint cannot be written.
        """
        while self.step < self._config.steps:
            told(self._one_step())
            if self.step % save_every == 0 or self.step == self._config.steps:
                self._save()

    def _save(self) -> None:
        state = {"made_with": self._made_with(), "step": self.step}
        state |= {"network": self._task.network.state_dict(), "optimizer": self._optimizer.state_dict()}
        save_checkpoint(self._checkpoint, state)

    def _made_with(self) -> dict[str, object]:
        told = self._config.model_dump(mode="json")
        return told | {"faces": len(self._faces), "backgrounds": len(self._backgrounds)}

    def _one_step(self) -> MultiTaskStep:
        config = self._config
        torch.manual_seed(config.seed * 1_000_003 + self.step)
        share = learning_rate_factor(self.step / config.steps)
        for group, (_, highest) in zip(self._optimizer.param_groups, self._groups, strict=True):
            group["lr"] = highest * share
        drawn = sample_faces(len(self._faces), config.batch, config.seed, self.step)
        made = self._pictures(drawn)
        self._task.network.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=config.mixed):
            lesson = self._task.lesson(made, self._wanted[drawn], config)
        if not lesson.loss.isfinite():
            raise TrainingDiverged(step=self.step, loss=float(lesson.loss.detach()))
        self._optimizer.zero_grad()
        lesson.loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._task.network.parameters(), _MOST_GRADIENT)
        self._optimizer.step()
        self.step += 1
        return MultiTaskStep(self.step, lesson.parts)

    def _pictures(self, drawn: np.ndarray[tuple[int], np.dtype[np.int64]]) -> CompositeBatch:
        config = self._config
        around = sample_faces(len(self._backgrounds), config.batch, config.seed + 1, self.step)
        present = torch.arange(config.batch) >= max(round(config.empty * config.batch), 1)
        made = compose_pictures(self._faces.batch(drawn), to_unit_range(self._backgrounds[around]), present)
        return CompositeBatch(self._augment(made.pictures), made.present, made.points)


def to_unit_range(images: Images) -> Tensor:
    """(n, side, side, 3) uint8 to (n, 3, side, side) float32, 0 to 1."""
    return torch.from_numpy(images).permute(0, 3, 1, 2).contiguous().float() / 255


def compose_every_face(
    faces: FaceSet, backgrounds: Images, seed: int, batch: int = 64
) -> Iterator[tuple[np.ndarray[tuple[int], np.dtype[np.int64]], CompositeBatch, CompositeBatch]]:
    """Each face once in a picture, and as many pictures without a face; the same for the same seed.

    Args:
        faces: To put into the pictures.
        backgrounds: (m, side, side, 3) uint8, RGB.
        seed: Of the pictures.
        batch: Faces at a time.

    Yields:
        Which faces, the pictures that hold them, and those that hold none.
    """
    for number, start in enumerate(range(0, len(faces), batch)):
        torch.manual_seed(seed * 1_000_003 + number)
        places = np.arange(start, min(start + batch, len(faces)), dtype=np.int64)
        own = faces.batch(places)
        around = [
            to_unit_range(backgrounds[sample_faces(len(backgrounds), len(places), seed + k, number)]) for k in (0, 1)
        ]
        everywhere = torch.ones(len(places), dtype=torch.bool)
        yield places, compose_pictures(own, around[0], everywhere), compose_pictures(own, around[1], ~everywhere)
