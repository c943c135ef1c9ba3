"""HTML reports as one self-contained file: a Jinja2 template with matplotlib plots as inline SVG.

Needs the packages of the extra `evaluation`; import this module only where a report is written.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from jinja2 import Environment
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_WIDTH_INCHES = 7.5
_STYLE: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "facelatch", "font.size": 9}
"""Text stays text, and the same data give the same file."""

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Facelatch: {{ title }}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 760px; margin: 2rem auto; padding: 0 1rem; color: #1c2430; }
table { border-collapse: collapse; }
td, th { padding: .2rem .8rem; text-align: right; }
td:first-child, th:first-child { text-align: left; }
tr + tr td { border-top: 1px solid #dde3ea; }
svg { max-width: 100%; height: auto; }
</style>
<h1>{{ title }}</h1>
{% for section in sections %}
{% if section.title %}<h2>{{ section.title }}</h2>{% endif %}
{% if section.rows %}
<table>
<tr>{% for cell in section.head %}<th>{{ cell }}</th>{% endfor %}</tr>
{% for row in section.rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}
</table>
{% endif %}
{{ section.plot | safe }}
{% endfor %}
</html>
"""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page.

    Attributes:
        title: Heading; empty for none.
        head: Column titles of the table.
        rows: Rows of the table; none for no table.
        plot: SVG below the table.
    """

    title: str
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    plot: str = ""


def render_page(title: str, sections: Sequence[Section]) -> str:
    """Return a page as HTML.

    Args:
        title: Title and first heading.
        sections: Parts, from top to bottom. Text is escaped, plots are not.
    """
    return Environment(autoescape=True).from_string(_PAGE).render(title=title, sections=sections)


def new_figure(title: str, height: float) -> tuple[Figure, Axes]:
    """Return an empty plot as wide as the page.

    Args:
        title: Title above the plot.
        height: In inches.
    """
    figure = Figure(figsize=(_WIDTH_INCHES, height), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", fontsize=10)
    return figure, axes


def figure_svg(figure: Figure) -> str:
    """Return a figure as an `<svg>` element without XML prolog, date or links to other files."""
    content = io.StringIO()
    with mpl.rc_context(_STYLE):
        figure.savefig(content, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = content.getvalue()
    return text[text.index("<svg") :]
