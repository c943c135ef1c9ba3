"""Networks that cost less than a reference at the same accuracy, looked for by many small trainings.

Optuna's TPE sampler proposes; a study in a database lets several machines propose together. Two things are weighed:
accuracy of the small training, and time on one thread over that of the reference, both measured in turn on the same
machine, so that machines of unequal speed agree.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from app.lab.errors import TrainingDiverged
from app.lab.export.costs import NetworkCost, measure_costs
from app.lab.networks.architecture import Architecture
from app.lab.studies.proxy_training import (
    StudyFaces,
    compare_with_base,
    delete_proxy_checkpoint,
    run_proxy_training,
    score_network,
)
from app.lab.studies.search_results import TARGET_MULTIPLY_ADDS, ConfirmedTrial, SearchResult, SearchTrial
from app.lab.studies.search_space import NetworkChoice, architecture_of, reference_choice, suggest_choice
from app.lab.studies.search_storage import open_study
from app.lab.training.devices import CPU
from app.lab.training.supervised import TrainConfig, Training, TrainStep

if TYPE_CHECKING:
    from optuna import Study, Trial
    from optuna.trial import FrozenTrial

TRIALS = "trials"
CONFIRMED = "confirmed"
_WORK = "work"
_ROUNDS = 30
_AHEAD = 0.02
"""A trial ends half-way if one that is no slower was this much more accurate there."""

OnTrial = Callable[[int], None]


def run_search(
    base: TrainConfig,
    faces: StudyFaces,
    url: str,
    name: str,
    trials: int,
    seeds: int,
    folder: Path,
    device: torch.device = CPU,
    done: OnTrial = lambda _: None,
) -> SearchResult:
    """Try networks until the study has so many, whoever tried them, then confirm the best.

    Args:
        base: How the reference, and everything else, is trained.
        faces: Whom with.
        url: Of the study's database.
        name: Of the study in it.
        trials: How many, ended early or not.
        seeds: Trainings that confirm.
        folder: For checkpoints on this machine.
        device: Where to train; latency is the CPU's.
        done: Called with how many there are, after each.

    Raises:
        StudyUnreachable: See `open_study`, also for what the database itself reports.
        StudyDiffers: The study there is about something else.
    """
    from optuna.study import MaxTrialsCallback
    from optuna.trial import TrialState

    study = open_study(url, name, base.model_dump(mode="json") | faces.told())
    counted = (TrialState.COMPLETE, TrialState.PRUNED)
    if not study.trials:
        study.enqueue_trial(reference_choice(base.architecture))
    looking = _TrialRunner(base, faces, folder / TRIALS, device)
    if len(study.get_trials(deepcopy=False, states=counted)) < trials:
        study.optimize(
            lambda trial: looking.run_trial(study, trial),
            callbacks=[
                MaxTrialsCallback(trials, states=counted),
                lambda it, _: done(len(it.get_trials(deepcopy=False, states=counted))),
            ],
        )
    tried = tuple(_read(trial) for trial in study.get_trials(deepcopy=False, states=counted))
    return SearchResult(base, faces.told(), tried, _confirmed(base, faces, tried, seeds, folder / CONFIRMED, device))


class _TrialRunner:
    """Tries what the sampler proposes."""

    def __init__(self, base: TrainConfig, faces: StudyFaces, folder: Path, device: torch.device) -> None:
        self._base = base
        self._device = device
        self._faces = faces
        self._folder = folder

    def run_trial(self, study: "Study", trial: "Trial") -> tuple[float, float]:
        """Accuracy, and latency over the reference's.

        Raises:
            TrialPruned: It costs more than the reference, was tried before, falls behind half-way, or its loss is no
                number.
        """
        from optuna import TrialPruned

        reference = self._base.architecture
        choice = suggest_choice(trial, reference)
        architecture = architecture_of(choice, reference)
        latency, work = self._weigh(trial, architecture)
        if work > 1 and choice != reference_choice(reference):
            raise self._ended(trial, "costs more than the reference")
        if _is_known(study, trial.number, choice):
            raise self._ended(trial, "tried before")

        def look(training: Training, step: TrainStep) -> None:
            if step.step == self._base.steps // 2:
                here = score_network(training.result, self._faces.judged).accuracy
                trial.set_user_attr("halfway", here)
                if _is_beaten(study, trial.number, here, latency):
                    raise self._ended(trial, "fell behind half-way")

        config = self._base.model_copy(update={"architecture": architecture})
        try:
            result = run_proxy_training(_digest(choice), config, self._faces, self._folder, self._device, look)
        except TrainingDiverged as error:
            raise self._ended(trial, "diverged") from error
        except TrialPruned:
            delete_proxy_checkpoint(_digest(choice), config.seed, self._folder)
            raise
        return result.score.accuracy, latency

    def _weigh(self, trial: "Trial", architecture: Architecture) -> tuple[float, float]:
        """Latency and multiply-adds over the reference's, which are written down with the trial."""
        found = measure_costs({"trial": architecture, "reference": self._base.architecture}, _ROUNDS)
        own, other = found["trial"], found["reference"]
        latency, work = own.ms / other.ms, own.multiply_adds / other.multiply_adds
        for name, value in {
            "parameters": own.parameters,
            "multiply_adds": own.multiply_adds,
            "ms": own.ms,
            "latency": latency,
            _WORK: work,
        }.items():
            trial.set_user_attr(name, value)
        trial.set_constraint(_WORK, work - TARGET_MULTIPLY_ADDS)  # the sampler prefers what is within the target
        return latency, work

    def _ended(self, trial: "Trial", why: str) -> Exception:
        from optuna import TrialPruned

        trial.set_user_attr("ended", why)
        return TrialPruned(why)


def _is_beaten(study: "Study", number: int, here: float, latency: float) -> bool:
    """Whether one that is no slower was well ahead at the same step."""
    others = [trial.user_attrs for trial in study.get_trials(deepcopy=False) if trial.number != number]
    return any(
        other["halfway"] > here + _AHEAD and other["latency"] <= latency for other in others if "halfway" in other
    )


def _is_known(study: "Study", number: int, choice: NetworkChoice) -> bool:
    """Whether the same network has been tried to the end."""
    done = [trial for trial in study.get_trials(deepcopy=False) if trial.values and trial.number != number]
    return any(trial.params == choice for trial in done)


def _digest(choice: NetworkChoice) -> str:
    return hashlib.sha256(json.dumps(choice, sort_keys=True).encode()).hexdigest()[:16]


def _read(trial: "FrozenTrial") -> SearchTrial:
    told = trial.user_attrs
    return SearchTrial(
        trial.number,
        dict(trial.params),
        trial.values[0] if trial.values else None,
        told["latency"],
        NetworkCost(told["parameters"], told["multiply_adds"], told["ms"]),
        told[_WORK],
        told.get("ended", ""),
    )


def _confirmed(
    base: TrainConfig,
    faces: StudyFaces,
    trials: tuple[SearchTrial, ...],
    seeds: int,
    folder: Path,
    device: torch.device,
) -> ConfirmedTrial | None:
    """Train the best within the target and the reference again: the trial was chosen for its luck, too."""
    within = [trial for trial in trials if trial.accuracy is not None and trial.multiply_adds <= TARGET_MULTIPLY_ADDS]
    if not within:
        return None
    best = max(within, key=lambda trial: trial.accuracy or 0)
    networks = {_digest(best.choice): architecture_of(best.choice, base.architecture), "reference": base.architecture}
    found = {
        name: tuple(
            run_proxy_training(
                name, base.model_copy(update={"architecture": network, "seed": base.seed + n}), faces, folder, device
            ).score.accuracy
            for n in range(1, seeds + 1)
        )
        for name, network in networks.items()
    }
    own, other = found.values()
    return ConfirmedTrial(best.number, own, other, compare_with_base(other, {"trial": own})["trial"])
