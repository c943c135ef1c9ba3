"""Every setting, declared once: name, title, unit, limits, default, description.

Values come from `settings.toml` in the configuration directory and from `FACELATCH_<SECTION>__<NAME>` in the
environment, which wins. A file that cannot be read is set aside and reported, never silently replaced.
"""

import logging
import os
import tomllib
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Self

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from pydantic_settings.exceptions import SettingsError as UnparsableValue

from app.core.errors import SettingsError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.liveness import LivenessPolicy, Movement
from app.core.operating_point import FmrText, OperatingPoint

log = logging.getLogger(__name__)


class Theme(StrEnum):
    """The window's palette."""

    DARK = "dark"
    LIGHT = "light"
    SYSTEM = "system"


class Language(StrEnum):
    """The window's language."""

    SYSTEM = "system"
    ENGLISH = "en"
    CHINESE = "zh_CN"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class CameraSettings(_Section):
    """Where pictures come from."""

    source: str = Field("0", title="Camera", min_length=1, max_length=500)
    """A number or name of a webcam, a file, a folder of pictures, an address (rtsp://, http://), or "demo"."""

    width: int = Field(640, title="Width (pixels)", ge=160, le=3840)
    """Asked of a webcam; it may give another."""

    height: int = Field(480, title="Height (pixels)", ge=120, le=2160)
    """Asked of a webcam; it may give another."""

    mirror: bool = Field(default=True, title="Mirror the picture")
    """Show the picture as a mirror does. Recognition always sees it unmirrored."""


class RecognitionSettings(_Section):
    """How faces are found and matched."""

    model: str = Field("mobilefacenet", title="Model")
    """The embedder's name in the manifest. Templates of another model are not compared."""

    operating_point: FmrText = Field(OperatingPoint.FMR_1E4.value, title="Strictness (false match rate)")
    """The share of strangers that would be taken for an enrolled person, for each person enrolled: 1e-2 to 1e-6."""

    min_margin: float = Field(0.03, title="Margin to the runner-up (cosine)", ge=0.0, le=1.0)
    """A match must be this much more similar than the next person, else it is called ambiguous."""

    max_faces: int = Field(4, title="Faces at once", ge=1, le=16)
    """The largest number of faces looked at in a frame."""

    flip: bool = Field(default=False, title="Average with the mirrored face")
    """A little more accurate; the embedding takes twice as long."""

    threads: int = Field(2, title="Threads of the embedder", ge=1, le=64)
    """More than the machine has cores makes it slower."""

    @property
    def fmr(self) -> float:
        """The operating point as a number."""
        return float(self.operating_point)


class QualitySettings(_Section):
    """What a face must be like to be judged."""

    min_eye_distance: float = Field(24.0, title="Smallest eye distance (pixels)", ge=8, le=400)
    """Between the irises. Below it the face is too small."""

    min_sharpness: float = Field(25.0, title="Least sharpness (variance of the Laplacian)", ge=0, le=5000)
    """Of the aligned face. Below it the face is blurred."""

    min_brightness: float = Field(40.0, title="Darkest face (0–255)", ge=0, le=255)
    """Mean luminance of the aligned face."""

    max_brightness: float = Field(225.0, title="Brightest face (0–255)", ge=0, le=255)
    """Mean luminance of the aligned face."""

    max_yaw: float = Field(40.0, title="Largest turn to the side (degrees)", ge=5, le=90)
    """Left or right."""

    max_pitch: float = Field(32.0, title="Largest nod (degrees)", ge=5, le=90)
    """Up or down."""

    min_eyes_open: float = Field(0.10, title="Least opening of the eyes (height / width)", ge=0, le=1)
    """Of the more closed eye."""

    min_inside: float = Field(0.85, title="Least share of the face inside the picture", ge=0, le=1)
    """Below it the face is cut off."""


class EnrolmentSettings(_Section):
    """How people are enrolled."""

    frames: int = Field(5, title="Pictures a person", ge=1, le=20)
    """Templates taken when a person is enrolled through the camera."""

    interval_ms: int = Field(300, title="Time between pictures (milliseconds)", ge=0, le=5000)
    """So that the pictures differ."""

    timeout_s: float = Field(30.0, title="Longest wait (seconds)", ge=1, le=600)
    """After it, enrolment gives up."""


class LivenessSettings(_Section):
    """How it is told whether a face is a living person's."""

    policy: LivenessPolicy = Field(LivenessPolicy.PASSIVE, title="Liveness")
    """Off; passive: watch how the head moves; challenge: ask for movements; strict: both must have passed."""

    steps: int = Field(3, title="Movements in a challenge", ge=2, le=5)
    """More take longer and are harder to have recorded by chance."""

    window_s: float = Field(5.0, title="Time for each movement (seconds)", ge=2, le=60)
    """Give more to people who move slowly."""

    rest_s: float = Field(8.0, title="Time for coming to rest (seconds)", ge=2, le=60)
    """The face must look straight ahead for half a second before it is asked for anything."""

    movements: tuple[Movement, ...] = Field(tuple(Movement), title="Movements that may be asked for", min_length=2)
    """Leave out what the people in front of this camera cannot do."""

    spoken: bool = Field(default=False, title="Speak the prompts")
    """For people who cannot see the screen; needs the system's speech program."""

    without_movement: bool = Field(default=False, title="Ask for the PIN instead of movements")
    """For people who cannot move: the kiosk goes from the match to the PIN."""

    mirrored_input: bool = Field(default=False, title="The camera delivers mirrored pictures")
    """Rare. Left and right of a challenge are exchanged."""

    light: bool = Field(default=False, title="Light challenge")
    """Colour the screen softly and watch whether the face follows. Fewer than 3 changes a second, of low contrast."""

    refuse_virtual_cameras: bool = Field(default=True, title="Refuse virtual cameras")
    """A program that poses as a camera can show anything."""

    networks: str = Field("", title="Folder of liveness networks", max_length=500)
    """Holds a manifest.toml with rows of kind "liveness", and their ONNX files. Empty: none."""


class AppearanceSettings(_Section):
    """How the window looks."""

    theme: Theme = Field(Theme.DARK, title="Theme")
    """Dark, light, or the system's own."""

    language: Language = Field(Language.SYSTEM, title="Language")
    """The system's own, English or Chinese."""


SETTINGS_VERSION = 1


class Settings(BaseSettings):
    """All settings. Frozen: change by `with_changes`, keep by `SettingsFile.save`."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix="FACELATCH_",
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
    )
    toml_file: ClassVar[Path | None] = None

    version: int = SETTINGS_VERSION
    camera: CameraSettings = CameraSettings()
    recognition: RecognitionSettings = RecognitionSettings()
    quality: QualitySettings = QualitySettings()
    enrolment: EnrolmentSettings = EnrolmentSettings()
    liveness: LivenessSettings = LivenessSettings()
    appearance: AppearanceSettings = AppearanceSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, cls.toml_file)

    def with_changes(self, **sections: dict[str, Any]) -> Self:
        """A copy with some values changed: `with_changes(camera={"source": "demo"})`.

        Raises:
            SettingsError: A value is out of its limits.
        """
        data = self.model_dump()
        for section, values in sections.items():
            data[section].update(values)
        try:
            return type(self)(**data)
        except ValidationError as error:
            raise _explained(error, "the values given") from error


class SettingsFile:
    """Loads and saves `settings.toml`.

    Args:
        path: The file; need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self, now: datetime) -> tuple[Settings, SettingsError | None]:
        """The settings, and what was wrong with the file if it had to be set aside.

        Args:
            now: For the name under which a bad file is kept: `settings.toml.bad-<time>`.

        Raises:
            SettingsError: The environment holds a bad value.
        """
        try:
            return self._read(), None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError, UnparsableValue, OSError) as error:
            problem = _explained(error, str(self.path))
        try:
            defaults = _settings_class(None)()
        except (ValidationError, UnparsableValue) as error:
            raise _explained(error, QT_TRANSLATE_NOOP("errors", "the environment")) from error
        return defaults, self._set_aside(problem, now)

    def save(self, **changes: dict[str, Any]) -> None:
        """Keep some values: `save(camera={"source": "demo"})`. All others stay as the file has them.

        So what holds for one run alone, from the environment or a command's options, never gets into the file. It is
        written in one step: the old file or the new one, never half of one.

        Args:
            changes: Values that fit their limits, by section.

        Raises:
            SettingsError: The directory cannot be written, or the file cannot be read: it is left as it is.
        """
        try:
            stored = self._stored()
            for section, values in changes.items():
                stored.setdefault(section, {}).update(values)
            self._write(tomli_w.dumps({"version": SETTINGS_VERSION, **stored}).encode())
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(
                QT_TRANSLATE_NOOP("errors", "The settings cannot be saved: {path} ({reason})"),
                QT_TRANSLATE_NOOP("errors", "Give this user write access to the directory, or correct the file."),
                path=self.path,
                reason=getattr(error, "strerror", None) or error,
            ) from error

    def _stored(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return {}

    def _write(self, content: bytes) -> None:
        partial = self.path.with_suffix(".toml.new")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            # Else a power cut after the renaming could leave an empty file, which would pass for one of defaults.
            os.fsync(file.fileno())
        partial.replace(self.path)

    def _read(self) -> Settings:
        return _settings_class(self.path)()

    def _set_aside(self, problem: SettingsError, now: datetime) -> SettingsError:
        kept = self.path.with_name(f"{self.path.name}.bad-{now:%Y%m%dT%H%M%S}")
        try:
            self.path.rename(kept)
        except OSError:
            kept = self.path
        log.warning("bad settings file kept as %s: %s", kept, problem)
        return SettingsError(
            problem.message_template,
            QT_TRANSLATE_NOOP("errors", "The defaults are used. Your file is kept as: {kept}"),
            **{**problem.details, "kept": kept},
        )


def _settings_class(path: Path | None) -> type[Settings]:
    return type("Settings", (Settings,), {"toml_file": path, "__module__": __name__})


def _explained(error: Exception, where: str) -> SettingsError:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        reason = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    else:
        reason = str(error)
    return SettingsError(
        QT_TRANSLATE_NOOP("errors", "A setting cannot be used in {where}: {reason}"),
        QT_TRANSLATE_NOOP("errors", "Correct the value; the README lists what each setting takes."),
        where=where,
        reason=reason,
    )
