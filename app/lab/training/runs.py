"""A run from beginning to end: train, tell, validate, export."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import torch
from torch.utils.tensorboard import SummaryWriter

from app.core.errors import ExportFailed
from app.lab.data.faces import FaceSet
from app.lab.export.model_card import ModelCard, write_model_card
from app.lab.export.parity import check_parity
from app.lab.export.quantised import export_quantised
from app.lab.export.single_precision import export_network
from app.lab.networks.mobilefacenet import FaceNetwork
from app.lab.training.devices import CPU, join_process_group
from app.lab.training.distillation import DistilConfig, Distillation
from app.lab.training.distillation import DistillationStep as DistilStep
from app.lab.training.students import build_student, build_teacher, load_student_checkpoint
from app.lab.training.supervised import TrainConfig, Training, TrainStep
from app.lab.training.validation import Validation, embed_faces, validate

MODEL = "model.onnx"

Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class TrainReport:
    """What came of a training.

    Attributes:
        steps: All that were done.
        last_loss: Of the last step.
        validation: On the faces it was trained on: whether it learnt at all, not how good it is.
        file: The exported model; its card, with the manifest's row, lies beside it.
    """

    steps: int
    last_loss: float
    validation: Validation
    file: Path


@dataclass(frozen=True, slots=True)
class DistilReport:
    """What came of teaching a student.

    Attributes:
        steps: All that were done.
        agreement: Mean cosine with the teacher on the faces held out (without such: on those learnt from).
        student: On the same faces.
        teacher: On the same faces.
        file: The exported model; its card, with the manifest's row, lies beside it.
    """

    steps: int
    agreement: float
    student: Validation
    teacher: Validation
    file: Path


def set_thread_count(count: int | None) -> None:
    """Compute with so many threads of the CPU; None leaves it to PyTorch."""
    if count is not None:
        torch.set_num_threads(count)


def run_training(
    config: TrainConfig, faces: FaceSet, folder: Path, save_every: int, told: Told, device: torch.device = CPU
) -> TrainReport | None:
    """Train a network, or go on with it, and export it.

    Args:
        config: How.
        faces: Of people with a number each.
        folder: Of the run.
        save_every: Steps between checkpoints.
        told: Called with the number of steps done.
        device: Where this process computes.

    Returns:
        None in all processes but the first.
    """
    with join_process_group(device) as workers:
        training = Training(config, faces, folder, workers)
        training.resume()
        with EventLog(folder if workers.first else None, training.step) as journal:

            def tell(step: TrainStep) -> None:
                journal.write(step.step, {"loss": step.loss, "rate": step.rate})
                told(step.step)

            training.run(save_every, tell)
        if not workers.first:
            return None
    network = training.result.to(CPU)
    content = export_network(network)
    check_parity(network, content, rounded=False)
    figures = validate(embed_faces(network, faces, config.architecture.input_size), faces.labels)
    card = ModelCard(
        "trained from nothing", config.model_dump(mode="json"), len(faces), len(faces.identities), asdict(figures)
    )
    file = _write(folder, content, network, card)
    return TrainReport(training.step, training.losses[-1], figures, file)


def run_distillation(
    config: DistilConfig,
    shipped: bytes,
    faces: FaceSet,
    held_out: FaceSet | None,
    folder: Path,
    save_every: int,
    told: Told,
    device: torch.device = CPU,
) -> DistilReport:
    """Teach a student, or go on with it, and export it.

    Args:
        config: How.
        shipped: The file of the network that teaches.
        faces: To learn from.
        held_out: To measure on; None measures on those learnt from.
        folder: Of the run.
        save_every: Steps between checkpoints.
        told: Called with the number of steps done.
        device: Where to compute.
    """
    teacher, student = build_teacher(shipped), build_student(shipped, config.architecture)
    if config.begin_with is not None:
        load_student_checkpoint(student, config.begin_with)
    run = Distillation(config, student, teacher, faces, folder, device=device)
    run.resume()
    with EventLog(folder, run.step) as journal:

        def tell(step: DistilStep) -> None:
            journal.write(step.step, {"rate": step.rate, **step.parts})
            told(step.step)

        run.run(save_every, tell)
    run.student.to(CPU)
    teacher.to(CPU)
    content = export_quantised(run.student) if run.rounds else export_network(run.student)
    check_parity(run.student, content, rounded=run.rounds)
    measured = held_out or faces
    known, found = (
        embed_faces(network, measured, network.architecture.input_size) for network in (teacher, run.student)
    )
    best, own = validate(known, measured.labels), validate(found, measured.labels, known)
    figures = {"student": asdict(own), "teacher": asdict(best)}
    card = ModelCard(
        "taught by the shipped network", config.model_dump(mode="json"), len(faces), len(faces.identities), figures
    )
    file = _write(folder, content, run.student, card)
    return DistilReport(run.step, own.agreement or 0.0, own, best, file)


def _write(folder: Path, content: bytes, network: FaceNetwork, card: ModelCard) -> Path:
    """The model, then its card, which holds the model's hash.

    Raises:
        ExportFailed: One of them cannot be written.
    """
    path = folder / MODEL
    try:
        path.write_bytes(content)
        write_model_card(path.with_suffix(".md"), card, network.architecture, hashlib.sha256(content).hexdigest())
        path.with_suffix(".json").write_text(json.dumps(asdict(card), indent=1), "utf-8")
    except OSError as error:
        raise ExportFailed(path=path, reason=error.strerror or error) from error
    return path


class EventLog:
    """Writes events into a run's folder; use it as a context.

    Args:
        folder: Of the run; None writes nothing, as in all processes but the first.
        step: How many are done: what an interrupted run wrote beyond its checkpoint is passed over.
    """

    def __init__(self, folder: Path | None, step: int) -> None:
        self._writer = None if folder is None else SummaryWriter(str(folder / "events"), purge_step=step)

    def write(self, step: int, values: dict[str, float]) -> None:
        """Some numbers of a step, by name."""
        if self._writer is not None:
            for name, value in values.items():
                self._writer.add_scalar(name, value, step)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()
