"""Plots drawn as SVG, for pages and documents: no more than points, bands and words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1c2430}.small{font-size:11px;fill:#5a6675}.paper{fill:#fff}"
    ".grid{stroke:#dde3ea}.band{fill:#e6eef9}.rule{stroke:#c64b1f;stroke-dasharray:4 3}.one{fill:#9db8dd}"
    ".mean{fill:#1769e0}.apart{fill:#c64b1f}.base{fill:#1c2430}.front{fill:none;stroke:#1769e0}"
)
_TICKS = 5


@dataclass(frozen=True, slots=True)
class SvgAxis:
    """From values to places.

    Attributes:
        least: The value at `begin`.
        most: The value at `end`.
        begin: In pixels.
        end: In pixels; smaller than `begin` where values rise upwards.
    """

    least: float
    most: float
    begin: float
    end: float

    @classmethod
    def over(cls, values: Sequence[float], begin: float, end: float) -> "SvgAxis":
        """With a little room at both ends.

        Args:
            values: At least one.
            begin: See above.
            end: See above.
        """
        low, high = min(values), max(values)
        room = max((high - low) * 0.06, 1e-3)
        return cls(low - room, high + room, begin, end)

    def at(self, value: float) -> float:
        """The place of a value."""
        return self.begin + (value - self.least) / (self.most - self.least) * (self.end - self.begin)

    def ticks(self) -> list[float]:
        """Round values along it."""
        rough = (self.most - self.least) / _TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        size = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
        return [n * size for n in range(math.ceil(self.least / size), math.floor(self.most / size) + 1)]


def text(x: float, y: float, words: str, *, kind: str = "", anchor: str = "start") -> str:
    """Words, their foot at y."""
    return f"<text class='{kind}' x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}'>{escape(words)}</text>"


def dot(x: float, y: float, radius: float, kind: str, title: str = "") -> str:
    """A point, with words for who rests on it."""
    told = f"<title>{escape(title)}</title>" if title else ""
    return f"<circle class='{kind}' cx='{x:.1f}' cy='{y:.1f}' r='{radius}'>{told}</circle>"


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """From one place to another."""
    return f"<line class='{kind}' x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}'/>"


def box(x: float, y: float, width: float, height: float, kind: str) -> str:
    """A filled rectangle."""
    return f"<rect class='{kind}' x='{x:.1f}' y='{y:.1f}' width='{width:.1f}' height='{height:.1f}'/>"


def path(points: Sequence[tuple[float, float]], kind: str) -> str:
    """A line through places."""
    return f"<polyline class='{kind}' points='{' '.join(f'{x:.1f},{y:.1f}' for x, y in points)}'/>"


def drawing(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    """A file that needs nothing else, on white whatever it is shown on."""
    head = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' role='img' "
        f"aria-label='{escape(title, quote=True)}'><style>{_STYLE}</style>"
    )
    return "\n".join([head, box(0, 0, width, height, "paper"), *parts, "</svg>\n"])
