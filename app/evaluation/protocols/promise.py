"""The promise per visitor, measured: galleries drawn from a folder of people, and strangers who try."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.errors import ImageError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.match_decision import TemplateFusion
from app.evaluation.protocols.pictures import EmbedPictures
from app.matching.fusion import fuse, sum_lengths
from app.matching.promise import PromiseModel, Transaction
from app.matching.threshold import FmrCurve

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]

_FMRS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
_FEWEST_PAIRS = 3
"""Pairs above the last point of a curve that is measured on half of the people."""

_RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class PromiseTrial:
    """What to try.

    Attributes:
        people: People enrolled.
        templates: Templates of each; 0 for all pictures but one.
        attempts: Attempts of each stranger, each with another picture.
        one_in: Of this many strangers, one may be accepted.
        run: Pictures of a run: their mean and the last one must both match, as at a kiosk. 1 for a single picture.
        draws: Galleries drawn.
        seed: Seed of the draws.
        fusion: The comparison score.
        min_margin: Margin to the runner-up.
    """

    people: int
    templates: int = 1
    attempts: int = 1
    one_in: int = 1000
    run: int = 1
    draws: int = 20
    seed: int = 0
    fusion: TemplateFusion = TemplateFusion.BEST_AND_MEAN
    min_margin: float = 0.03


@dataclass(frozen=True, slots=True)
class PromiseReport:
    """Result; field names are the keys of the JSON output.

    Attributes:
        promised: Share of strangers accepted, as promised.
        held: The same, as far as the data about the model allow to promise it.
        fpir: Share of strangers who were accepted in any of their attempts.
        fpir_low: Lower end of its 95 % interval: bootstrap over the strangers.
        fpir_high: Upper end; without any accepted stranger, from the number of strangers.
        fnir: Share of single probes of enrolled people that were rejected.
        fnir_low: Lower end of its 95 % interval: bootstrap over the people.
        fnir_high: Upper end.
        fnir_best: FNIR at the lowest single threshold whose FPIR is as promised on these very strangers.
        threshold: Similarity required; the mean of the draws.
        people: People enrolled.
        templates: Templates of each, on average.
        attempts: Attempts of each stranger.
        run: Pictures of a run.
        strangers: Different strangers.
        transactions: Transactions of strangers, over all draws.
        own: Different enrolled people with a probe.
        probes: Probes of enrolled people, over all draws.
        draws: Galleries drawn.
    """

    promised: float
    held: float
    fpir: float
    fpir_low: float
    fpir_high: float
    fnir: float
    fnir_low: float
    fnir_high: float
    fnir_best: float
    threshold: float
    people: int
    templates: float
    attempts: int
    run: int
    strangers: int
    transactions: int
    own: int
    probes: int
    draws: int


def evaluate_promise(
    paths: Sequence[Path],
    embed: EmbedPictures,
    aliases: Mapping[str, str],
    model: PromiseModel,
    trial: PromiseTrial,
    *,
    halves: bool = False,
) -> PromiseReport:
    """Enrol people, let all others try, and count who is accepted at the threshold that the promise asks for.

    Args:
        paths: Pictures, each in the folder of its person.
        embed: Embeds pictures.
        aliases: Folder names of the same person: alias to name.
        model: Gives the threshold.
        trial: What to try.
        halves: Take the curve of the model from half of the people, and try on the other half.

    Raises:
        ImageError: There are too few people or pictures.
    """
    found = embed(paths)
    names = np.array([aliases.get(path.parent.name, path.parent.name) for path in found], np.str_)
    crowd = _Crowd(np.array(list(found.values()), np.float32), np.unique(names, return_inverse=True)[1])
    if halves:
        half = np.random.default_rng(trial.seed).permutation(crowd.count) < crowd.count // 2
        model, crowd = _measured_model(crowd.only(half)), crowd.only(~half)
    return _run(crowd, model, trial)


class _Crowd:
    """Embeddings of people.

    Args:
        vectors: (n, size), unit length.
        owners: (n,), the person of each vector, from 0, without gaps.
    """

    def __init__(self, vectors: Floats, owners: Indices) -> None:
        order = np.argsort(owners, kind="stable")
        self.vectors, self.owners = vectors[order], owners[order]
        self.pictures = np.bincount(self.owners)
        self.count = len(self.pictures)
        self._starts = np.searchsorted(self.owners, np.arange(self.count))

    def only(self, chosen: NDArray[np.bool_]) -> "_Crowd":
        """Some of the people; `chosen` is (people,)."""
        rows = chosen[self.owners]
        return _Crowd(self.vectors[rows], np.unique(self.owners[rows], return_inverse=True)[1])

    def shuffled(self, person: int, random: np.random.Generator) -> Indices:
        """The pictures of a person in random order."""
        return np.asarray(self._starts[person] + random.permutation(self.pictures[person]), np.int64)


def _measured_model(crowd: _Crowd) -> PromiseModel:
    """A model whose curve is measured on these people: every picture with every picture of another person."""
    rows = np.arange(len(crowd.vectors))
    top: list[Floats] = []
    comparisons = 0
    for row in rows[:-1]:
        others = rows[row + 1 :][crowd.owners[row + 1 :] != crowd.owners[row]]
        comparisons += len(others)
        top.append((crowd.vectors[others] @ crowd.vectors[row]).astype(np.float32))
    similarities = np.sort(np.concatenate(top))[::-1]
    points = [
        (fmr, float(similarities[round(fmr * comparisons) - 1]))
        for fmr in _FMRS
        if round(fmr * comparisons) >= _FEWEST_PAIRS
    ]
    return PromiseModel(FmrCurve(points), comparisons)


def _run(crowd: _Crowd, model: PromiseModel, trial: PromiseTrial) -> PromiseReport:
    random = np.random.default_rng(trial.seed)
    least = max(trial.templates, 1)
    able = np.flatnonzero(crowd.pictures >= least)
    if len(able) < trial.people or crowd.count <= trial.people:
        raise ImageError(
            QT_TRANSLATE_NOOP("errors", "Only {able} people have the pictures that enrolling {people} needs."),
            QT_TRANSLATE_NOOP("errors", "Enrol fewer people, with fewer templates."),
            able=len(able),
            people=trial.people,
        )
    tallies = [_try_gallery(crowd, model, trial, random, able) for _ in range(trial.draws)]
    strangers, own = (_Shares.of([getattr(tally, side) for tally in tallies]) for side in ("strangers", "own"))
    if not len(strangers.people) or not len(own.people):
        raise ImageError(
            QT_TRANSLATE_NOOP("errors", "No stranger or no enrolled person has enough pictures for the attempts."),
            QT_TRANSLATE_NOOP("errors", "Use fewer attempts, templates or pictures of a run."),
        )
    fpir, fpir_low, fpir_high = strangers.rate(random)
    fnir, fnir_low, fnir_high = own.rate(random)
    scores = np.concatenate([tally.stranger_scores for tally in tallies])
    best = float(np.quantile(scores, 1 - 1 / trial.one_in, method="higher"))
    own_scores = np.concatenate([tally.own_scores for tally in tallies])
    return PromiseReport(
        promised=1 / trial.one_in,
        held=1 / min(tally.held for tally in tallies),
        fpir=fpir,
        fpir_low=fpir_low,
        fpir_high=fpir_high,
        fnir=fnir,
        fnir_low=fnir_low,
        fnir_high=fnir_high,
        fnir_best=float((own_scores <= best).mean()),
        threshold=float(np.mean([tally.threshold for tally in tallies])),
        people=trial.people,
        templates=float(np.mean([tally.templates for tally in tallies])),
        attempts=trial.attempts,
        run=trial.run,
        strangers=len(strangers.people),
        transactions=len(scores),
        own=len(own.people),
        probes=len(own_scores),
        draws=trial.draws,
    )


@dataclass(frozen=True, slots=True)
class _Tally:
    """What one gallery did: for strangers and own people, pairs of (person, share of trials accepted or rejected)."""

    strangers: list[tuple[int, bool]]
    own: list[tuple[int, bool]]
    stranger_scores: Floats
    own_scores: Floats
    threshold: float
    held: float
    templates: float


class _Gallery:
    """Enrolled templates, and the search in them."""

    def __init__(self, vectors: Floats, counts: Sequence[int], trial: PromiseTrial) -> None:
        self._vectors = vectors
        self._starts = np.cumsum([0, *counts])[:-1]
        self._lengths = sum_lengths(vectors, self._starts)
        self._trial = trial

    def search(self, probes: Floats) -> tuple[Indices, Floats]:
        """The most similar person of each probe, and the score; -1 where the margin to the runner-up is too small."""
        people, scores = np.empty(len(probes), np.int64), np.empty(len(probes), np.float32)
        for number, similarities in enumerate(probes @ self._vectors.T):
            fused = fuse(similarities, self._starts, self._lengths, self._trial.fusion)
            best = int(fused.argmax())
            runner_up = np.partition(fused, -2)[-2] if len(fused) > 1 else -1.0
            people[number] = best
            scores[number] = fused[best] if fused[best] - runner_up >= self._trial.min_margin else -1.0
        return people, scores


def _try_gallery(
    crowd: _Crowd, model: PromiseModel, trial: PromiseTrial, random: np.random.Generator, able: Indices
) -> _Tally:
    enrolled = random.choice(able, trial.people, replace=False)
    templates: list[Indices] = []
    probes: list[tuple[int, Indices]] = []
    for place, person in enumerate(enrolled.tolist()):
        pictures = crowd.shuffled(person, random)
        kept = min(trial.templates or len(pictures) - 1, len(pictures)) or 1
        templates.append(pictures[:kept])
        probes += [(place, part) for part in _parts(pictures[kept:], trial.run)]
    counts = [len(part) for part in templates]
    gallery = _Gallery(crowd.vectors[np.concatenate(templates)], counts, trial)
    sizes, people = np.unique(counts, return_counts=True)
    transaction = Transaction(dict(zip(sizes.tolist(), people.tolist(), strict=True)), trial.attempts, trial.fusion)
    promise = model.keep(trial.one_in, transaction)
    places, own_scores = _search_runs(crowd, gallery, [part for _, part in probes])
    right = places == np.array([place for place, _ in probes], np.int64)
    own_scores = np.where(right, own_scores, np.float32(-1))
    outside = np.setdiff1d(np.flatnonzero(crowd.pictures >= trial.attempts * trial.run), enrolled)
    tries = [crowd.shuffled(person, random)[: trial.attempts * trial.run] for person in outside.tolist()]
    _, scores = _search_runs(crowd, gallery, [part for pictures in tries for part in _parts(pictures, trial.run)])
    stranger_scores = scores.reshape(len(tries), trial.attempts).max(axis=1) if tries else scores
    return _Tally(
        list(zip(outside.tolist(), (stranger_scores >= promise.threshold).tolist(), strict=True)),
        [
            (int(enrolled[place]), bool(score < promise.threshold))
            for (place, _), score in zip(probes, own_scores.tolist(), strict=True)
        ],
        stranger_scores,
        own_scores,
        promise.threshold,
        promise.held,
        float(np.mean(counts)),
    )


def _parts(pictures: Indices, size: int) -> list[Indices]:
    """The pictures in runs of a size; a rest that is shorter is left out."""
    return [pictures[start : start + size] for start in range(0, len(pictures) - size + 1, size)]


def _search_runs(crowd: _Crowd, gallery: _Gallery, runs: Sequence[Indices]) -> tuple[Indices, Floats]:
    """The person and the score of each run: the mean of its pictures and the last one must name the same person."""
    if not runs:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    last = crowd.vectors[[run[-1] for run in runs]]
    places, scores = gallery.search(last)
    if len(runs[0]) == 1:
        return places, scores
    means = np.stack([crowd.vectors[run].mean(axis=0) for run in runs])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    mean_places, mean_scores = gallery.search(means)
    return mean_places, np.where(places == mean_places, np.minimum(scores, mean_scores), np.float32(-1))


@dataclass(frozen=True, slots=True)
class _Shares:
    """Errors and trials of each person.

    Attributes:
        people: (people,), their numbers.
        errors: (people,).
        trials: (people,).
    """

    people: Indices
    errors: NDArray[np.float64]
    trials: NDArray[np.float64]

    @classmethod
    def of(cls, outcomes: Sequence[list[tuple[int, bool]]]) -> "_Shares":
        pairs = [pair for part in outcomes for pair in part]
        people, places = np.unique(np.array([person for person, _ in pairs], np.int64), return_inverse=True)
        errors = np.bincount(places, [error for _, error in pairs], len(people)).astype(np.float64)
        return cls(people, errors, np.bincount(places, minlength=len(people)).astype(np.float64))

    def rate(self, random: np.random.Generator) -> tuple[float, float, float]:
        """The share of errors, and its 95 % interval by a bootstrap over people."""
        chosen = random.integers(0, len(self.people), (_RESAMPLES, len(self.people)))
        rates = self.errors[chosen].sum(axis=1) / self.trials[chosen].sum(axis=1)
        low, high = np.quantile(rates, (0.025, 0.975))
        if not self.errors.any():
            high = 1 - 0.025 ** (1 / len(self.people))
        return float(self.errors.sum() / self.trials.sum()), float(low), float(high)
