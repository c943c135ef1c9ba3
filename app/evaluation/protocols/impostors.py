"""How many strangers a kiosk would let in: everybody of a folder of pictures, one after the other, none enrolled."""

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
from app.core.people import Person
from app.evaluation.protocols.verification import Progress, embed_pictures, list_people_pictures
from app.evaluation.statistics.verification import wilson_interval
from app.flows.kiosk.face_run import ObservedFace
from app.flows.kiosk.machine import KioskFlow
from app.flows.kiosk.types import Deny, KioskRules, Observation, Unlock
from app.matching.gallery import Gallery, MatchRule
from app.services.kiosk.access_policy import AccessSnapshot
from app.vision.analysis import FaceAnalyzer

_FRAME_NS = 33_000_000
_PLACE = Box(200, 100, 160, 200)


@dataclass(frozen=True, slots=True)
class ImpostorReport:
    """The outcome; the names are those of the JSON output.

    Attributes:
        gallery: People enrolled, with one picture each; never the one who tries.
        probes: People who tried once, with one picture each.
        let_in: How many of them were.
        rate: The same as a share.
        low: Lower end of its 95 % Wilson interval.
        high: Upper end.
        threshold: The similarity asked for.
        frames: Frames in a row that had to agree.
        not_detected: Pictures without a face; left out.
        seconds: How long it took.
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


def evaluate_impostors(
    analyzer: FaceAnalyzer,
    images: Path,
    rule: MatchRule,
    rules: KioskRules,
    schedule: Schedule,
    moment: datetime,
    *,
    model: str,
    gallery: int = 100,
    seed: int = 0,
    progress: Progress = lambda _: None,
) -> ImpostorReport:
    """Have everybody try once to be taken for one of others, by the machine of a kiosk.

    Each holds one picture still for as long as the machine looks, which averaging over frames does not help against.

    Args:
        analyzer: Vision that embeds every face it finds.
        images: A folder for each person.
        rule: When a candidate is accepted.
        rules: What the machine asks for, but for liveness.
        schedule: Of a door that is always open.
        moment: When it all happens.
        model: The manifest name of the model.
        gallery: How many others are enrolled.
        seed: Of the choice of these.
        progress: Called with each picture when it is done.

    Raises:
        ImageError: There are too few people with a face.
    """
    began = perf_counter()
    vectors, not_detected = _first_faces(analyzer, images, gallery, progress)
    drawn = [str(name) for name in np.random.default_rng(seed).permutation(list(vectors))[: gallery + 1]]
    let_in = 0
    for name, vector in vectors.items():
        others = [other for other in drawn if other != name][:gallery]
        judge = AccessSnapshot(_enrolled(others, vectors, model, moment), rule, frozenset(), schedule, moment)
        let_in += _is_accepted(Embedding(vector, model), judge, rules)
    low, high = wilson_interval(let_in, len(vectors))
    return ImpostorReport(
        gallery=gallery,
        probes=len(vectors),
        let_in=let_in,
        rate=let_in / len(vectors),
        low=low,
        high=high,
        threshold=rule.threshold,
        frames=rules.run.frames,
        not_detected=not_detected,
        seconds=perf_counter() - began,
    )


def _first_faces(
    analyzer: FaceAnalyzer, images: Path, gallery: int, progress: Progress
) -> tuple[dict[str, Vector], int]:
    """The embedding of everybody's first picture, by name; and of how many no face was found."""
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


def _enrolled(names: Sequence[str], vectors: dict[str, Vector], model: str, moment: datetime) -> Gallery:
    people = [Person(name, name, moment, 1) for name in names]
    return Gallery.of(model, people, np.stack([vectors[name] for name in names]), np.arange(len(names)))


def _is_accepted(probe: Embedding, judge: AccessSnapshot, rules: KioskRules) -> bool:
    flow = KioskFlow(rules)
    face = ObservedFace(1, _PLACE, probe)
    now = 0
    while True:
        now += _FRAME_NS
        for effect in flow.observe(Observation((face,), judge, now)):
            if isinstance(effect, Unlock | Deny):
                return isinstance(effect, Unlock)
