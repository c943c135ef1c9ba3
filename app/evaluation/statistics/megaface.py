"""The MegaFace protocol (Kemelmacher-Shlizerman et al. 2016, arXiv 1512.00596): a face among many wrong ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.matching.histogram import Histogram

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

_BLOCK = 32


@dataclass(frozen=True, slots=True)
class MegaFaceResult:
    """Every picture of a person looked for by every other one, among distractors.

    Attributes:
        counts: Numbers of distractors, rising.
        first: (mates, counts) bool: whether the mate is more similar than all of so many distractors.
        people: (mates,): whose they are.
        genuine: Similarities of mates.
        impostor: Of probes with all distractors.
    """

    counts: tuple[int, ...]
    first: NDArray[np.bool_]
    people: Places
    genuine: Histogram
    impostor: Histogram

    def rank_one(self) -> dict[int, float]:
        """The share of mates that come first, by the number of distractors."""
        return {count: float(self.first[:, column].mean()) for column, count in enumerate(self.counts)}

    def verified_at(self, far: float) -> float:
        """The share of mates accepted where a share `far` of probe and distractor is (VR at FAR)."""
        return self.genuine.reaching(self.impostor.threshold_at(far)) / self.genuine.total


def run_megaface(probes: Floats, people: Places, distractors: Floats, counts: Sequence[int]) -> MegaFaceResult:
    """Run the protocol.

    Args:
        probes: (n, size), unit length; somebody has at least two.
        people: (n,): whose each is.
        distractors: (m, size), unit length, of nobody in `people`; the first of them are those taken first.
        counts: Numbers of distractors, each 1 to m.
    """
    steps = tuple(sorted(set(counts)))
    hardest = np.empty((len(probes), len(steps)), np.float32)
    impostor = np.zeros_like(Histogram.of(np.empty(0)).counts)
    for rows in _blocks(len(probes)):
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


def _blocks(total: int) -> Iterator[slice]:
    for start in range(0, total, _BLOCK):
        yield slice(start, start + _BLOCK)
