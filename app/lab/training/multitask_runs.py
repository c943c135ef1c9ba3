"""Both networks of the multi-task comparison from beginning to end: trained, held to their files, written down."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from app.core.errors import ExportFailed, InvalidRequest
from app.core.i18n import QT_TRANSLATE_NOOP
from app.lab.data.faces import FaceSet, Images
from app.lab.export.two_heads import check_detection_parity, export_detector, export_two_heads
from app.lab.networks.mobilefacenet import FaceNetwork
from app.lab.networks.two_heads import DETECTOR, TEACHABLE, TwoHeadNetwork
from app.lab.training.multitask import (
    DetectionAndEmbeddingTask,
    DetectionTask,
    MultiTaskConfig,
    MultiTaskStep,
    MultiTaskTraining,
    TrainingTask,
)
from app.lab.training.runs import EventLog
from app.lab.training.students import build_teacher
from app.lab.training.validation import embed_faces

TWO_HEADS = "two_heads.onnx"
DETECTOR_FILE = "detector.onnx"
RECIPE = "multitask.json"

Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class MultiTaskReport:
    """What came of a training.

    Attributes:
        steps: Of each network.
        two_heads: The last batch's figures, by name: the network with both heads.
        detector: The network that only finds.
        file: The exported network with both heads.
        detector_file: The other.
    """

    steps: int
    two_heads: dict[str, float]
    detector: dict[str, float]
    file: Path
    detector_file: Path


def run_multitask_training(
    config: MultiTaskConfig,
    shipped: bytes,
    faces: FaceSet,
    backgrounds: Images,
    folder: Path,
    save_every: int,
    told: Told,
) -> MultiTaskReport:
    """Train the network with both heads, then the one that only finds, or go on with either, and export both.

    Args:
        config: How.
        shipped: The file of the network that ships: both the beginning of the backbone and the teacher.
        faces: To learn from.
        backgrounds: (m, side, side, 3) uint8, RGB.
        folder: Of the run.
        save_every: Steps between checkpoints.
        told: Called with the number of steps done, of both together.
    """
    teacher = build_teacher(shipped)
    wanted = embed_faces(teacher, faces, teacher.architecture.input_size)
    torch.manual_seed(config.seed)
    both = TwoHeadNetwork(TEACHABLE)
    both.face.load_state_dict(teacher.state_dict())
    alone = FaceNetwork(DETECTOR)
    last: dict[str, dict[str, float]] = {}
    tasks: dict[str, TrainingTask] = {
        "two_heads": DetectionAndEmbeddingTask(both, config.frozen_stages),
        "detector": DetectionTask(alone),
    }
    for done, (name, task) in enumerate(tasks.items()):
        training = MultiTaskTraining(config, task, faces, wanted, backgrounds, folder / f"{name}.pt")
        last[name] = _trained(training, folder / name, save_every, lambda step, n=done: told(n * config.steps + step))  # type: ignore[misc]
    files = {TWO_HEADS: export_two_heads(both), DETECTOR_FILE: export_detector(alone)}
    check_detection_parity(both, files[TWO_HEADS])
    check_detection_parity(alone, files[DETECTOR_FILE])
    recipe = {"config": config.model_dump(mode="json"), "faces": len(faces), "backgrounds": len(backgrounds)}
    _write(folder, files, json.dumps(recipe, indent=1))
    return MultiTaskReport(
        config.steps, last["two_heads"], last["detector"], folder / TWO_HEADS, folder / DETECTOR_FILE
    )


def _trained(training: MultiTaskTraining, folder: Path, save_every: int, told: Told) -> dict[str, float]:
    """The last step's figures; none where nothing was left to do."""
    training.resume()
    told(training.step)
    last: dict[str, float] = {}
    with EventLog(folder, training.step) as journal:

        def tell(step: MultiTaskStep) -> None:
            nonlocal last
            last = step.parts
            journal.write(step.step, step.parts)
            told(step.step)

        training.run(save_every, tell)
    return last


def _write(folder: Path, files: dict[str, bytes], recipe: str) -> None:
    try:
        for name, content in files.items():
            (folder / name).write_bytes(content)
        (folder / RECIPE).write_text(recipe, "utf-8")
    except OSError as error:
        raise ExportFailed(path=folder, reason=error.strerror or error) from error


def read_multitask_run(folder: Path) -> tuple[bytes, bytes]:
    """The files of a run: with both heads, and the one that only finds.

    Raises:
        InvalidRequest: The run is not finished, or there is none.
    """
    try:
        return (folder / TWO_HEADS).read_bytes(), (folder / DETECTOR_FILE).read_bytes()
    except OSError as error:
        raise InvalidRequest(
            QT_TRANSLATE_NOOP("errors", "The run is not finished: {path} is missing."),
            QT_TRANSLATE_NOOP("errors", "Train it first, with: facelatch lab multitask train"),
            path=error.filename,
        ) from error
