"""Training runs: train, log, validate, export."""

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

OnStep = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class TrainReport:
    """Result of a training; field names are the keys of the JSON output.

    Attributes:
        steps: Steps done.
        last_loss: Loss of the last step.
        validation: On the training faces: shows whether the network learnt, not how accurate it is.
        file: Exported model; its card, with the manifest's row, lies beside it.
    """

    steps: int
    last_loss: float
    validation: Validation
    file: Path


@dataclass(frozen=True, slots=True)
class DistilReport:
    """Result of a distillation; field names are the keys of the JSON output.

    Attributes:
        steps: Steps done.
        agreement: Mean cosine with the teacher on the held-out faces, or on the training faces without any.
        student: Accuracy of the student on the same faces.
        teacher: Accuracy of the teacher on the same faces.
        file: Exported model; its card, with the manifest's row, lies beside it.
    """

    steps: int
    agreement: float
    student: Validation
    teacher: Validation
    file: Path


def set_thread_count(count: int | None) -> None:
    """Compute with that many CPU threads; None keeps PyTorch's choice."""
    if count is not None:
        torch.set_num_threads(count)


def run_training(
    config: TrainConfig, faces: FaceSet, folder: Path, save_every: int, on_step: OnStep, device: torch.device = CPU
) -> TrainReport | None:
    """Train a network, or continue its training, and export it.

    Args:
        config: Settings.
        faces: Faces of labelled people.
        folder: Folder of the run.
        save_every: Steps between checkpoints.
        on_step: Called with the number of steps done.
        device: Device of this process.

    Returns:
        None in all processes but the first.
    """
    with join_process_group(device) as workers:
        training = Training(config, faces, folder, workers)
        training.resume()
        with EventLog(folder if workers.first else None, training.step) as journal:

            def report_step(step: TrainStep) -> None:
                journal.write(step.step, {"loss": step.loss, "rate": step.rate})
                on_step(step.step)

            training.run(save_every, report_step)
        if not workers.first:
            return None
    network = training.result.to(CPU)
    content = export_network(network)
    check_parity(network, content, quantised=False)
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
    on_step: OnStep,
    device: torch.device = CPU,
) -> DistilReport:
    """Distil a student, or continue its distillation, and export it.

    Args:
        config: Settings.
        shipped: File of the teacher.
        faces: Faces to learn from.
        held_out: Faces to validate on; None validates on the training faces.
        folder: Folder of the run.
        save_every: Steps between checkpoints.
        on_step: Called with the number of steps done.
        device: Device to compute on.
    """
    teacher, student = build_teacher(shipped), build_student(shipped, config.architecture)
    if config.begin_with is not None:
        load_student_checkpoint(student, config.begin_with)
    run = Distillation(config, student, teacher, faces, folder, device=device)
    run.resume()
    with EventLog(folder, run.step) as journal:

        def report_step(step: DistilStep) -> None:
            journal.write(step.step, {"rate": step.rate, **step.parts})
            on_step(step.step)

        run.run(save_every, report_step)
    run.student.to(CPU)
    teacher.to(CPU)
    content = export_quantised(run.student) if run.rounds else export_network(run.student)
    check_parity(run.student, content, quantised=run.rounds)
    measured = held_out or faces
    teacher_vectors, student_vectors = (
        embed_faces(network, measured, network.architecture.input_size) for network in (teacher, run.student)
    )
    teacher_result, student_result = (
        validate(teacher_vectors, measured.labels),
        validate(student_vectors, measured.labels, teacher_vectors),
    )
    figures = {"student": asdict(student_result), "teacher": asdict(teacher_result)}
    card = ModelCard(
        "taught by the shipped network", config.model_dump(mode="json"), len(faces), len(faces.identities), figures
    )
    file = _write(folder, content, run.student, card)
    return DistilReport(run.step, student_result.agreement or 0.0, student_result, teacher_result, file)


def _write(folder: Path, content: bytes, network: FaceNetwork, card: ModelCard) -> Path:
    """Write the model, then its card, which holds the model's hash.

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
    """Writes numbers for TensorBoard into a run's folder; a context manager.

    Args:
        folder: Folder of the run; None writes nothing, as in all processes but the first.
        step: Steps done: events that an interrupted run wrote after its checkpoint are discarded.
    """

    def __init__(self, folder: Path | None, step: int) -> None:
        self._writer = None if folder is None else SummaryWriter(str(folder / "events"), purge_step=step)

    def write(self, step: int, values: dict[str, float]) -> None:
        """Write numbers of a step; does nothing without a folder.

        Args:
            step: Steps done.
            values: Numbers by name, each shown as one curve.
        """
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
