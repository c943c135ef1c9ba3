"""What tables for spreadsheets have in common."""

from typing import TypeVar

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula (OWASP, “CSV Injection”)."""

T = TypeVar("T")


def cell(value: T) -> T | str:
    """Words that a spreadsheet would take for a formula get an apostrophe before them; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
