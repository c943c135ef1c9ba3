"""The model manifest: the contract of each model, and verified access to the model files."""

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
    """A threshold, the share `fmr` of impostor comparisons that reach it, and the share `tar` of genuine ones."""

    fmr: float = Field(gt=0, lt=1)
    threshold: float = Field(gt=-1, lt=1)
    tar: float | None = Field(None, ge=0, le=1)


class Thresholds(_Row):
    """A model's table of thresholds, and how it was measured.

    Attributes:
        measured_on: The data set.
        comparisons: Number of impostor comparisons; a false match rate below ten over this number is extrapolated.
        command: The command that prints the table.
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
    """The fields of every model.

    Attributes:
        name: Its key in the manifest.
        file: Name of the file, in the directory of the manifest.
        sha256: Hash of the file, 64 hexadecimal digits.
        licence: SPDX expression.
        origin: The packages that the file comes from.
        card: Name of the model card.
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
        takes: "pixels": the network takes (n, height, width, 3) uint8 and normalises by itself. "values": it takes
            (n, 3, height, width) float32, normalised with `mean` and `scale`.
        colour: Order of the channels.
        mean: Subtracted from each value (0 to 255).
        scale: Divides the difference.
        embedding_size: Length of the output.
        thresholds: The operating points.
        same_space_as: Hash of an earlier file that this one rewrites exactly, so that their embeddings are comparable.
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
        """The identity of the embedding space, 64 hexadecimal digits; only templates of one space are comparable."""
        return self.same_space_as or self.sha256

    @model_validator(mode="after")
    def _square(self) -> Self:
        if self.input_size[0] != self.input_size[1]:
            raise ValueError("input_size must be square: faces are aligned to a square template")
        return self


class LandmarkerRow(ModelRow):
    """A MediaPipe task that detects faces and their landmarks.

    Attributes:
        landmarks: Number of landmarks of each face.
    """

    kind: Literal["landmarker"]
    landmarks: int = Field(gt=0)


class NetworkRow(ModelRow):
    """A network whose contract is part of the code that runs it."""

    kind: Literal["network"]


class LivenessRow(ModelRow):
    """A network that tells bona fide presentations from attacks.

    Attributes:
        input_size: Height and width of its input, in pixels.
        crop_scale: Side of the square cropped around the face, as a multiple of the longer side of the face's box.
        colour: Order of the channels.
        mean: Subtracted from each value (0 to 255).
        scale: Divides the difference.
        outputs: Number of output values.
        live_output: Index of the output for a bona fide presentation.
        softmax: Whether the outputs are logits, to which softmax is applied.
        passes: Least probability at which the cue passes.
        denies: Largest probability at which the cue fails. Between the two limits there is no verdict.
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
    """The models of a directory.

    Args:
        directory: Contains `manifest.toml` and the model files.

    Raises:
        ModelMissing: There is no manifest.
        ModelIncompatible: The manifest is invalid.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._rows = _parse(directory / MANIFEST)

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows in the order of the file."""
        return tuple(self._rows.values())

    def embedder(self, name: str) -> EmbedderRow:
        """The embedder with a name.

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
            ModelMissing: The manifest has no landmarker.
        """
        for row in self._rows.values():
            if isinstance(row, LandmarkerRow):
                return row
        raise ModelMissing(model="face_landmarker")

    def network(self, name: str) -> NetworkRow:
        """The network with a name.

        Raises:
            ModelMissing: There is no such row.
        """
        row = self._rows.get(name)
        if not isinstance(row, NetworkRow):
            raise ModelMissing(model=name)
        return row

    def liveness(self) -> tuple[LivenessRow, ...]:
        """All liveness networks."""
        return tuple(row for row in self._rows.values() if isinstance(row, LivenessRow))

    def load(self, row: ModelRow) -> bytes:
        """Read a model file and verify its hash; the bytes returned are those that were hashed.

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
            QT_TRANSLATE_NOOP("errors", "The model manifest cannot be used: {path} ({reason})"),
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
