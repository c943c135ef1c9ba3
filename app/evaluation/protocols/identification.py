"""Identification protocols: open set, and MegaFace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.errors import ImageError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.match_decision import TemplateFusion
from app.evaluation.protocols.pictures import EmbedPictures
from app.evaluation.protocols.report import FMRS, MeasuredRate, ProtocolReport
from app.evaluation.statistics.identification import (
    NOT_ENROLLED,
    OpenSetResult,
    fnir_range,
    identify_open_set,
    join_results,
)
from app.evaluation.statistics.megaface import run_megaface
from app.evaluation.statistics.paired_bootstrap import TrialOutcomes
from app.evaluation.statistics.verification import det_curve
from app.matching.histogram import Histogram

FPIRS = ("1e-1", "1e-2", "1e-3", "1e-4")
_NEVER = -1.0
"""Similarity of a mated probe whose most similar person is another: it is never identified."""


@dataclass(frozen=True, slots=True)
class OpenSetPlan:
    """Who is enrolled in an open-set evaluation, and how probes are compared.

    Attributes:
        enrolled_share: Share of the people with enough pictures who are enrolled, unless `people` is given.
        people: People enrolled; those with enough pictures first, then others with fewer templates.
        templates: Pictures enrolled of each person, at most; 0 for all but one.
        averaged: Pictures whose mean is one probe; pictures that do not fill a probe are left out.
        draws: Galleries that are drawn one after the other.
        seed: Seed of the choice of enrolled people.
        fusion: The comparison score.
    """

    enrolled_share: float = 0.5
    people: int | None = None
    templates: int = 1
    averaged: int = 1
    draws: int = 1
    seed: int = 0
    fusion: TemplateFusion = TemplateFusion.BEST_AND_MEAN


def evaluate_open_set(
    paths: Sequence[Path], embed: EmbedPictures, aliases: Mapping[str, str], plan: OpenSetPlan
) -> ProtocolReport:
    """Enrol some people, and search all other pictures.

    The ranges of the FNIR are over people.

    Args:
        paths: Pictures, each in the folder of its person.
        embed: Embeds pictures.
        aliases: Folder names of the same person: alias to name.
        plan: Who is enrolled, and how probes are compared.

    Raises:
        ImageError: No person can be enrolled, or no person is left as non-mated.
    """
    found = embed(paths)
    names = np.array([aliases.get(path.parent.name, path.parent.name) for path in found], np.str_)
    vectors = np.array(list(found.values()), np.float32)
    known, owners = np.unique(names, return_inverse=True)
    random = np.random.default_rng(plan.seed)
    drawn = [_search_gallery(vectors, owners, _choose(owners, plan, random), plan) for _ in range(plan.draws)]
    result, people = join_results([one for one, _ in drawn]), np.concatenate([one for _, one in drawn])
    units = tuple(known[people[result.enrolled]].tolist())
    mated, non_mated = int(result.enrolled.sum()), int((~result.enrolled).sum())
    right = result.right[result.enrolled]
    figures, trials = {"rank_1": MeasuredRate.of(int(right.sum()), mated)}, {"rank_1": TrialOutcomes.of(units, right)}
    facts = {
        "enrolled": len(np.unique(people[result.enrolled])) if plan.people is None else plan.people,
        "probes": mated,
        "strangers": non_mated,
        "not_detected": len(paths) - len(found),
    }
    thresholds = {}
    for fpir in (rate for rate in FPIRS if float(rate) * non_mated >= 1):
        point = result.at(float(fpir))
        trials[f"found_at_fpir_{fpir}"] = TrialOutcomes.of(units, result.identified_at(point.threshold))
        figures[f"fnir_at_fpir_{fpir}"] = MeasuredRate(point.fnir, *fnir_range(result, people, float(fpir)))
        thresholds[f"threshold_at_fpir_{fpir}"] = point.threshold
    own = np.where(result.right, result.nearest, _NEVER)[result.enrolled]
    curve = det_curve(Histogram.of(own), Histogram.of(result.nearest[~result.enrolled]))
    return ProtocolReport("open-set", figures, facts | thresholds, curve, trials)


def _choose(owners: NDArray[np.int64], plan: OpenSetPlan, random: np.random.Generator) -> NDArray[np.int64]:
    """Return the people to enrol, rising; those whose pictures suffice for probes first."""
    pictures = np.bincount(owners)
    enough = pictures > max(plan.templates, 1)
    groups = [enough, (pictures > 1) & ~enough, pictures == 1]
    able, *others = (random.permutation(np.flatnonzero(group)) for group in groups)
    if plan.people is None:
        chosen = able[: max(round(len(able) * plan.enrolled_share), 1)]
    else:
        chosen = np.concatenate([able, *others])[: plan.people]
    if not len(able) or len(chosen) == len(pictures) or len(chosen) < (plan.people or 0):
        raise ImageError(
            QT_TRANSLATE_NOOP("errors", "No person can be enrolled, or none is left who is not enrolled."),
            QT_TRANSLATE_NOOP("errors", "Give a folder for each person, with two pictures of some of them."),
        )
    return np.sort(chosen)


def _search_gallery(
    vectors: NDArray[np.float32], owners: NDArray[np.int64], chosen: NDArray[np.int64], plan: OpenSetPlan
) -> tuple[OpenSetResult, NDArray[np.int64]]:
    """Search the pictures that are not enrolled in a gallery of the first pictures of the chosen people.

    Returns:
        The result, and for each probe the index of its person.
    """
    counts = np.bincount(owners)[chosen]
    left = np.maximum(counts - 1, 1)
    enrolled = np.minimum(left, plan.templates) if plan.templates else left
    own = (np.flatnonzero(owners == person)[:count] for person, count in zip(chosen, enrolled, strict=True))
    templates = np.concatenate(list(own))
    probes, people = _average(vectors, owners, np.setdiff1d(np.arange(len(owners)), templates), plan.averaged)
    place = np.full(owners.max() + 1, NOT_ENROLLED)
    place[chosen] = np.arange(len(chosen))
    found = identify_open_set(vectors[templates], place[owners[templates]], probes, place[people], plan.fusion)
    return found, people


def _average(
    vectors: NDArray[np.float32], owners: NDArray[np.int64], pictures: NDArray[np.int64], count: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return probes, each the mean of some pictures of a person, of unit length, and the person of each."""
    if count == 1:
        return vectors[pictures], owners[pictures]
    of_each = (pictures[owners[pictures] == person] for person in np.unique(owners[pictures]))
    groups = [own[: len(own) // count * count].reshape(-1, count) for own in of_each]
    members = np.concatenate(groups)
    means = vectors[members].mean(axis=1)
    return means / np.linalg.norm(means, axis=1, keepdims=True), owners[members[:, 0]]


def evaluate_megaface(
    probes: Sequence[tuple[Path, str]],
    distractors: Sequence[Path],
    embed: EmbedPictures,
    counts: Sequence[int] = (),
    fars: Sequence[str] = FMRS,
) -> ProtocolReport:
    """Run the MegaFace protocol.

    Args:
        probes: Pictures, each with its person.
        distractors: Pictures of other people, in the order in which they are added.
        embed: Embeds pictures.
        counts: Numbers of distractors; by default 10, 100, and so on, and all.
        fars: False accept rates at which mates are verified, as far as there are enough pairs.

    Raises:
        ImageError: No person has two pictures with a face, or no distractor shows a face.
    """
    found, others = embed([path for path, _ in probes]), embed(distractors)
    usable = [(found[path], person) for path, person in probes if path in found]
    people, owners = np.unique(np.array([person for _, person in usable], np.str_), return_inverse=True)
    crowd = np.array([others[path] for path in distractors if path in others], np.float32)
    if not len(crowd) or not usable or np.bincount(owners).max() < 2:
        raise ImageError(
            QT_TRANSLATE_NOOP("errors", "No person has two pictures with a face, or no distractor shows a face."),
            QT_TRANSLATE_NOOP("errors", "Give probes of people with several pictures, and distractors of others."),
        )
    powers = [10**power for power in range(1, 8) if 10**power < len(crowd)]
    wanted = [min(count, len(crowd)) for count in counts] or [*powers, len(crowd)]
    result = run_megaface(np.array([vector for vector, _ in usable], np.float32), owners, crowd, wanted)
    mates, units = len(result.people), tuple(people[result.people].tolist())
    figures, trials = {}, {}
    for column, count in enumerate(result.counts):
        first = result.first[:, column]
        figures[f"rank_1_among_{count}"] = MeasuredRate.of(int(first.sum()), mates)
        trials[f"rank_1_among_{count}"] = TrialOutcomes.of(units, first)
    for far in (rate for rate in fars if float(rate) * result.impostor.total >= 1):
        figures[f"vr_at_far_{far}"] = MeasuredRate.of(round(result.verified_at(float(far)) * mates), mates)
    facts = {
        "people": len(people),
        "mates": mates,
        "distractors": len(crowd),
        "not_detected": len(probes) + len(distractors) - len(usable) - len(crowd),
    }
    return ProtocolReport("megaface", figures, dict(facts), det_curve(result.genuine, result.impostor), trials)
