"""Architecture of a network as data: written into checkpoints, and compared before weights are loaded."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

_TOTAL_STRIDES = (8, 16)
"""Total strides until the head: three halvings, or the paper's four."""


class Head(StrEnum):
    """Layer that turns the last map into a vector.

    GDCONV: a depthwise convolution as large as the map (global depthwise convolution, the paper's own). GAP: global
        average
    pooling. CONV: a dense convolution as large as the map.
    """

    GDCONV = "gdconv"
    GAP = "gap"
    CONV = "conv"


class Downsampling(StrEnum):
    """Position of the strides of 2.

    EARLY: as the stages say, most of them at the start (the paper's own). UNIFORM: evenly over the blocks.
    """

    EARLY = "early"
    UNIFORM = "uniform"


class Activation(StrEnum):
    """Activation after a convolution that is not linear.

    PRELU: a trained slope a for each channel. FACTORED: the same function up to a factor that the next convolution
    absorbs, `relu(x) + b·x` with b = a / (1 - a), as in the shipped file (`docs/decisions/0007`). TIED: a PReLU whose
    channels share a few slopes, which integer kernels can compute.
    """

    PRELU = "prelu"
    FACTORED = "factored"
    TIED = "tied"
    RELU = "relu"
    LEAKY_RELU = "leaky_relu"
    RELU6 = "relu6"


class BottleneckStage(BaseModel):
    """A sequence of inverted-residual bottlenecks: columns t, c, n, s of the papers' tables.

    Attributes:
        expansion: Channels inside a block, over its input channels.
        channels: Output channels.
        repeats: Number of blocks.
        stride: Stride of the first block.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    expansion: float = Field(ge=0.25, le=16)
    channels: int = Field(ge=4, le=2048)
    repeats: int = Field(ge=1, le=32)
    stride: int = Field(ge=1, le=2)


MOBILEFACENET = (
    BottleneckStage(expansion=2, channels=64, repeats=5, stride=2),
    BottleneckStage(expansion=4, channels=128, repeats=1, stride=2),
    BottleneckStage(expansion=2, channels=128, repeats=6, stride=1),
    BottleneckStage(expansion=4, channels=128, repeats=1, stride=2),
    BottleneckStage(expansion=2, channels=128, repeats=2, stride=1),
)
"""Chen et al. 2018, arXiv 1804.07573, table 1."""

MOBILENETV2 = (
    BottleneckStage(expansion=1, channels=16, repeats=1, stride=1),
    BottleneckStage(expansion=6, channels=24, repeats=2, stride=2),
    BottleneckStage(expansion=6, channels=32, repeats=3, stride=2),
    BottleneckStage(expansion=6, channels=64, repeats=4, stride=2),
    BottleneckStage(expansion=6, channels=96, repeats=3, stride=1),
    BottleneckStage(expansion=6, channels=160, repeats=3, stride=2),
    BottleneckStage(expansion=6, channels=320, repeats=1, stride=1),
)
"""Sandler et al. 2018, arXiv 1801.04381, table 2."""


class Architecture(BaseModel):
    """A network of the MobileFaceNet family.

    Attributes:
        stages: Bottleneck stages.
        stem: Channels of the first convolution.
        stem_stride: Stride of the first convolution.
        stem_depthwise: Whether a depthwise convolution with an activation follows it (MobileFaceNet).
        stem_project: Whether a linear 1×1 convolution follows that (the shipped weights).
        last: Channels of the last 1×1 convolution of the trunk.
        head: See `Head`.
        head_project: Whether a linear 1×1 convolution follows the head (the shipped weights).
        embedding: Length of the output.
        downsampling: See `Downsampling`.
        activation: See `Activation`.
        groups: Slopes that the channels of a layer share, if they are tied.
        pinned_stages: Number of stages, with the stem, in which the first of the shared slopes is zero.
        expansion: Factor on the expansion of every stage.
        width: Factor on the channels of stem and stages.
        input_size: Height and width of the faces in pixels; multiples of the total stride.
        kernel: Side of the depthwise kernels of the blocks.
        batch_norm: Whether batch normalisation follows every convolution; otherwise each has a bias.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stages: tuple[BottleneckStage, ...] = MOBILEFACENET
    stem: int = Field(64, ge=4)
    stem_stride: int = Field(2, ge=1, le=2)
    stem_depthwise: bool = True
    stem_project: bool = False
    last: int = Field(512, ge=16)
    head: Head = Head.GDCONV
    head_project: bool = False
    embedding: int = Field(128, ge=8, le=2048)
    downsampling: Downsampling = Downsampling.EARLY
    activation: Activation = Activation.PRELU
    groups: int = Field(2, ge=1, le=16)
    pinned_stages: int = Field(0, ge=0)
    expansion: float = Field(1.0, gt=0, le=4)
    width: float = Field(1.0, gt=0, le=4)
    input_size: tuple[int, int] = (112, 112)
    kernel: int = Field(3, ge=3, le=7)
    batch_norm: bool = True

    @model_validator(mode="after")
    def _validate(self) -> Self:
        if self.total_stride not in _TOTAL_STRIDES:
            raise ValueError(f"stem and stages must shrink the sides by {' or '.join(map(str, _TOTAL_STRIDES))} in all")
        if any(side < 2 * self.total_stride or side % self.total_stride for side in self.input_size):
            raise ValueError(
                f"the sides of input_size must be multiples of {self.total_stride}, and at least twice that"
            )
        if self.kernel % 2 == 0:
            raise ValueError("kernel must be odd")
        return self

    @property
    def total_stride(self) -> int:
        """Total stride from the input to the head."""
        return int(self.stem_stride * 2 ** sum(stage.stride == 2 for stage in self.stages))

    @property
    def last_map(self) -> tuple[int, int]:
        """Height and width of the head's input map."""
        return self.input_size[0] // self.total_stride, self.input_size[1] // self.total_stride

    def channels(self, count: int) -> int:
        """Return a number of channels times the width factor, rounded to multiples of 8, at least 8."""
        return count if self.width == 1 else max(8, round(count * self.width / 8) * 8)

    def strides(self) -> list[list[int]]:
        """Return the stride of every block, by stage."""
        if self.downsampling is Downsampling.EARLY:
            return [[stage.stride] + [1] * (stage.repeats - 1) for stage in self.stages]
        halvings = sum(stage.stride == 2 for stage in self.stages)
        total = sum(stage.repeats for stage in self.stages)
        places = {(i + 1) * total // (halvings + 1) for i in range(halvings)}
        flat = iter([2 if place in places else 1 for place in range(total)])
        return [[next(flat) for _ in range(stage.repeats)] for stage in self.stages]


SHIPPED = Architecture(
    stem_project=True, head_project=True, embedding=192, activation=Activation.FACTORED, batch_norm=False
)
"""Architecture of `models/mobilefacenet.onnx`, whose batch normalisation is folded into the convolutions."""

BASELINE = Architecture(
    stages=MOBILENETV2,
    stem=32,
    stem_stride=1,
    stem_depthwise=False,
    head=Head.GAP,
    activation=Activation.RELU6,
)
"""MobileNetV2 as the paper compares with it: the first convolution keeps the size of the small input, and the embedding
follows global average pooling.
"""
