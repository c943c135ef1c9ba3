"""How good a network is on people it was not trained on, while it is trained."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from app.core.faces import Vector
from app.evaluation.statistics.verification import compare_all_pairs, rank_one
from app.lab.data.faces import FaceSet, to_network_input

_BATCH = 64
_FMR = 1e-3


@dataclass(frozen=True, slots=True)
class Validation:
    """What a network does with faces of known people, every picture compared with every other.

    Attributes:
        tar: True accept rate at a false match rate of 1e-3.
        rank1: With each person's first picture enrolled, the share of the others whose nearest is their own.
        genuine: Pairs of one person.
        impostor: Pairs of two people.
        agreement: Mean cosine with a reference's embeddings of the same faces; None without a reference.
    """

    tar: float
    rank1: float
    genuine: int
    impostor: int
    agreement: float | None = None


@torch.no_grad()
def embed_faces(network: nn.Module, faces: FaceSet, size: tuple[int, int]) -> Vector:
    """Every face's embedding, (n, size), of length 1. The network is left as it was, training or not."""
    training, device = network.training, next(network.parameters()).device
    network.eval()
    places = np.arange(len(faces), dtype=np.int64)
    found = [
        functional.normalize(network(to_network_input(faces.batch(part), size).to(device)).float()).cpu().numpy()
        for part in np.array_split(places, max(-(-len(places) // _BATCH), 1))
    ]
    network.train(training)
    return np.concatenate(found)


def validate(vectors: Vector, labels: NDArray[np.int64], reference: Vector | None = None) -> Validation:
    """Compare every face with every other.

    Args:
        vectors: (n, size), of length 1.
        labels: (n,): whose each is.
        reference: Another network's embeddings of the same faces.
    """
    counts = compare_all_pairs(vectors, labels)
    accepted = counts.genuine.reaching(counts.impostor.threshold_at(_FMR))
    agreement = None if reference is None else float((vectors * reference).sum(axis=1).mean())
    tar = accepted / max(counts.genuine.total, 1)
    return Validation(tar, rank_one(vectors, labels), counts.genuine.total, counts.impostor.total, agreement)
