"""Identification protocols: open set, and MegaFace."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from app.core.errors import ImageError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.evaluation.protocols.pictures import EmbedPictures
from app.evaluation.protocols.report import FMRS, MeasuredRate, ProtocolReport
from app.evaluation.statistics.identification import NOT_ENROLLED, identify_open_set
from app.evaluation.statistics.megaface import run_megaface
from app.evaluation.statistics.paired_bootstrap import TrialOutcomes
from app.evaluation.statistics.verification import det_curve
from app.matching.histogram import Histogram

FPIRS = ("1e-1", "1e-2", "1e-3")
_NEVER = -1.0
"""Similarity of a mated probe whose most similar person is another: it is never identified."""


def evaluate_open_set(
    paths: Sequence[Path],
    embed: EmbedPictures,
    aliases: Mapping[str, str],
    enrolled_share: float = 0.5,
    seed: int = 0,
) -> ProtocolReport:
    """Enrol some people with one picture each, and search all other pictures.

    Args:
        paths: Pictures, each in the folder of its person.
        embed: Embeds pictures.
        aliases: Folder names of the same person: alias to name.
        enrolled_share: Share of the people with two pictures who are enrolled; all others are non-mated.
        seed: Seed of the choice of enrolled people.

    Raises:
        ImageError: No person can be enrolled, or no person is left as non-mated.
    """
    found = embed(paths)
    names = np.array([aliases.get(path.parent.name, path.parent.name) for path in found], np.str_)
    vectors = np.array(list(found.values()), np.float32)
    known, owners, pictures = np.unique(names, return_inverse=True, return_counts=True)
    able = np.random.default_rng(seed).permutation(np.flatnonzero(pictures > 1))
    chosen = np.sort(able[: max(round(len(able) * enrolled_share), 1)])
    if not len(able) or len(chosen) == len(known):
        raise ImageError(
            QT_TRANSLATE_NOOP("errors", "No person can be enrolled, or none is left who is not enrolled."),
            QT_TRANSLATE_NOOP("errors", "Give a folder for each person, with two pictures of some of them."),
        )
    place = np.full(len(known), NOT_ENROLLED)
    place[chosen] = np.arange(len(chosen))
    templates = np.array([np.flatnonzero(owners == person)[0] for person in chosen])
    probes = np.setdiff1d(np.arange(len(names)), templates)
    result = identify_open_set(vectors[templates], vectors[probes], place[owners[probes]])
    units = tuple(names[probes[result.enrolled]].tolist())
    mated, non_mated = int(result.enrolled.sum()), int((~result.enrolled).sum())
    right = result.right[result.enrolled]
    figures, trials = {"rank_1": MeasuredRate.of(int(right.sum()), mated)}, {"rank_1": TrialOutcomes.of(units, right)}
    for fpir in (rate for rate in FPIRS if float(rate) * non_mated >= 1):
        identified = result.identified_at(result.at(float(fpir)).threshold)
        trials[f"found_at_fpir_{fpir}"] = TrialOutcomes.of(units, identified)
        figures[f"fnir_at_fpir_{fpir}"] = MeasuredRate.of(mated - int(identified.sum()), mated)
    own = np.where(result.right, result.nearest, _NEVER)[result.enrolled]
    curve = det_curve(Histogram.of(own), Histogram.of(result.nearest[~result.enrolled]))
    facts = {"enrolled": len(chosen), "probes": mated, "strangers": non_mated, "not_detected": len(paths) - len(found)}
    return ProtocolReport("open-set", figures, dict(facts), curve, trials)


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
