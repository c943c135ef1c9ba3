"""Variants of the ablation study, with the figures of the paper.

The figures are from Chen et al. 2018 (arXiv 1804.07573), table 2: trained on CASIA-WebFace, timed on a telephone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.errors import InvalidRequest
from app.core.i18n import QT_TRANSLATE_NOOP
from app.lab.data.augmentation import FAITHFUL
from app.lab.networks.architecture import BASELINE, Activation, Architecture, Downsampling, Head
from app.lab.training.losses import LossKind
from app.lab.training.supervised import TrainConfig

_BASELINE_SETTINGS = ("stages", "stem", "stem_stride", "stem_depthwise", "head", "activation")
_COSINE_MARGIN = 0.35 / 0.5
"""CosFace's margin for cosines over ArcFace's margin for angles, as their authors chose them."""

Changes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PaperFigures:
    """Figures of the paper.

    Attributes:
        lfw: Accuracy on LFW in percent.
        agedb: Accuracy on AgeDB-30 in percent.
        ms: Milliseconds a face on a telephone.
    """

    lfw: float
    agedb: float
    ms: float


@dataclass(frozen=True, slots=True)
class Variant:
    """A network or a training that differs from the base in one thing.

    Attributes:
        name: Name in `--rows`.
        group: Subject of the change.
        words: Description of the change.
        network: Changes of the architecture.
        training: Changes of the other settings, given the base.
        paper: Figures of the paper, if it has them.
    """

    name: str
    group: str
    words: str
    network: Changes = field(default_factory=dict)
    training: Callable[[TrainConfig], Changes] = lambda _: {}
    paper: PaperFigures | None = None

    def architecture(self, base: Architecture) -> Architecture:
        """Return the base's architecture with the changes."""
        return Architecture.model_validate(base.model_dump() | dict(self.network))

    def config(self, base: TrainConfig, seed: int) -> TrainConfig:
        """Return the base's settings with the changes.

        Args:
            base: Settings of the base.
            seed: Seed of the training.
        """
        changes = dict(self.training(base)) | {"architecture": self.architecture(base.architecture), "seed": seed}
        return TrainConfig.model_validate(base.model_dump() | changes)


def _baseline(**changes: object) -> Changes:
    return {name: getattr(BASELINE, name) for name in _BASELINE_SETTINGS} | changes


VARIANTS = (
    Variant("mobilefacenet", "base", "architecture of the paper", paper=PaperFigures(99.28, 93.05, 24)),
    Variant(
        "mobilenetv2",
        "baseline",
        "MobileNetV2, mean over the last map",
        _baseline(),
        paper=PaperFigures(98.58, 88.81, 49),
    ),
    Variant(
        "mobilenetv2-gdconv",
        "baseline",
        "MobileNetV2, global depthwise convolution",
        _baseline(head=Head.GDCONV),
        paper=PaperFigures(98.88, 90.67, 50),
    ),
    Variant("head-gap", "head", "mean over the last map", {"head": Head.GAP}),
    Variant("head-conv", "head", "dense convolution over the last map", {"head": Head.CONV}),
    Variant(
        "downsampling-uniform", "downsampling", "strides of 2 spread evenly", {"downsampling": Downsampling.UNIFORM}
    ),
    Variant(
        "expansion-2",
        "expansion",
        "twice the expansion",
        {"expansion": 2.0},
        paper=PaperFigures(99.1, 92.81, 27),
    ),
    Variant(
        "activation-relu", "activation", "ReLU", {"activation": Activation.RELU}, paper=PaperFigures(99.15, 92.83, 23)
    ),
    Variant("activation-leaky", "activation", "LeakyReLU, slope 0.1", {"activation": Activation.LEAKY_RELU}),
    Variant("activation-relu6", "activation", "ReLU6", {"activation": Activation.RELU6}),
    Variant("loss-softmax", "loss", "softmax", training=lambda _: {"loss": LossKind.SOFTMAX}),
    Variant(
        "loss-cosface",
        "loss",
        "CosFace, margins scaled by 0.35 / 0.5",
        training=lambda base: {
            "loss": LossKind.COSFACE,
            "margin": _COSINE_MARGIN * base.margin,
            "last_margin": _COSINE_MARGIN * base.last_margin,
        },
    ),
    Variant(
        "margin-large", "margin", "the first margin throughout", training=lambda base: {"last_margin": base.margin}
    ),
    Variant("margin-small", "margin", "the last margin throughout", training=lambda base: {"margin": base.last_margin}),
    Variant("augmentation-none", "augmentation", "no augmentation", training=lambda _: {"augmentations": ()}),
    Variant(
        "augmentation-usual",
        "augmentation",
        "default of `lab train`",
        training=lambda _: {"augmentations": TrainConfig().augmentations},
    ),
    Variant("augmentation-all", "augmentation", "every augmentation", training=lambda _: {"augmentations": FAITHFUL}),
)
"""The first is the base that all others are compared with."""


def select_variants(names: list[str] | None) -> tuple[Variant, ...]:
    """Return the base and the variants of these names; all without names.

    Raises:
        InvalidRequest: A name is unknown.
    """
    known = {row.name: row for row in VARIANTS}
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise InvalidRequest(
            QT_TRANSLATE_NOOP("errors", "There is no row “{name}” in the ablation."),
            QT_TRANSLATE_NOOP("errors", "There are: {names}"),
            name=", ".join(unknown),
            names=", ".join(known),
        )
    return tuple(row for row in VARIANTS if not names or row is VARIANTS[0] or row.name in names)
