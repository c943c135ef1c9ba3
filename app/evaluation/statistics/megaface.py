"""The MegaFace protocol (Kemelmacher-Shlizerman et al. 2016, arXiv 1512.00596): rank-1 among distractors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.matching.histogram import Histogram

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

_BLOCK = 32
"""Probes compared together: a million distractors then take 128 MB of similarities."""


@dataclass(frozen=True, slots=True)
class MegaFaceResult:
    """Result of searching every picture of a person with every other picture of that person as the probe.

    Attributes:
        counts: Numbers of distractors, rising.
        first: (mates, counts) bool, True if the mate is more similar than all of that many distractors.
        people: (mates,), person of each mate.
        genuine: Similarities of mates.
        impostor: Similarities of probes and all distractors.
    """

    counts: tuple[int, ...]
    first: NDArray[np.bool_]
    people: Places
    genuine: Histogram
    impostor: Histogram

    def rank_one(self) -> dict[int, float]:
        """Share of mates at rank 1, by the number of distractors."""
        return {count: float(self.first[:, column].mean()) for column, count in enumerate(self.counts)}

    def verified_at(self, far: float) -> float:
        """Share of mates accepted at a false accept rate of probe and distractor (VR at FAR)."""
        return self.genuine.count_reaching(self.impostor.threshold_at(far)) / self.genuine.total


def run_megaface(probes: Floats, people: Places, distractors: Floats, counts: Sequence[int]) -> MegaFaceResult:
    """Run the protocol.

    Args:
        probes: (n, size), unit length; at least one person has two.
        people: (n,), person of each probe.
        distractors: (m, size), unit length, of other people, in the order in which they are added.
        counts: Numbers of distractors, each 1 to m.
    """
    steps = tuple(sorted(set(counts)))
    hardest = np.empty((len(probes), len(steps)), np.float32)
    impostor = np.zeros_like(Histogram.of(np.empty(0)).counts)
    for start in range(0, len(probes), _BLOCK):
        rows = slice(start, start + _BLOCK)
        similarities = probes[rows] @ distractors.T
        hardest[rows] = np.stack([similarities[:, :count].max(axis=1) for count in steps], axis=1)
        impostor += Histogram.of(similarities).counts
    first, owners, similar = [], [], []
    for person in np.unique(people):
        own = np.flatnonzero(people == person)
        mates = probes[own] @ probes[own].T
        probe, mate = np.nonzero(~np.eye(len(own), dtype=bool))
        similar.append(mates[probe, mate])
        first.append(mates[probe, mate][:, None] > hardest[own][probe])
        owners.append(np.full(len(probe), person, np.int64))
    genuine = Histogram.of(np.concatenate(similar))
    return MegaFaceResult(steps, np.concatenate(first), np.concatenate(owners), genuine, Histogram(impostor))
