"""A run from beginning to end: train, tell, validate, export."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from app.core.errors import ExportFailed
from app.lab.cards import Card, write_card
from app.lab.devices import CPU
from app.lab.distil import DistilConfig, Distillation
from app.lab.distil import Progress as DistilStep
from app.lab.export import export_network
from app.lab.export_rounded import export_rounded
from app.lab.faces import FaceSet
from app.lab.journal import Journal
from app.lab.network import FaceNetwork
from app.lab.parity import check_parity
from app.lab.students import student_of, take_over, teacher_of
from app.lab.train import TrainConfig, Training, TrainStep
from app.lab.validation import Validation, embed_faces, validate
from app.lab.workers import joined_workers

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


def use_threads(count: int | None) -> None:
    """Compute with so many threads of the CPU; None leaves it to PyTorch."""
    if count is not None:
        torch.set_num_threads(count)


def train_run(
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
    with joined_workers(device) as workers:
        training = Training(config, faces, folder, workers)
        training.resume()
        with Journal(folder if workers.first else None, training.step) as journal:

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
    card = Card(
        "trained from nothing", config.model_dump(mode="json"), len(faces), len(faces.identities), asdict(figures)
    )
    file = _write(folder, content, network, card)
    return TrainReport(training.step, training.losses[-1], figures, file)


def distil_run(
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
    teacher, student = teacher_of(shipped), student_of(shipped, config.architecture)
    if config.begin_with is not None:
        take_over(student, config.begin_with)
    run = Distillation(config, student, teacher, faces, folder, device=device)
    run.resume()
    with Journal(folder, run.step) as journal:

        def tell(step: DistilStep) -> None:
            journal.write(step.step, {"rate": step.rate, **step.parts})
            told(step.step)

        run.run(save_every, tell)
    run.student.to(CPU)
    teacher.to(CPU)
    content = export_rounded(run.student) if run.rounds else export_network(run.student)
    check_parity(run.student, content, rounded=run.rounds)
    measured = held_out or faces
    known, found = (
        embed_faces(network, measured, network.architecture.input_size) for network in (teacher, run.student)
    )
    best, own = validate(known, measured.labels), validate(found, measured.labels, known)
    figures = {"student": asdict(own), "teacher": asdict(best)}
    card = Card(
        "taught by the shipped network", config.model_dump(mode="json"), len(faces), len(faces.identities), figures
    )
    file = _write(folder, content, run.student, card)
    return DistilReport(run.step, own.agreement or 0.0, own, best, file)


def _write(folder: Path, content: bytes, network: FaceNetwork, card: Card) -> Path:
    """The model, then its card, which holds the model's hash.

    Raises:
        ExportFailed: One of them cannot be written.
    """
    path = folder / MODEL
    try:
        path.write_bytes(content)
        write_card(path.with_suffix(".md"), card, network.architecture, hashlib.sha256(content).hexdigest())
        path.with_suffix(".json").write_text(json.dumps(asdict(card), indent=1), "utf-8")
    except OSError as error:
        raise ExportFailed(path=path, reason=error.strerror or error) from error
    return path
