"""Errors of cameras, of models, and of pictures."""

from app.core.errors.base import EnvironmentProblem
from app.core.i18n import QT_TRANSLATE_NOOP


class CameraError(EnvironmentProblem):
    """A frame source that does not deliver usable frames."""


class CameraNotFound(CameraError):
    """The device, file or stream does not exist."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "No camera found at “{camera}”.")
    HINT = QT_TRANSLATE_NOOP("errors", "Connect a camera, choose another one, or use the demo.")


class CameraBusy(CameraError):
    """Another program uses the device."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The camera “{camera}” is in use by another program.")
    HINT = QT_TRANSLATE_NOOP("errors", "Close the program that uses it, then try again.")


class CameraDenied(CameraError):
    """The operating system denies access to the device."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "There is no permission to open the camera “{camera}”.")
    HINT = QT_TRANSLATE_NOOP(
        "errors", "On Linux, add the user to the group “video”; elsewhere, allow it in the privacy settings."
    )


class CameraLost(CameraError):
    """The device or stream stopped delivering frames."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The camera “{camera}” stopped sending pictures.")
    HINT = QT_TRANSLATE_NOOP("errors", "Check its cable or network. The program reconnects automatically.")


class CameraFrozen(CameraError):
    """The device delivers the same frame repeatedly."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The camera “{camera}” repeats the same picture.")
    HINT = QT_TRANSLATE_NOOP("errors", "Unplug it and plug it in again. The program reopens it automatically.")


class CameraDark(CameraError):
    """The device delivers black frames."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The camera “{camera}” shows only black.")
    HINT = QT_TRANSLATE_NOOP("errors", "Open its shutter, remove the cover, or turn on a light.")


class ModelError(EnvironmentProblem):
    """A model file that cannot be used."""


class ModelMissing(ModelError):
    """The model has no file, or no row in the manifest."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The model “{model}” is missing.")
    HINT = QT_TRANSLATE_NOOP("errors", "Reinstall the program; “facelatch models list” shows the expected models.")


class ModelTampered(ModelError):
    """The SHA-256 of a model file differs from the manifest."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The file of the model “{model}” is not the one in the manifest.")
    HINT = QT_TRANSLATE_NOOP(
        "errors",
        "It is damaged or was replaced, so it is not used. Reinstall the program, or add a row for your model.",
    )


class ModelIncompatible(ModelError):
    """The contract of a model does not fit the program or the stored templates."""


class ImageError(EnvironmentProblem):
    """A picture that cannot be used."""


class ImageUnreadable(ImageError):
    """A file that is no picture, or a damaged one."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This picture cannot be read: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Use a JPEG, PNG, WebP, BMP or TIFF file that other programs can open.")


class ImageTooLarge(ImageError):
    """A picture with more pixels than the decoder accepts."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This picture is too large ({width} × {height}): {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Scale it down to at most {limit} million pixels.")


class NoFace(ImageError):
    """No face was detected where one is required."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "No face was found in: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Use a picture where the face is upright, sharp and at least 60 pixels wide.")


class SeveralFaces(ImageError):
    """More faces were detected than the task allows."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "{count} faces were found where one is needed: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Crop the picture to one person.")


class FaceNotUsable(ImageError):
    """A face of insufficient quality for enrolment."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The face cannot be used ({reasons}): {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Use a sharp, evenly lit picture of a face that looks at the camera.")


class PictureAlike(ImageError):
    """A near-duplicate of a better picture."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "Not needed, since better pictures show the same: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Pictures from different days, lights and directions help most.")


class PictureOfAnother(ImageError):
    """A picture of a different person than the others of the same enrolment."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This seems to show a different person from the other pictures: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Remove it from the folder, or enrol from it alone if it is the right person.")


class SelfTestFailed(ImageError):
    """The new templates do not match the person from whom they were made."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "“{name}” was not recognised by the new pictures. Nothing was stored.")
    HINT = QT_TRANSLATE_NOOP("errors", "Take the pictures again, in even light.")
