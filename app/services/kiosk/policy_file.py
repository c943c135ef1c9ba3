"""Reading a kiosk's policy from a TOML file, with the line of every error."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.core.errors import PolicyError
from app.core.settings.sections import LivenessSettings
from app.core.toml_lines import nearest_line, toml_line_numbers
from app.services.kiosk.policy import KioskPolicy, find_conflicts

_AT_LINE = re.compile(r"^(.*?) \(at (?:line (\d+), column \d+|end of document)\)$")
_MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """An error in a policy.

    Attributes:
        line: Line number from 1; 0 for the whole file.
        key: Dotted key of the value; empty for the whole file.
        reason: Explanation in English.
    """

    line: int
    key: str
    reason: str

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.key}: {self.reason}" if self.key else f"{place}{self.reason}"


def read_policy(path: Path, settings: LivenessSettings) -> KioskPolicy:
    """Read and validate a policy.

    Args:
        path: A TOML file.
        settings: Values that the policy leaves out.

    Raises:
        PolicyError: The file cannot be read or is invalid; the error names every invalid line.
    """
    try:
        return _validated(_read_text(path), settings)
    except _Invalid as invalid:
        lines = "\n".join(f"{path}: {problem}" for problem in invalid.problems)
        raise PolicyError(problems=lines, path=path) from invalid


class _Invalid(Exception):
    def __init__(self, *problems: PolicyProblem) -> None:
        super().__init__(*problems)
        self.problems = sorted(problems, key=lambda problem: problem.line)


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise _Invalid(PolicyProblem(0, "", f"larger than {_MAX_BYTES} bytes"))
        return path.read_text("utf-8")
    except OSError as error:
        raise _Invalid(PolicyProblem(0, "", error.strerror or str(error))) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _Invalid(PolicyProblem(line, "", "this is not UTF-8")) from error


def _validated(text: str, settings: LivenessSettings) -> KioskPolicy:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _Invalid(_syntax_problem(str(error), text)) from error
    lines = toml_line_numbers(text)
    try:
        policy = KioskPolicy.model_validate(values)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        raise _Invalid(*(_value_problem(detail, lines) for detail in details)) from error
    conflicts = [
        PolicyProblem(nearest_line(lines, path), ".".join(path), reason)
        for path, reason in find_conflicts(policy, settings)
    ]
    if conflicts:
        raise _Invalid(*conflicts)
    return policy


def _syntax_problem(message: str, text: str) -> PolicyProblem:
    found = _AT_LINE.match(message)
    if found is None:
        return PolicyProblem(0, "", message)
    line = int(found[2]) if found[2] else text.count("\n") + 1
    return PolicyProblem(line, "", found[1])


def _value_problem(detail: ErrorDetails, lines: dict[tuple[str | int, ...], int]) -> PolicyProblem:
    key = ".".join(str(part) for part in detail["loc"])
    reason = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        reason = "there is no such setting"
    elif detail["type"] == "missing":
        reason = "this value is required"
    return PolicyProblem(nearest_line(lines, detail["loc"]), key, reason)
