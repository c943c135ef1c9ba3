"""Small trainings that stand for large ones: what ablation and search compare networks by."""

import json
import math
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import NormalDist, fmean, variance
from typing import Any

import numpy as np
import torch

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
"""What a study trains, unless a recipe says otherwise: a quarter of the channels and a fifth of the pixels.

The margins are in the usual proportion, but small: so few steps learn next to nothing against larger ones."""

PEOPLE = 160
"""Whom a study learns from, at most: those with the most pictures."""

_JUDGED_OF_EACH = 6
_FMR = 1e-2
_SAVE_EVERY = 50

OnStep = Callable[[Training, TrainStep], None]


@dataclass(frozen=True, slots=True)
class StudyFaces:
    """Whom a study learns from, and whom it judges by.

    Attributes:
        learnt: Faces of those with the most pictures.
        judged: Of other people, two to six pictures each.
    """

    learnt: FaceSet
    judged: FaceSet

    @classmethod
    def split(cls, faces: FaceSet, held_out: frozenset[str] | None, people: int, side: int) -> "StudyFaces":
        """Choose.

        Args:
            faces: Of everybody.
            held_out: Who is judged by and not learnt from; None takes every fifth by name.
            people: How many are learnt from, at most.
            side: Of the faces in memory, in pixels.

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

    def told(self) -> dict[str, int]:
        """How many people and faces."""
        return {
            "people_learnt": len(self.learnt.identities),
            "faces_learnt": len(self.learnt),
            "people_judged": len(self.judged.identities),
            "faces_judged": len(self.judged),
        }


@dataclass(frozen=True, slots=True)
class Score:
    """How a network of a small training does with people it has not seen.

    Attributes:
        accuracy: The mean of true accepts and true rejects over all pairs, at the threshold where it is best.
        tar: True accept rate at a false match rate of 1e-2.
    """

    accuracy: float
    tar: float


@dataclass(frozen=True, slots=True)
class ProxyResult:
    """What came of one training.

    Attributes:
        name: Of what was trained.
        seed: Of the training.
        score: On people it has not seen.
        loss: The mean of the last tenth of the steps.
        cpu_s: Seconds of one core it took, from where it last went on.
    """

    name: str
    seed: int
    score: Score
    loss: float
    cpu_s: float


def score_network(network: FaceNetwork, faces: FaceSet) -> Score:
    """Compare every face with every other."""
    counts = compare_all_pairs(embed_faces(network, faces, network.architecture.input_size), faces.labels)
    accepted = counts.genuine.reaching(counts.impostor.threshold_at(_FMR))
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
    """Train and judge, or read what came of it before.

    A run that was cut off goes on from its checkpoint; one that is done leaves its result alone, not the network.

    Args:
        name: For the result, and its files.
        config: How.
        faces: Whom with.
        folder: Of the study.
        device: Where to compute.
        on_step: Called after each step.

    Raises:
        StudyDiffers: The result that is there was made with something else.
        CheckpointFailed: The folder cannot be written.
    """
    stem = _stem(name, config.seed, folder)
    kept, made_with = stem.with_suffix(".json"), config.model_dump(mode="json") | faces.told()
    if kept.exists():
        return _read(kept, made_with)
    started = time.process_time()
    training = Training(config, faces.learnt, stem, ProcessGroup(device=device))
    training.resume()
    training.run(_SAVE_EVERY, lambda step: on_step(training, step))
    last = training.losses[-max(config.steps // 10, 1) :]
    score = score_network(training.result, faces.judged)
    result = ProxyResult(name, config.seed, score, float(np.mean(last)), time.process_time() - started)
    _write(kept, {"made_with": made_with, "result": asdict(result)})
    shutil.rmtree(stem)
    return result


def delete_proxy_checkpoint(name: str, seed: int, folder: Path) -> None:
    """Remove the checkpoint of a training that nobody will go on with."""
    shutil.rmtree(_stem(name, seed, folder), ignore_errors=True)


def _stem(name: str, seed: int, folder: Path) -> Path:
    return folder / f"{name}-seed{seed}"


def _write(path: Path, content: dict[str, Any]) -> None:
    part = path.with_suffix(".part")
    try:
        part.write_text(json.dumps(content, indent=1), "utf-8")
        part.replace(path)
    except OSError as error:
        raise CheckpointFailed(path=path, reason=error.strerror or error) from error


def _read(path: Path, made_with: dict[str, Any]) -> ProxyResult:
    try:
        told = json.loads(path.read_text("utf-8"))
        result = ProxyResult(**told["result"] | {"score": Score(**told["result"]["score"])})
        before = told["made_with"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StudyDiffers(path=path, reason="it is damaged; delete it") from error
    differing = [key for key, value in made_with.items() if before.get(key) != value]
    if differing:
        raise StudyDiffers(path=path, reason=f"it was made with another {', '.join(differing)}")
    return result


_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class SeedDifference:
    """Of one result from the one it is compared with.

    Attributes:
        mean: Of the means, theirs less the first's.
        bound: How large it can be by chance; None with one seed, where nobody can tell.
    """

    mean: float
    bound: float | None

    @property
    def is_significant(self) -> bool:
        """Whether it is larger than that."""
        return self.bound is not None and abs(self.mean) > self.bound


def standard_deviation(values: Sequence[float]) -> float | None:
    """The standard deviation; None of one value."""
    return math.sqrt(variance(values)) if len(values) > 1 else None


def compare_with_base(base: Sequence[float], others: Mapping[str, Sequence[float]]) -> dict[str, SeedDifference]:
    """Compare many with one.

    The spread of seeds is taken to be the same for all, and estimated from all; the confidence of 95 % is for all
    comparisons together (Bonferroni).

    Args:
        base: One value a seed, at least one.
        others: The same of each that is compared with it.
    """
    groups = [base, *others.values()]
    freedom = sum(len(group) - 1 for group in groups)
    bounds: dict[str, float | None] = dict.fromkeys(others)
    if freedom:
        pooled = math.sqrt(sum((len(g) - 1) * variance(g) for g in groups if len(g) > 1) / freedom)
        factor = student_quantile(1 - (1 - _CONFIDENCE) / 2 / max(len(others), 1), freedom) * pooled
        bounds = {name: factor * math.sqrt(1 / len(base) + 1 / len(group)) for name, group in others.items()}
    return {name: SeedDifference(fmean(group) - fmean(base), bounds[name]) for name, group in others.items()}


def student_quantile(share: float, freedom: int) -> float:
    """Of Student's t distribution, by the expansion in 1 / freedom (Abramowitz and Stegun 1964, 26.7.5).

    Within 1 % from 6 degrees of freedom on for a share of 0.975; a little too small below.

    Args:
        share: 0.5 to below 1.
        freedom: At least 1.
    """
    z = NormalDist().inv_cdf(share)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + math.fsum(term / freedom**power for power, term in enumerate(terms, 1))
