"""What each part of the network and its training is worth.

Rows differ from the first in one thing. Each is trained small, with several seeds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import torch

from app.lab.export.costs import NetworkCost, measure_costs
from app.lab.networks.architecture import Architecture
from app.lab.studies.ablation_rows import Variant
from app.lab.studies.proxy_training import (
    ProxyResult,
    SeedDifference,
    StudyFaces,
    compare_with_base,
    run_proxy_training,
    standard_deviation,
)
from app.lab.training.devices import CPU
from app.lab.training.supervised import TrainConfig

RUNS = "runs"
_ROUNDS = 40

OnRun = Callable[[ProxyResult], None]


@dataclass(frozen=True, slots=True)
class VariantResult:
    """What came of a row.

    Attributes:
        row: What it is.
        cost: Of its network at the paper's size.
        accuracies: Of the small trainings, one a seed.
        tar: The mean true accept rate at a false match rate of 1e-2.
        difference: From the base in accuracy; None for the base itself.
    """

    row: Variant
    cost: NetworkCost
    accuracies: tuple[float, ...]
    tar: float
    difference: SeedDifference | None

    @property
    def mean(self) -> float:
        """Of the seeds' accuracies."""
        return fmean(self.accuracies)

    @property
    def spread(self) -> float | None:
        """Their standard deviation; None of one seed."""
        return standard_deviation(self.accuracies)


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
    rows: tuple[VariantResult, ...]
    cpu_s: float

    @property
    def seeds(self) -> int:
        """How many."""
        return len(self.rows[0].accuracies)


def run_ablation(
    base: TrainConfig,
    rows: Sequence[Variant],
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
    found: dict[str, list[ProxyResult]] = {row.name: [] for row in rows}
    for seed in range(base.seed, base.seed + seeds):
        for row in rows:
            result = run_proxy_training(row.name, row.config(base, seed), faces, folder / RUNS, device)
            found[row.name].append(result)
            done(result)
    return Ablation(base, faces.told(), _compared(rows, found), sum(r.cpu_s for runs in found.values() for r in runs))


def _compared(rows: Sequence[Variant], found: dict[str, list[ProxyResult]]) -> tuple[VariantResult, ...]:
    accuracies = {name: [run.score.accuracy for run in runs] for name, runs in found.items()}
    first, *others = (row.name for row in rows)
    apart = compare_with_base(accuracies[first], {name: accuracies[name] for name in others})
    spent = _costs(rows)
    return tuple(
        VariantResult(
            row,
            spent[row.name],
            tuple(accuracies[row.name]),
            fmean(run.score.tar for run in found[row.name]),
            apart.get(row.name),
        )
        for row in rows
    )


def _costs(rows: Sequence[Variant]) -> dict[str, NetworkCost]:
    """By row, of networks at the paper's size; those of equal networks are measured once."""
    wanted = {row.name: row.architecture(Architecture()) for row in rows}
    first_with = {name: next(n for n, other in wanted.items() if other == own) for name, own in wanted.items()}
    measured = measure_costs({name: wanted[name] for name in dict.fromkeys(first_with.values())}, _ROUNDS)
    return {name: measured[first] for name, first in first_with.items()}
