"""What of the libraries the program does not need, and so does not ship."""

from pathlib import PurePath

EXCLUDED = [
    # The lab and what builds models: they need a checkout.
    "app.lab",
    "kornia",
    "onnx",
    "optuna",
    "sympy",
    "tensorboard",
    "torch",
    # Of tests and checks.
    "hypothesis",
    "mypy",
    "pytest",
    "_pytest",
    # Optional parts of libraries, which fall back to others without them.
    "IPython",
    "jax",
    "pandas",
    "scipy",
    "setuptools",
    "tkinter",
    "PySide6.QtNetwork",
    "PySide6.QtOpenGL",
    "PySide6.QtOpenGLWidgets",
    "PySide6.QtTest",
    "matplotlib.tests",
]
"""Modules, by name."""

_UNUSED = (
    # Qt: programs and texts for developers, other platforms' plug-ins, inputs that no widget of ours takes.
    "PySide6/Qt/translations/*",
    "PySide6/Qt/plugins/imageformats/libqpdf*",
    "PySide6/Qt/plugins/imageformats/libqtiff*",
    "PySide6/Qt/plugins/imageformats/libqwebp*",
    "PySide6/Qt/plugins/imageformats/libqicns*",
    "PySide6/Qt/plugins/imageformats/libqtga*",
    "PySide6/Qt/plugins/imageformats/libqwbmp*",
    "PySide6/Qt/plugins/networkinformation/*",
    "PySide6/Qt/plugins/tls/*",
    "PySide6/Qt/plugins/platforms/libqvnc*",
    "PySide6/Qt/plugins/platforms/libqlinuxfb*",
    "PySide6/Qt/plugins/egldeviceintegrations/*",
    # GTK's look: ours is one on every desktop. With it goes what only it needs.
    "PySide6/Qt/plugins/platformthemes/libqgtk3*",
    "libatk-*",
    "libcairo*",
    "libdatrie*",
    "libfribidi*",
    "libgdk_pixbuf*",
    "libgraphite2*",
    "libharfbuzz.so*",
    "libpango*",
    "libpixman*",
    "libthai*",
    # OpenCV brings a Qt 5 of its own for windows that nobody opens here.
    "cv2/qt/*",
    # matplotlib: fonts and pictures for plots that nobody draws.
    "matplotlib/mpl-data/fonts/*",
    "matplotlib/mpl-data/images/*",
    "matplotlib/mpl-data/sample_data/*",
    "matplotlib/mpl-data/stylelib/*",
)
"""Files, by pattern, relative to the bundle."""


def is_needed(path: str) -> bool:
    """Whether a file of a library is shipped.

    Args:
        path: Where it would lie in the bundle.
    """
    place = PurePath(path)
    return not any(_matches(place, pattern) for pattern in _UNUSED)


def _matches(place: PurePath, pattern: str) -> bool:
    if pattern.endswith("/*"):
        return place.is_relative_to(pattern[:-2])
    return place.match(pattern) and len(place.parts) == len(PurePath(pattern).parts)
