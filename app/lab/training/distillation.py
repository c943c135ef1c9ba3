"""Distillation of the shipped network into a faster student, on unlabelled faces."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field, model_validator
from torch import Tensor

from app.lab.data.augmentation import FAITHFUL, Augmentation, Augmenter
from app.lab.data.faces import FaceSet, sample_faces, to_network_input
from app.lab.errors import TrainingDiverged
from app.lab.networks.architecture import Architecture
from app.lab.networks.mobilefacenet import FaceNetwork
from app.lab.networks.quantisation import calibrate_ranges, equalise_channels, install_fake_quantisation
from app.lab.training.checkpoints import ResumableRun
from app.lab.training.devices import CPU, report_memory_exhaustion
from app.lab.training.losses import LossTerms, match_unit_means, output_distillation_loss, unit_distillation_loss

CHECKPOINT = "checkpoint.pt"
_CALIBRATION_FACES = 64
_WARM_UP = 0.05
_LEAST_RATE = 0.02
"""Final learning rate of the cosine schedule, over the highest one."""


class DistilConfig(BaseModel):
    """Settings of a distillation.

    Attributes:
        architecture: Architecture of the student.
        begin_with: Checkpoint of another student to start from; otherwise the shipped weights.
        unit_steps: Steps of the first phase: unit by unit, where student and teacher have the same maps.
        whole_steps: Steps of the second phase: the whole network.
        quantised_steps: Steps of the last phase, with quantised weights and maps; 0 for a student in single precision.
        batch: Faces a step.
        unit_rate: Adam's highest learning rate, unit by unit.
        whole_rate: The same for the whole network.
        quantised_rate: The same with quantisation.
        similarity_weight: Weight of the batch's similarities; the cosine has weight 1.
        augmentations: Changes of the faces.
        seed: Seed of everything random.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    architecture: Architecture
    begin_with: Path | None = None
    unit_steps: int = Field(0, ge=0)
    whole_steps: int = Field(0, ge=0)
    quantised_steps: int = Field(0, ge=0)
    batch: int = Field(32, ge=2)
    unit_rate: float = Field(3e-3, gt=0)
    whole_rate: float = Field(1e-3, gt=0)
    quantised_rate: float = Field(2e-4, gt=0)
    similarity_weight: float = Field(10.0, ge=0)
    augmentations: tuple[Augmentation, ...] = FAITHFUL
    seed: int = 0

    @model_validator(mode="after")
    def _check_folding(self) -> Self:
        if self.quantised_steps and self.architecture.batch_norm:
            raise ValueError("rounding needs a student without batch normalisation")
        return self

    def phases(self) -> Iterator[tuple[str, int, float]]:
        """Yield name, steps and highest learning rate of each phase, in order."""
        yield "units", self.unit_steps, self.unit_rate
        yield "whole", self.whole_steps, self.whole_rate
        yield "quantised", self.quantised_steps, self.quantised_rate

    @property
    def steps(self) -> int:
        """Steps of all phases."""
        return self.unit_steps + self.whole_steps + self.quantised_steps


@dataclass(frozen=True, slots=True)
class DistillationStep:
    """Progress after a step.

    Attributes:
        step: Steps done.
        phase: Phase of the step.
        rate: Learning rate.
        parts: Loss terms by name.
    """

    step: int
    phase: str
    rate: float
    parts: dict[str, float]


class Distillation(ResumableRun[DistillationStep]):
    """A distillation run.

    Args:
        config: Settings.
        student: Student with its initial weights.
        teacher: Teacher in the form whose maps the student shall have.
        faces: Faces to learn from.
        folder: Folder of the checkpoint.
        mixed: Whether to compute in bfloat16 where that is precise enough.
        device: Device to compute on.
    """

    def __init__(
        self,
        config: DistilConfig,
        student: FaceNetwork,
        teacher: FaceNetwork,
        faces: FaceSet,
        folder: Path,
        *,
        mixed: bool = True,
        device: torch.device = CPU,
    ) -> None:
        super().__init__(folder / CHECKPOINT, config.steps)
        self.student = student.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.rounds = False
        self._config = config
        self._teacher = teacher.to(device, memory_format=torch.channels_last).eval()  # type: ignore[call-overload]
        self._faces = faces
        self._mixed = mixed
        self._device = device
        self._augment = Augmenter(config.augmentations)
        self._optimizer = torch.optim.Adam(self.student.parameters(), lr=config.unit_rate)

    def _state(self) -> dict[str, Any]:
        return {
            "student": self.student.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "rounds": self.rounds,
        }

    def _restore(self, state: dict[str, Any]) -> None:
        if state["rounds"]:
            self._install_quantisers()
        self.student.load_state_dict(state["student"])
        self._optimizer.load_state_dict(state["optimizer"])

    def _run_settings(self) -> dict[str, object]:
        return self._config.model_dump(mode="json") | {"faces": len(self._faces)}

    def _one_step(self) -> DistillationStep:
        phase, done, steps, highest = self._phase()
        torch.manual_seed(self._config.seed * 1_000_003 + self.step)
        if done == 0:
            self._begin_phase(phase)
        rate = highest * learning_rate_factor(done / steps)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        with report_memory_exhaustion(self._config.batch):
            terms = self._loss_terms(phase)
            self._optimizer.zero_grad()
            terms.loss.backward()  # type: ignore[no-untyped-call]
        if not terms.loss.isfinite():
            raise TrainingDiverged(step=self.step, loss=float(terms.loss.detach()))
        torch.nn.utils.clip_grad_norm_(self.student.parameters(), 10.0)
        self._optimizer.step()
        self.step += 1
        return DistillationStep(self.step, phase, rate, terms.parts)

    def _phase(self) -> tuple[str, int, int, float]:
        """Return name, steps done, total steps and learning rate of the current phase."""
        before = 0
        for name, steps, rate in self._config.phases():
            if self.step < before + steps:
                return name, self.step - before, steps, rate
            before += steps
        raise IndexError(self.step)

    def _begin_phase(self, phase: str) -> None:
        self._optimizer = torch.optim.Adam(self.student.parameters(), lr=self._config.unit_rate)
        if phase == "units":
            match_unit_means(self.student.eval(), self._teacher, self._inputs(_CALIBRATION_FACES)[0])
        if phase == "quantised":
            faces = self._inputs(_CALIBRATION_FACES)[1]
            equalise_channels(self.student.eval(), faces)
            self._install_quantisers()
            calibrate_ranges(self.student, faces)
        self.student.train()

    def _install_quantisers(self) -> None:
        install_fake_quantisation(self.student)
        self.rounds = True

    def _loss_terms(self, phase: str) -> LossTerms:
        for_teacher, for_student = self._inputs(self._config.batch)
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._mixed and phase != "quantised"):
            if phase == "units":
                return unit_distillation_loss(self.student, self._teacher, for_teacher)
            with torch.no_grad():
                target = self._teacher(for_teacher)
            return output_distillation_loss(self.student, target, for_student, self._config.similarity_weight)

    def _inputs(self, count: int) -> tuple[Tensor, Tensor]:
        """Return the same faces as input of the teacher and of the student."""
        faces = self._augment(self._faces.batch(sample_faces(len(self._faces), count, self._config.seed, self.step)))
        sizes = self._teacher.architecture.input_size, self._config.architecture.input_size
        for_teacher, for_student = (to_network_input(faces, size) for size in sizes)
        return tuple(x.to(self._device, memory_format=torch.channels_last) for x in (for_teacher, for_student))  # type: ignore[return-value]


def learning_rate_factor(done: float) -> float:
    """Return the share of the highest learning rate: a linear warm-up, then half a cosine (Loshchilov and Hutter 2017).

    Args:
        done: Share of the steps done, 0 to 1.
    """
    if done < _WARM_UP:
        return (done + 1e-3) / _WARM_UP
    cosine_share = (done - _WARM_UP) / (1 - _WARM_UP)
    return float(_LEAST_RATE + (1 - _LEAST_RATE) * (1 + np.cos(np.pi * cosine_share)) / 2)
