"""Architecture search: networks that cost less than a reference at equal accuracy, found by many small trainings.

Optuna's TPE sampler proposes networks; several machines propose together through a study in a database. Two objectives:
accuracy of the small training, and latency over that of the reference. Both latencies are measured in turn on the same
machine, so that machines of different speed agree.
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
"""A trial ends half-way if one that is no slower was this much more accurate at the same step."""

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
    """Try networks until the study has enough trials of all machines together, then confirm the best.

    Args:
        base: Settings of the reference and of all other networks.
        faces: Training and evaluation faces.
        url: URL of the study's database.
        name: Name of the study in it.
        trials: Number of trials, ended early or not.
        seeds: Trainings that confirm the best.
        folder: Folder of checkpoints on this machine.
        device: Device to train on; latency is measured on the CPU.
        done: Called with the number of trials after each.

    Raises:
        StudyUnreachable: See `open_study`, also for errors of the database itself.
        StudyDiffers: The existing study has other settings or faces.
    """
    from optuna.study import MaxTrialsCallback
    from optuna.trial import TrialState

    study = open_study(url, name, base.model_dump(mode="json") | faces.counts())
    counted = (TrialState.COMPLETE, TrialState.PRUNED)
    if not study.trials:
        study.enqueue_trial(reference_choice(base.architecture))
    runner = _TrialRunner(base, faces, folder / TRIALS, device)
    if len(study.get_trials(deepcopy=False, states=counted)) < trials:
        study.optimize(
            lambda trial: runner.run_trial(study, trial),
            callbacks=[
                MaxTrialsCallback(trials, states=counted),
                lambda it, _: done(len(it.get_trials(deepcopy=False, states=counted))),
            ],
        )
    tried = tuple(_read(trial) for trial in study.get_trials(deepcopy=False, states=counted))
    return SearchResult(base, faces.counts(), tried, _confirm(base, faces, tried, seeds, folder / CONFIRMED, device))


class _TrialRunner:
    """Runs the trials that the sampler proposes."""

    def __init__(self, base: TrainConfig, faces: StudyFaces, folder: Path, device: torch.device) -> None:
        self._base = base
        self._device = device
        self._faces = faces
        self._folder = folder

    def run_trial(self, study: "Study", trial: "Trial") -> tuple[float, float]:
        """Train and evaluate the network that a trial proposes.

        Args:
            study: Study with the earlier trials, which decide whether this one ends early.
            trial: Suggests the network; receives the costs, the accuracy half-way and the reason of an early end as
                user attributes.

        Returns:
            Accuracy on the evaluation faces, 0 to 1, and latency as a multiple of the reference's.

        Raises:
            TrialPruned: The network costs more than the reference, was tried before, falls behind half-way, or its
                training diverges.
        """
        from optuna import TrialPruned

        reference = self._base.architecture
        choice = suggest_choice(trial, reference)
        architecture = architecture_of(choice, reference)
        latency, work = self._measure_cost(trial, architecture)
        if work > 1 and choice != reference_choice(reference):
            raise self._end_trial(trial, "costs more than the reference")
        if _was_trained(study, trial.number, choice):
            raise self._end_trial(trial, "tried before")

        def check_halfway(training: Training, step: TrainStep) -> None:
            if step.step == self._base.steps // 2:
                here = score_network(training.result, self._faces.judged).accuracy
                trial.set_user_attr("halfway", here)
                if _is_beaten(study, trial.number, here, latency):
                    raise self._end_trial(trial, "fell behind half-way")

        config = self._base.model_copy(update={"architecture": architecture})
        try:
            result = run_proxy_training(_digest(choice), config, self._faces, self._folder, self._device, check_halfway)
        except TrainingDiverged as error:
            raise self._end_trial(trial, "diverged") from error
        except TrialPruned:
            delete_proxy_checkpoint(_digest(choice), config.seed, self._folder)
            raise
        return result.score.accuracy, latency

    def _measure_cost(self, trial: "Trial", architecture: Architecture) -> tuple[float, float]:
        """Measure latency and multiply-adds over the reference's, and store them with the trial."""
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

    def _end_trial(self, trial: "Trial", why: str) -> Exception:
        from optuna import TrialPruned

        trial.set_user_attr("ended", why)
        return TrialPruned(why)


def _is_beaten(study: "Study", number: int, here: float, latency: float) -> bool:
    """Whether a trial that is no slower was well ahead at the same step."""
    others = [trial.user_attrs for trial in study.get_trials(deepcopy=False) if trial.number != number]
    return any(
        other["halfway"] > here + _AHEAD and other["latency"] <= latency for other in others if "halfway" in other
    )


def _was_trained(study: "Study", number: int, choice: NetworkChoice) -> bool:
    """Whether the same network was trained to the end before."""
    done = [trial for trial in study.get_trials(deepcopy=False) if trial.values and trial.number != number]
    return any(trial.params == choice for trial in done)


def _digest(choice: NetworkChoice) -> str:
    return hashlib.sha256(json.dumps(choice, sort_keys=True).encode()).hexdigest()[:16]


def _read(trial: "FrozenTrial") -> SearchTrial:
    attributes = trial.user_attrs
    return SearchTrial(
        trial.number,
        dict(trial.params),
        trial.values[0] if trial.values else None,
        attributes["latency"],
        NetworkCost(attributes["parameters"], attributes["multiply_adds"], attributes["ms"]),
        attributes[_WORK],
        attributes.get("ended", ""),
    )


def _confirm(
    base: TrainConfig,
    faces: StudyFaces,
    trials: tuple[SearchTrial, ...],
    seeds: int,
    folder: Path,
    device: torch.device,
) -> ConfirmedTrial | None:
    """Train the best network within the target and the reference again, because the selected trial was also lucky."""
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
