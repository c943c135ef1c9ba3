"""Protocols beside pairs of pictures: identification, distractors, templates of several pictures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.errors import ImageError
from app.core.faces import Vector
from app.core.i18n import QT_TRANSLATE_NOOP
from app.evaluation.protocols.lists import TemplateMember, TemplatePair
from app.evaluation.statistics.identification import NOT_ENROLLED, identify_open_set
from app.evaluation.statistics.megaface import run_megaface
from app.evaluation.statistics.paired_bootstrap import TrialOutcomes
from app.evaluation.statistics.verification import (
    DetCurve,
    det_curve,
    equal_error_rate,
    threshold_at_fmr,
    wilson_interval,
)
from app.matching.histogram import Histogram

FPIRS = ("1e-1", "1e-2", "1e-3")
FMRS = ("1e-1", "1e-2", "1e-3", "1e-4", "1e-5", "1e-6")
_NOTHING = -1.0
"""The similarity of a pair in which a template is empty: it is never accepted."""

EmbedPictures = Callable[[Sequence[Path]], Mapping[Path, Vector]]
"""Embeds pictures; those without a face are left out. Raises ImageError for one that cannot be read."""


@dataclass(frozen=True, slots=True)
class MeasuredRate:
    """A share.

    Attributes:
        value: 0 to 1.
        low: Lower end of its 95 % Wilson interval.
        high: Upper end.
    """

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, successes: float, trials: int) -> "MeasuredRate":
        """The share of trials that had an outcome."""
        return cls(successes / trials, *wilson_interval(successes, trials))


@dataclass(frozen=True, slots=True)
class ProtocolReport:
    """The outcome of a protocol; the names are those of the JSON output.

    Attributes:
        protocol: Its name.
        figures: What was measured, by name.
        facts: What it was measured on, by name.
        curve: Misses by false matches.
        trials: What went right and wrong, by figure, so that another run on the same pictures can be compared.
        model: Whose embeddings they are.
    """

    protocol: str
    figures: dict[str, MeasuredRate]
    facts: dict[str, float]
    curve: DetCurve
    trials: dict[str, TrialOutcomes]
    model: str = ""

    def with_model(self, model: str) -> "ProtocolReport":
        """The same, with the model's name."""
        return replace(self, model=model)


def evaluate_open_set(
    paths: Sequence[Path], find: EmbedPictures, aliases: Mapping[str, str], enrolled_share: float = 0.5, seed: int = 0
) -> ProtocolReport:
    """Enrol some people from a picture each, and look for all other pictures.

    Args:
        paths: Pictures, each in the folder of its person.
        find: Embeds them.
        aliases: Folders that show the person of another folder, by name.
        enrolled_share: Of the people with two pictures, how many are enrolled; everybody else is a stranger.
        seed: Of who is enrolled.

    Raises:
        ImageError: Nobody can be enrolled, or nobody is a stranger.
    """
    found = find(paths)
    names = np.array([aliases.get(path.parent.name, path.parent.name) for path in found], np.str_)
    vectors = np.array(list(found.values()), np.float32)
    known, owners, pictures = np.unique(names, return_inverse=True, return_counts=True)
    able = np.random.default_rng(seed).permutation(np.flatnonzero(pictures > 1))
    chosen = np.sort(able[: max(round(len(able) * enrolled_share), 1)])
    if not len(able) or len(chosen) == len(known):
        raise ImageError(
            QT_TRANSLATE_NOOP("errors", "Nobody can be enrolled, or nobody is left to be a stranger."),
            QT_TRANSLATE_NOOP("errors", "Give a folder for each person, with two pictures of some of them."),
        )
    place = np.full(len(known), NOT_ENROLLED)
    place[chosen] = np.arange(len(chosen))
    templates = np.array([np.flatnonzero(owners == person)[0] for person in chosen])
    probes = np.setdiff1d(np.arange(len(names)), templates)
    identified = identify_open_set(vectors[templates], vectors[probes], place[owners[probes]])
    units = tuple(names[probes[identified.enrolled]].tolist())
    mated, strangers = int(identified.enrolled.sum()), int((~identified.enrolled).sum())
    right = identified.right[identified.enrolled]
    figures, trials = {"rank_1": MeasuredRate.of(int(right.sum()), mated)}, {"rank_1": _trials(units, right)}
    for fpir in (rate for rate in FPIRS if float(rate) * strangers >= 1):
        at = identified.identified_at(identified.at(float(fpir)).threshold)
        trials[f"found_at_fpir_{fpir}"] = _trials(units, at)
        figures[f"fnir_at_fpir_{fpir}"] = MeasuredRate.of(mated - int(at.sum()), mated)
    own = np.where(identified.right, identified.nearest, _NOTHING)[identified.enrolled]
    curve = det_curve(Histogram.of(own), Histogram.of(identified.nearest[~identified.enrolled]))
    facts = {"enrolled": len(chosen), "probes": mated, "strangers": strangers, "not_detected": len(paths) - len(found)}
    return ProtocolReport("open-set", figures, dict(facts), curve, trials)


def evaluate_megaface(
    probes: Sequence[tuple[Path, str]],
    distractors: Sequence[Path],
    find: EmbedPictures,
    counts: Sequence[int] = (),
    fars: Sequence[str] = FMRS,
) -> ProtocolReport:
    """Run the MegaFace protocol.

    Args:
        probes: Pictures, each with its person.
        distractors: Pictures of nobody among these; the first are those taken first.
        find: Embeds them.
        counts: Numbers of distractors; by default 10, 100, and so on, and all.
        fars: Rates of probe and distractor accepted at which mates are verified, as far as there are as many pairs.

    Raises:
        ImageError: Nobody has two pictures with a face, or no distractor shows one.
    """
    found = find([path for path, _ in probes])
    others = find(distractors)
    kept = [(found[path], person) for path, person in probes if path in found]
    people, of = np.unique(np.array([person for _, person in kept], np.str_), return_inverse=True)
    crowd = np.array([others[path] for path in distractors if path in others], np.float32)
    if not len(crowd) or not kept or np.bincount(of).max() < 2:
        raise ImageError(
            QT_TRANSLATE_NOOP("errors", "Nobody has two pictures with a face, or no distractor shows one."),
            QT_TRANSLATE_NOOP("errors", "Give probes of people with several pictures, and distractors of others."),
        )
    usable = [10**power for power in range(1, 8) if 10**power < len(crowd)]
    wanted = [min(count, len(crowd)) for count in counts] or [*usable, len(crowd)]
    result = run_megaface(np.array([vector for vector, _ in kept], np.float32), of, crowd, wanted)
    mates, units = len(result.people), tuple(people[result.people].tolist())
    figures, trials = {}, {}
    for column, count in enumerate(result.counts):
        first = result.first[:, column]
        figures[f"rank_1_among_{count}"] = MeasuredRate.of(int(first.sum()), mates)
        trials[f"rank_1_among_{count}"] = _trials(units, first)
    for far in (rate for rate in fars if float(rate) * result.impostor.total >= 1):
        figures[f"vr_at_far_{far}"] = MeasuredRate.of(round(result.verified_at(float(far)) * mates), mates)
    facts = {
        "people": len(people),
        "mates": mates,
        "distractors": len(crowd),
        "not_detected": len(probes) + len(distractors) - len(kept) - len(crowd),
    }
    return ProtocolReport("megaface", figures, dict(facts), det_curve(result.genuine, result.impostor), trials)


def evaluate_templates(
    images: Path, members: Sequence[TemplateMember], pairs: Sequence[TemplatePair], find: EmbedPictures
) -> ProtocolReport:
    """Compare templates of several pictures, as the 1:1 protocol of the IJB sets does.

    Args:
        images: What the members' paths start from.
        members: The templates' pictures.
        pairs: To be compared.
        find: Embeds pictures. A template none of whose pictures shows a face is empty: its pairs count as rejected.

    Raises:
        ImageError: A pair names a template without pictures, or all pairs are of one kind.
    """
    listed = {member.template for member in members}
    if missing := sorted({name for pair in pairs for name in (pair.first, pair.second)} - listed):
        raise ImageError(
            QT_TRANSLATE_NOOP(
                "errors", "The lists do not fit: template “{template}” is in a pair and has no pictures."
            ),
            QT_TRANSLATE_NOOP("errors", "Give the list of templates that the list of pairs belongs to."),
            template=missing[0],
        )
    genuine = np.array([pair.genuine for pair in pairs])
    if genuine.all() or not genuine.any():
        raise ImageError(
            QT_TRANSLATE_NOOP("errors", "All pairs are of one kind, so that nothing can be measured."),
            QT_TRANSLATE_NOOP("errors", "Give pairs of the same and of different people."),
        )
    paths = sorted({images / member.picture for member in members})
    found = find(paths)
    made = _templates([member for member in members if images / member.picture in found], images, found)
    similarities = np.array([_similarity(made, pair) for pair in pairs])
    accepted, rejected = similarities[genuine], similarities[~genuine]
    units = tuple(pair.first for pair in pairs if pair.genuine)
    figures, trials = {}, {}
    for fmr in (rate for rate in FMRS if float(rate) * len(rejected) >= 1):
        right = accepted >= threshold_at_fmr(rejected, float(fmr))
        figures[f"tar_at_fmr_{fmr}"] = MeasuredRate.of(int(right.sum()), len(right))
        trials[f"tar_at_fmr_{fmr}"] = _trials(units, right)
    facts = {
        "templates": len(listed),
        "empty_templates": len(listed) - len(made),
        "pairs": len(pairs),
        "not_detected": len(paths) - len(found),
        "eer": equal_error_rate(accepted, rejected),
    }
    curve = det_curve(Histogram.of(accepted), Histogram.of(rejected))
    return ProtocolReport("templates", figures, facts, curve, trials)


def _templates(members: Sequence[TemplateMember], images: Path, found: Mapping[Path, Vector]) -> dict[str, Vector]:
    if not members:
        return {}
    names, templates = np.unique(np.array([member.template for member in members], np.str_), return_inverse=True)
    media = np.unique(np.array([member.medium for member in members], np.str_), return_inverse=True)[1]
    vectors = np.array([found[images / member.picture] for member in members], np.float32)
    kept, averaged = average_media(vectors, templates.astype(np.int64), media.astype(np.int64))
    return {str(names[place]): vector for place, vector in zip(kept, averaged, strict=True)}


def _similarity(made: Mapping[str, Vector], pair: TemplatePair) -> float:
    first, second = made.get(pair.first), made.get(pair.second)
    return _NOTHING if first is None or second is None else float(first @ second)


def _trials(units: tuple[str, ...], right: NDArray[np.bool_]) -> TrialOutcomes:
    return TrialOutcomes(units, tuple(right.astype(int).tolist()))


Floats = NDArray[np.float32]
Places = NDArray[np.int64]


def average_media(vectors: Floats, templates: Places, media: Places) -> tuple[Places, Floats]:
    """One vector for each template: the mean over its media, each the mean over its pictures.

    A film of a hundred frames then weighs no more than one photograph (Crosswhite et al. 2018, arXiv 1603.03958).

    Args:
        vectors: (n, size), unit length.
        templates: (n,): the template that each picture belongs to.
        media: (n,): the medium that it is from, within its template.

    Returns:
        The templates, (t,), rising, and their vectors, (t, size), of unit length.
    """
    (of_template, _), medium, pictures = np.unique(
        np.stack([templates, media]), axis=1, return_inverse=True, return_counts=True
    )
    sums = np.zeros((len(pictures), vectors.shape[1]))
    np.add.at(sums, medium.reshape(-1), vectors)
    names, place = np.unique(of_template, return_inverse=True)
    totals = np.zeros((len(names), vectors.shape[1]))
    np.add.at(totals, place, sums / pictures[:, None])
    lengths = np.maximum(np.linalg.norm(totals, axis=1, keepdims=True), 1e-12)
    return names, (totals / lengths).astype(np.float32)
