"""The contract of each model, read from `models/manifest.toml`, and the only door to the models' bytes."""

import hashlib
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.core.errors import ModelIncompatible, ModelMissing, ModelTampered
from app.core.i18n import QT_TRANSLATE_NOOP

MANIFEST = "manifest.toml"
SUPPORTED_VERSION = 1


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ThresholdPoint(_Row):
    """The similarity that a share `fmr` of impostor comparisons reaches, and a share `tar` of genuine ones."""

    fmr: float = Field(gt=0, lt=1)
    threshold: float = Field(gt=-1, lt=1)
    tar: float | None = Field(None, ge=0, le=1)


class Thresholds(_Row):
    """Where a model's thresholds come from, and what each stands for.

    Attributes:
        measured_on: The pictures.
        comparisons: How many impostor comparisons stand behind the table: a false match rate below ten over this
            number is extrapolated.
        command: What prints the table.
        points: By falling false match rate.
    """

    measured_on: str
    comparisons: int = Field(gt=0)
    command: str
    points: tuple[ThresholdPoint, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _falls(self) -> Self:
        pairs = [(point.fmr, point.threshold) for point in self.points]
        if any(a[0] <= b[0] or a[1] >= b[1] for a, b in pairwise(pairs)):
            raise ValueError("points must go from high to low fmr, with rising thresholds")
        return self


class ModelRow(_Row):
    """What every model states.

    Attributes:
        name: Its key in the manifest.
        file: Beside the manifest.
        sha256: Of the file, 64 hexadecimal digits.
        licence: SPDX expression.
        origin: Which packages its bytes come from.
        card: The file that describes it to people.
    """

    name: str
    file: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    licence: str
    origin: str
    card: str


class EmbedderRow(ModelRow):
    """A network that turns an aligned face into an embedding.

    Attributes:
        input_size: Height and width of the aligned face in pixels.
        takes: "pixels": (n, height, width, 3) uint8, and the network itself subtracts the mean and divides by the
            scale. "values": (n, 3, height, width) float32, with both done.
        colour: Order of the channels.
        mean: Subtracted from each value (0 to 255).
        scale: What the difference is divided by.
        embedding_size: Length of the output.
        thresholds: The operating points.
        same_space_as: The hash of an earlier file of which this one is an exact rewrite: what that one made stays
            comparable.
    """

    kind: Literal["embedder"]
    input_size: tuple[int, int]
    takes: Literal["pixels", "values"] = "values"
    colour: Literal["RGB", "BGR"]
    mean: float
    scale: float = Field(gt=0)
    embedding_size: int = Field(gt=0)
    thresholds: Thresholds
    same_space_as: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")

    @property
    def space(self) -> str:
        """What templates carry to say which others they can be compared with: 64 hexadecimal digits."""
        return self.same_space_as or self.sha256

    @model_validator(mode="after")
    def _square(self) -> Self:
        if self.input_size[0] != self.input_size[1]:
            raise ValueError("input_size must be square: faces are aligned to a square template")
        return self


class LandmarkerRow(ModelRow):
    """A MediaPipe task that finds faces and their landmarks.

    Attributes:
        landmarks: How many points it gives for each face.
    """

    kind: Literal["landmarker"]
    landmarks: int = Field(gt=0)


class NetworkRow(ModelRow):
    """A network whose contract is in the code that runs it."""

    kind: Literal["network"]


class LivenessRow(ModelRow):
    """A network that tells living faces from attacks, of whatever make.

    Attributes:
        input_size: Height and width of the picture it takes.
        crop_scale: Side of the square that is cut out around the face's middle, in longer sides of the face's box.
        colour: Order of the channels.
        mean: Subtracted from each value (0 to 255).
        scale: What the difference is divided by.
        outputs: How many values it gives.
        live_output: Which of them stands for a living face, from 0.
        softmax: Whether the values are scores of which the probability is still to be made.
        passes: The probability of a living face from which on it passes.
        denies: That from which on downwards it fails. Between the two, nothing is said.
    """

    kind: Literal["liveness"]
    input_size: tuple[int, int]
    crop_scale: float = Field(gt=0.5, le=4)
    colour: Literal["RGB", "BGR"]
    mean: float
    scale: float = Field(gt=0)
    outputs: int = Field(ge=1)
    live_output: int = Field(ge=0)
    softmax: bool
    passes: float = Field(ge=0, le=1)
    denies: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.live_output >= self.outputs:
            raise ValueError("live_output must be less than outputs")
        if self.denies >= self.passes:
            raise ValueError("denies must lie below passes")
        return self


Row = EmbedderRow | LandmarkerRow | NetworkRow | LivenessRow


class Manifest:
    """All models of a directory.

    Args:
        directory: Where `manifest.toml` and the files lie.

    Raises:
        ModelMissing: There is no manifest.
        ModelIncompatible: The manifest cannot be understood.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._rows = _parse(directory / MANIFEST)

    @property
    def rows(self) -> tuple[Row, ...]:
        """In the order of the file."""
        return tuple(self._rows.values())

    def embedder(self, name: str) -> EmbedderRow:
        """The embedder of that name.

        Raises:
            ModelMissing: There is no such row.
        """
        row = self._rows.get(name)
        if not isinstance(row, EmbedderRow):
            raise ModelMissing(model=name)
        return row

    def landmarker(self) -> LandmarkerRow:
        """The first landmarker.

        Raises:
            ModelMissing: There is none.
        """
        for row in self._rows.values():
            if isinstance(row, LandmarkerRow):
                return row
        raise ModelMissing(model="face_landmarker")

    def network(self, name: str) -> NetworkRow:
        """The network of that name.

        Raises:
            ModelMissing: There is no such row.
        """
        row = self._rows.get(name)
        if not isinstance(row, NetworkRow):
            raise ModelMissing(model=name)
        return row

    def liveness(self) -> tuple[LivenessRow, ...]:
        """All networks that tell living faces from attacks."""
        return tuple(row for row in self._rows.values() if isinstance(row, LivenessRow))

    def load(self, row: ModelRow) -> bytes:
        """The model's bytes, checked: what is returned is what was hashed.

        Raises:
            ModelMissing: The file is not there or cannot be read.
            ModelTampered: Its hash is not the row's.
        """
        try:
            content = (self.directory / row.file).read_bytes()
        except OSError as error:
            raise ModelMissing(model=row.name) from error
        if hashlib.sha256(content).hexdigest() != row.sha256:
            raise ModelTampered(model=row.name)
        return content


def _parse(path: Path) -> dict[str, Row]:
    try:
        return _rows(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise ModelMissing(model=path.name) from error
    except ValueError as error:
        raise ModelIncompatible(
            QT_TRANSLATE_NOOP("errors", "The list of models cannot be used: {path} ({reason})"),
            QT_TRANSLATE_NOOP("errors", "Correct the file, or install the program again."),
            path=path,
            reason=_reason(error),
        ) from error


def _reason(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc'])) or error.title}: {first['msg']}"
    return str(error).splitlines()[0]


def _rows(data: dict[str, Any]) -> dict[str, Row]:
    if data.get("version") != SUPPORTED_VERSION:
        raise ValueError(f"version {data.get('version')} is not {SUPPORTED_VERSION}")
    return {name: _row({"name": name, **values}) for name, values in data.get("models", {}).items()}


def _row(values: dict[str, object]) -> Row:
    kinds: dict[object, type[Row]] = {
        "embedder": EmbedderRow,
        "landmarker": LandmarkerRow,
        "network": NetworkRow,
        "liveness": LivenessRow,
    }
    kind = values.get("kind")
    if kind not in kinds:
        raise ValueError(f"{values['name']}: unknown kind {kind!r}")
    return kinds[kind].model_validate(values)
