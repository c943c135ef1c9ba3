"""Validation of a network on faces of known people."""

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
    """Accuracy on faces of known people, every picture compared with every other.

    Attributes:
        tar: True accept rate at a false match rate of 1e-3.
        rank1: Closed-set rank-1 rate with the first picture of each person enrolled.
        genuine: Mated pairs.
        impostor: Non-mated pairs.
        agreement: Mean cosine with a reference's embeddings of the same faces; None without a reference.
    """

    tar: float
    rank1: float
    genuine: int
    impostor: int
    agreement: float | None = None


@torch.no_grad()
def embed_faces(network: nn.Module, faces: FaceSet, size: tuple[int, int]) -> Vector:
    """Return the embedding of every face, (n, embedding), unit length. The network keeps its mode.

    Args:
        network: Any network of faces.
        faces: Aligned faces.
        size: Height and width of the network's input.
    """
    training, device = network.training, next(network.parameters()).device
    network.eval()
    places = np.arange(len(faces), dtype=np.int64)
    embeddings = [
        functional.normalize(network(to_network_input(faces.batch(part), size).to(device)).float()).cpu().numpy()
        for part in np.array_split(places, max(-(-len(places) // _BATCH), 1))
    ]
    network.train(training)
    return np.concatenate(embeddings)


def validate(vectors: Vector, labels: NDArray[np.int64], reference: Vector | None = None) -> Validation:
    """Compare every face with every other.

    Args:
        vectors: (n, size), unit length.
        labels: (n,), person of each face.
        reference: (n, size), another network's embeddings of the same faces.
    """
    counts = compare_all_pairs(vectors, labels)
    accepted = counts.genuine.count_reaching(counts.impostor.threshold_at(_FMR))
    agreement = None if reference is None else float((vectors * reference).sum(axis=1).mean())
    tar = accepted / max(counts.genuine.total, 1)
    return Validation(tar, rank_one(vectors, labels), counts.genuine.total, counts.impostor.total, agreement)
