"""Supervised training on faces of known people, in one process or several.

SGD as in the paper (Chen et al. 2018): momentum 0.9, weight decay 4e-5 and ten times that on the last layers, and a
learning rate that falls tenfold at 36, 52 and 58 of 60 parts of the training, here after a short warm-up.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import torch
from pydantic import BaseModel, ConfigDict, Field, model_validator
from torch import Tensor, nn

from app.lab.data.augmentation import Augmentation, Augmenter
from app.lab.data.faces import FaceSet, sample_balanced_faces, to_network_input
from app.lab.errors import TrainingDiverged
from app.lab.networks.architecture import Architecture
from app.lab.networks.mobilefacenet import FaceNetwork
from app.lab.training.checkpoints import ResumableRun
from app.lab.training.devices import ProcessGroup, report_memory_exhaustion
from app.lab.training.losses import Classifier, LinearMargin, LossKind

CHECKPOINT = "checkpoint.pt"
_MOMENTUM = 0.9
_DROPS = (36 / 60, 52 / 60, 58 / 60)
_LAST_LAYERS = ("global_depthwise", "global_convolution", "head", "embedding")
_MOST_GRADIENT = 5.0
_FACES = (Augmentation.FLIP, Augmentation.ROTATION, Augmentation.SCALE, Augmentation.BRIGHTNESS, Augmentation.CONTRAST)


class TrainConfig(BaseModel):
    """Settings of a training.

    Attributes:
        architecture: Network to train.
        loss: See `LossKind`.
        margin: Margin at the beginning.
        last_margin: Margin at the end.
        steps: Number of steps.
        batch: Faces a step, of all processes together.
        each: Faces of one identity in a batch.
        rate: Highest learning rate.
        warm_up: Share of the steps in which the rate rises.
        weight_decay: Of all weights; the last layers' is ten times this.
        average: Decay of the averaged weights, which are exported; 0 exports the last weights.
        mixed: Whether to compute in bfloat16 where that is precise enough.
        augmentations: Changes of the faces.
        seed: Seed of everything random.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    architecture: Architecture = Architecture()
    loss: LossKind = LossKind.ARCFACE
    margin: float = Field(0.5, ge=0, lt=1.5)
    last_margin: float = Field(0.3, ge=0, lt=1.5)
    steps: int = Field(1000, ge=1)
    batch: int = Field(64, ge=2)
    each: int = Field(2, ge=1)
    rate: float = Field(0.1, gt=0)
    warm_up: float = Field(0.05, ge=0, lt=1)
    weight_decay: float = Field(4e-5, ge=0)
    average: float = Field(0.99, ge=0, lt=1)
    mixed: bool = False
    augmentations: tuple[Augmentation, ...] = _FACES
    seed: int = 0

    @model_validator(mode="after")
    def _check_augmentations(self) -> Self:
        if Augmentation.MIX in self.augmentations:
            raise ValueError("mixed faces show no person: they are for distillation only")
        return self

    def rate_at(self, step: int) -> float:
        """Return the learning rate of a step."""
        done = step / self.steps
        if done < self.warm_up:
            return self.rate * (step + 1) / (self.warm_up * self.steps + 1)
        return float(self.rate * 0.1 ** sum(done >= drop for drop in _DROPS))


@dataclass(frozen=True, slots=True)
class TrainStep:
    """Progress after a step.

    Attributes:
        step: Steps done.
        loss: Mean loss of all processes.
        rate: Learning rate.
    """

    step: int
    loss: float
    rate: float


class Training(ResumableRun[TrainStep]):
    """A supervised training run.

    Args:
        config: Settings.
        faces: Faces of labelled people.
        folder: Folder of the checkpoint.
        workers: Processes that share the work.
    """

    def __init__(self, config: TrainConfig, faces: FaceSet, folder: Path, workers: ProcessGroup) -> None:
        super().__init__(folder / CHECKPOINT, config.steps)
        torch.manual_seed(config.seed)
        self.network = FaceNetwork(config.architecture).to(workers.device)
        # The channels-last format trains in two thirds of the time on a CPU.
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.losses: list[float] = []
        self._config = config
        self._faces = faces
        self._workers = workers
        self._augment = Augmenter(config.augmentations)
        margin = LinearMargin(config.margin, config.last_margin)
        classifier = Classifier(config.loss, config.architecture.embedding, len(faces.identities), margin)
        self._classifier = classifier.to(workers.device)
        self._average = WeightAverage(self.network, config.average) if config.average else None
        self._optimizer = torch.optim.SGD(self._parameter_groups(), lr=config.rate, momentum=_MOMENTUM)
        self._model = workers.wrap(_WithLoss(self.network, self._classifier))

    @property
    def result(self) -> FaceNetwork:
        """Network to export: the averaged one, if weights are averaged."""
        return self._average.network if self._average else self.network

    def save(self) -> None:
        """Write the checkpoint, in the first process only.

        Raises:
            CheckpointFailed: The file cannot be written.
        """
        if self._workers.first:
            super().save()

    def _state(self) -> dict[str, Any]:
        return {name: part.state_dict() for name, part in self._parts().items()} | {"losses": self.losses}

    def _restore(self, state: dict[str, Any]) -> None:
        self.losses = state["losses"]
        for name, part in self._parts().items():
            part.load_state_dict(state[name])

    def _one_step(self) -> TrainStep:
        config = self._config
        rate = config.rate_at(self.step)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._classifier.progress = self.step / config.steps
        with report_memory_exhaustion(config.batch):
            loss = self._loss()
            self._optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
        mean = self._workers.mean(loss.detach())
        if not mean.isfinite():
            raise TrainingDiverged(step=self.step, loss=float(mean))
        nn.utils.clip_grad_norm_(self._model.parameters(), _MOST_GRADIENT)
        self._optimizer.step()
        if self._average:
            self._average.update()
        self.step += 1
        self.losses.append(float(mean))
        return TrainStep(self.step, float(mean), rate)

    def _loss(self) -> Tensor:
        config = self._config
        torch.manual_seed((config.seed * 1_000_003 + self.step) * self._workers.count + self._workers.rank)
        batch = sample_balanced_faces(self._faces.labels, config.batch, config.each, config.seed, self.step)
        places = batch[self._workers.rank :: self._workers.count]
        faces = to_network_input(self._augment(self._faces.batch(places)), config.architecture.input_size)
        labels = torch.from_numpy(self._faces.labels[places])
        self._model.train()
        device = self._workers.device
        with torch.autocast(device.type, torch.bfloat16, enabled=config.mixed):
            loss: Tensor = self._model(faces.to(device), labels.to(device))
        return loss

    def _parts(self) -> dict[str, FaceNetwork | Classifier | torch.optim.Optimizer]:
        parts: dict[str, FaceNetwork | Classifier | torch.optim.Optimizer] = {
            "network": self.network,
            "classifier": self._classifier,
            "optimizer": self._optimizer,
        }
        return parts | ({"average": self._average.network} if self._average else {})

    def _parameter_groups(self) -> Sequence[dict[str, object]]:
        last: list[nn.Parameter] = []
        others: list[nn.Parameter] = []
        for name, parameter in self.network.named_parameters():
            (last if name.split(".")[1] in _LAST_LAYERS else others).append(parameter)
        decay = self._config.weight_decay
        return [
            {"params": others, "weight_decay": decay},
            {"params": [*last, *self._classifier.parameters()], "weight_decay": 10 * decay},
        ]

    def _run_settings(self) -> dict[str, object]:
        return self._config.model_dump(mode="json") | {
            "faces": len(self._faces),
            "identities": list(self._faces.identities),
            "processes": self._workers.count,
        }


class _WithLoss(nn.Module):
    """Network and classifier as one module, so that several processes share the gradients of both."""

    def __init__(self, network: FaceNetwork, classifier: Classifier) -> None:
        super().__init__()
        self.network = network
        self.classifier = classifier

    def forward(self, faces: Tensor, labels: Tensor) -> Tensor:
        loss: Tensor = self.classifier(self.network(faces), labels)
        return loss


class WeightAverage:
    """Exponential moving average of a network's weights.

    Args:
        network: Network to average; the average starts with its weights.
        decay: Share kept at each step.

    Attributes:
        network: The average.
    """

    def __init__(self, network: FaceNetwork, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(requires_grad=False)
        self._decay = decay
        # Looking these up at each step takes longer than averaging them.
        self._pairs = list(zip(self.network.state_dict().values(), network.state_dict().values(), strict=True))

    @torch.no_grad()
    def update(self) -> None:
        """Include the current weights; batch statistics are averaged too, counters are copied."""
        for own, other in self._pairs:
            if own.dtype.is_floating_point:
                own.lerp_(other, 1 - self._decay)
            else:
                own.copy_(other)
