"""Ablation study: the effect of each part of the network and its training.

Each variant differs from the base in one thing, and is trained in small trainings with several seeds.
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
    """Result of a variant.

    Attributes:
        row: The variant.
        cost: Cost of its network at the paper's size.
        accuracies: Accuracy of the small trainings, one a seed.
        tar: Mean true accept rate at a false match rate of 1e-2.
        difference: Difference from the base in accuracy; None for the base itself.
    """

    row: Variant
    cost: NetworkCost
    accuracies: tuple[float, ...]
    tar: float
    difference: SeedDifference | None

    @property
    def mean(self) -> float:
        """Mean accuracy over seeds."""
        return fmean(self.accuracies)

    @property
    def spread(self) -> float | None:
        """Standard deviation over seeds; None with one seed."""
        return standard_deviation(self.accuracies)


@dataclass(frozen=True, slots=True)
class Ablation:
    """Result of the study.

    Attributes:
        base: Settings of the base.
        faces: Numbers of people and faces.
        rows: Results, the base first.
        cpu_s: CPU seconds of all trainings.
    """

    base: TrainConfig
    faces: dict[str, int]
    rows: tuple[VariantResult, ...]
    cpu_s: float

    @property
    def seeds(self) -> int:
        """Number of seeds."""
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
    """Train every variant with every seed, unless its result exists, and compare them with the base.

    All variants finish a seed before the next begins.

    Args:
        base: Settings of the base; its seed is the first.
        rows: Variants, the base first.
        faces: Training and evaluation faces.
        seeds: Trainings of each variant.
        folder: Folder of the study: results of finished trainings, and a checkpoint of an interrupted one.
        device: Device to train on; latency is measured on the CPU.
        done: Called after each training, also for those with an existing result.

    Raises:
        StudyDiffers: An existing result belongs to another study.
    """
    results: dict[str, list[ProxyResult]] = {row.name: [] for row in rows}
    for seed in range(base.seed, base.seed + seeds):
        for row in rows:
            result = run_proxy_training(row.name, row.config(base, seed), faces, folder / RUNS, device)
            results[row.name].append(result)
            done(result)
    return Ablation(
        base, faces.counts(), _compare_variants(rows, results), sum(r.cpu_s for runs in results.values() for r in runs)
    )


def _compare_variants(rows: Sequence[Variant], results: dict[str, list[ProxyResult]]) -> tuple[VariantResult, ...]:
    accuracies = {name: [run.score.accuracy for run in runs] for name, runs in results.items()}
    first, *others = (row.name for row in rows)
    significance = compare_with_base(accuracies[first], {name: accuracies[name] for name in others})
    costs = _costs(rows)
    return tuple(
        VariantResult(
            row,
            costs[row.name],
            tuple(accuracies[row.name]),
            fmean(run.score.tar for run in results[row.name]),
            significance.get(row.name),
        )
        for row in rows
    )


def _costs(rows: Sequence[Variant]) -> dict[str, NetworkCost]:
    """Return costs by variant, of networks at the paper's size; equal networks are measured once."""
    architectures = {row.name: row.architecture(Architecture()) for row in rows}
    first_with = {
        name: next(n for n, other in architectures.items() if other == own) for name, own in architectures.items()
    }
    measured = measure_costs({name: architectures[name] for name in dict.fromkeys(first_with.values())}, _ROUNDS)
    return {name: measured[first] for name, first in first_with.items()}
