"""Multi-task runs: both networks are trained, exported, and verified against their files."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from app.core.errors import ExportFailed, InvalidRequest
from app.core.i18n import QT_TRANSLATE_NOOP
from app.lab.data.faces import FaceSet, Images
from app.lab.export.parity import check_detection_parity
from app.lab.export.two_heads import export_detector, export_two_heads
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

OnStep = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class MultiTaskReport:
    """Result of a run; field names are the keys of the JSON output.

    Attributes:
        steps: Steps of each network.
        two_heads: Loss terms of the last batch: network with both heads.
        detector: The same of the network that only detects.
        file: Exported network with both heads.
        detector_file: Exported detector.
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
    on_step: OnStep,
) -> MultiTaskReport:
    """Train the network with both heads, then the detector, or continue either, and export both.

    Args:
        config: Settings.
        shipped: File of the shipped network: start of the backbone, and teacher.
        faces: Faces to learn from.
        backgrounds: (m, side, side, 3) uint8, RGB.
        folder: Folder of the run.
        save_every: Steps between checkpoints.
        on_step: Called with the number of steps done, of both networks together.
    """
    teacher = build_teacher(shipped)
    targets = embed_faces(teacher, faces, teacher.architecture.input_size)
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
        training = MultiTaskTraining(config, task, faces, targets, backgrounds, folder / f"{name}.pt")
        last[name] = _train(training, folder / name, save_every, done * config.steps, on_step)
    files = {TWO_HEADS: export_two_heads(both), DETECTOR_FILE: export_detector(alone)}
    check_detection_parity(both, files[TWO_HEADS])
    check_detection_parity(alone, files[DETECTOR_FILE])
    recipe = {"config": config.model_dump(mode="json"), "faces": len(faces), "backgrounds": len(backgrounds)}
    _write(folder, files, json.dumps(recipe, indent=1))
    return MultiTaskReport(
        config.steps, last["two_heads"], last["detector"], folder / TWO_HEADS, folder / DETECTOR_FILE
    )


def _train(training: MultiTaskTraining, folder: Path, save_every: int, done: int, on_step: OnStep) -> dict[str, float]:
    """Run a training after `done` steps of others; return the loss terms of the last step, none if no step was left."""
    training.resume()
    on_step(done + training.step)
    last: dict[str, float] = {}
    with EventLog(folder, training.step) as journal:

        def report_step(step: MultiTaskStep) -> None:
            nonlocal last
            last = step.parts
            journal.write(step.step, step.parts)
            on_step(done + step.step)

        training.run(save_every, report_step)
    return last


def _write(folder: Path, files: dict[str, bytes], recipe: str) -> None:
    try:
        for name, content in files.items():
            (folder / name).write_bytes(content)
        (folder / RECIPE).write_text(recipe, "utf-8")
    except OSError as error:
        raise ExportFailed(path=folder, reason=error.strerror or error) from error


def read_multitask_run(folder: Path) -> tuple[bytes, bytes]:
    """Return the files of a run: the network with both heads, and the detector.

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
