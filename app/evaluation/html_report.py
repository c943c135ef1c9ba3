"""HTML files that need nothing else: tables, and plots drawn as SVG."""

from collections.abc import Sequence
from html import escape

WIDTH = 720
"""Of plots, in pixels."""

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 760px; margin: 2rem auto; padding: 0 1rem; color: #1c2430; }
table { border-collapse: collapse; } td, th { padding: .2rem .8rem; text-align: right; } td:first-child, th:first-child { text-align: left; }
tr + tr td { border-top: 1px solid #dde3ea; } svg { max-width: 100%; } text { font: 13px system-ui, sans-serif; fill: #1c2430; }
.solid { fill: #1769e0; } .thin { fill: #9db8dd; } .line { fill: none; stroke: #1769e0; } .rule { fill: none; stroke: #c64b1f; stroke-dasharray: 4 3; }
.grid { stroke: #dde3ea; }
"""  # noqa: E501 - a style sheet


def html_document(title: str, parts: Sequence[str]) -> str:
    """The file.

    Args:
        title: Of the window.
        parts: HTML, one below the other.
    """
    head = f"<meta charset='utf-8'><title>{escape(title)}</title><style>{_STYLE}</style>"
    return "\n".join([f"<!doctype html>\n<html lang='en'>{head}", *parts, "</html>\n"])


def html_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Words in rows."""
    titles = "".join(f"<th>{escape(title)}</th>" for title in head)
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{titles}</tr>{lines}</table>"


def svg(height: int, title: str, content: str) -> str:
    """A drawing as wide as the page.

    Args:
        height: In pixels.
        title: Read out to those who do not see it.
        content: Its elements.
    """
    return (
        f"<svg viewBox='0 0 {WIDTH} {height}' width='{WIDTH}' role='img' aria-label='{escape(title)}'>{content}</svg>"
    )
