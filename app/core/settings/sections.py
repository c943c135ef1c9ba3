"""Every setting, declared once: name, title, unit, limits, default, description.

`schema.py` derives the settings page and the commands from these declarations, and `packaging/translations.py` collects
their texts for translation. A field needs a title and a docstring, and a unit if it has one.
"""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator

from app.core.faces import HeadPose
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.liveness import LivenessPolicy, Movement, max_challenge_steps
from app.core.match_decision import MAX_ONE_IN, MIN_ONE_IN, FmrText, OperatingPoint, TemplateFusion
from app.core.settings.profiles import PROFILE_LIMITS, ComputeBudget, Profile


class LandmarkEngine(StrEnum):
    """The implementation that detects faces and landmarks."""

    AUTOMATIC = "automatic"
    MEDIAPIPE = "mediapipe"
    DIRECT = "direct"


def meta(
    unit: str = "", *, restart: bool = False, folder: bool = False, words: dict[str, JsonValue] | None = None
) -> dict[str, JsonValue]:
    """Return the metadata of a field that pydantic has no argument for.

    Args:
        unit: Unit of the number, in full, such as "pixels".
        restart: Whether a change takes effect only after a restart.
        folder: Whether the text is the path of a folder.
        words: Labels for values of a choice, by value, where the value itself is no good label.
    """
    return {"unit": unit, "restart": restart, "folder": folder, "words": words or {}}


class SettingsSection(BaseModel):
    """Base class of a section. Frozen; a field's docstring is its description."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Theme(StrEnum):
    """The colour theme of the window."""

    DARK = "dark"
    LIGHT = "light"
    HIGH_CONTRAST = "high-contrast"
    SYSTEM = "system"


class Language(StrEnum):
    """The language of the window."""

    SYSTEM = "system"
    ENGLISH = "en"
    CHINESE = "zh_CN"


class CameraSettings(SettingsSection):
    """The camera and its picture."""

    source: str = Field("0", title="Camera", min_length=1, max_length=500)
    """A number or name of a webcam, a file, a folder of pictures, an address (rtsp://, http://), or "demo"."""

    width: int = Field(640, title="Width", ge=160, le=3840, json_schema_extra=meta("pixels"))
    """Requested from a webcam, which may deliver another size."""

    height: int = Field(480, title="Height", ge=120, le=2160, json_schema_extra=meta("pixels"))
    """Requested from a webcam, which may deliver another size."""

    mirror: bool = Field(default=True, title="Mirror the picture")
    """Mirrors the picture on the screen. Recognition always uses the unmirrored picture."""


_ENGINES: dict[str, JsonValue] = {
    LandmarkEngine.MEDIAPIPE: "MediaPipe",
    LandmarkEngine.DIRECT: "Its networks alone",
}


_FUSIONS: dict[str, JsonValue] = {
    TemplateFusion.BEST: "Nearest template",
    TemplateFusion.BEST_AND_MEAN: "Nearest and mean",
}


class RecognitionSettings(SettingsSection):
    """How faces are detected and matched."""

    model: str = Field("mobilefacenet", title="Model", min_length=1, json_schema_extra=meta(restart=True))
    """The name of the embedding model in the manifest. Templates of other models are not compared."""

    one_in: int = Field(1000, title="Strictness", ge=0, le=MAX_ONE_IN, json_schema_extra=meta("strangers"))
    """Of this many strangers who try, one may be accepted as any enrolled person. The threshold follows from it and
    from the people enrolled. 0: the rate for comparisons with one person applies to the search among all people too."""

    operating_point: FmrText = Field(
        OperatingPoint.FMR_1E4.value, title="Strictness with one person", json_schema_extra=meta("false match rate")
    )
    """Where a face is compared with one claimed person only: the share of strangers that would be accepted, from 1e-2
    to 1e-6."""

    min_margin: float = Field(0.03, title="Margin to the runner-up", ge=0.0, le=1.0, json_schema_extra=meta("cosine"))
    """The best match must exceed the second-best person by this much; otherwise it counts as ambiguous."""

    fusion: TemplateFusion = Field(
        TemplateFusion.BEST_AND_MEAN, title="Score of several templates", json_schema_extra=meta(words=_FUSIONS)
    )
    """How the similarities to a person's templates become one score. With the mean template, fewer people are wrongly
    refused at the same security; only people with several templates are affected."""

    max_faces: int = Field(4, title="Maximum number of faces", ge=1, le=16)
    """The largest number of faces processed per frame."""

    landmarks: LandmarkEngine = Field(
        LandmarkEngine.AUTOMATIC, title="Landmarks by", json_schema_extra=meta(restart=True, words=_ENGINES)
    )
    """MediaPipe, or its networks alone. Automatic uses the latter if measurements show them to be equal and faster."""

    profile: Profile = Field(Profile.AUTOMATIC, title="Processing profile")
    """Low: one face, one thread, 480 pixels, 10 frames a second. Balanced: 640 pixels, 20 frames a second. Best: full
    resolution, and the average with the mirrored face. Automatic: full resolution, reduced while frames take too long,
    on battery, or when the machine is hot."""

    budget_ms: int = Field(100, title="Time limit for a frame", ge=10, le=2000, json_schema_extra=meta("ms"))
    """The automatic profile reduces the work step by step while more than one frame in twenty exceeds this limit."""

    flip: bool = Field(default=False, title="Average with the mirrored face")
    """Slightly more accurate; computing the embedding takes twice as long."""

    threads: int = Field(0, title="Threads per network", ge=0, le=64)
    """0 uses the engine and the number of threads that were measured to be fastest; any other number uses the CPU."""

    @model_validator(mode="before")
    @classmethod
    def _keep_old_operating_point(cls, values: object) -> object:
        """Let an operating point from before `one_in` existed apply to the search among all people, as it did then."""
        if isinstance(values, dict) and "operating_point" in values and "one_in" not in values:
            return {**values, "one_in": 0}
        return values

    @field_validator("one_in")
    @classmethod
    def _is_a_share(cls, value: int) -> int:
        if 0 < value < MIN_ONE_IN:
            raise ValueError(QT_TRANSLATE_NOOP("errors", "Use 0, or a number from 10 to 1000000."))
        return value

    @property
    def compute_budget(self) -> ComputeBudget:
        """The compute budget per frame under the profile."""
        allowed = PROFILE_LIMITS[self.profile]
        faces = self.max_faces if allowed.faces is None else min(allowed.faces, self.max_faces)
        return ComputeBudget(faces, self.flip if allowed.flip is None else allowed.flip, allowed.longest_side)

    @property
    def requested_threads(self) -> int:
        """Threads per network; 0 for the number that was measured to be fastest."""
        allowed = PROFILE_LIMITS[self.profile].threads
        return self.threads if allowed is None else allowed

    @property
    def fmr(self) -> float:
        """The operating point as a number, from 1e-6 to 1e-2."""
        return float(self.operating_point)


class QualitySettings(SettingsSection):
    """Minimum quality of a face that is compared."""

    min_eye_distance: float = Field(24.0, title="Minimum eye distance", ge=8, le=400, json_schema_extra=meta("pixels"))
    """Between the irises. Below it, the face is too small."""

    min_sharpness: float = Field(
        25.0, title="Minimum sharpness", ge=0, le=5000, json_schema_extra=meta("variance of the Laplacian")
    )
    """Of the aligned face. Below it, the face is blurred."""

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
    """Below it, the face is cut off."""

    @model_validator(mode="after")
    def _brightness_leaves_room(self) -> Self:
        if self.min_brightness >= self.max_brightness:
            raise ValueError(QT_TRANSLATE_NOOP("errors", "The minimum brightness must be below the maximum."))
        return self


class EnrolmentSettings(SettingsSection):
    """How people are enrolled."""

    poses: tuple[HeadPose, ...] = Field(tuple(HeadPose), title="Directions asked for", min_length=1)
    """Front alone is quick; the others help to recognise a turned head. Front is required."""

    front_tolerance: float = Field(
        10.0, title="Tolerance straight ahead", ge=2, le=30, json_schema_extra=meta("degrees")
    )
    """A head turned or tilted by less than this looks to the front."""

    turn: float = Field(25.0, title="Turn to the side", ge=10, le=60, json_schema_extra=meta("degrees"))
    """Requested to the left and to the right, measured from the frontal pose."""

    turn_tolerance: float = Field(10.0, title="Tolerance of a turn", ge=2, le=30, json_schema_extra=meta("degrees"))
    """A turn that differs by more does not count."""

    tilt: float = Field(15.0, title="Nod up and down", ge=6, le=45, json_schema_extra=meta("degrees"))
    """Requested upwards and downwards, measured from the frontal pose."""

    tilt_tolerance: float = Field(7.0, title="Tolerance of a nod", ge=2, le=30, json_schema_extra=meta("degrees"))
    """A nod that differs by more does not count."""

    streak: int = Field(6, title="Hold each direction for", ge=1, le=60, json_schema_extra=meta("frames"))
    """Consecutive frames of sufficient quality."""

    kept_per_pose: int = Field(2, title="Pictures kept of each direction", ge=1, le=10)
    """The best ones; fewer if they are near-duplicates."""

    kept_of_pictures: int = Field(20, title="Pictures kept of a folder", ge=1, le=100)
    """The best ones; fewer if they are near-duplicates."""

    near_duplicate: float = Field(0.95, title="Near-duplicates from", ge=0.5, le=1, json_schema_extra=meta("cosine"))
    """Of two pictures that are at least this similar, only the better one is kept."""

    max_covered: float = Field(0.5, title="Refuse covered faces from", ge=0, le=1)
    """The probability, 0 to 1, that a mask or dark glasses cover the face. At 1, every face passes."""

    test_margin: float = Field(0.1, title="Margin of the self-test", ge=0, le=1, json_schema_extra=meta("cosine"))
    """A new picture must be this much more similar to the new templates than to any other person's."""

    test_frames: int = Field(15, title="Frames of the self-test", ge=1, le=300, json_schema_extra=meta("frames"))
    """Frames of sufficient quality after which the self-test fails."""

    double_fmr: FmrText = Field(
        OperatingPoint.FMR_1E6.value, title="Same person from", json_schema_extra=meta("false match rate")
    )
    """A new person this similar to an enrolled person is reported as enrolled already."""

    timeout_s: float = Field(60.0, title="Time limit", ge=1, le=600, json_schema_extra=meta("seconds"))
    """Enrolment is cancelled after this time."""

    @field_validator("poses")
    @classmethod
    def _front_is_asked_for(cls, poses: tuple[HeadPose, ...]) -> tuple[HeadPose, ...]:
        if HeadPose.FRONT not in poses or len(set(poses)) < len(poses):
            raise ValueError("front is required, and each direction may occur only once")
        return poses


class LivenessSettings(SettingsSection):
    """Presentation attack detection: whether a face is a living person's."""

    policy: LivenessPolicy = Field(LivenessPolicy.PASSIVE, title="Liveness")
    """Off; passive: a network and the depth of the head; challenge: request movements; strict: all must pass."""

    steps: int = Field(3, title="Movements in a challenge", ge=2, le=5)
    """More movements take longer and are harder to replay from a recording."""

    window_s: float = Field(5.0, title="Time for each movement", ge=2, le=60, json_schema_extra=meta("seconds"))
    """Increase it for people who move slowly."""

    rest_s: float = Field(8.0, title="Time to hold still", ge=2, le=60, json_schema_extra=meta("seconds"))
    """The face must look straight ahead for half a second before the first movement is requested."""

    movements: tuple[Movement, ...] = Field(tuple(Movement), title="Movements that may be asked for", min_length=2)
    """Exclude movements that the people in front of this camera cannot make."""

    spoken: bool = Field(default=False, title="Speak the prompts")
    """For people who cannot see the screen. Requires the system's speech service; on Linux, speech-dispatcher."""

    light: bool = Field(default=False, title="Light challenge")
    """Shows soft colours on the screen and checks their reflection on the face. Fewer than 3 changes a second, of low
    contrast."""

    mirrored_input: bool = Field(default=False, title="The camera delivers mirrored pictures")
    """Rare. Swaps left and right in a challenge."""

    refuse_virtual_cameras: bool = Field(default=True, title="Refuse virtual cameras")
    """A virtual camera can show any picture."""

    shipped_network: bool = Field(default=True, title="Use the shipped liveness network")
    """Tells a face from a print or a screen by its texture. Without any network, the policy "passive" never passes."""

    networks: str = Field(
        "", title="Folder of more liveness networks", max_length=500, json_schema_extra=meta(folder=True)
    )
    """Contains a manifest.toml with rows of kind "liveness", and their ONNX files. Empty: none."""

    @model_validator(mode="after")
    def _steps_can_be_drawn(self) -> Self:
        if len(set(self.movements)) < len(self.movements):
            raise ValueError(QT_TRANSLATE_NOOP("errors", "A movement is named twice."))
        if self.steps > max_challenge_steps(self.movements):
            raise ValueError(
                QT_TRANSLATE_NOOP("errors", "A challenge with this many steps needs more movements to choose from.")
            )
        return self


class PrivacySettings(SettingsSection):
    """Which data is stored, and for how long."""

    controller: str = Field("", title="Controller", max_length=300)
    """Name and address of who is responsible for the data. The consent text names them."""

    consent_file: str = Field("", title="File with your own consent text", max_length=500)
    """UTF-8 text that begins with a line such as "Version: 3". Empty: the text shipped with the program."""

    keep_thumbnails: bool = Field(default=False, title="Keep a small picture of each template")
    """112 × 112 pixels, about 4 kB each. Off: no picture of a face is stored."""

    delete_after_days: int = Field(0, title="Erase people after", ge=0, le=36500, json_schema_extra=meta("days"))
    """Counted from the day of enrolment, for people enrolled from now on. 0: never."""

    audit_faces: bool = Field(default=True, title="Record recognised and unrecognised faces")
    """In the audit log: time, person, similarity and reason of each final decision. No picture and no template is
    stored with it, but it shows who was present and when."""

    audit_days: int = Field(365, title="Keep the audit log for", ge=0, le=36500, json_schema_extra=meta("days"))
    """Older events of every kind are removed while the window or the kiosk is open. 0 keeps all of them."""


class AccessSettings(SettingsSection):
    """Sign-in to the window."""

    offer_passwords: bool = Field(default=True, title="Suggest an admin password")
    """When the window starts and no admin password is set."""

    sign_out_after_minutes: int = Field(15, title="Sign out after", ge=0, le=1440, json_schema_extra=meta("minutes"))
    """Time without input in the window. 0: never."""


_LANGUAGES: dict[str, JsonValue] = {
    Language.SYSTEM: "Same as the system",
    Language.ENGLISH: "English",
    Language.CHINESE: "简体中文",
}
"""Each language is labelled in itself, so that its readers find it."""


class AppearanceSettings(SettingsSection):
    """How the window looks."""

    theme: Theme = Field(Theme.DARK, title="Theme", json_schema_extra=meta(words={Theme.SYSTEM: "Same as the system"}))
    """Dark, light, high contrast, or the system's own."""

    language: Language = Field(Language.SYSTEM, title="Language", json_schema_extra=meta(words=_LANGUAGES))
    """The system's own, English or Chinese."""

    scale: int = Field(100, title="Scale", ge=100, le=250, json_schema_extra=meta("%", restart=True))
    """Of text, pictures and controls, in addition to the system's scaling."""
