"""Every setting, declared once: name, title, unit, limits, default, description.

Values come from `settings.toml` in the configuration directory (`settings_file.py`) and from
`FACELATCH_<SECTION>__<NAME>` in the environment, which wins. Screen and commands are made from this declaration
(`settings_schema.py`), and `packaging/translations.py` collects its texts for translation: a field needs a title and a
docstring, and where it has one its unit; nothing more has to be marked.
"""

from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import Field, JsonValue, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from app.core.errors import SettingsError
from app.core.faces import HeadPose
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.liveness import LivenessPolicy, Movement, max_challenge_steps
from app.core.match_decision import FmrText, OperatingPoint
from app.core.settings.profiles import PROFILE_LIMITS, ComputeBudget, LandmarkEngine, Profile, SettingsSection, meta


class Theme(StrEnum):
    """The window's palette."""

    DARK = "dark"
    LIGHT = "light"
    HIGH_CONTRAST = "high-contrast"
    SYSTEM = "system"


class Language(StrEnum):
    """The window's language."""

    SYSTEM = "system"
    ENGLISH = "en"
    CHINESE = "zh_CN"


class CameraSettings(SettingsSection):
    """Where pictures come from."""

    source: str = Field("0", title="Camera", min_length=1, max_length=500)
    """A number or name of a webcam, a file, a folder of pictures, an address (rtsp://, http://), or "demo"."""

    width: int = Field(640, title="Width", ge=160, le=3840, json_schema_extra=meta("pixels"))
    """Asked of a webcam; it may give another."""

    height: int = Field(480, title="Height", ge=120, le=2160, json_schema_extra=meta("pixels"))
    """Asked of a webcam; it may give another."""

    mirror: bool = Field(default=True, title="Mirror the picture")
    """Show the picture as a mirror does. Recognition always sees it unmirrored."""


_ENGINES: dict[str, JsonValue] = {
    LandmarkEngine.MEDIAPIPE: "MediaPipe",
    LandmarkEngine.DIRECT: "Its networks alone",
}


class RecognitionSettings(SettingsSection):
    """How faces are found and matched."""

    model: str = Field("mobilefacenet", title="Model", min_length=1, json_schema_extra=meta(restart=True))
    """The embedder's name in the manifest. Templates of another model are not compared."""

    operating_point: FmrText = Field(
        OperatingPoint.FMR_1E4.value, title="Strictness", json_schema_extra=meta("false match rate")
    )
    """The share of strangers that would be taken for an enrolled person, for each person enrolled: 1e-2 to 1e-6."""

    min_margin: float = Field(0.03, title="Margin to the runner-up", ge=0.0, le=1.0, json_schema_extra=meta("cosine"))
    """A match must be this much more similar than the next person, else it is called ambiguous."""

    max_faces: int = Field(4, title="Faces at once", ge=1, le=16)
    """The largest number of faces looked at in a frame."""

    landmarks: LandmarkEngine = Field(
        LandmarkEngine.AUTOMATIC, title="Landmarks by", json_schema_extra=meta(restart=True, words=_ENGINES)
    )
    """MediaPipe, or its networks alone; automatic takes the latter where they were measured to be equal and faster."""

    profile: Profile = Field(Profile.AUTOMATIC, title="How much to spend on looking")
    """Low: one face, one thread, a picture of 480 pixels, 10 a second. Balanced: 640 pixels, 20. Best: every whole
    picture, and the average with the mirrored face. Automatic: likewise without it; less while frames take longer than
    allowed, on battery, or in heat."""

    budget_ms: int = Field(100, title="Longest time for a frame", ge=10, le=2000, json_schema_extra=meta("ms"))
    """Automatic does less, step by step, while more than one in twenty takes longer."""

    flip: bool = Field(default=False, title="Average with the mirrored face")
    """A little more accurate; the embedding takes twice as long."""

    threads: int = Field(0, title="Threads per network", ge=0, le=64)
    """0 uses the engine and the threads measured to be fastest; any other number uses the plain CPU."""

    @property
    def compute_budget(self) -> ComputeBudget:
        """What a frame may cost, as the profile allows."""
        allowed = PROFILE_LIMITS[self.profile]
        faces = self.max_faces if allowed.faces is None else min(allowed.faces, self.max_faces)
        return ComputeBudget(faces, self.flip if allowed.flip is None else allowed.flip, allowed.longest_side)

    @property
    def requested_threads(self) -> int:
        """Threads of a network; 0 for those that were measured to be the fastest."""
        allowed = PROFILE_LIMITS[self.profile].threads
        return self.threads if allowed is None else allowed

    @property
    def fmr(self) -> float:
        """The operating point as a number."""
        return float(self.operating_point)


class QualitySettings(SettingsSection):
    """What a face must be like to be judged."""

    min_eye_distance: float = Field(24.0, title="Minimum eye distance", ge=8, le=400, json_schema_extra=meta("pixels"))
    """Between the irises. Below it the face is too small."""

    min_sharpness: float = Field(
        25.0, title="Minimum sharpness", ge=0, le=5000, json_schema_extra=meta("variance of the Laplacian")
    )
    """Of the aligned face. Below it the face is blurred."""

    min_brightness: float = Field(40.0, title="Minimum brightness", ge=0, le=255, json_schema_extra=meta("of 255"))
    """Mean luminance of the aligned face."""

    max_brightness: float = Field(225.0, title="Maximum brightness", ge=0, le=255, json_schema_extra=meta("of 255"))
    """Mean luminance of the aligned face."""

    max_yaw: float = Field(40.0, title="Maximum turn to the side", ge=5, le=90, json_schema_extra=meta("degrees"))
    """Left or right."""

    max_pitch: float = Field(32.0, title="Maximum nod", ge=5, le=90, json_schema_extra=meta("degrees"))
    """Up or down."""

    min_eyes_open: float = Field(
        0.10, title="Minimum opening of the eyes", ge=0, le=1, json_schema_extra=meta("height / width")
    )
    """Of the more closed eye."""

    min_inside: float = Field(
        0.85, title="Minimum share of the face in the picture", ge=0, le=1, json_schema_extra=meta("of 1")
    )
    """Below it the face is cut off."""

    @model_validator(mode="after")
    def _brightness_leaves_room(self) -> Self:
        if self.min_brightness >= self.max_brightness:
            raise ValueError(QT_TRANSLATE_NOOP("errors", "The minimum brightness must be below the maximum."))
        return self


class EnrolmentSettings(SettingsSection):
    """How people are enrolled."""

    poses: tuple[HeadPose, ...] = Field(tuple(HeadPose), title="Directions asked for", min_length=1)
    """Front alone is quick; the others help to recognise a turned head. Front must be among them."""

    front_tolerance: float = Field(
        10.0, title="Tolerance straight ahead", ge=2, le=30, json_schema_extra=meta("degrees")
    )
    """A head turned or nodding less than this looks to the front."""

    turn: float = Field(25.0, title="Turn to the side", ge=10, le=60, json_schema_extra=meta("degrees"))
    """Asked for to the left and to the right, counted from where the person looked to the front."""

    turn_tolerance: float = Field(10.0, title="Tolerance of a turn", ge=2, le=30, json_schema_extra=meta("degrees"))
    """A turn that differs by more does not count."""

    tilt: float = Field(15.0, title="Nod up and down", ge=6, le=45, json_schema_extra=meta("degrees"))
    """Asked for upwards and downwards, counted from where the person looked to the front."""

    tilt_tolerance: float = Field(7.0, title="Tolerance of a nod", ge=2, le=30, json_schema_extra=meta("degrees"))
    """A nod that differs by more does not count."""

    streak: int = Field(6, title="Hold each direction for", ge=1, le=60, json_schema_extra=meta("frames"))
    """Good frames in a row."""

    kept_per_pose: int = Field(2, title="Pictures kept of each direction", ge=1, le=10)
    """The best ones; fewer where they are alike."""

    kept_of_pictures: int = Field(20, title="Pictures kept of a folder", ge=1, le=100)
    """The best ones; fewer where they are alike."""

    near_duplicate: float = Field(0.95, title="Near-duplicates from", ge=0.5, le=1, json_schema_extra=meta("cosine"))
    """Of two pictures that are at least this similar, the better one is kept."""

    max_covered: float = Field(0.5, title="Refuse covered faces from", ge=0, le=1)
    """How sure it must be that a mask or dark glasses cover the face, 0 to 1. At 1 everything passes."""

    test_margin: float = Field(0.1, title="Margin of the self-test", ge=0, le=1, json_schema_extra=meta("cosine"))
    """A fresh picture must be this much more similar to the new pictures than to anybody else."""

    test_frames: int = Field(15, title="Frames of the self-test", ge=1, le=300, json_schema_extra=meta("frames"))
    """Good frames that may pass before the self-test has failed."""

    double_fmr: FmrText = Field(
        OperatingPoint.FMR_1E6.value, title="Same person from", json_schema_extra=meta("false match rate")
    )
    """A new person this similar to somebody enrolled is said to be enrolled already."""

    timeout_s: float = Field(60.0, title="Time limit", ge=1, le=600, json_schema_extra=meta("seconds"))
    """After it, enrolment gives up."""

    @field_validator("poses")
    @classmethod
    def _front_is_asked_for(cls, poses: tuple[HeadPose, ...]) -> tuple[HeadPose, ...]:
        if HeadPose.FRONT not in poses or len(set(poses)) < len(poses):
            raise ValueError("front must be among the directions, and each only once")
        return poses


class LivenessSettings(SettingsSection):
    """How it is told whether a face is a living person's."""

    policy: LivenessPolicy = Field(LivenessPolicy.PASSIVE, title="Liveness")
    """Off; passive: watch how the head moves; challenge: ask for movements; strict: both must have passed."""

    steps: int = Field(3, title="Movements in a challenge", ge=2, le=5)
    """More take longer and are harder to have recorded by chance."""

    window_s: float = Field(5.0, title="Time for each movement", ge=2, le=60, json_schema_extra=meta("seconds"))
    """Give more to people who move slowly."""

    rest_s: float = Field(8.0, title="Time to come to rest", ge=2, le=60, json_schema_extra=meta("seconds"))
    """The face must look straight ahead for half a second before it is asked for anything."""

    movements: tuple[Movement, ...] = Field(tuple(Movement), title="Movements that may be asked for", min_length=2)
    """Leave out what the people in front of this camera cannot do."""

    spoken: bool = Field(default=False, title="Speak the prompts")
    """For people who cannot see the screen. Needs the system's speech program; on Linux that is speech-dispatcher."""

    light: bool = Field(default=False, title="Light challenge")
    """Colour the screen softly and watch whether the face follows. Fewer than 3 changes a second, of low contrast."""

    mirrored_input: bool = Field(default=False, title="The camera delivers mirrored pictures")
    """Rare. Left and right of a challenge are exchanged."""

    refuse_virtual_cameras: bool = Field(default=True, title="Refuse virtual cameras")
    """A program that poses as a camera can show anything."""

    networks: str = Field("", title="Folder of liveness networks", max_length=500, json_schema_extra=meta(folder=True))
    """Holds a manifest.toml with rows of kind "liveness", and their ONNX files. Empty: none."""

    @model_validator(mode="after")
    def _steps_can_be_drawn(self) -> Self:
        if len(set(self.movements)) < len(self.movements):
            raise ValueError(QT_TRANSLATE_NOOP("errors", "A movement is named twice."))
        if self.steps > max_challenge_steps(self.movements):
            raise ValueError(
                QT_TRANSLATE_NOOP("errors", "A challenge of so many steps needs more movements to choose from.")
            )
        return self


class PrivacySettings(SettingsSection):
    """What is kept of people and of what happens, and how long."""

    consent_file: str = Field("", title="File with your own consent text", max_length=500)
    """UTF-8 text that begins with a line such as "Version: 3". Empty: the text that comes with the program."""

    keep_thumbnails: bool = Field(default=False, title="Keep a small picture of each template")
    """112 × 112 pixels, about 4 kB each. Off: nothing is kept from which a face could be seen."""

    delete_after_days: int = Field(0, title="Erase people after", ge=0, le=36500, json_schema_extra=meta("days"))
    """Counted from the day on which they are enrolled, for those enrolled from now on. 0: never."""

    audit_faces: bool = Field(default=True, title="Record who was recognised and who was not")
    """In the audit trail: when, who, how similar and why, for each face once it is settled. No picture and no template
    is kept with it, but it tells who was here and when."""

    audit_days: int = Field(365, title="Keep the audit trail for", ge=0, le=36500, json_schema_extra=meta("days"))
    """Older events are removed, of every kind, while the window or the kiosk is open. 0 keeps all of them."""


class AccessSettings(SettingsSection):
    """Who has to sign in."""

    offer_passwords: bool = Field(default=True, title="Suggest an admin password")
    """At the start of the window, while there is none."""

    sign_out_after_minutes: int = Field(15, title="Sign out after", ge=0, le=1440, json_schema_extra=meta("minutes"))
    """In which nobody does anything in the window. 0: never."""


_LANGUAGES: dict[str, JsonValue] = {
    Language.SYSTEM: "Same as the system",
    Language.ENGLISH: "English",
    Language.CHINESE: "简体中文",
}
"""Each in itself, so that who cannot read this one finds it."""


class AppearanceSettings(SettingsSection):
    """How the window looks."""

    theme: Theme = Field(Theme.DARK, title="Theme", json_schema_extra=meta(words={Theme.SYSTEM: "Same as the system"}))
    """Dark, light, high contrast, or the system's own."""

    language: Language = Field(Language.SYSTEM, title="Language", json_schema_extra=meta(words=_LANGUAGES))
    """The system's own, English or Chinese."""

    scale: int = Field(100, title="Scale", ge=100, le=250, json_schema_extra=meta("%", restart=True))
    """Of text, pictures and controls, on top of the system's own scaling."""


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
    appearance: AppearanceSettings = AppearanceSettings()
    camera: CameraSettings = CameraSettings()
    recognition: RecognitionSettings = RecognitionSettings()
    quality: QualitySettings = QualitySettings()
    enrolment: EnrolmentSettings = EnrolmentSettings()
    liveness: LivenessSettings = LivenessSettings()
    privacy: PrivacySettings = PrivacySettings()
    access: AccessSettings = AccessSettings()

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
        changed = {}
        for name, values in sections.items():
            section = getattr(self, name)
            try:
                changed[name] = type(section)(**{**section.model_dump(), **values})
            except ValidationError as error:
                raise settings_error(error, "the values given", name) from error
        return self.model_copy(update=changed)


def settings_error(error: Exception, where: str, section: str = "") -> SettingsError:
    """What was wrong with settings, in words.

    Args:
        error: As pydantic or the reader of the file gave it.
        where: The settings came from.
        section: Which of them was read, where it was one alone.
    """
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(str(part) for part in (section, *first["loc"]) if part)
        reason = f"{place}: {first['msg'].removeprefix('Value error, ')}"
    else:
        reason = str(error)
    return SettingsError(
        QT_TRANSLATE_NOOP("errors", "A setting cannot be used in {where}: {reason}"),
        QT_TRANSLATE_NOOP("errors", "Correct the value; “facelatch settings list” shows what each setting takes."),
        where=where,
        reason=reason,
    )
