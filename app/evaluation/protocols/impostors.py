"""Kiosk impostor test: people who are not enrolled each make one attempt at a kiosk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter

import numpy as np

from app.core.calendar import Schedule
from app.core.errors import ImageError
from app.core.faces import Box, Embedding, Vector
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.liveness import LivenessPolicy
from app.core.people import Person
from app.core.settings.model import Settings
from app.evaluation.protocols.pictures import Progress, embed_pictures, list_people_pictures
from app.flows.kiosk.face_run import ObservedFace
from app.flows.kiosk.machine import KioskFlow
from app.flows.kiosk.types import Deny, KioskRules, Observation, Unlock
from app.flows.lockout import FAILURE_LIMIT
from app.matching.gallery import Gallery
from app.matching.rates import wilson_interval
from app.services.kiosk.access_policy import AccessSnapshot, effective_recognition
from app.services.kiosk.factory import AGREEMENT_FMR
from app.services.kiosk.policy import KioskPolicy
from app.services.recognition.matcher import Identification, fmr_curve
from app.vision.analysis import FaceAnalyzer
from app.vision.manifest import EmbedderRow

_FRAME_NS = 33_000_000
_PLACE = Box(200, 100, 160, 200)


@dataclass(frozen=True, slots=True)
class ImpostorReport:
    """Result; field names are the keys of the JSON output.

    Attributes:
        gallery: People enrolled, with one picture each; never the person who attempts.
        probes: People who make one attempt, with one picture each.
        let_in: Attempts accepted.
        rate: Share of attempts accepted (FPIR per attempt).
        low: Lower end of its 95 % Wilson interval.
        high: Upper end.
        threshold: Similarity required; the highest of all galleries.
        frames: Consecutive frames that must agree.
        not_detected: Pictures without a face; left out.
        seconds: Duration.
    """

    gallery: int
    probes: int
    let_in: int
    rate: float
    low: float
    high: float
    threshold: float
    frames: int
    not_detected: int
    seconds: float


def evaluate_kiosk(
    analyzer: FaceAnalyzer,
    images: Path,
    row: EmbedderRow,
    settings: Settings,
    moment: datetime,
    *,
    gallery: int = 100,
    fmr: str | None = None,
    progress: Progress = lambda _: None,
) -> ImpostorReport:
    """Run the impostor test with the kiosk's default policy, without liveness and PIN.

    Args:
        analyzer: Vision that embeds every face.
        images: Folder with a folder of pictures for each person.
        row: Manifest row of the model in use.
        settings: Settings of the application.
        moment: Time of all attempts.
        gallery: People enrolled in each attempt.
        fmr: False match rate of every comparison, in place of the policy's promise per visitor.
        progress: Called with each picture when it is done.

    Raises:
        ImageError: There are too few people with a face.
    """
    matching = {"operating_point": fmr} if fmr else {}
    policy = KioskPolicy.model_validate(
        {"name": "evaluation", "liveness": {"policy": LivenessPolicy.OFF}, "pin": {"use": "off"}, "matching": matching}
    )
    agreement = fmr_curve(row).threshold_for(AGREEMENT_FMR)
    return evaluate_impostors(
        analyzer,
        images,
        Identification(row, effective_recognition(policy, settings.recognition), FAILURE_LIMIT),
        policy.rules(agreement, settings.liveness),
        policy.when.schedule(),
        moment,
        model=row.name,
        gallery=gallery,
        progress=progress,
    )


def evaluate_impostors(
    analyzer: FaceAnalyzer,
    images: Path,
    identification: Identification,
    rules: KioskRules,
    schedule: Schedule,
    moment: datetime,
    *,
    model: str,
    gallery: int = 100,
    seed: int = 0,
    progress: Progress = lambda _: None,
) -> ImpostorReport:
    """Run one attempt of each person against a gallery of other people, through the kiosk state machine.

    Each attempt shows one picture for as long as the machine observes, so averaging over frames does not help.

    Args:
        analyzer: Vision that embeds every face.
        images: Folder with a folder of pictures for each person.
        identification: Accepts or rejects a candidate, by the gallery.
        rules: Rules of the kiosk, without liveness.
        schedule: Schedule under which the kiosk always grants access.
        moment: Time of all attempts.
        model: Manifest name of the model.
        gallery: People enrolled in each attempt.
        seed: Seed of the choice of enrolled people.
        progress: Called with each picture when it is done.

    Raises:
        ImageError: There are too few people with a face.
    """
    began = perf_counter()
    vectors, not_detected = _first_faces(analyzer, images, gallery, progress)
    candidates = [str(name) for name in np.random.default_rng(seed).permutation(list(vectors))[: gallery + 1]]
    let_in, threshold = 0, -1.0
    for name, vector in vectors.items():
        others = [other for other in candidates if other != name][:gallery]
        enrolled = _enrolled_gallery(others, vectors, model, moment)
        rule = identification.rule(enrolled)
        threshold = max(threshold, rule.threshold)
        snapshot = AccessSnapshot(enrolled, rule, rule, frozenset(), schedule, moment)
        let_in += _is_accepted(Embedding(vector, model), snapshot, rules)
    low, high = wilson_interval(let_in, len(vectors))
    return ImpostorReport(
        gallery=gallery,
        probes=len(vectors),
        let_in=let_in,
        rate=let_in / len(vectors),
        low=low,
        high=high,
        threshold=threshold,
        frames=rules.run.frames,
        not_detected=not_detected,
        seconds=perf_counter() - began,
    )


def _first_faces(
    analyzer: FaceAnalyzer, images: Path, gallery: int, progress: Progress
) -> tuple[dict[str, Vector], int]:
    """Embeddings of the first picture of each person, by name, and the number of pictures without a face."""
    firsts = {path.parent.name: path for path in reversed(list_people_pictures(images))}
    found = embed_pictures(analyzer, list(firsts.values()), progress)
    vectors = {name: found[path] for name, path in sorted(firsts.items()) if path in found}
    if len(vectors) <= gallery:
        raise ImageError(
            QT_TRANSLATE_NOOP("errors", "There are too few people in: {path}"),
            QT_TRANSLATE_NOOP("errors", "Give a folder that holds a folder of pictures for each person."),
            path=images,
        )
    return vectors, len(firsts) - len(vectors)


def _enrolled_gallery(names: Sequence[str], vectors: dict[str, Vector], model: str, moment: datetime) -> Gallery:
    people = [Person(name, name, moment, 1) for name in names]
    return Gallery.of(model, people, np.stack([vectors[name] for name in names]), np.arange(len(names)))


def _is_accepted(probe: Embedding, snapshot: AccessSnapshot, rules: KioskRules) -> bool:
    flow = KioskFlow(rules)
    face = ObservedFace(1, _PLACE, probe)
    now = 0
    while True:
        now += _FRAME_NS
        for effect in flow.observe(Observation((face,), snapshot, now)):
            if isinstance(effect, Unlock | Deny):
                return isinstance(effect, Unlock)
