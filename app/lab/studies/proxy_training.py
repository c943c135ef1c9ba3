"""Small trainings by which ablation and search compare networks, and significance over seeds."""

import json
import math
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, variance
from typing import Any

import numpy as np
import torch
from scipy.special import stdtrit

from app.core.atomic_file import write_atomically
from app.evaluation.statistics.verification import PairHistograms, compare_all_pairs
from app.lab.data.augmentation import Augmentation
from app.lab.data.faces import FaceSet
from app.lab.errors import CheckpointFailed, DataUnusable, StudyDiffers
from app.lab.networks.architecture import Architecture
from app.lab.networks.mobilefacenet import FaceNetwork
from app.lab.training.devices import CPU, ProcessGroup
from app.lab.training.supervised import TrainConfig, Training, TrainStep
from app.lab.training.validation import embed_faces

PROXY_CONFIG = TrainConfig(
    architecture=Architecture(width=0.25, last=256, input_size=(48, 48)),
    steps=240,
    batch=48,
    rate=0.1,
    margin=0.2,
    last_margin=0.12,
    average=0.95,
    augmentations=(Augmentation.FLIP,),
)
"""Default settings of a study's trainings: a quarter of the channels and a fifth of the pixels.

The margins have the usual proportion, but are small: so few steps learn almost nothing against larger ones.
"""

PEOPLE = 160
"""People in the training set at most: those with the most pictures."""

_JUDGED_OF_EACH = 6
_FMR = 1e-2
_SAVE_EVERY = 50

OnStep = Callable[[Training, TrainStep], None]


@dataclass(frozen=True, slots=True)
class StudyFaces:
    """Training and evaluation faces of a study.

    Attributes:
        learnt: Faces of the people with the most pictures.
        judged: Faces of other people, two to six pictures each.
    """

    learnt: FaceSet
    judged: FaceSet

    @classmethod
    def split(cls, faces: FaceSet, held_out: frozenset[str] | None, people: int, side: int) -> "StudyFaces":
        """Split faces into training and evaluation sets.

        Args:
            faces: All faces.
            held_out: People of the evaluation set; None takes every fifth person by name.
            people: People in the training set at most.
            side: Side of the faces in memory, in pixels.

        Raises:
            DataUnusable: Too few people have two pictures.
        """
        several = faces.with_at_least(2)
        others = held_out if held_out is not None else frozenset(several.identities[::5])
        learnt = several.without(others).with_most_faces(people)
        judged = several.without(set(several.identities) - others).at_most(_JUDGED_OF_EACH)
        for part, purpose in ((learnt, "to learn from"), (judged, "to judge by")):
            if len(part.identities) < 2:
                raise DataUnusable(path=purpose, reason="a study needs two people there, with two faces each")
        return cls(learnt.shrunk(side), judged.shrunk(side))

    def counts(self) -> dict[str, int]:
        """Return the numbers of people and faces."""
        return {
            "people_learnt": len(self.learnt.identities),
            "faces_learnt": len(self.learnt),
            "people_judged": len(self.judged.identities),
            "faces_judged": len(self.judged),
        }


@dataclass(frozen=True, slots=True)
class Score:
    """Accuracy of a small training on people of the evaluation set.

    Attributes:
        accuracy: Mean of true accept rate and true reject rate over all pairs, at the best threshold.
        tar: True accept rate at a false match rate of 1e-2.
    """

    accuracy: float
    tar: float


@dataclass(frozen=True, slots=True)
class ProxyResult:
    """Result of one training.

    Attributes:
        name: Name of the variant or network.
        seed: Seed of the training.
        score: Accuracy on the evaluation set.
        loss: Mean loss of the last tenth of the steps.
        cpu_s: CPU seconds since the last resume.
    """

    name: str
    seed: int
    score: Score
    loss: float
    cpu_s: float


def score_network(network: FaceNetwork, faces: FaceSet) -> Score:
    """Compare every face with every other.

    Args:
        network: The network.
        faces: Evaluation faces.
    """
    counts = compare_all_pairs(embed_faces(network, faces, network.architecture.input_size), faces.labels)
    accepted = counts.genuine.count_reaching(counts.impostor.threshold_at(_FMR))
    return Score(_best_accuracy(counts), accepted / max(counts.genuine.total, 1))


def _best_accuracy(counts: PairHistograms) -> float:
    accepted, matched = (part.reaching_edges() / max(part.total, 1) for part in (counts.genuine, counts.impostor))
    return float(np.max(accepted + 1 - matched) / 2)


def run_proxy_training(
    name: str,
    config: TrainConfig,
    faces: StudyFaces,
    folder: Path,
    device: torch.device = CPU,
    on_step: OnStep = lambda *_: None,
) -> ProxyResult:
    """Train and score a network, or read its existing result.

    An interrupted training continues from its checkpoint; a finished one keeps its result, not its network.

    Args:
        name: Name for the result and its files.
        config: Settings.
        faces: Training and evaluation faces.
        folder: Folder of the study.
        device: Device to compute on.
        on_step: Called after each step.

    Raises:
        StudyDiffers: The existing result has other settings or faces.
        CheckpointFailed: The folder cannot be written.
    """
    stem = _stem(name, config.seed, folder)
    stored, run_settings = stem.with_suffix(".json"), config.model_dump(mode="json") | faces.counts()
    if stored.exists():
        return _read(stored, run_settings)
    started = time.process_time()
    training = Training(config, faces.learnt, stem, ProcessGroup(device=device))
    training.resume()
    training.run(_SAVE_EVERY, lambda step: on_step(training, step))
    last = training.losses[-max(config.steps // 10, 1) :]
    score = score_network(training.result, faces.judged)
    result = ProxyResult(name, config.seed, score, float(np.mean(last)), time.process_time() - started)
    _write(stored, {"made_with": run_settings, "result": asdict(result)})
    shutil.rmtree(stem)
    return result


def delete_proxy_checkpoint(name: str, seed: int, folder: Path) -> None:
    """Remove the checkpoint of a training that will not be continued.

    Args:
        name: Name of the training.
        seed: Its seed.
        folder: Folder of the study.
    """
    shutil.rmtree(_stem(name, seed, folder), ignore_errors=True)


def _stem(name: str, seed: int, folder: Path) -> Path:
    return folder / f"{name}-seed{seed}"


def _write(path: Path, content: dict[str, Any]) -> None:
    try:
        write_atomically(path, json.dumps(content, indent=1), mode=None)
    except OSError as error:
        raise CheckpointFailed(path=path, reason=error.strerror or error) from error


def _read(path: Path, run_settings: dict[str, Any]) -> ProxyResult:
    try:
        content = json.loads(path.read_text("utf-8"))
        result = ProxyResult(**content["result"] | {"score": Score(**content["result"]["score"])})
        before = content["made_with"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StudyDiffers(path=path, reason="it is damaged; delete it") from error
    differing = [key for key, value in run_settings.items() if before.get(key) != value]
    if differing:
        raise StudyDiffers(path=path, reason=f"it was made with another {', '.join(differing)}")
    return result


_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class SeedDifference:
    """Difference of a result from the base.

    Attributes:
        mean: Difference of the mean accuracies.
        bound: Bound of chance; None with one seed, where it cannot be estimated.
    """

    mean: float
    bound: float | None

    @property
    def is_significant(self) -> bool:
        """Whether the difference exceeds the bound."""
        return self.bound is not None and abs(self.mean) > self.bound


def standard_deviation(values: Sequence[float]) -> float | None:
    """Return the sample standard deviation; None for one value."""
    return math.sqrt(variance(values)) if len(values) > 1 else None


def compare_with_base(base: Sequence[float], others: Mapping[str, Sequence[float]]) -> dict[str, SeedDifference]:
    """Compare many results with one.

    The spread over seeds is assumed equal for all and pooled; the confidence of 95 % holds for all comparisons together
    (two-sided Student t bound with Bonferroni correction).

    Args:
        base: One value a seed, at least one.
        others: The same for each result to compare.
    """
    groups = [base, *others.values()]
    freedom = sum(len(group) - 1 for group in groups)
    bounds: dict[str, float | None] = dict.fromkeys(others)
    if freedom:
        pooled = math.sqrt(sum((len(g) - 1) * variance(g) for g in groups if len(g) > 1) / freedom)
        quantile = stdtrit(freedom, 1 - (1 - _CONFIDENCE) / 2 / max(len(others), 1))
        bounds = {
            name: float(quantile * pooled * math.sqrt(1 / len(base) + 1 / len(group))) for name, group in others.items()
        }
    return {name: SeedDifference(fmean(group) - fmean(base), bounds[name]) for name, group in others.items()}
