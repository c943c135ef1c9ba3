"""Tuning: finds the fastest engine for a network by running it, among those that agree with the CPU."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.errors import ModelIncompatible
from app.vision.engine.engines import Engine
from app.vision.engine.session import Network, open_session

_WARM_UP = 5
_WORTHWHILE_RATIO = 0.95
"""A more demanding engine is chosen only if it takes at most this share of the time of a simpler one."""

Answers = list[NDArray[np.float32]]
Open = Callable[[bytes, str, Engine], Network]


@dataclass(frozen=True)
class Subject:
    """A network to tune, with its input.

    Attributes:
        name: Name of the network.
        content: The ONNX file.
        batch: Input made from real faces, so that the agreement is meaningful. Only its first element is timed.
        agreement: Returns the agreement of the reference's answers with others: 1 if they are equal.
        required: The least agreement of a usable engine.
    """

    name: str
    content: bytes
    batch: NDArray[Any]
    agreement: Callable[[Answers, Answers], float]
    required: float


@dataclass(frozen=True, slots=True)
class Trial:
    """The result of running a network on an engine.

    Attributes:
        network: Name of the network.
        engine: The engine.
        median_ms: Median duration of one run, in milliseconds; None if it did not run.
        agreement: Agreement with the CPU's answers; None if they were not compared.
        usable: Whether it ran and agreed.
        refusal: Why it did not run, in the provider's words.
    """

    network: str
    engine: Engine
    median_ms: float | None
    agreement: float | None
    usable: bool
    refusal: str = ""


def try_engines(
    subject: Subject, engines: Iterable[Engine], rounds: int, open_network: Open = open_session
) -> Iterator[Trial]:
    """Run a network on one engine after another.

    Args:
        subject: The network.
        engines: In the order in which to try them.
        rounds: Number of timed runs, at least 1.
        open_network: Opens the network on an engine.

    Yields:
        The result of each engine.

    Raises:
        ModelIncompatible: The CPU refuses the network.
    """
    reference = open_network(subject.content, subject.name, Engine()).run_all(subject.batch)
    for engine in engines:
        try:
            network = open_network(subject.content, subject.name, engine)
        except ModelIncompatible as error:
            yield Trial(subject.name, engine, None, None, usable=False, refusal=error.message)
            continue
        agreement = subject.agreement(reference, network.run_all(subject.batch))
        median = _median_ms(network, subject.batch[:1], rounds)
        if network.provider != engine.provider:
            yield Trial(subject.name, engine, None, None, usable=False, refusal=f"it fell back on {network.provider}")
        else:
            yield Trial(subject.name, engine, median, agreement, usable=agreement >= subject.required)


def fastest(trials: Sequence[Trial]) -> Trial | None:
    """The trial of the fastest engine; among engines of about the same speed, the first one.

    Args:
        trials: The trials of one network, the simplest engine first.

    Returns:
        None if no engine is usable.
    """
    best: Trial | None = None
    for trial in trials:
        if not trial.usable or trial.median_ms is None:
            continue
        if best is None or best.median_ms is None or trial.median_ms < best.median_ms * _WORTHWHILE_RATIO:
            best = trial
    return best


def min_cosine(reference: Answers, answers: Answers) -> float:
    """The agreement of embeddings: the least cosine between two of the same face.

    Args:
        reference: The first output is (n, size).
        answers: The same.
    """
    one, other = reference[0].astype(np.float64), answers[0].astype(np.float64)
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return float(np.min(np.einsum("ij,ij->i", one, other) / lengths))


def landmark_agreement(reference: Answers, answers: Answers) -> float:
    """The agreement of landmarks: 1 minus their mean distance, as a share of the distance between the eyes.

    Args:
        reference: The first output is (n, 1, 1, 1434).
        answers: The same.

    Returns:
        That of the face that agrees least.
    """
    one, other = (each[0].reshape(-1, 478, 3)[:, :, :2] for each in (reference, answers))
    eyes = np.linalg.norm(one[:, 468] - one[:, 473], axis=1)
    apart = np.linalg.norm(one - other, axis=2).mean(axis=1)
    return float(1 - np.max(apart / eyes))


def _median_ms(network: Network, batch: NDArray[Any], rounds: int) -> float:
    for _ in range(_WARM_UP):
        network.run_all(batch)
    times = []
    for _ in range(rounds):
        start = perf_counter_ns()
        network.run_all(batch)
        times.append(perf_counter_ns() - start)
    return float(np.median(times)) / 1e6
