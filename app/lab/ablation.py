"""What each part of the network and its training is worth.

Rows differ from the first in one thing. Each is trained small, with several seeds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import torch

from app.lab.ablation_rows import Row
from app.lab.architecture import Architecture
from app.lab.comparison import Difference, differences, spread
from app.lab.costs import Cost, costs
from app.lab.devices import CPU
from app.lab.proxy import RunResult, StudyFaces, small_run
from app.lab.train import TrainConfig

RUNS = "runs"
_ROUNDS = 40

OnRun = Callable[[RunResult], None]


@dataclass(frozen=True, slots=True)
class AblationRow:
    """What came of a row.

    Attributes:
        row: What it is.
        cost: Of its network at the paper's size.
        accuracies: Of the small trainings, one a seed.
        tar: The mean true accept rate at a false match rate of 1e-2.
        difference: From the base in accuracy; None for the base itself.
    """

    row: Row
    cost: Cost
    accuracies: tuple[float, ...]
    tar: float
    difference: Difference | None

    @property
    def mean(self) -> float:
        """Of the seeds' accuracies."""
        return fmean(self.accuracies)

    @property
    def spread(self) -> float | None:
        """Their standard deviation; None of one seed."""
        return spread(self.accuracies)


@dataclass(frozen=True, slots=True)
class Ablation:
    """All of it.

    Attributes:
        base: How the base was trained.
        faces: How many people and faces there were.
        rows: The base first.
        cpu_s: Seconds of one core that the trainings took.
    """

    base: TrainConfig
    faces: dict[str, int]
    rows: tuple[AblationRow, ...]
    cpu_s: float

    @property
    def seeds(self) -> int:
        """How many."""
        return len(self.rows[0].accuracies)


def run_ablation(
    base: TrainConfig,
    rows: Sequence[Row],
    faces: StudyFaces,
    seeds: int,
    folder: Path,
    device: torch.device = CPU,
    done: OnRun = lambda _: None,
) -> Ablation:
    """Train every row with every seed, as far as that was not done before, and compare.

    All rows have a seed before the next begins.

    Args:
        base: How the base is trained; its seed is the first.
        rows: The base first.
        faces: Whom with.
        seeds: How many of each.
        folder: Of the study: a result is kept for each training, and a checkpoint of the one that was cut off.
        device: Where to train; milliseconds are the CPU's.
        done: Called after each training, and for each that was done before.

    Raises:
        StudyDiffers: A result that is there belongs to another study.
    """
    found: dict[str, list[RunResult]] = {row.name: [] for row in rows}
    for seed in range(base.seed, base.seed + seeds):
        for row in rows:
            result = small_run(row.name, row.config(base, seed), faces, folder / RUNS, device)
            found[row.name].append(result)
            done(result)
    return Ablation(base, faces.told(), _compared(rows, found), sum(r.cpu_s for runs in found.values() for r in runs))


def _compared(rows: Sequence[Row], found: dict[str, list[RunResult]]) -> tuple[AblationRow, ...]:
    accuracies = {name: [run.score.accuracy for run in runs] for name, runs in found.items()}
    first, *others = (row.name for row in rows)
    apart = differences(accuracies[first], {name: accuracies[name] for name in others})
    spent = _costs(rows)
    return tuple(
        AblationRow(
            row,
            spent[row.name],
            tuple(accuracies[row.name]),
            fmean(run.score.tar for run in found[row.name]),
            apart.get(row.name),
        )
        for row in rows
    )


def _costs(rows: Sequence[Row]) -> dict[str, Cost]:
    """By row, of networks at the paper's size; those of equal networks are measured once."""
    wanted = {row.name: row.architecture(Architecture()) for row in rows}
    first_with = {name: next(n for n, other in wanted.items() if other == own) for name, own in wanted.items()}
    measured = costs({name: wanted[name] for name in dict.fromkeys(first_with.values())}, _ROUNDS)
    return {name: measured[first] for name, first in first_with.items()}
