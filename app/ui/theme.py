"""Colours by role in three palettes, and the stylesheet built from them. No other file contains colours."""

from dataclasses import asdict, dataclass, fields
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.core.paths import resources_dir
from app.core.settings.sections import Theme

GRID = 8
"""Unit of all distances, in device-independent pixels."""

RADIUS = 16
"""Corner radius of cards, in device-independent pixels; controls use half of it."""


@dataclass(frozen=True, slots=True)
class Colours:
    """Colour of each role.

    Attributes:
        surface: Background of the window.
        raised: Background of cards and menus.
        hover: Control under the pointer; selected row.
        outline: Lines, and the empty part of bars.
        edge: Border of an input field.
        rim: Border of a control that opens a menu; invisible in themes where its background differs.
        text: Primary text.
        muted: Secondary text.
        accent: The primary action, and progress.
        on_accent: Text on `accent`.
        good: Match, success.
        caution: Warning.
        bad: No match, failure, destructive action.
        on_bad: Text on `bad`.
        focus: Focus ring.
        scrim: Background of text on the picture.
        stage: Area beside the picture.
    """

    surface: str
    raised: str
    hover: str
    outline: str
    edge: str
    rim: str
    text: str
    muted: str
    accent: str
    on_accent: str
    good: str
    caution: str
    bad: str
    on_bad: str
    focus: str
    scrim: str
    stage: str


DARK = Colours(
    surface="#0e1115",
    raised="#171b21",
    hover="#232932",
    outline="#2c343f",
    edge="#667386",
    rim="#171b21",
    text="#eef1f5",
    muted="#a3adbb",
    accent="#72aeff",
    on_accent="#08111f",
    good="#4fd08f",
    caution="#f3bd55",
    bad="#ff8279",
    on_bad="#22060a",
    focus="#a9cdff",
    scrim="#0e1115",
    stage="#171b21",
)
LIGHT = Colours(
    surface="#f2f4f7",
    raised="#ffffff",
    hover="#e6eaf0",
    outline="#d6dce4",
    edge="#7c8798",
    rim="#ffffff",
    text="#12161d",
    muted="#505b6b",
    accent="#1b59c9",
    on_accent="#ffffff",
    good="#0b6b41",
    caution="#835300",
    bad="#b3231d",
    on_bad="#ffffff",
    focus="#1b59c9",
    scrim="#0e1115",
    stage="#d6dce4",
)
HIGH_CONTRAST = Colours(
    surface="#000000",
    raised="#000000",
    hover="#2b2b2b",
    outline="#767676",
    edge="#ffffff",
    rim="#767676",
    text="#ffffff",
    muted="#e8e8e8",
    accent="#ffe14d",
    on_accent="#000000",
    good="#5dffb0",
    caution="#ffe14d",
    bad="#ff9d96",
    on_bad="#000000",
    focus="#4de8ff",
    scrim="#000000",
    stage="#000000",
)

_PALETTES = {Theme.DARK: DARK, Theme.LIGHT: LIGHT, Theme.HIGH_CONTRAST: HIGH_CONTRAST}
_active = DARK


def active() -> Colours:
    """Return the palette in use."""
    return _active


def colour(role: str, colours: Colours | None = None) -> QColor:
    """Return the colour of a role in a palette.

    Args:
        role: Name of a colour in `Colours`.
        colours: The palette; None for the one in use.

    Raises:
        AttributeError: The palette has no such role.
    """
    return QColor(getattr(colours or _active, role))


def chosen(theme: Theme) -> Colours:
    """Return the palette of a theme setting on this system."""
    if theme is not Theme.SYSTEM:
        return _PALETTES[theme]
    if _wants_contrast():
        return HIGH_CONTRAST
    return LIGHT if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light else DARK


def apply(app: QApplication, colours: Colours) -> None:
    """Apply a palette, the font and the stylesheet to the application.

    Args:
        app: The application.
        colours: The palette, which becomes the one in use.
    """
    global _active  # noqa: PLW0603 - a program has one look, as it has one QApplication
    sheet = stylesheet(colours)
    if colours == _active and app.styleSheet() == sheet:
        return
    _active = colours
    app.setStyle("Fusion")
    app.setFont(_font(app))
    app.setPalette(_qt_palette(colours))
    app.setStyleSheet(sheet)


def stylesheet(colours: Colours) -> str:
    """Return `resources/style.qss` with the colours of a palette filled in."""
    template = Template((resources_dir() / "style.qss").read_text(encoding="utf-8"))
    return template.substitute(asdict(colours), radius=RADIUS)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, definition of “contrast ratio”).

    Args:
        one: A colour as `#rrggbb`.
        other: The colour to compare it with, as `#rrggbb`; the order does not matter.

    Returns:
        1 for equal luminance to 21 for black and white.
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def roles() -> list[str]:
    """Return the names of all roles."""
    return [field.name for field in fields(Colours)]


def _luminance(name: str) -> float:
    colour = QColor(name)
    red, green, blue = (_linear(c) for c in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _wants_contrast() -> bool:
    accessibility = getattr(QGuiApplication.styleHints(), "accessibility", None)  # Qt 6.10 and later
    return accessibility is not None and accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast


def _font(app: QApplication) -> QFont:
    font = app.font()
    font.setPixelSize(13)
    font.setFeature(QFont.Tag("tnum"), 1)  # tabular figures, so that changing numbers do not move
    return font


def _qt_palette(colours: Colours) -> QPalette:
    palette = QPalette()
    for role, name in (
        (QPalette.ColorRole.Window, colours.surface),
        (QPalette.ColorRole.Base, colours.raised),
        (QPalette.ColorRole.AlternateBase, colours.hover),
        (QPalette.ColorRole.Button, colours.raised),
        (QPalette.ColorRole.WindowText, colours.text),
        (QPalette.ColorRole.Text, colours.text),
        (QPalette.ColorRole.ButtonText, colours.text),
        (QPalette.ColorRole.PlaceholderText, colours.muted),
        (QPalette.ColorRole.ToolTipBase, colours.raised),
        (QPalette.ColorRole.ToolTipText, colours.text),
        (QPalette.ColorRole.Highlight, colours.accent),
        (QPalette.ColorRole.HighlightedText, colours.on_accent),
        (QPalette.ColorRole.Link, colours.accent),
    ):
        palette.setColor(role, QColor(name))
    return palette
