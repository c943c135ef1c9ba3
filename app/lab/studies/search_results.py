"""What came of a search."""

from dataclasses import dataclass

from app.lab.export.costs import NetworkCost
from app.lab.studies.proxy_training import SeedDifference
from app.lab.studies.search_space import NetworkChoice, reference_choice
from app.lab.training.supervised import TrainConfig

TARGET_MULTIPLY_ADDS = 0.8
"""The target: a fifth fewer multiply-adds than the reference."""


@dataclass(frozen=True, slots=True)
class SearchTrial:
    """A network that was tried.

    Attributes:
        number: In the study.
        choice: What it is, over the reference.
        accuracy: Of the small training; None of one that was ended early.
        latency: Over the reference's.
        cost: Of the network as it was trained.
        multiply_adds: Over the reference's.
        ended: Why it was ended early; empty if it was not.
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
    """The best network within the target, trained again beside the reference with seeds that no trial had.

    Attributes:
        number: Of its trial.
        accuracies: One a seed.
        reference: The reference's.
        difference: Of the means.
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
    """What came of it.

    Attributes:
        base: How everything was trained.
        faces: How many people and faces there were.
        trials: All that were tried, by every machine; the first that is the reference itself included.
        confirmed: None where no trial is within the target.
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
        """Those that were trained to the end."""
        return [trial for trial in self.trials if trial.accuracy is not None]

    @property
    def front(self) -> list[SearchTrial]:
        """Those that no other beats in accuracy and latency, fastest first."""
        best: list[SearchTrial] = []
        for trial in sorted(self.finished, key=lambda t: (t.latency, -(t.accuracy or 0))):
            if not best or (trial.accuracy or 0) > (best[-1].accuracy or 0):
                best.append(trial)
        return best
