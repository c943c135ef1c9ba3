"""Modules and files of libraries that the bundle omits."""

from pathlib import PurePath

EXCLUDED = [
    # The lab and the model tools, which need a checkout.
    "app.lab",
    "kornia",
    "onnx",
    "optuna",
    "sympy",
    "tensorboard",
    "torch",
    # The extra `evaluation`: reports with plots.
    "jinja2",
    # Tests and checks.
    "hypothesis",
    "mypy",
    "pytest",
    "_pytest",
    # Optional dependencies of libraries.
    "IPython",
    "curses",
    "jax",
    "pandas",
    "readline",
    "scipy",
    "setuptools",
    "tkinter",
    "PySide6.QtNetwork",
    "PySide6.QtOpenGL",
    "PySide6.QtOpenGLWidgets",
    "PySide6.QtTest",
    # Dependencies of parts of MediaPipe that `app.vision.detectors.mediapipe_graph` does not import: plots, audio.
    "contourpy",
    "cycler",
    "dateutil",
    "fontTools",
    "kiwisolver",
    "matplotlib",
    "mpl_toolkits",
    "pyparsing",
    "sounddevice",
]
"""Modules, by name."""

_UNUSED = (
    # Qt: programs and texts for developers, other platforms' plug-ins, image formats that the window does not use.
    "PySide6/Qt/translations/*",
    "PySide6/Qt/plugins/generic/*",
    "PySide6/Qt/plugins/imageformats/libqpdf*",
    "PySide6/Qt/plugins/imageformats/libqtiff*",
    "PySide6/Qt/plugins/imageformats/libqwebp*",
    "PySide6/Qt/plugins/imageformats/libqicns*",
    "PySide6/Qt/plugins/imageformats/libqtga*",
    "PySide6/Qt/plugins/imageformats/libqwbmp*",
    "PySide6/Qt/plugins/networkinformation/*",
    "PySide6/Qt/plugins/tls/*",
    # Screens without a desktop, and what only they need; with the plug-ins above goes Qt's network, with that Kerberos.
    "PySide6/Qt/plugins/egldeviceintegrations/*",
    "PySide6/Qt/plugins/platforms/libqeglfs*",
    "PySide6/Qt/plugins/platforms/libqlinuxfb*",
    "PySide6/Qt/plugins/platforms/libqminimal*",
    "PySide6/Qt/plugins/platforms/libqvkkhrdisplay*",
    "PySide6/Qt/plugins/platforms/libqvnc*",
    "PySide6/Qt/lib/libQt6EglFS*",
    "PySide6/Qt/lib/libQt6EglFs*",
    "PySide6/Qt/lib/libQt6Network*",
    "libQt6EglFS*",
    "libQt6EglFs*",
    "libQt6Network*",
    "libcom_err*",
    "libgssapi_krb5*",
    "libk5crypto*",
    "libkeyutils*",
    "libkrb5*",
    # The GTK platform theme, and the libraries that only it needs.
    "PySide6/Qt/plugins/platformthemes/libqgtk3*",
    "libXrender*",
    "libatk-*",
    "libblkid*",
    "libcairo*",
    "libdatrie*",
    "libfribidi*",
    "libgdk_pixbuf*",
    "libgio-*",
    "libgmodule-*",
    "libgobject-*",
    "libgraphite2*",
    "libharfbuzz.so*",
    "libjpeg.so*",
    "libmount*",
    "libpango*",
    "libpixman*",
    "libselinux*",
    "libthai*",
    # Parts of the Qt 5 for OpenCV's own windows, as far as it is not linked with them.
    "cv2/qt/*",
    "libICE*",
    "libQt5XcbQpa*",
    "libSM*",
    "libX11-xcb-*",
    "libXdmcp*",
    "libXext*",
    "libbsd*",
    "libmd.so*",
    "opencv_contrib_python.libs/libQt5XcbQpa*",
    "opencv_contrib_python.libs/libX11-xcb-*",
)
"""Files, by pattern, relative to the bundle."""

STRIPPED = ("libpython3*", "python3.*/lib-dynload/*.so", "cryptography/**/*.so", "sqlalchemy/**/*.so")
"""Libraries with debug symbols to strip, by pattern; libraries patched by auditwheel must not be stripped."""


def is_needed(path: str) -> bool:
    """Return whether the bundle includes a file of a library.

    Args:
        path: Path in the bundle.
    """
    place = PurePath(path)
    return not any(_matches(place, pattern) for pattern in _UNUSED)


def _matches(place: PurePath, pattern: str) -> bool:
    if pattern.endswith("/*"):
        return place.is_relative_to(pattern[:-2])
    return place.match(pattern) and len(place.parts) == len(PurePath(pattern).parts)
