"""Every error of the program, in one tree that says whose fault it is.

::

    FacelatchError(message, hint)      every message says what happened, the hint what to do
    ├── UsageProblem                   the request itself is wrong
    │   ├── InvalidName, InvalidChange, InvalidSetting, UnknownPerson, AlreadyEnrolled, BadgeTaken, NoConsent,
    │   │                              ImportUnreadable
    │   ├── InvalidRequest, InvalidPin, InvalidPassword, NotAllowed
    ├── EnvironmentProblem             not our fault: the user can mend it
    │   ├── CameraError                CameraNotFound, CameraBusy, CameraDenied, CameraLost, CameraFrozen, CameraDark
    │   ├── ModelError                 ModelMissing, ModelTampered, ModelIncompatible
    │   ├── StoreError                 StoreLocked, StoreCorrupt, StoreFull, StoreReadOnly, StoreForeign, StoreTooNew,
    │   │                              StoreUnreachable, TrailBroken, KeyUnavailable, StoreTampered (a StoreCorrupt)
    │   ├── ImageError                 ImageUnreadable, ImageTooLarge, NoFace, SeveralFaces, FaceNotUsable,
    │   │                              PictureAlike, PictureOfAnother, SelfTestFailed
    │   ├── ActionError                (in action_errors) ActionTimedOut, ActionBusy, ActionTooLate, ActionCancelled,
    │   │                              ActionBroken, CommandFailed, PartMissing, SecretMissing, ReceiverUnreachable,
    │   │                              ReceiverRefused, EventRejected, RelayUnavailable, OutboxFull
    │   ├── SettingsError, PolicyError, ExportFailed
    │   ├── BundleError                (in bundle_errors) BundleForeign, BundleTooNew, BundleDamaged, WrongPassphrase
    │   └── DisplayMissing
    └── Bug                            our fault: logged with its trace, shown with where the log is
"""

from typing import ClassVar

from app.core.i18n import QT_TRANSLATE_NOOP


class FacelatchError(Exception):
    """The root of the tree.

    A class gives the texts, an instance the details they name, so that a window can show the same text in another
    language: `translate(error.message_template).format(**error.details)`.

    Args:
        message: What happened; replaces the class's own text.
        hint: What to do about it; replaces the class's own text.
        details: The values named in the texts.
    """

    MESSAGE: ClassVar[str] = ""
    HINT: ClassVar[str] = ""
    exit_code: ClassVar[int] = 70

    def __init__(self, message: str | None = None, hint: str | None = None, **details: object) -> None:
        self.message_template = self.MESSAGE if message is None else message
        self.hint_template = self.HINT if hint is None else hint
        self.details = details
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """What happened, in English."""
        return self.message_template.format(**self.details) if self.details else self.message_template

    @property
    def hint(self) -> str:
        """What to do about it, in English; empty where nothing helps."""
        return self.hint_template.format(**self.details) if self.details else self.hint_template


class UsageProblem(FacelatchError):
    """The request itself is wrong."""

    exit_code = 2


class InvalidRequest(UsageProblem):
    """An option or argument that cannot be carried out."""


class InvalidSetting(UsageProblem):
    """A value that a setting cannot have, or a setting that there is not."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This setting cannot have that value.")
    HINT = QT_TRANSLATE_NOOP("errors", "Nothing was changed. See what each takes with: facelatch settings list")


class InvalidName(UsageProblem):
    """A person's name that cannot be stored."""

    HINT = QT_TRANSLATE_NOOP("errors", "Use 1 to {limit} characters: letters of any script, digits, spaces, emoji.")


class InvalidPin(UsageProblem):
    """A PIN that cannot be set."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This PIN is too short, too long, or not made of digits alone.")
    HINT = QT_TRANSLATE_NOOP("errors", "Use {shortest} to {longest} digits.")
    TOO_SIMPLE: ClassVar[str] = QT_TRANSLATE_NOOP("errors", "This PIN is among the first that anybody would try.")


class UnknownPerson(UsageProblem):
    """Nobody of that name is enrolled."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "Nobody called “{name}” is enrolled.")
    HINT = QT_TRANSLATE_NOOP("errors", "See who is enrolled with: facelatch people list")


class AlreadyEnrolled(UsageProblem):
    """The name is taken."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "“{name}” is enrolled already.")
    HINT = QT_TRANSLATE_NOOP("errors", "Choose another name, or add these pictures to the person who has it.")


class InvalidChange(UsageProblem):
    """Something about a person that cannot be stored so."""


class BadgeTaken(UsageProblem):
    """Two people cannot have one badge number."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The badge number “{badge}” belongs to {name}.")
    HINT = QT_TRANSLATE_NOOP("errors", "Give another number, or take it from that person first.")


class InvalidPassword(UsageProblem):
    """A password that is guessed too easily."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This password cannot be set.")
    HINT = QT_TRANSLATE_NOOP("errors", "Use {shortest} to {longest} letters, digits or signs, not all the same.")


class NotAllowed(UsageProblem):
    """Something that only an admin may do."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "Only an admin may do this.")
    HINT = QT_TRANSLATE_NOOP("errors", "Sign in as admin first.")


class NoConsent(UsageProblem):
    """Nothing of a person is stored without their consent."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "“{name}” is not enrolled: there is no consent.")
    HINT = QT_TRANSLATE_NOOP("errors", "Show the person the consent text, and enrol them once they agree.")


class ImportUnreadable(UsageProblem):
    """A folder or table of people to be enrolled that cannot be read."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The people in {path} cannot be read: {reason}")
    HINT = QT_TRANSLATE_NOOP("errors", "Name a folder with a folder for each person, or a CSV file in UTF-8.")


class EnvironmentProblem(FacelatchError):
    """Something outside the program that the user can mend."""

    exit_code = 3


class CameraError(EnvironmentProblem):
    """A source of frames that does not give usable frames."""


class CameraNotFound(CameraError):
    """No device, file or stream of that name."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "No camera found at “{camera}”.")
    HINT = QT_TRANSLATE_NOOP("errors", "Plug one in, choose another one, or use the demo.")


class CameraBusy(CameraError):
    """Another program holds the device."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The camera “{camera}” is in use by another program.")
    HINT = QT_TRANSLATE_NOOP("errors", "Close the program that uses it, then try again.")


class CameraDenied(CameraError):
    """The operating system refuses access to the device."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "There is no permission to open the camera “{camera}”.")
    HINT = QT_TRANSLATE_NOOP(
        "errors", "On Linux, add the user to the group “video”; elsewhere, allow it in the privacy settings."
    )


class CameraLost(CameraError):
    """The device or stream stopped giving frames."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The camera “{camera}” stopped sending pictures.")
    HINT = QT_TRANSLATE_NOOP("errors", "Check its cable or network. It is opened again as soon as it is back.")


class CameraFrozen(CameraError):
    """The device repeats one frame for ever."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The camera “{camera}” repeats the same picture.")
    HINT = QT_TRANSLATE_NOOP("errors", "Unplug it and plug it in again. It is being opened anew.")


class CameraDark(CameraError):
    """The device gives black frames."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The camera “{camera}” shows only black.")
    HINT = QT_TRANSLATE_NOOP("errors", "Open its shutter, take off the cover, or turn on a light.")


class ModelError(EnvironmentProblem):
    """A model file that cannot be used."""


class ModelMissing(ModelError):
    """A model that the manifest names is not there, or is not in the manifest."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The model “{model}” is missing.")
    HINT = QT_TRANSLATE_NOOP("errors", "Install the program again; “facelatch models list” shows what it should have.")


class ModelTampered(ModelError):
    """A model file whose hash is not the manifest's."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The file of the model “{model}” is not the one in the manifest.")
    HINT = QT_TRANSLATE_NOOP(
        "errors",
        "It was damaged or replaced, so it is not used. Install the program again, or give your own model a row.",
    )


class ModelIncompatible(ModelError):
    """A model whose contract does not fit the program or the stored templates."""


class StoreError(EnvironmentProblem):
    """The database cannot be used. It is left as it is."""


class StoreLocked(StoreError):
    """Another program holds the database for longer than we wait."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The database is locked by another program: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Close the other program (a backup, a database browser), then try again.")


class StoreCorrupt(StoreError):
    """The file is not a whole SQLite database."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The database is damaged: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Nothing was changed. Move the file aside and restore a backup of it.")


class StoreTampered(StoreCorrupt):
    """A record that its key does not open: changed, or moved from another place."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "A record of the database was changed from outside ({where}): {path}")
    HINT = QT_TRANSLATE_NOOP(
        "errors", "See all that is wrong with: facelatch store check. Then restore a backup: facelatch store restore"
    )


class KeyUnavailable(StoreError):
    """The key that opens the database is not to be had."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The key of the database is not to be had ({reason}): {path}")
    HINT = QT_TRANSLATE_NOOP(
        "errors",
        "Bring it back, or use the printed recovery code: facelatch store key recover. Nothing was changed.",
    )


class StoreFull(StoreError):
    """No room on the disk."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "There is no room left on the disk for: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Free some space, then try again. What was saved before is safe.")


class StoreReadOnly(StoreError):
    """The file or its directory cannot be written."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The database cannot be written: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Give this user write access, or choose another place with FACELATCH_DATA_DIR.")


class StoreForeign(StoreError):
    """A SQLite database that another program made."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This is a database of another program: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Nothing was changed. Choose another data directory with FACELATCH_DATA_DIR.")


class StoreTooNew(StoreError):
    """The database was written by a later version of the program."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The database was made by a newer version of Facelatch: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Nothing was changed. Update Facelatch, then open it again.")


class StoreUnreachable(StoreError):
    """The server with the database does not answer."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The database server cannot be reached: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Look at the network and the server. A kiosk goes on with its own copy.")


class TrailBroken(StoreError):
    """The audit trail is not as it was written, so that nothing of it is taken away."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The audit trail was changed from outside.")
    HINT = QT_TRANSLATE_NOOP("errors", "See where with: facelatch audit verify")


class ImageError(EnvironmentProblem):
    """A picture that cannot be used."""


class ImageUnreadable(ImageError):
    """Not a picture, or a damaged one."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This picture cannot be read: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Use a JPEG, PNG, WebP, BMP or TIFF file that other programs can open.")


class ImageTooLarge(ImageError):
    """More pixels than are worth decoding."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This picture is too large ({width} × {height}): {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Scale it down to at most {limit} million pixels.")


class NoFace(ImageError):
    """No face where one is needed."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "No face was found in: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Use a picture where the face is upright, sharp and at least 60 pixels wide.")


class SeveralFaces(ImageError):
    """More faces than the task allows."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "{count} faces were found where one is needed: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Cut the picture down to the one person meant.")


class FaceNotUsable(ImageError):
    """A face too poor to enrol from."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The face cannot be used ({reasons}): {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Use a picture that is lit evenly, sharp, and looks at the camera.")


class PictureAlike(ImageError):
    """A picture that adds nothing to better ones."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "Not needed, since better pictures show the same: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Pictures from different days, lights and directions help most.")


class PictureOfAnother(ImageError):
    """A picture of somebody else than the others."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This seems to show a different person from the other pictures: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Take it out of the folder, or enrol from it alone if it is the right person.")


class SelfTestFailed(ImageError):
    """New pictures that do not recognise the person they show."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "“{name}” was not recognised by the new pictures. Nothing was stored.")
    HINT = QT_TRANSLATE_NOOP("errors", "Take them again, in even light.")


class SettingsError(EnvironmentProblem):
    """A settings file or value that cannot be used."""


class PolicyError(EnvironmentProblem):
    """A kiosk's policy that cannot be used, so that the kiosk stays locked."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The policy of this kiosk cannot be used.\n{problems}")
    HINT = QT_TRANSLATE_NOOP("errors", "The kiosk stays locked until it is corrected. Check it with --check.")


class ExportFailed(EnvironmentProblem):
    """A file for other programs that cannot be written. One that was there before is left as it was."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The file cannot be written: {path} ({reason})")
    HINT = QT_TRANSLATE_NOOP("errors", "Choose another folder, or make room on the disk, then try again.")


class DisplayMissing(EnvironmentProblem):
    """No screen to open a window on."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "There is no display to open a window on.")
    HINT = QT_TRANSLATE_NOOP("errors", "Start it from a desktop session, or run: facelatch demo --headless")


class Bug(FacelatchError):
    """Something that should not happen, whatever the user does."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "Facelatch made a mistake: {problem}")
    HINT = QT_TRANSLATE_NOOP("errors", "Please report it with the log: {log}")
