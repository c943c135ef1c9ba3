"""Results of an architecture search."""

from dataclasses import dataclass

from app.lab.export.costs import NetworkCost
from app.lab.studies.proxy_training import SeedDifference
from app.lab.studies.search_space import NetworkChoice, reference_choice
from app.lab.training.supervised import TrainConfig

TARGET_MULTIPLY_ADDS = 0.8
"""Target: a fifth fewer multiply-adds than the reference."""


@dataclass(frozen=True, slots=True)
class SearchTrial:
    """A trial.

    Attributes:
        number: Number in the study.
        choice: Network, relative to the reference.
        accuracy: Accuracy of the small training; None for a trial that was ended early.
        latency: Latency over the reference's.
        cost: Cost of the network as it was trained.
        multiply_adds: Multiply-adds over the reference's.
        ended: Reason for ending it early; empty otherwise.
    """

    number: int
    choice: NetworkChoice
    accuracy: float | None
    latency: float
    cost: NetworkCost
    multiply_adds: float
    ended: str


@dataclass(frozen=True, slots=True)
class ConfirmedTrial:
    """The best network within the target, trained again beside the reference with new seeds.

    Attributes:
        number: Number of its trial.
        accuracies: Accuracy of each seed.
        reference: Accuracy of the reference with the same seeds.
        difference: Difference of the means.
    """

    number: int
    accuracies: tuple[float, ...]
    reference: tuple[float, ...]
    difference: SeedDifference

    @property
    def equal(self) -> bool:
        """Whether it is not less accurate than the reference beyond the spread of seeds."""
        return self.difference.bound is not None and self.difference.mean > -self.difference.bound


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Result of a search.

    Attributes:
        base: Settings of all trainings.
        faces: Numbers of people and faces.
        trials: Trials of all machines, the reference included.
        confirmed: None without a trial within the target.
    """

    base: TrainConfig
    faces: dict[str, int]
    trials: tuple[SearchTrial, ...]
    confirmed: ConfirmedTrial | None

    @property
    def reference(self) -> NetworkChoice:
        """The choice that is the reference itself."""
        return reference_choice(self.base.architecture)

    @property
    def finished(self) -> list[SearchTrial]:
        """Trials that were trained to the end."""
        return [trial for trial in self.trials if trial.accuracy is not None]

    @property
    def front(self) -> list[SearchTrial]:
        """Pareto front of accuracy and latency, fastest first."""
        best: list[SearchTrial] = []
        for trial in sorted(self.finished, key=lambda t: (t.latency, -(t.accuracy or 0))):
            if not best or (trial.accuracy or 0) > (best[-1].accuracy or 0):
                best.append(trial)
        return best
